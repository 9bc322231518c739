"""What went right, as a goal's page and Today tell of it."""

from collections.abc import Callable
from typing import Any

from django.test import Client as Browser
from django.urls import reverse

from tests.fixtures_goals import RIGHT

SignIn = Callable[..., Browser]
Write = Callable[..., Any]


def text(answer: Any) -> str:
    return str(answer.content.decode())


def test_a_goals_page_says_who_sees_it_by_name(sign_in: SignIn, write_goal: Write, write_victory: Write) -> None:
    goal = write_goal()
    write_victory(goal=goal)
    here = reverse("goals:goal", args=[goal.pk])
    assert "· me and Maya" in " ".join(text(sign_in("alex").get(here)).split())
    maya = text(sign_in("maya").get(here))
    assert RIGHT in maya
    assert "me and " not in maya


def test_today_names_each_person_once(sign_in: SignIn, write_victory: Write, clock: Any) -> None:
    for number in range(3):
        write_victory(f"Right {number}")
        clock.move(minutes=1)
    write_victory(client="rio", visibility="just-me")
    home = " ".join(text(sign_in("maya").get("/")).split())
    assert home.count("went right") == 1
    assert "<b>Alex</b> shared 3 things that went right" in home
