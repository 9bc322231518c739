"""When an agreed check-in comes: wall times of a person's own clock, turned into instants. Pure: no rows, no "now".

One occurrence for each agreed local day. A time that a clock jumps over comes at the first instant after the jump; a
time that comes twice comes the first time. A day that a place skips altogether has none.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

HORIZON = timedelta(hours=48)  # at least this far ahead everything is planned (RELIABILITY 1)
GRACE = timedelta(hours=4)  # a check-in that could not leave within this span is stale
ANSWERABLE = timedelta(hours=48)  # after the planned time
CHANGEABLE = timedelta(minutes=10)  # after the first answer

_DAY = timedelta(days=1)
_SECOND = timedelta(seconds=1)


@dataclass(frozen=True)
class Occurrence:
    """`day` and `at` are the local key; `instant` is when that is, in UTC."""

    day: date
    at: time
    instant: datetime


def occurrences(
    weekdays: Collection[int], at: time, zone: ZoneInfo, *, after: datetime, until: datetime
) -> Iterator[Occurrence]:
    """Everything whose instant lies in (after, until], in order. Monday is 0."""
    day, last = after.astimezone(zone).date() - _DAY, until.astimezone(zone).date() + _DAY
    while day <= last:
        if day.weekday() in weekdays:
            instant = first_instant(day, at, zone)
            if after < instant <= until and _is_of(day, instant, zone):
                yield Occurrence(day, at, instant)
        day += _DAY


def first_instant(day: date, at: time, zone: ZoneInfo) -> datetime:
    """The first instant at which a clock in `zone` shows this time, or has jumped over it; UTC."""
    early = datetime.combine(day, at, zone)  # fold 0: by the offset before a change
    instant = early.astimezone(UTC)
    if instant.astimezone(zone).replace(tzinfo=None) == early.replace(tzinfo=None):
        return instant
    # Jumped over: read by the offset after the change it lies before the change, read by the one before it, after.
    return _change(early.replace(fold=1).astimezone(UTC), instant, zone)


def _change(before: datetime, after: datetime, zone: ZoneInfo) -> datetime:
    """The instant between the two at which the clock jumps, to the second."""
    new = after.astimezone(zone).utcoffset()
    while after - before > _SECOND:
        middle = before + timedelta(seconds=(after - before) // _SECOND // 2)
        if middle.astimezone(zone).utcoffset() == new:
            after = middle
        else:
            before = middle
    return after


def _is_of(day: date, instant: datetime, zone: ZoneInfo) -> bool:
    """False where the whole day was jumped over: Samoa had no 30 December 2011."""
    return instant.astimezone(zone).date() == day or first_instant(day, time(), zone) < instant
