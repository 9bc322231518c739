"""What was agreed without the client's own sign-in, and the client has not looked at since."""

from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from accounts.models import User
from clients.models import Client, Visit
from goals.models import Goal, Suggestion
from peersupport.lib.clock import now
from peersupport.lib.ids import new_id

_IN_SOMEONES_PRESENCE = (Goal.AgreedHow.OWN_HAND, Goal.AgreedHow.SPOKEN, Goal.AgreedHow.PAPER)
_LATELY = 20
_State = Suggestion.State


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


def agreed_without_own_sign_in(client: Client, goal: Goal | None = None) -> list[SaidYes]:
    """For the client's own eyes: what they said yes to in someone's presence, from the next day by their own clock.

    Goals they have looked at since are left out. `goal`: only of this one, whose page they are just looking at.
    """
    zone = ZoneInfo(client.user.time_zone)
    today = datetime.combine(now().astimezone(zone).date(), time(), zone)
    goals = Goal.objects.filter(client=client, agreed_how__in=_IN_SOMEONES_PRESENCE, agreed_at__lt=today)
    goals = goals.exclude(lifecycle__in=[Goal.Lifecycle.REJECTED, Goal.Lifecycle.ENTERED_IN_ERROR])
    ideas = Suggestion.objects.filter(client=client, answered_how__in=_IN_SOMEONES_PRESENCE, answered_at__lt=today)
    ideas = ideas.filter(goal__isnull=False, state__in=[_State.TAKEN, _State.REWORDED])
    ideas = ideas.exclude(goal__lifecycle=Goal.Lifecycle.ENTERED_IN_ERROR)
    if goal is not None:
        goals, ideas = goals.filter(pk=goal.pk), ideas.filter(goal=goal)
    found = [_of_goal(row) for row in goals.select_related("agreed_with").order_by("-agreed_at")[:_LATELY]]
    rows = ideas.exclude(field="in_my_words").select_related("answered_with", "goal").order_by("-answered_at")
    found += [_of_idea(row) for row in rows[:_LATELY]]
    for said in found:
        said.goal.client = client
    return found if goal is not None else _not_looked_at(client, found)


def _of_goal(goal: Goal) -> SaidYes:
    assert goal.agreed_at is not None
    assert goal.agreed_with is not None
    return SaidYes(
        goal, goal.in_my_words, goal.languages.get("in_my_words", ""), goal.agreed_at, goal.agreed_with, goal.pk, True
    )


def _of_idea(idea: Suggestion) -> SaidYes:
    assert idea.goal is not None
    assert idea.answered_at is not None
    assert idea.answered_with is not None
    reworded = idea.state == _State.REWORDED
    return SaidYes(idea.goal, idea.text, idea.language, idea.answered_at, idea.answered_with, idea.pk, False, reworded)


def _not_looked_at(client: Client, found: list[SaidYes]) -> list[SaidYes]:
    if not found:
        return []
    looks = Visit.objects.filter(user=client.user_id, client=client, page__in=[said.goal.page for said in found])
    looked = dict(looks.values_list("page", "looked_at"))
    return [said for said in found if said.unseen_since(looked.get(said.goal.page))]
