"""Every figure of the caseload report equals a second computation in plain Python, for random worlds and filters."""

import csv
from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

import pytest
from django.test import Client as Browser
from django.urls import reverse

from accounts.models import Actor
from home.demo.cast import Cast
from peersupport.lib.clock import now
from reports.figures.definitions import FIGURES
from sessions.models import ContactLog
from tests import random_world
from tests.brute_force import Filter, Line, Tables, count, held_by
from tests.conftest import Clock
from tests.random_world import World

PAGE, FILE, FIND = (reverse(f"reports:{name}") for name in ("caseload", "caseload-file", "find"))
Lines = dict[UUID, Line]
ALSO = [("also", one) for one in ("modes", "begun", "meetings", "check-ins")]
MODES = [mode for mode in ContactLog.Mode.values if mode != "voicemail"]
# The file's columns between the name and the end, in their order.
ALWAYS = ["contacts", "outside", "share", "minutes", "attempts", "goals", "promised", "heard", "unfinished", "late"]
COUNTED = [*ALWAYS, "planned", "by-client", "by-specialist", "by-others", "not-met", "meetings", "answered", "asked"]
COUNTED += [name for mode in MODES for name in (f"mode-{mode}", f"minutes-mode-{mode}")]


@pytest.fixture
def world(cast: Cast, clock: Clock) -> World:
    return random_world.begin(cast, clock, seed=20261120)


def as_supervisor(actor: Actor) -> Browser:
    browser = Browser()
    browser.force_login(actor.user, backend="accounts.backends.PersonBackend")
    session = browser.session
    session["hat"] = str(actor.role.pk)
    session.save()
    return browser


def filters(world: World, tables: Tables, number: int) -> Iterator[tuple[Actor, Filter]]:
    """At random: any supervisor, spans of a day to half a year, one of their specialists, the beginning of a name."""
    dice, today = world.dice, now().date()
    for _ in range(number):
        actor = dice.choice(world.supervisors)
        last = today - timedelta(days=dice.choice([-1, 0, 1, 5, 20, 60]))
        first = last - timedelta(days=dice.choice([0, 1, 6, 29, 90, 200]))
        theirs = sorted({pk for found in held_by(tables, actor).values() for pk in found})
        specialist = dice.choice([None, None, None, None, None, None, *theirs])
        sought = dice.choice([""] * 8 + ["jo", "Nunez", "angel", "o"])
        everything = dice.random() < 0.5
        yield (
            actor,
            Filter(first, last, dice.choice(["open", "both", "both", "closed"]), specialist, sought, everything),
        )


def query_of(browser: Browser, chosen: Filter) -> str:
    pairs = [
        ("since", str(chosen.first)),
        ("until", str(chosen.last)),
        ("state", chosen.state),
        *(ALSO if chosen.everything else []),
    ]
    pairs += [("specialist", str(chosen.specialist))] if chosen.specialist else []
    query = urlencode(pairs)
    if chosen.sought:
        query = browser.post(FIND, {"query": query, "sought": chosen.sought}).headers["Location"].partition("?")[2]
    return query


def lines_of(browser: Browser, url: str) -> list[list[str]]:
    answer = browser.get(url)
    assert answer.status_code == 200
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    lines = list(csv.reader(text.splitlines()))
    return lines[lines.index([]) + 2 :]


def expected(name: str, specialists: str, last: date | None, mark: Any, counts: Any) -> list[str]:
    whole = counts["contacts"]
    counted = {**counts, "share": round(100 * counts["outside"] / whole) if whole else ""}
    cells = [name, specialists, str(last or ""), str("" if mark is None else mark)]
    for column in COUNTED:
        number = counted.get(column, 0)
        cells.append(f"{number / 60:.1f}" if column.startswith("minutes") else str(number))
    return cells


def line_of(line: Line, names: dict[Any, str]) -> list[str]:
    user = line.client.user
    specialists = ", ".join(sorted({names[pk] for pk in line.specialists}))
    return expected(
        f"{user.first_name} {user.last_name}", specialists, line.last, line.client.quiet_after_days, line.counts
    )


def compare(world: World, number: int) -> int:
    """How many people stood in all these reports together."""
    tables, seen = Tables(), 0
    names = {role.user_id: f"{role.user.first_name} {role.user.last_name}" for role in tables.roles}
    browsers = {actor.role.pk: as_supervisor(actor) for actor in world.supervisors}
    for turn, (actor, chosen) in enumerate(filters(world, tables, number)):
        browser = browsers[actor.role.pk]
        query = query_of(browser, chosen)
        *people, total, end = lines_of(browser, f"{FILE}?{query}")
        for cells in people:
            cells[1] = ", ".join(sorted(cells[1].split(", ")))
        lines = count(tables, actor, chosen)
        width = 4 + len(COUNTED if chosen.everything else ALWAYS)
        counted = sorted(line_of(line, names)[:width] for line in lines.values())
        assert sorted(people) == counted, (actor.role, chosen)
        sums = sum_of(line.counts for line in lines.values())
        assert total == ["All of them", "", "", "", *expected("", "", None, None, sums)[4:width]]
        assert end == ["Rows", str(len(lines))]
        seen += len(lines)
        if turn % 5 == 0 and lines:
            compare_specialists(browser, query, lines, held_by(tables, actor), names)
            compare_rows(world, browser, query, lines)
            compare_weeks(browser, query, chosen, lines)
    return seen


def sum_of(counts: Iterable[Counter[str]]) -> Counter[str]:
    found: Counter[str] = Counter()
    for one in counts:
        found.update(one)
    return found


def compare_specialists(browser: Browser, query: str, lines: Lines, held: Any, names: dict[Any, str]) -> None:
    """Each one's own logs; those of everyone else in one line."""
    *found, _total, _end = lines_of(browser, f"{FILE}?{query}&by=specialists")
    mine = {pk for specialists in held.values() for pk in specialists}
    logged = {pk: sum_of(line.logged_by.get(pk, Counter()) for line in lines.values()) for pk in mine}
    others = [counts for line in lines.values() for pk, counts in line.logged_by.items() if pk not in mine]
    numbers = {cells[0]: cells[1:] for cells in found}
    for pk in mine:
        people = sum(pk in line.specialists for line in lines.values())
        if names[pk] in numbers or logged[pk]:
            assert numbers[names[pk]][:2] == [str(people), str(logged[pk]["contacts"])]
            assert numbers[names[pk]][4] == f"{logged[pk]['minutes'] / 60:.1f}"
            assert numbers[names[pk]][6:8] == [str(logged[pk]["unfinished"]), str(logged[pk]["late"])]
    assert ("someone else" in numbers) == bool(others)
    if others:
        assert numbers["someone else"][1] == str(sum_of(others)["contacts"])


def compare_rows(world: World, browser: Browser, query: str, lines: Lines) -> None:
    """As many rows stand behind a number as it says."""
    pk, line = world.pick(sorted(lines.items()))
    name = world.dice.choice([one for one in FIGURES if one != "two-way"])
    for whose, counts in (("", sum_of(one.counts for one in lines.values())), (f"&client={pk}", line.counts)):
        url = reverse("reports:rows-file", args=[name])
        assert lines_of(browser, f"{url}?{query}{whose}")[-1] == ["Rows", str(counts[name])], name


def compare_weeks(browser: Browser, query: str, chosen: Filter, lines: Lines) -> None:
    weeks = sum_of(line.weeks for line in lines.values())  # type: ignore[misc]
    shown = {
        (week.monday, planned): number
        for week in browser.get(f"{PAGE}?{query}").context["chart"].weeks
        for planned, number in ((True, week.planned), (False, week.outside))
    }
    assert {key: number for key, number in shown.items() if number} == dict(weeks)
    mondays = {monday for monday, _planned in shown}
    assert min(mondays) <= chosen.first < min(mondays) + timedelta(days=7)
    assert max(mondays) <= chosen.last < max(mondays) + timedelta(days=7)


@pytest.mark.slow
def test_every_figure_is_what_plain_counting_gives(world: World) -> None:
    random_world.live(world, days=60, acts=420)
    assert compare(world, 90) > 300
    random_world.live(world, days=40, acts=380)
    assert random_world.poverty(world) == {}
    assert compare(world, 110) > 350
