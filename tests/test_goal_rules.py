"""How two saves become one: no field and no text is ever lost, and no text is one that nobody typed."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from goals.models import Goal
from goals.models.goals import GOAL_FACTS, GOAL_TEXTS, Visibility
from goals.rules import BESIDE, BOTH, FIELD, MOST_BESIDE, as_text, may_become, merge, put_beside, settle, stands_beside

pytestmark = pytest.mark.one_engine

FIELDS = (*GOAL_TEXTS, "dimension", "visibility")
width = Visibility.values.index  # they stand from the narrowest to the widest
VALUES = st.sampled_from(["", "a", "b", "c"])


def values() -> st.SearchStrategy[dict[str, str]]:
    """One value for each field; who sees it is always one of the three."""
    shared = st.sampled_from(Visibility.values)
    return st.fixed_dictionaries({name: shared if name == "visibility" else VALUES for name in FIELDS})


@given(base=values(), theirs=values(), mine=values(), sent=st.sets(st.sampled_from(FIELDS)))
def test_every_field_of_a_save_finds_its_place(
    base: dict[str, str], theirs: dict[str, str], mine: dict[str, str], sent: set[str]
) -> None:
    """`base` was on my page, they saved `theirs`, I send some of `mine`."""
    touched = {name for name in FIELDS if theirs[name] != base[name]}
    fields = {name: mine[name] for name in sent}
    merged = merge(fields, current=theirs, touched=touched, base=base)
    places = [merged.apply, merged.beside, merged.refused]
    assert sum(len(place) for place in places) == len({name for place in places for name in place})
    for name, value in fields.items():
        found = [place[name] for place in places if name in place]
        dirty = value != base[name] or (name == "visibility" and width(value) < width(theirs[name]))
        assert found == ([value] if dirty and value != theirs[name] else [])  # nothing is lost, nothing made up
        if name not in touched:
            assert not found or name in merged.apply  # other fields are always both kept
        elif found and name in GOAL_TEXTS and value:
            assert merged.beside[name] == value  # the same field: both texts stand
    assert set(merged.apply) & touched <= {"visibility"}  # nothing saved meanwhile is written over


@given(theirs=st.sampled_from(Visibility.values), mine=st.sampled_from(Visibility.values))
def test_an_old_page_can_share_less_but_never_more(theirs: str, mine: str) -> None:
    merged = merge(
        {"visibility": mine}, current={"visibility": theirs}, touched={"visibility"}, base={"visibility": "other"}
    )
    assert merged.apply == ({"visibility": mine} if width(mine) < width(theirs) else {})


@given(st.lists(st.tuples(st.sampled_from(["x", "y"]), st.integers(0, 99)), max_size=20))
def test_texts_stand_beside_a_field_newest_last_and_not_without_end(added: list[tuple[str, int]]) -> None:
    standing: dict[str, list[list[str]]] = {}
    for name, number in added:
        standing = put_beside(standing, [name], str(number))
    for name, entries in standing.items():
        numbers = [str(number) for other, number in added if other == name]
        assert [pk for pk, _state in entries] == numbers[-MOST_BESIDE:]


@pytest.mark.parametrize(
    ("keep", "left"),
    [
        (FIELD, {"who_helps": [["2", "open"]]}),
        (BESIDE, {"who_helps": [["2", "open"]]}),
        (BOTH, {"who_helps": [["1", "kept"], ["2", "open"]]}),
    ],
)
def test_settling_one_text_leaves_the_others(keep: str, left: Any) -> None:
    standing = put_beside(put_beside({}, ["who_helps"], "1"), ["who_helps"], "2")
    assert settle(standing, "who_helps", "1", keep) == left
    assert stands_beside(left, "who_helps", "2")
    assert settle(settle(standing, "who_helps", "1", FIELD), "who_helps", "2", FIELD) == {}


def test_no_state_is_a_dead_end_and_none_leads_to_an_idea() -> None:
    life = Goal.Lifecycle
    for now_is in life:
        assert may_become(now_is, life.ACTIVE) is (now_is != life.ACTIVE)
        assert not may_become(now_is, now_is)
        assert not may_become(now_is, life.PROPOSED)


def test_values_are_compared_as_they_are_kept() -> None:
    assert [as_text(value) for value in (None, "", "x")] == ["", "", "x"]
    assert set(GOAL_FACTS) & set(GOAL_TEXTS) == set()
