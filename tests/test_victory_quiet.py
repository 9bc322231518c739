"""What a client keeps for themselves leaves no sign on the page of a goal that others read."""

from collections.abc import Callable
from typing import Any

from django.test import Client as Browser
from django.urls import reverse

from goals.models import Goal, Victory
from peersupport.lib.ids import new_id
from tests.test_goal_live import ask

SignIn = Callable[..., Browser]


def test_a_victory_of_ones_own_moves_nobody_elses_page(
    sign_in: SignIn, write_goal: Callable[..., Goal], write_victory: Any
) -> None:
    goal, alex, maya = write_goal(), sign_in("alex"), sign_in("maya")
    tag = ask(maya, goal).headers["ETag"]
    form = {"op_id": str(new_id()), "text": "I slept well", "visibility": "just-me", "goal": str(goal.pk)}
    assert alex.post(reverse("goals:victories", args=[goal.client_id]), form).status_code == 302
    assert ask(maya, goal, tag).status_code == 304
    victory = Victory.objects.get()
    for back in ({}, {"back": "yes"}):
        alex.post(reverse("goals:put-victory-away", args=[victory.pk]), back)
        assert ask(maya, goal, tag).status_code == 304


def test_one_that_is_shared_or_was_does(sign_in: SignIn, write_goal: Callable[..., Goal]) -> None:
    goal, alex, maya = write_goal(), sign_in("alex"), sign_in("maya")
    form = {"op_id": str(new_id()), "text": "I slept well", "visibility": "just-me", "goal": str(goal.pk)}
    alex.post(reverse("goals:victories", args=[goal.client_id]), form)
    victory, tag = Victory.objects.get(), ask(maya, goal).headers["ETag"]
    for version, visibility in enumerate(("specialist", "just-me"), 1):
        share = {"visibility": visibility, "version": str(version)}
        alex.post(reverse("goals:share-victory", args=[victory.pk]), share)
        changed = ask(maya, goal, tag)
        assert (changed.status_code, "I slept well" in changed.content.decode()) == (200, visibility == "specialist")
        tag = changed.headers["ETag"]
