"""The one source of "now".

In demo and tests `CLOCK_FILE` holds a number of seconds to add, so that real processes can be moved in time.
SQL never asks the database for its own time.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime, timedelta

from django.conf import settings

_standing: ContextVar[datetime | None] = ContextVar("standing", default=None)


def now() -> datetime:
    """The current instant, aware, in UTC."""
    return _standing.get() or datetime.now(UTC) + _offset()


@contextmanager
def standing_at(moment: datetime) -> Iterator[None]:
    """In this thread the clock stands still: for what is composed once and asked at other times (lib/composed.py),
    and for the past of the demo, which comes to be by real actions (home/demo/year)."""
    token = _standing.set(moment.astimezone(UTC))
    try:
        yield
    finally:
        _standing.reset(token)


def _offset() -> timedelta:
    if settings.CLOCK_FILE is None:
        return timedelta()
    try:
        return timedelta(seconds=float(settings.CLOCK_FILE.read_text()))
    except (FileNotFoundError, ValueError):
        return timedelta()
