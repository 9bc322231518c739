"""The only loaders of goals, their steps and saves. They come in pairs: facts, and words."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db.models import OuterRef, QuerySet, Subquery
from django.http import Http404

from accounts.models import Actor
from clients.models import Client, Visit
from clients.permissions import OpeningNeeded, may_read_facts, may_read_words
from goals.models import Comment, Goal, Revision, Step
from goals.models.goals import (
    GoalQuerySet,
    StepQuerySet,
)
from goals.models.revisions import RevisionQuerySet
from goals.permissions.rights import may_write_here
from peersupport.lib.composed import composed

CURRENT = 20  # current goals are looked through to say which of them changed
LATELY = 100  # saves since the last look that are read to say what is new

PAGE = "goals"  # the list's name in Visit and in the audit


def get_goal(actor: Actor, pk: UUID) -> Goal:
    """Facts only: touching a word raises. Http404 for whoever the goal does not exist for."""
    return _first(_goal(actor, pk, False))


def get_goal_words(actor: Actor, pk: UUID) -> Goal:
    """With the words. A supervisor without an open Opening gets OpeningNeeded."""
    goal = _first(_goal(actor, pk, True))
    if not may_read_words(actor, goal.client, goal.pk):
        raise OpeningNeeded(goal.client, goal.pk)
    return goal


def get_goal_to_write(actor: Actor, pk: UUID) -> Goal:
    """With the words, for someone who may write into it; PermissionDenied for whoever may only look."""
    goal = get_goal_words(actor, pk)
    if not may_write_here(actor, goal.client):
        raise PermissionDenied
    return goal


def hold_goal(actor: Actor, pk: UUID) -> Goal:
    """With the words, and held until the transaction ends. Who may see it is asked anew."""
    return _first(_joined(Goal.objects.visible_to(actor)).filter(pk=pk).select_for_update(of=("self",)))


def get_step(goal: Goal, pk: UUID) -> Step:
    """Of a goal that was loaded with its words for this reader."""
    step = Step.objects.filter(goal=goal, pk=pk).select_related("what_by").first()
    if step is None:
        raise Http404
    step.goal = goal
    return step


def goals_of(actor: Actor, client: Client) -> GoalQuerySet:
    """Of a client that was loaded for this reader, newest first. Read words only if `may_read_words`."""
    return _of_client(actor, client.pk)


def current_goals(actor: Actor, client: Client) -> list[Goal]:
    """What a client works on now, with news: for their home."""
    return _current(actor, client.pk)


def goals_with_news(actor: Actor, client: Client) -> GoalQuerySet:
    """The same, with `changed`: whether someone else wrote in it since this reader last looked at the list."""
    return _with_news(actor, client.pk)


def shared_goals(actor: Actor, client: Client) -> list[Goal]:
    """What a client works on now, as shared with this member of staff; facts only where they may read no words."""
    rows = goals_of(actor, client).current()
    return list(rows if may_read_words(actor, client) else rows.facts())


def steps_of(goals: list[Goal]) -> dict[UUID, list[Step]]:
    """The steps of goals that were loaded for this reader, with words: one query."""
    found: dict[UUID, list[Step]] = {goal.pk: [] for goal in goals}
    for step in _steps(tuple(found)):
        found[step.goal_id].append(step)
    return found


@composed
def _current(actor: Actor, client: UUID) -> GoalQuerySet:
    return _with_news(actor, client).current()[:CURRENT]


def _with_news(actor: Actor, client: UUID) -> GoalQuerySet:
    look = Visit.objects.filter(user=actor.user, client=client, page=PAGE).values("before")
    news = Revision.objects.filter(goal=OuterRef("pk"), at__gt=Subquery(look)).exclude(author=actor.user)
    said = Comment.objects.filter(goal=OuterRef("pk"), at__gt=Subquery(look)).exclude(author=actor.user)
    return _of_client(actor, client).marking_changed(news.reaching(actor), said.reaching(actor).still_there())


def _of_client(actor: Actor, client: UUID) -> GoalQuerySet:
    rows = Goal.objects.filter(client=client).order_by("-created_at", "-pk")
    return rows.reaching(actor) if may_read_facts(actor) else rows.none()


@composed
def _steps(goals: tuple[UUID, ...]) -> StepQuerySet:
    return Step.objects.filter(goal__in=goals).select_related("what_by").in_order()


def history_of(actor: Actor, goal: Goal) -> RevisionQuerySet:
    """Of a goal that was loaded for this reader."""
    return Revision.objects.filter(goal=goal).reaching(actor).select_related("author", "step")


def get_save(actor: Actor, goal: Goal, pk: UUID) -> Revision:
    """With its texts, of a goal that was loaded with its words for this reader."""
    rows = history_of(actor, goal).select_related("said_by", "settles__restores", "restores")
    save = rows.filter(pk=pk).first()
    if save is None:
        raise Http404
    return save


@composed
def changed_by_others(actor: Actor, goal: UUID, since: datetime) -> "QuerySet[Revision, tuple[Any, ...]]":
    """(step, changed, set beside) of the newest saves of a goal that was loaded for this reader."""
    rows = Revision.objects.filter(goal=goal, at__gt=since).reaching(actor).exclude(author=actor.user)
    return rows.order_by("-at", "-pk").values_list("step", "changed", "set_beside")[:LATELY]


@composed
def _goal(actor: Actor, pk: UUID, words: bool) -> GoalQuerySet:
    rows = _joined(Goal.objects.visible_to(actor)).filter(pk=pk)
    return rows if words else rows.facts()


def _joined(rows: GoalQuerySet) -> GoalQuerySet:
    """Not with everyone who wrote in it: they are mostly at hand, and each join costs PostgreSQL as much as a query."""
    return rows.select_related("client__user")


def _first(rows: Iterable[Goal]) -> Goal:
    for goal in rows:
        return goal
    raise Http404
