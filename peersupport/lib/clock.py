"""The one source of "now".

In demo and tests `CLOCK_FILE` holds a number of seconds to add, so that real processes can be moved in time.
SQL never asks the database for its own time.
"""

from datetime import UTC, datetime, timedelta

from django.conf import settings


def now() -> datetime:
    """The current instant, aware, in UTC."""
    return datetime.now(UTC) + _offset()


def _offset() -> timedelta:
    if settings.CLOCK_FILE is None:
        return timedelta()
    try:
        return timedelta(seconds=float(settings.CLOCK_FILE.read_text()))
    except (FileNotFoundError, ValueError):
        return timedelta()
