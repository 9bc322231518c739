"""A save of something that is not there for this person any more: what they typed stands on the page."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client as Browser
from django.urls import reverse

from goals.models import Comment, Goal
from peersupport.lib.ids import new_id
from tests.fixtures_goals import save

SignIn = Callable[..., Browser]


@pytest.mark.parametrize("words", ["Proud!", "我為你驕傲", "I am proud of you"])
def test_words_without_a_space_are_given_back_too(
    words: str, sign_in: SignIn, write_goal: Callable[..., Goal], write_victory: Any
) -> None:
    goal, victory, maya, alex = write_goal(), write_victory(), sign_in("maya"), sign_in("alex")
    save(alex, goal, visibility="just-me")
    alex.post(reverse("goals:share-victory", args=[victory.pk]), {"visibility": "just-me", "version": "1"})
    for url, name in (
        (reverse("goals:talk", args=[goal.pk]), "text"),
        (reverse("goals:goal", args=[goal.pk]), "who_helps"),
        (reverse("goals:new-step", args=[goal.pk]), "what"),
        (reverse("goals:cheer", args=[victory.pk]), "text"),
    ):
        answer = maya.post(url, {"op_id": str(new_id()), "version": "1", "who": "me", name: words})
        assert answer.status_code == 404
        assert f"{words}</textarea>" in answer.content.decode()
    assert not Comment.objects.exists()
