"""The program's promise as a time: so many minutes of its open hours, counted from when someone reached out."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from accounts.models import Program, WeeklyHours
from accounts.rules.hours import open_spans


def promise_of(program: Program, hours: Iterable[WeeklyHours], at: datetime) -> datetime | None:
    """When someone who reaches out at `at` will have heard, by this program's rule."""
    return promised_by(at, program.reply_promise_minutes, hours, ZoneInfo(program.time_zone))


def promised_by(opened_at: datetime, minutes: int, hours: Iterable[WeeklyHours], zone: ZoneInfo) -> datetime | None:
    """The end of the `minutes`-th open minute from the minute of `opened_at` on. UTC.

    Open is when a wall clock in `zone` shows a time within `hours`; an hour that a clock change repeats is open twice,
    one that it leaves out not at all. None without hours, without minutes, or beyond HORIZON.
    """
    at = opened_at.astimezone(UTC).replace(second=0, microsecond=0)
    left = timedelta(minutes=minutes)
    if not left:
        return None
    for opens, closes in open_spans(at, hours, zone):
        if closes - opens >= left:
            return opens + left
        left -= closes - opens
    return None
