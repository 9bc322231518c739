"""Any order of saves, choices and repeats by three editors: nothing typed is lost, nothing is made up."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import pairwise
from typing import Any
from uuid import UUID

import pytest
from django.db import connection
from django.test import Client as Browser
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from goals.actions.goals import change_goal, settle_texts
from goals.actions.writing import Sent
from goals.models import Goal, Revision
from goals.models.goals import GOAL_TEXTS, OWN_WORDS, SHARED_TEXTS
from goals.rules import BESIDE, BOTH, FIELD, OPEN, stands_beside
from home.demo.cast import Cast
from peersupport.lib.ids import new_id
from peersupport.lib.refusals import Stale
from tests.fixtures_goals import fresh, save

EDITORS = ("alex", "alex", "maya")  # two windows of one person are two editors
QUIETLY = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)


@dataclass(frozen=True)
class Deed:
    """One thing an editor does: reads the page anew, chooses between texts, saves some fields, or types on in one.

    Each may be sent thrice."""

    editor: int
    kind: str
    fields: tuple[str, ...]
    keep: str
    times: int


DEEDS = st.builds(
    Deed,
    editor=st.integers(0, 2),
    kind=st.sampled_from(["save", "save", "type", "type", "type", "look", "settle"]),
    fields=st.lists(st.sampled_from(GOAL_TEXTS), min_size=1, max_size=3, unique=True).map(tuple),
    keep=st.sampled_from([FIELD, BESIDE, BOTH]),
    times=st.sampled_from([1, 1, 3]),
)


class Room:
    """A goal, three editors with the version each of them sees, and everything they typed."""

    def __init__(self, cast: Cast, goal: Goal) -> None:
        self.goal, self.actors = goal, [cast.actor(name) for name in EDITORS]
        self.sees = [1, 1, 1]
        self.typed: dict[str, set[str]] = {name: {getattr(goal, name)} for name in GOAL_TEXTS}
        self.number = 0
        self.boxes: dict[tuple[int, str], tuple[int, UUID]] = {}  # what each window types on from: base, save before

    def do(self, deed: Deed) -> None:
        if deed.kind == "look":
            self.sees[deed.editor] = fresh(self.goal).version
            self.boxes = {box: typing for box, typing in self.boxes.items() if box[0] != deed.editor}
        elif deed.kind == "settle":
            self.settle(deed)
        elif deed.kind == "type":
            self.type(deed)
        else:
            self.save(deed)

    def type(self, deed: Deed) -> None:
        """As static/js/save.js does: one field, on what its box is based on, going on with the save before."""
        name, box = deed.fields[0], (deed.editor, deed.fields[0])
        if name not in self.allowed(deed.editor):
            return
        self.number += 1
        text = f"{name} {self.number}"
        self.typed[name].add(text)
        base, before = self.boxes.get(box, (self.sees[deed.editor], None))
        sent = Sent({name: text}, base, new_id(), continues=before)
        for _ in range(deed.times):
            made = change_goal(self.goal, sent, by=self.actors[deed.editor])
            assert made.set_beside or made.version
        self.boxes[box] = (base if made.set_beside else made.version, sent.op_id)

    def save(self, deed: Deed) -> None:
        fields = {}
        for name in set(deed.fields) & set(self.allowed(deed.editor)):
            self.number += 1
            fields[name] = f"{name} {self.number}"
            self.typed[name].add(fields[name])
        sent, before = Sent(fields, self.sees[deed.editor], new_id()), Revision.objects.count()
        made: set[UUID] = set()
        for _ in range(deed.times if fields else 0):
            made.add(change_goal(self.goal, sent, by=self.actors[deed.editor]).pk)
        assert len(made) == Revision.objects.count() - before == bool(fields)

    @staticmethod
    def allowed(editor: int) -> tuple[str, ...]:
        return GOAL_TEXTS if EDITORS[editor] == "alex" else SHARED_TEXTS

    def settle(self, deed: Deed) -> None:
        goal = fresh(self.goal)
        for name, entries in goal.beside.items():
            if EDITORS[deed.editor] == "maya" and name in OWN_WORDS:
                continue
            sent = Sent({}, self.sees[deed.editor], new_id())
            for _ in range(deed.times):
                try:
                    settle_texts(goal, name, UUID(entries[0][0]), deed.keep, sent=sent, by=self.actors[deed.editor])
                except Stale:
                    return
            still = stands_beside(fresh(goal).beside, name, UUID(entries[0][0]).hex)
            assert still is (deed.keep == BOTH)
            return

    def assert_nothing_lost(self) -> None:
        goal = fresh(self.goal)
        saves = list(Revision.objects.filter(goal=goal).order_by("at", "pk"))
        made = sorted((save for save in saves if save.version), key=lambda save: save.version)
        assert [save.version for save in made] == list(range(1, goal.version + 1))
        for name, texts in self.typed.items():
            assert getattr(goal, name) in texts  # exactly one that a person typed
            found = {getattr(save, name) for save in saves if name in (*save.changed, *save.set_beside)}
            assert texts - {""} <= found  # each of them can be found again
            changes = [save for save in made if name in save.changed]
            if changes:
                assert getattr(changes[-1], name) == getattr(goal, name)  # the rows tell how it came to be
            for before, after in pairwise(changes):
                assert before.version <= after.base_version or after.settles  # nobody wrote over what they had not seen
        waiting = {pk for entries in goal.beside.values() for pk, state in entries if state == OPEN}
        typed_on = {save.continues_id.hex for save in saves if save.continues_id and save.pk.hex in waiting}
        assert not typed_on & waiting  # whoever types on has one text beside


@QUIETLY
@given(deeds=st.lists(DEEDS, max_size=14))
def test_nothing_typed_is_lost_and_nothing_made_up(
    cast: Cast, write_goal: Callable[..., Goal], deeds: list[Deed]
) -> None:
    room = Room(cast, write_goal(visibility="support"))
    for deed in deeds:
        room.do(deed)
        room.assert_nothing_lost()


@QUIETLY
@given(mine=st.sets(st.sampled_from(OWN_WORDS), min_size=1), theirs=st.sampled_from(["save", "step"]))
def test_other_fields_are_always_both_kept(
    cast: Cast, write_goal: Callable[..., Goal], mine: set[str], theirs: str
) -> None:
    goal = write_goal()
    change_goal(goal, Sent({"who_helps": "theirs"}, 1, new_id()), by=cast.actor("maya"))
    made = change_goal(goal, Sent({name: f"mine {name}" for name in mine}, 1, new_id()), by=cast.actor("alex"))
    goal = fresh(goal)
    assert {name: getattr(goal, name) for name in mine} == {name: f"mine {name}" for name in mine}
    assert goal.who_helps == "theirs"
    assert made.set_beside == []


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("fields", [{"who_helps": "once"}, {"in_my_words": "Once", "lifecycle": "on-hold"}])
def test_one_request_ten_times_at_the_same_moment_has_one_effect(
    fields: dict[str, str], cast: Cast, sign_in: Callable[..., Browser], write_goal: Callable[..., Goal]
) -> None:
    goal, op_id = write_goal(), str(new_id())
    browsers = [sign_in("alex") for _ in range(10)]

    def send(browser: Browser) -> int:
        try:
            answer: Any = save(browser, goal, op_id=op_id, **fields)
            return int(answer.status_code)
        finally:
            connection.close()

    with ThreadPoolExecutor(10) as pool:
        assert set(pool.map(send, browsers)) == {302}
    assert (fresh(goal).version, Revision.objects.count()) == (2, 2)


@pytest.mark.django_db(transaction=True)
def test_ten_texts_at_the_same_moment_all_stand_somewhere(
    cast: Cast, sign_in: Callable[..., Browser], write_goal: Callable[..., Goal]
) -> None:
    goal = write_goal()
    browsers = [sign_in("maya" if number % 2 else "alex") for number in range(10)]

    def send(number: int) -> int:
        try:
            answer: Any = save(browsers[number], goal, who_helps=f"text {number}")
            return int(answer.status_code)
        finally:
            connection.close()

    with ThreadPoolExecutor(10) as pool:
        codes = sorted(pool.map(send, range(10)))
    assert codes == [302, *[409] * 9]
    saves = Revision.objects.filter(goal=goal)
    assert {save.who_helps for save in saves} == {"", *(f"text {number}" for number in range(10))}
    assert len(fresh(goal).beside["who_helps"]) == 5
