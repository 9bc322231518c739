"""Quiet hours by brute force: every minute is looked at. What `notifications.rules` computes must be the same."""

import random
import sys
import zoneinfo
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from notifications.rules import allowed_at, next_allowed

Span = tuple[time, time]
ZONES = sorted(zoneinfo.available_timezones() - {"localtime", "posixrules"})
FIRST, LAST = datetime(2026, 1, 1, tzinfo=UTC), datetime(2036, 1, 1, tzinfo=UTC)
MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
AHEAD = timedelta(days=2)  # what is allowed at all is allowed within a day and a change of clocks


@dataclass(frozen=True)
class Case:
    moment: datetime
    zone: str
    good: Span | None
    quiet: Span | None


def allowed_by_hand(case: Case, moment: datetime) -> bool:
    wall = moment.astimezone(ZoneInfo(case.zone))
    return (wall.hour * 60 + wall.minute) in _minutes(case.good, case.quiet)


def next_by_hand(case: Case) -> datetime | None:
    """The moment itself, or the first whole minute after it that is allowed."""
    if allowed_by_hand(case, case.moment):
        return case.moment
    at = case.moment.replace(second=0, microsecond=0) + MINUTE
    end = case.moment + AHEAD
    while at < end:
        if allowed_by_hand(case, at):
            return at
        at += MINUTE
    return None


@lru_cache(maxsize=100_000)
def _minutes(good: Span | None, quiet: Span | None) -> frozenset[int]:
    """Minutes of the day that are allowed, counted one by one."""
    return frozenset((_walk(good) if good else set(range(1440))) - (_walk(quiet) if quiet else set()))


def _walk(span: Span) -> set[int]:
    minute, until = (edge.hour * 60 + edge.minute for edge in span)
    walked = {minute}
    while (minute := (minute + 1) % 1440) != until and len(walked) < 1440:
        walked.add(minute)
    return walked


@lru_cache(maxsize=1000)
def clock_changes(zone: str) -> tuple[datetime, ...]:
    """Days on which the offset of a zone changes, within ten years."""
    where, days = ZoneInfo(zone), [FIRST + number * DAY for number in range((LAST - FIRST).days)]
    return tuple(day for day in days if day.astimezone(where).utcoffset() != (day + DAY).astimezone(where).utcoffset())


def random_case(dice: random.Random) -> Case:
    """Every other one in the days of a clock change, where there are any."""
    zone = dice.choice(ZONES)
    changes = clock_changes(zone)
    seconds = dice.random() * 2 * 86_400
    if changes and dice.random() < 0.5:
        moment = dice.choice(changes) - DAY / 2 + timedelta(seconds=seconds)
    else:
        moment = FIRST + timedelta(seconds=dice.random() * (LAST - FIRST).total_seconds())
    return Case(moment, zone, _random_span(dice), _random_span(dice))


def _random_span(dice: random.Random) -> Span | None:
    if dice.random() < 0.25:
        return None
    begin, end = (time(dice.randrange(24), dice.choice((0, 0, 15, 30, 45, dice.randrange(60)))) for _ in "ab")
    return begin, end


def differing(number: int, seed: int = 2026) -> int:
    """How many of `number` cases differ; the first ones are shown."""
    dice, wrong = random.Random(seed), 0  # noqa: S311
    for _ in range(number):
        case = random_case(dice)
        spans = {"good": case.good, "quiet": case.quiet}
        same = allowed_at(case.moment, case.zone, **spans) == allowed_by_hand(case, case.moment)
        if not same or next_allowed(case.moment, case.zone, **spans) != next_by_hand(case):
            wrong += 1
            if wrong <= 5:
                print(f"differs: {case}", file=sys.stderr)
    return wrong
