"""What was agreed without the client's own sign-in, and the client has not looked at since."""

from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import Exists, F, OuterRef, Q

from accounts.models import User
from clients.models import Client, Visit
from goals.models import Goal, Suggestion
from goals.models.goals import GoalQuerySet
from goals.models.ideas import PLACES, SuggestionQuerySet
from peersupport.lib.clock import now
from peersupport.lib.composed import composed
from peersupport.lib.ids import new_id

_IN_SOMEONES_PRESENCE = (Goal.AgreedHow.OWN_HAND, Goal.AgreedHow.SPOKEN, Goal.AgreedHow.PAPER)
_LATELY = 20
_State = Suggestion.State
_NOT_THEIRS = (Goal.Lifecycle.REJECTED, Goal.Lifecycle.ENTERED_IN_ERROR)


@dataclass(frozen=True)
class SaidYes:
    """`text`: what they said yes to; a goal as a whole, or an idea for one."""

    goal: Goal
    text: str
    language: str
    at: datetime
    beside: User  # who was there
    key: UUID  # of the row that says so
    whole: bool
    reworded: bool = False
    op_id: UUID = field(default_factory=new_id)  # of the form that takes it back

    @property
    def on(self) -> date:
        """By the client's own clock."""
        return self.at.astimezone(self.zone).date()

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.goal.client.user.time_zone)

    def unseen_since(self, looked: datetime | None) -> bool:
        """They are told until they looked on a later day: a look on the same one was not yet a look with time."""
        return looked is None or looked < datetime.combine(self.on + timedelta(days=1), time(), self.zone)


def agreed_without_own_sign_in(client: Client) -> list[SaidYes]:
    """For the client's own eyes: what they said yes to in someone's presence and have not looked at on a later day.

    From the next day on, by their own clock. One query while there is nothing.
    """
    today = _today(client)
    ideas = _ideas(client.pk, today)
    goals = _goals(client.pk, today)
    found = [_of_goal(goal) for goal in goals if _is_whole(goal, today)]
    by_id = {goal.pk: goal for goal in goals if goal.has_ideas}  # type: ignore[attr-defined]
    taken_up = ideas.filter(goal__in=by_id)[:_LATELY] if by_id else []
    found += [_of_idea(idea, by_id[idea.goal_id]) for idea in taken_up if idea.goal_id]
    for goal in goals:
        goal.client = client
    return _not_looked_at(client, found)


def told_on_its_page(goal: Goal, since: datetime | None) -> tuple[list[Suggestion], list[SaidYes]]:
    """For the client's own eyes, who looks at the page of one goal just now: what waits for their answer, and the same
    as above of this goal. One query. `since`: when they looked before.
    """
    today = _today(goal.client)
    rows = _waiting_or_agreed(goal.client_id, goal.pk, today)
    for idea in rows:
        idea.goal = goal
    waiting = [idea for idea in rows if idea.state == _State.OPEN]
    found = [_of_goal(goal)] if _is_whole(goal, today) and goal.lifecycle not in _NOT_THEIRS else []
    found += [_of_idea(idea, goal) for idea in rows if idea.state != _State.OPEN]
    waiting.sort(key=lambda idea: (idea.offered_at, idea.pk))
    return waiting, [said for said in found if said.unseen_since(since)]


@composed
def _waiting_or_agreed(client: UUID, goal: UUID, today: datetime) -> SuggestionQuerySet:
    """What waits comes first, so that however much was agreed nothing of it is left out."""
    rows = Suggestion.objects.filter(Q(state=_State.OPEN) | _taken_up(today), client=client, goal=goal)
    newest = rows.order_by(F("place").asc(nulls_last=True), "-answered_at", "-pk")[: len(PLACES) + _LATELY]
    return newest.select_related("author", "answered_with")


def _today(client: Client) -> datetime:
    """When it began, where the client is."""
    zone = ZoneInfo(client.user.time_zone)
    return datetime.combine(now().astimezone(zone).date(), time(), zone)


def _whole(today: datetime) -> Q:
    return Q(agreed_how__in=_IN_SOMEONES_PRESENCE, agreed_at__lt=today)


def _is_whole(goal: Goal, today: datetime) -> bool:
    return goal.agreed_how in _IN_SOMEONES_PRESENCE and goal.agreed_at is not None and goal.agreed_at < today


@composed
def _goals(client: UUID, today: datetime) -> GoalQuerySet:
    rows = Goal.objects.filter(client=client).exclude(lifecycle__in=_NOT_THEIRS)
    rows = rows.annotate(has_ideas=Exists(_ideas(client, today).filter(goal=OuterRef("pk"))))
    rows = rows.filter(_whole(today) | Q(has_ideas=True)).select_related("agreed_with")
    return rows.order_by("-agreed_at", "-pk")[:_LATELY]


def _ideas(client: UUID, today: datetime) -> SuggestionQuerySet:
    rows = Suggestion.objects.filter(_taken_up(today), client=client)
    return rows.select_related("answered_with").order_by("-answered_at", "-pk")


def _taken_up(today: datetime) -> Q:
    """For a goal of theirs. Other words for the goal itself are told as the whole goal."""
    agreed = Q(answered_how__in=_IN_SOMEONES_PRESENCE, answered_at__lt=today, goal__isnull=False)
    return agreed & Q(state__in=[_State.TAKEN, _State.REWORDED]) & ~Q(field="in_my_words")


def _of_goal(goal: Goal) -> SaidYes:
    assert goal.agreed_at is not None
    assert goal.agreed_with is not None
    return SaidYes(
        goal, goal.in_my_words, goal.languages.get("in_my_words", ""), goal.agreed_at, goal.agreed_with, goal.pk, True
    )


def _of_idea(idea: Suggestion, goal: Goal) -> SaidYes:
    assert idea.answered_at is not None
    assert idea.answered_with is not None
    reworded = idea.state == _State.REWORDED
    return SaidYes(goal, idea.text, idea.language, idea.answered_at, idea.answered_with, idea.pk, False, reworded)


def _not_looked_at(client: Client, found: list[SaidYes]) -> list[SaidYes]:
    if not found:
        return []
    looks = Visit.objects.filter(user=client.user_id, client=client, page__in=[said.goal.page for said in found])
    looked = dict(looks.values_list("page", "looked_at"))
    return [said for said in found if said.unseen_since(looked.get(said.goal.page))]
