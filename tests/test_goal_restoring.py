"""Any order of saves, choices and texts brought back: a text is one that a person typed, in that person's voice."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.models import User
from goals.actions.goals import change_goal, settle_texts
from goals.actions.restoring import restore_text
from goals.actions.writing import NotTheirs, Sent
from goals.models import Goal, Revision
from goals.models.goals import GOAL_TEXTS, OWN_WORDS, SHARED_TEXTS
from goals.rules import BESIDE, BOTH, FIELD
from home.demo.cast import Cast
from peersupport.lib.ids import new_id
from peersupport.lib.refusals import Stale
from tests.fixtures_goals import fresh


@dataclass(frozen=True)
class Deed:
    kind: str
    who: str
    field: str
    pick: int
    keep: str


DEEDS = st.builds(
    Deed,
    kind=st.sampled_from(["save", "save", "bring_back", "bring_back", "settle", "look"]),
    who=st.sampled_from(["alex", "maya"]),
    field=st.sampled_from(["why_it_matters", "who_helps", "who_helps"]),
    pick=st.integers(0, 99),
    keep=st.sampled_from([FIELD, BESIDE, BOTH]),
)


class Room:
    """A goal, what each of two people sees of it, and who typed which text."""

    def __init__(self, cast: Cast, goal: Goal) -> None:
        self.cast, self.goal = cast, goal
        self.sees = {"alex": 1, "maya": 1}
        self.typed: dict[str, dict[str, User]] = {name: {getattr(goal, name): cast.alex} for name in GOAL_TEXTS}
        self.number = 0

    def look(self, deed: Deed) -> None:
        self.sees[deed.who] = fresh(self.goal).version

    def save(self, deed: Deed) -> None:
        name = deed.field if deed.who == "alex" else SHARED_TEXTS[0]
        self.number += 1
        words = f"{name} {self.number}"
        self.typed[name][words] = self.cast.actor(deed.who).user
        sent = Sent({name: words}, self.sees[deed.who], new_id())
        change_goal(self.goal, sent, by=self.cast.actor(deed.who))

    def bring_back(self, deed: Deed) -> None:
        saves = [
            one for one in Revision.objects.filter(goal=self.goal).order_by("at", "pk") if getattr(one, deed.field)
        ]
        if not saves:
            return
        actor, save = self.cast.actor(deed.who), saves[deed.pick % len(saves)].pk
        try:
            restore_text(self.goal, deed.field, save, base=self.sees[deed.who], op_id=new_id(), by=actor)
        except NotTheirs:
            assert (deed.who, deed.field in OWN_WORDS) == ("maya", True)

    def settle(self, deed: Deed) -> None:
        for pk, _state in fresh(self.goal).beside.get(deed.field, [])[:1]:
            sent = Sent({}, self.sees[deed.who], new_id())
            with suppress(Stale, NotTheirs):
                settle_texts(self.goal, deed.field, UUID(pk), deed.keep, sent=sent, by=self.cast.actor(deed.who))

    def assert_as_typed(self) -> None:
        goal = fresh(self.goal)
        saves = list(Revision.objects.filter(goal=goal).select_related("author", "said_by"))
        for name, texts in self.typed.items():
            assert getattr(goal, name) in texts
            found = {getattr(save, name): save.voice(goal.client) for save in saves if getattr(save, name)}
            assert found == {words: person for words, person in texts.items() if words}
        if goal.who_helps:
            assert goal.who_helps_by == self.typed["who_helps"][goal.who_helps]


@pytest.mark.slow
@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(deeds=st.lists(DEEDS, max_size=14))
def test_a_text_is_always_one_that_a_person_typed_in_their_voice(
    cast: Cast, write_goal: Callable[..., Goal], deeds: list[Deed]
) -> None:
    room = Room(cast, write_goal())
    for deed in deeds:
        getattr(room, deed.kind)(deed)
        room.assert_as_typed()
