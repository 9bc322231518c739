"""Two texts that stand in one field: who may choose."""

from collections.abc import Callable

import pytest
from django.test import Client as Browser
from django.urls import reverse

from goals.models import Goal, Revision
from goals.rules import BESIDE, BOTH, FIELD
from peersupport.lib.ids import new_id
from tests.fixtures_goals import fresh, save

SignIn = Callable[..., Browser]


@pytest.mark.parametrize("keep", [FIELD, BESIDE, BOTH])
def test_nobody_chooses_a_text_they_cannot_read(keep: str, sign_in: SignIn, write_goal: Callable[..., Goal]) -> None:
    goal, alex, maya = write_goal(who_helps="My sister"), sign_in("alex"), sign_in("maya")
    save(alex, goal, 1, visibility="just-me")
    for words in ("Nobody but me", "A secret friend"):  # in two windows
        save(alex, goal, 2, who_helps=words)
    save(alex, goal, fresh(goal).version, visibility="specialist")
    rival = Revision.objects.get(set_beside=["who_helps"])
    before = fresh(goal)
    form = {"op_id": str(new_id()), "version": before.version, "field": "who_helps", "rival": str(rival.pk)}
    maya.post(reverse("goals:settle", args=[goal.pk]), {**form, "keep": keep})
    after = fresh(goal)
    assert (after.who_helps, after.beside) == (before.who_helps, before.beside)
    assert "A secret friend" not in maya.get(reverse("goals:goal", args=[goal.pk])).content.decode()
    alex.post(reverse("goals:settle", args=[goal.pk]), {**form, "op_id": str(new_id()), "keep": BESIDE})
    assert fresh(goal).who_helps == "A secret friend"
