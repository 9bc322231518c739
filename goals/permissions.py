"""Who may see and change goals, their steps and ideas. Loaders come in pairs: facts, and words."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db.models import Exists, OuterRef, QuerySet, Subquery
from django.http import Http404

from accounts.models import Actor, Role
from clients.models import Client, Visit
from clients.permissions import OpeningNeeded, is_own, may_read_facts, may_read_words
from goals.models import Goal, Revision, Step, Suggestion
from goals.models.goals import (
    GOAL_FACTS,
    GOAL_TEXTS,
    SHARED_TEXTS,
    STEP_FACTS,
    STEP_TEXTS,
    GoalQuerySet,
    StepQuerySet,
    Visibility,
)
from goals.models.ideas import SuggestionQuerySet
from goals.models.revisions import RevisionQuerySet
from peersupport.lib.composed import composed

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


def get_idea(actor: Actor, pk: UUID) -> Suggestion:
    found = Suggestion.objects.visible_to(actor).filter(pk=pk)
    idea = found.select_related("client__user", "client__program", "goal", "author").first()
    if idea is None:
        raise Http404
    return idea


def goals_of(actor: Actor, client: Client) -> GoalQuerySet:
    """Of a client that was loaded for this reader, newest first. Read words only if `may_read_words`."""
    rows = Goal.objects.filter(client=client).order_by("-created_at", "-pk")
    return rows.reaching(actor) if may_read_facts(actor) else rows.none()


def goals_with_news(actor: Actor, client: Client) -> GoalQuerySet:
    """The same, with `changed`: whether someone else changed it since this reader last looked at the list."""
    look = Visit.objects.filter(user=actor.user, client=client, page=PAGE).values("before")
    news = Revision.objects.filter(goal=OuterRef("pk"), at__gt=Subquery(look)).exclude(author=actor.user)
    return goals_of(actor, client).marking_changed(news.reaching(actor))


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
def _steps(goals: tuple[UUID, ...]) -> StepQuerySet:
    return Step.objects.filter(goal__in=goals).select_related("what_by").in_order()


def ideas_of(actor: Actor, client: Client) -> SuggestionQuerySet:
    """Of a client that was loaded for this reader, oldest first."""
    return _ideas(actor, client.pk)


def open_ideas_about(actor: Actor, goal: Goal) -> list[Suggestion]:
    """What waits for the client's answer, about a goal that was loaded for this reader."""
    return _open_ideas(actor, goal.client_id, goal.pk)


@composed
def _open_ideas(actor: Actor, client: UUID, goal: UUID) -> SuggestionQuerySet:
    return _ideas(actor, client).open().filter(goal=goal)


def _ideas(actor: Actor, client: UUID) -> SuggestionQuerySet:
    if not actor.wears(Role.Kind.CLIENT, Role.Kind.SPECIALIST):
        return Suggestion.objects.none()
    rows = Suggestion.objects.filter(client=client).reaching(actor)
    return rows.select_related("author", "goal").order_by("offered_at", "pk")


def ideas_waiting(client: Client) -> list[Suggestion]:
    """For the client's own eyes: what waits for their answer."""
    rows = Suggestion.objects.filter(client=client).open().select_related("author", "goal")
    return list(rows.order_by("offered_at", "pk"))


def answered_since(actor: Actor, since: datetime | None = None) -> list[Suggestion]:
    """This specialist's ideas that were answered, and whose answer they have not seen on the client's goals page."""
    if not actor.wears(Role.Kind.SPECIALIST):
        return []
    seen = Visit.objects.filter(
        client=OuterRef("client"), user=actor.user, page=PAGE, looked_at__gte=OuterRef("answered_at")
    )
    rows = Suggestion.objects.visible_to(actor).filter(~Exists(seen), author=actor.user, answered_at__isnull=False)
    rows = rows.filter(answered_at__gte=since) if since else rows
    return list(rows.select_related("client__user").order_by("-answered_at", "-pk")[:50])


def history_of(actor: Actor, goal: Goal) -> RevisionQuerySet:
    """Of a goal that was loaded for this reader."""
    return Revision.objects.filter(goal=goal).reaching(actor).select_related("author", "step")


@composed
def changed_by_others(actor: Actor, goal: UUID, since: datetime) -> "QuerySet[Revision, tuple[Any, ...]]":
    """(step, changed, set beside) of the newest saves of a goal that was loaded for this reader."""
    rows = Revision.objects.filter(goal=goal, at__gt=since).reaching(actor).exclude(author=actor.user)
    return rows.order_by("-at", "-pk").values_list("step", "changed", "set_beside")[:LATELY]


def may_write_here(actor: Actor, client: Client) -> bool:
    """The client, and the specialists who walk with them, of goals they see."""
    return is_own(actor, client) or actor.wears(Role.Kind.SPECIALIST)


def may_write_down(actor: Actor, client: Client) -> bool:
    """A new goal as the client told it, read back to them."""
    return actor.wears(Role.Kind.SPECIALIST) and not is_own(actor, client)


def may_write_as_told(actor: Actor, client: Client) -> bool:
    """Changes of a goal, as told: only where the client has no way to make them alone."""
    return may_write_down(actor, client) and not client.user.can_sign_in


def may_suggest(actor: Actor, client: Client) -> bool:
    return may_write_down(actor, client)


def writable(actor: Actor, client: Client, *, told: bool) -> frozenset[str]:
    """The fields of a goal this hat may write. `told`: in the client's name, as they said it."""
    if is_own(actor, client) or (told and may_write_as_told(actor, client)):
        return frozenset((*GOAL_TEXTS, *GOAL_FACTS))
    return frozenset(SHARED_TEXTS if actor.wears(Role.Kind.SPECIALIST) and not told else ())


def step_fields(actor: Actor, client: Client) -> frozenset[str]:
    return frozenset((*STEP_TEXTS, *STEP_FACTS) if may_write_here(actor, client) else ())


def is_private(goal: Goal) -> bool:
    return goal.visibility == Visibility.JUST_ME


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
