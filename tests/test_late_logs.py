"""By when a log is signed in time: three business days, a day after a crisis, by the program's calendar."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.test import Client as Browser
from django.urls import reverse

from accounts.actions import change_time_zone
from home.demo.cast import Cast
from sessions import actions
from sessions.models import ContactLog
from tests.conftest import Clock

JANUARY = "?since=2027-01-01&until=2027-01-31"
LATE, REPORT = reverse("reports:rows", args=["late"]) + JANUARY, reverse("reports:caseload") + JANUARY
# In January 2027 the 4th is a Monday; the program's evening is the next day in UTC.
USUAL = [(4, 7), (5, 8), (6, 11), (7, 12), (8, 13), (9, 13), (10, 13)]
DAYS = [*((*days, {}) for days in USUAL), *((day, day + 1, {"service": "crisis"}) for day, _last in USUAL)]


@pytest.mark.parametrize("case", DAYS)
def test_the_last_day_is_in_time_and_the_next_is_not(
    cast: Cast,
    clock: Clock,
    sign_in: Callable[..., Browser],
    write_log: Callable[..., ContactLog],
    case: tuple[int, int, dict[str, Any]],
) -> None:
    day, due, said = case
    clock.set(datetime(2027, 1, day, 20, tzinfo=UTC))
    log = write_log(happened_on=date(2027, 1, day), time_zone="America/Los_Angeles", **said)
    change_time_zone(cast.dana, "Asia/Tokyo", by=None)  # the reader's own clock says nothing
    browser = sign_in("dana")

    def late() -> int:
        """The number in the report, and how many rows stand behind it."""
        number: int = browser.get(LATE).context["behind"].number
        assert browser.get(REPORT).context["total"]["late"] == number
        return number

    clock.set(datetime(2027, 1, due + 1, 7, 55, tzinfo=UTC))  # five minutes to midnight in Los Angeles
    assert late() == 0
    clock.set(datetime(2027, 1, due + 1, 8, 5, tzinfo=UTC))
    assert late() == 1  # still unsigned
    actions.sign_log(log, version=log.version, by=cast.actor("maya"))
    assert late() == 1
