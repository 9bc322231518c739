"""When weekly hours are open, as instants: whatever clocks do."""

from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from accounts.models import WeeklyHours

HORIZON = timedelta(days=90)  # nothing is looked for later than this
_DAY = timedelta(days=1)
Span = tuple[datetime, datetime]  # UTC, from–to


def opens_next(at: datetime, hours: Iterable[WeeklyHours], zone: ZoneInfo) -> datetime | None:
    """`at` itself if it is within the hours, else when they begin next. UTC; None if they never do."""
    return next((opens for opens, _closes in open_spans(_in_utc(at), hours, zone)), None)


def open_spans(since: datetime, hours: Iterable[WeeklyHours], zone: ZoneInfo) -> Iterator[Span]:
    """Open time from `since` on, in order and without overlaps, up to HORIZON."""
    weekly = list(hours)
    if not weekly:
        return
    local = since.astimezone(zone).date()
    free = since  # everything before is told already
    day = local - _DAY
    while day <= local + HORIZON:
        today = [(span.opens, span.closes) for span in weekly if span.weekday == day.weekday()]
        for opens, closes in sorted(_in_instants(day, today, zone)):
            if closes > free:
                yield max(opens, free), closes
                free = closes
        day += _DAY


def _in_instants(day: date, spans: list[tuple[time, time]], zone: ZoneInfo) -> Iterator[Span]:
    if not spans:
        return
    for begins, ends, offset in _same_offset(day, zone):
        for opens, closes in spans:
            first = max(begins, datetime.combine(day, opens, UTC) - offset)
            last = min(ends, datetime.combine(day, closes, UTC) - offset)
            if first < last:
                yield first, last


def _same_offset(day: date, zone: ZoneInfo) -> Iterator[tuple[datetime, datetime, timedelta]]:
    """The day (and what lies around it) in stretches within which the zone's distance from UTC stays the same."""
    begins = min(_instants(day, zone))
    ends = max(_instants(day + _DAY, zone))
    while begins < ends:
        offset = _offset(begins, zone)
        until = ends if _offset(ends, zone) == offset else _change(begins, ends, zone)
        yield begins, until, offset
        begins = until


def _change(same: datetime, other: datetime, zone: ZoneInfo) -> datetime:
    """The second between the two in which the distance from UTC stops being that of `same`."""
    before = _offset(same, zone)
    while other - same > timedelta(seconds=1):
        middle = same + timedelta(seconds=(other - same) // timedelta(seconds=2))
        same, other = (middle, other) if _offset(middle, zone) == before else (same, middle)
    return other


def _instants(day: date, zone: ZoneInfo) -> tuple[datetime, datetime]:
    midnight = datetime.combine(day, time(), zone)
    return _in_utc(midnight), _in_utc(midnight.replace(fold=1))


def _offset(at: datetime, zone: ZoneInfo) -> timedelta:
    distance = at.astimezone(zone).utcoffset()
    assert distance is not None
    return distance


def _in_utc(at: datetime) -> datetime:
    return at.astimezone(UTC)
