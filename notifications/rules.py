"""When a person may be reached, and how an address is compared. Pure."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from peersupport.lib.sealed import fingerprints

Span = tuple[time, time]  # from, until: wall times; from the first up to, not including, the second

_AHEAD = timedelta(days=3)  # how far to look for an allowed moment; what is daily returns sooner


def allowed_at(moment: datetime, zone: str, *, good: Span | None = None, quiet: Span | None = None) -> bool:
    """Whether someone in `zone` may be reached at this instant.

    Inside `good` (None: any hour) and outside `quiet` (None: no hour). A span whose end is not after its beginning
    goes over midnight; one that ends when it begins lasts the whole day.
    """
    wall = moment.astimezone(ZoneInfo(zone)).time()
    return (good is None or _within(wall, good)) and (quiet is None or not _within(wall, quiet))


def next_allowed(
    moment: datetime, zone: str, *, good: Span | None = None, quiet: Span | None = None
) -> datetime | None:
    """The first instant from `moment` on that is allowed, in UTC; None if the spans leave no time at all."""
    moment = moment.astimezone(UTC)
    if allowed_at(moment, zone, good=good, quiet=quiet):
        return moment
    # What is forbidden becomes allowed where good hours begin, where quiet hours end, or where the clocks change.
    edges = [span[side] for span, side in ((good, 0), (quiet, 1)) if span is not None]
    candidates = [*_instants(moment, ZoneInfo(zone), edges), *_clock_changes(moment, ZoneInfo(zone))]
    later = sorted(candidate for candidate in candidates if candidate > moment)
    return next((at for at in later if allowed_at(at, zone, good=good, quiet=quiet)), None)


def normalized(kind: str, value: str) -> str:
    """An address as it is compared: in small letters; a number as digits, with its plus sign."""
    value = value.strip()
    return value.lower() if kind == "email" else re.sub(r"[^\d+]", "", value)


def lookups(kind: str, value: str) -> list[str]:
    """Keyed digests of an address, one for each encryption key, the newest first. New rows store the first."""
    return fingerprints("contact point", kind, normalized(kind, value))


def _within(wall: time, span: Span) -> bool:
    begin, end = span
    return begin <= wall < end if begin < end else wall >= begin or wall < end


def _instants(moment: datetime, zone: ZoneInfo, walls: list[time]) -> Iterator[datetime]:
    """When clocks in `zone` show these times, around and after `moment`; an hour that comes twice gives two."""
    first = moment.astimezone(zone).date()
    for day in range(-1, _AHEAD.days + 1):
        for wall in walls:
            for fold in (0, 1):
                local = datetime.combine(first + timedelta(days=day), wall, zone).replace(fold=fold)
                yield local.astimezone(UTC)


def _clock_changes(moment: datetime, zone: ZoneInfo) -> Iterator[datetime]:
    """The instants after `moment` at which the offset of `zone` changes, to the second."""
    begin = moment.replace(microsecond=0)
    for hour in range(_AHEAD.days * 24):
        low, high = begin + timedelta(hours=hour), begin + timedelta(hours=hour + 1)
        if _offset(low, zone) == _offset(high, zone):
            continue
        while high - low > timedelta(seconds=1):
            middle = low + timedelta(seconds=(high - low) // timedelta(seconds=2))
            low, high = (middle, high) if _offset(middle, zone) == _offset(low, zone) else (low, middle)
        yield high


def _offset(moment: datetime, zone: ZoneInfo) -> timedelta | None:
    return moment.astimezone(zone).utcoffset()
