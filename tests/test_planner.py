"""When check-ins come: every change of a clock, in every zone, in the ten years ahead."""

import bisect
import zoneinfo
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from importlib.metadata import version
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checkins.rules.planning import HORIZON, Occurrence, first_instant, occurrences

pytestmark = pytest.mark.one_engine

ROOT = Path(__file__).resolve().parent.parent
FIRST, LAST = datetime(2026, 1, 1, tzinfo=UTC), datetime(2036, 1, 1, tzinfo=UTC)
TIMES = (time(1, 30), time(2, 30), time(9), time(23, 30))
EVERY_DAY = range(7)
DAY, GRID = timedelta(days=1), timedelta(minutes=15)


def changes(zone: ZoneInfo) -> Iterator[datetime]:
    """Every instant from 2026 to 2035 at which the offset from UTC changes: found by looking at every week of them."""
    at, offset = FIRST, FIRST.astimezone(zone).utcoffset()
    while at < LAST:
        later = at + timedelta(days=7)
        if (new := later.astimezone(zone).utcoffset()) != offset:
            before, after = int(at.timestamp()), int(later.timestamp())
            while after - before > 1:
                middle = (before + after) // 2
                same = datetime.fromtimestamp(middle, zone).utcoffset() == offset
                before, after = (middle, after) if same else (before, middle)
            yield datetime.fromtimestamp(after, UTC)
            offset = new
        at = later


@cache
def every_change() -> list[tuple[str, datetime]]:
    return [(name, change) for name in sorted(zoneinfo.available_timezones()) for change in changes(ZoneInfo(name))]


def looked_up(zone: ZoneInfo, change: datetime) -> tuple[list[datetime], list[datetime]]:
    """Instants around a change every quarter of an hour, and the latest wall time shown by then."""
    instants = [change + GRID * step for step in range(-4 * 24 * 4, 4 * 24 * 4)]
    shown = [instant.astimezone(zone).replace(tzinfo=None) for instant in instants]
    latest = [shown[0]]
    for wall in shown[1:]:
        latest.append(max(latest[-1], wall))
    return instants, latest


def expected(days: list[date], at: time, instants: list[datetime], latest: list[datetime]) -> list[Occurrence]:
    """Brute force: the first instant at which the clock on the wall shows this time or has gone past it."""
    return [Occurrence(day, at, instants[bisect.bisect_left(latest, datetime.combine(day, at))]) for day in days]


def test_zones_come_from_the_pinned_package() -> None:
    assert zoneinfo.TZPATH == ()
    assert f"tzdata=={version('tzdata')} " in (ROOT / "requirements.txt").read_text()


@pytest.mark.slow
def test_every_change_of_every_zone_leaves_one_occurrence_for_each_local_day() -> None:
    cases, wrong = 0, []
    for name, change in every_change():
        zone = ZoneInfo(name)
        instants, latest = looked_up(zone, change)
        middle = change.astimezone(zone).date()
        days = [middle + DAY * offset for offset in range(-2, 3)]
        for at in TIMES:
            cases += 1
            # As the clockwork does it: a window that moves on, here by spans that never meet the change evenly.
            found: list[Occurrence] = []
            begin = datetime.combine(days[0], time(), UTC) - DAY
            while begin < change + 4 * DAY:
                found += occurrences(EVERY_DAY, at, zone, after=begin, until=begin + timedelta(hours=25, minutes=7))
                begin += timedelta(hours=25, minutes=7)
            if [one for one in found if one.day in days] != expected(days, at, instants, latest):
                wrong.append(f"{name} {change} {at}")
    assert not wrong, wrong[:20]
    assert cases > 15_000, f"only {cases} cases"


def test_a_time_the_clock_jumps_over_comes_right_after_the_jump() -> None:
    zone = ZoneInfo("America/Los_Angeles")
    assert first_instant(date(2027, 3, 14), time(2, 30), zone) == datetime(2027, 3, 14, 10, tzinfo=UTC)
    assert first_instant(date(2027, 3, 14), time(3, 0), zone) == datetime(2027, 3, 14, 10, tzinfo=UTC)


def test_a_time_that_comes_twice_comes_the_first_time() -> None:
    zone = ZoneInfo("America/Los_Angeles")
    assert first_instant(date(2027, 11, 7), time(1, 30), zone) == datetime(2027, 11, 7, 8, 30, tzinfo=UTC)


def test_a_day_that_a_place_skips_has_none() -> None:
    zone = ZoneInfo("Pacific/Apia")
    begin = datetime(2011, 12, 28, tzinfo=UTC)
    days = [one.day for one in occurrences(EVERY_DAY, time(9), zone, after=begin, until=begin + 5 * DAY)]
    assert date(2011, 12, 30) not in days
    assert {date(2011, 12, 29), date(2011, 12, 31)} <= set(days)


moments = st.datetimes(datetime(2026, 1, 1), datetime(2035, 12, 1), timezones=st.just(UTC))


@given(
    after=moments,
    hours=st.tuples(st.integers(1, 400), st.integers(0, 400)),
    at=st.times().map(lambda found: found.replace(microsecond=0, second=0)),
    weekdays=st.sets(st.integers(0, 6), min_size=1),
    name=st.sampled_from(sorted(zoneinfo.available_timezones())),
)
def test_it_does_not_matter_where_one_window_ends_and_the_next_begins(
    after: datetime, hours: tuple[int, int], at: time, weekdays: set[int], name: str
) -> None:
    zone, until = ZoneInfo(name), after + timedelta(hours=hours[0])
    middle = min(until, after + timedelta(hours=hours[1]))
    whole = list(occurrences(weekdays, at, zone, after=after, until=until))
    parts = [
        *occurrences(weekdays, at, zone, after=after, until=middle),
        *occurrences(weekdays, at, zone, after=middle, until=until),
    ]
    assert parts == whole
    assert [one.instant for one in whole] == sorted({one.instant for one in whole})
    assert {one.day.weekday() for one in whole} <= weekdays
    assert len({one.day for one in whole}) == len(whole)


def test_the_horizon_is_two_days() -> None:
    assert timedelta(hours=48) == HORIZON
