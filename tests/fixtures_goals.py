"""Goals by way of the actions, and the forms that change them."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client as Browser
from django.urls import reverse

from goals.actions import victories
from goals.actions.comments import say
from goals.actions.goals import add_goal
from goals.actions.ideas import Idea, suggest
from goals.actions.steps import add_step
from goals.actions.victories import Told
from goals.actions.writing import Sent
from goals.models import Cheer, Comment, Goal, Step, Suggestion, Victory
from home.demo.cast import Cast
from peersupport.lib.ids import new_id

WORDS = "Find a place near my sister"
RIGHT = "I said no to the second apartment"


@pytest.fixture
def write_goal(cast: Cast) -> Callable[..., Goal]:
    """`write_goal("alex", visibility="just-me", why_it_matters="…")`; `told_to="maya"` writes it down as told."""

    def write(client: str = "alex", *, told_to: str = "", **fields: Any) -> Goal:
        given = {"in_my_words": WORDS, "visibility": "specialist", **fields}
        sent = Sent(given, 0, new_id(), "en", bool(told_to))
        return add_goal(cast.clients[client], sent, by=cast.actor(told_to or client))

    return write


@pytest.fixture
def write_step(cast: Cast) -> Callable[..., Step]:
    """`write_step(goal, "maya", what="…")`."""

    def write(goal: Goal, name: str = "alex", **fields: Any) -> Step:
        given = {"what": "Call the housing office", "who": "me", "by_when": None, **fields}
        return add_step(goal, Sent(given, 0, new_id()), by=cast.actor(name))

    return write


@pytest.fixture
def write_victory(cast: Cast) -> Callable[..., Victory]:
    """`write_victory("I called my brother", visibility="just-me")`; `client="toni", told_to="maya"` as told."""

    def write(text: str = RIGHT, client: str = "alex", *, told_to: str = "", **more: Any) -> Victory:
        told = Told(text, **{"visibility": "specialist", **more})
        return victories.write_victory(cast.clients[client], told, op_id=new_id(), by=cast.actor(told_to or client))

    return write


@pytest.fixture
def say_back(cast: Cast) -> Callable[..., Cheer]:
    """`say_back(victory, "So glad")`: a cheer of Maya's."""

    def say(victory: Victory, text: str = "That took heart.", by: str = "maya") -> Cheer:
        return victories.cheer(victory, text, op_id=new_id(), language="en", by=cast.actor(by))

    return say


@pytest.fixture
def offer(cast: Cast) -> Callable[..., Suggestion]:
    """`offer("Visit the art group")`, `offer("…", about="step", goal=goal)`: an idea from Maya to Alex."""

    def make(text: str = "Visit the art group", about: str = "goal", *, goal: Goal | None = None) -> Suggestion:
        return suggest(cast.clients["alex"], Idea(about, text), goal=goal, op_id=new_id(), by=cast.actor("maya"))

    return make


@pytest.fixture
def comment_on(cast: Cast) -> Callable[..., Comment]:
    """`comment_on(goal, "maya", "…", step=step)`."""

    def make(goal: Goal, name: str, text: str, *, step: Step | None = None, cheer: bool = False) -> Comment:
        kind = Comment.Kind.CHEER if cheer else Comment.Kind.COMMENT
        pk = step.pk if step else None
        return say(goal, kind, text, step=pk, op_id=new_id(), language="en", by=cast.actor(name))

    return make


def save(browser: Browser, goal: Goal, version: int = 1, **fields: Any) -> Any:
    """Sends fields of a goal as its page does."""
    form = {"op_id": str(new_id()), "version": str(version), **fields}
    return browser.post(reverse("goals:goal", args=[goal.pk]), form)


def save_step(browser: Browser, step: Step, version: int = 1, **fields: Any) -> Any:
    form = {"op_id": str(new_id()), "version": str(version), **fields}
    return browser.post(reverse("goals:step", args=[step.goal_id, step.pk]), form)


def fresh(row: Any) -> Any:
    """The row as it stands now, with its words."""
    return type(row).objects.get(pk=row.pk)
