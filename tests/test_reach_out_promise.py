"""The promise as a time: so many open minutes of the program, against an oracle that looks at every single minute."""

import zoneinfo
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from itertools import pairwise

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from accounts.models import ProgramHours
from accounts.rules.hours import open_spans, opens_next
from conversations.rules import promised_by

LOS_ANGELES = zoneinfo.ZoneInfo("America/Los_Angeles")
WEEKDAYS = [(day, time(9), time(18)) for day in range(5)]
MINUTE = timedelta(minutes=1)
DAYS = 16  # the oracle looks no further
Weekly = list[tuple[int, time, time]]


def hours(weekly: Weekly) -> list[ProgramHours]:
    return [ProgramHours(weekday=day, opens=opens, closes=closes) for day, opens, closes in weekly]


def promise(local: str, minutes: int = 70, weekly: Weekly = WEEKDAYS, zone: zoneinfo.ZoneInfo = LOS_ANGELES) -> str:
    """In wall time, as the promise is read."""
    opened = datetime.fromisoformat(local).replace(tzinfo=zone)
    found = promised_by(opened, minutes, hours(weekly), zone)
    return f"{found.astimezone(zone):%a %H:%M}" if found else "none"


@pytest.mark.parametrize(
    ("opened", "heard_by"),
    [
        ("2026-11-18T14:10", "Wed 15:20"),
        ("2026-11-18T14:10:59", "Wed 15:20"),  # counted from the whole minute: what is shown is what is kept
        ("2026-11-18T16:50", "Wed 18:00"),  # the last minute of the day still counts
        ("2026-11-18T16:51", "Thu 09:01"),
        ("2026-11-18T17:30", "Thu 09:40"),
        ("2026-11-18T18:00", "Thu 10:10"),
        ("2026-11-18T02:04", "Wed 10:10"),
        ("2026-11-20T17:30", "Mon 09:40"),
        ("2026-11-21T12:00", "Mon 10:10"),
    ],
)
def test_it_counts_in_program_hours(opened: str, heard_by: str) -> None:
    assert promise(opened) == heard_by


def test_clocks_that_change_take_nothing_from_anyone() -> None:
    always = [(day, time(0), time(6)) for day in range(7)]
    assert promise("2026-03-08T01:30", 60, always) == "Sun 03:30"  # there is no 2 o'clock
    assert promise("2026-11-01T01:30", 60, always) == "Sun 01:30"  # there are two
    assert promise("2026-11-01T00:30", 300, always) == "Sun 04:30"


def test_without_hours_or_minutes_nothing_is_promised() -> None:
    assert promise("2026-11-18T14:10", weekly=[]) == "none"
    assert promise("2026-11-18T14:10", minutes=0) == "none"
    assert promise("2026-11-18T14:10", minutes=60 * 9 * 5 * 14) == "none"  # some time next spring is no promise


def test_hours_that_touch_or_overlap_count_once() -> None:
    weekly = [(2, time(9), time(12)), (2, time(11), time(13)), (2, time(13), time(14)), (2, time(9, 30), time(10))]
    assert promise("2026-11-18T08:00", 300, weekly) == "Wed 14:00"
    assert promise("2026-11-18T08:00", 301, weekly) == "Wed 09:01"


def is_open(at: datetime, weekly: Weekly, zone: zoneinfo.ZoneInfo) -> bool:
    local = at.astimezone(zone)
    return any(local.weekday() == day and opens <= local.time() < closes for day, opens, closes in weekly)


def oracle(opened: datetime, minutes: int, weekly: Weekly, zone: zoneinfo.ZoneInfo) -> datetime | None:
    at = opened.replace(second=0, microsecond=0)
    end = at + timedelta(days=DAYS)
    while at < end:
        minutes -= is_open(at, weekly, zone)
        at += MINUTE
        if not minutes:
            return at
    return None


@cache
def changes(name: str) -> list[datetime]:
    """Every moment 2026–2035 at which the zone's distance from UTC changes, to the minute."""
    zone, found = zoneinfo.ZoneInfo(name), []
    at, end = datetime(2026, 1, 1, tzinfo=UTC), datetime(2036, 1, 1, tzinfo=UTC)
    while at < end:
        later = at + timedelta(days=1)
        if at.astimezone(zone).utcoffset() != later.astimezone(zone).utcoffset():
            same, other = at, later
            while other - same > MINUTE:
                middle = same + (other - same) // 2
                same, other = (
                    (middle, other)
                    if middle.astimezone(zone).utcoffset() == at.astimezone(zone).utcoffset()
                    else (same, middle)
                )
            found.append(other.replace(second=0, microsecond=0))
        at = later
    return found


ZONES = sorted(zoneinfo.available_timezones() - {"localtime", "Factory"})
spans = st.tuples(st.integers(0, 6), st.integers(0, 1438), st.integers(1, 1439)).filter(lambda span: span[1] < span[2])
weeks = st.lists(spans, min_size=1, max_size=6).map(
    lambda found: [(day, time(o // 60, o % 60), time(c // 60, c % 60)) for day, o, c in found]
)


@st.composite
def moments(draw: st.DrawFn) -> tuple[str, datetime]:
    """Half of them within three days of a clock change, where there is one."""
    name = draw(st.sampled_from(ZONES))
    near = changes(name)
    base = draw(st.sampled_from(near)) if near and draw(st.booleans()) else datetime(2028, 5, 1, tzinfo=UTC)
    away = timedelta(minutes=draw(st.integers(-3 * 1440, 1440)), seconds=draw(st.integers(0, 59)))
    return name, base + away


@settings(max_examples=60, deadline=None)
@given(moments(), st.integers(1, 2000), weeks)
@example(("America/Los_Angeles", datetime(2026, 3, 8, 9, 30, tzinfo=UTC)), 60, [(6, time(0), time(6))])
@example(("Australia/Lord_Howe", datetime(2026, 4, 4, 14, 50, tzinfo=UTC)), 45, [(6, time(1), time(2))])
@example(
    ("America/Nuuk", datetime(2026, 10, 25, 0, 30, tzinfo=UTC)),
    90,
    [(5, time(23), time(23, 30)), (6, time(0), time(1))],
)
@example(("Africa/Casablanca", datetime(2026, 2, 15, 1, 30, tzinfo=UTC)), 120, [(6, time(2), time(4))])
def test_it_is_what_someone_finds_who_looks_at_every_minute(
    moment: tuple[str, datetime], minutes: int, weekly: Weekly
) -> None:
    name, opened = moment
    zone = zoneinfo.ZoneInfo(name)
    expected = oracle(opened, minutes, weekly, zone)
    found = promised_by(opened, minutes, hours(weekly), zone)
    if expected is None:
        assert found is None or found > opened + timedelta(days=DAYS) - MINUTE
    else:
        assert found == expected


@settings(max_examples=150, deadline=None)
@given(moments(), weeks)
def test_it_opens_next_when_the_wall_clock_first_says_so(moment: tuple[str, datetime], weekly: Weekly) -> None:
    name, since = moment
    zone = zoneinfo.ZoneInfo(name)
    found = opens_next(since, hours(weekly), zone)
    assert found is not None
    assert is_open(found, weekly, zone)
    if found > since:
        assert not is_open(since, weekly, zone)
        assert not is_open(found - timedelta(seconds=1), weekly, zone)


def test_spans_come_in_order_and_never_overlap() -> None:
    weekly = [(day, time(1, 15), time(23, 45)) for day in range(7)] + [(6, time(0), time(2))]
    found = list(open_spans(datetime(2026, 10, 20, tzinfo=UTC), hours(weekly), LOS_ANGELES))
    assert len(found) > 80
    assert all(opens < closes for opens, closes in found)
    assert all(before[1] <= after[0] for before, after in pairwise(found))
    assert found[0][0].astimezone(LOS_ANGELES).date() == date(2026, 10, 19)
