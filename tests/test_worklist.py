"""The supervisor's home: who has gone quiet, what lies unsigned, what ends soon; each with a way to it."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.test import Client as Browser

from accounts import actions as accounts
from accounts.models import Supervision
from audit.models import Event
from clients import actions as clients
from clients.models import Assignment, KeptFrom, Pause
from home.demo.cast import Cast
from peersupport.lib.clock import now
from reports.figures.worklist import working_day_before
from sessions.models import ContactLog
from tests.conftest import Clock

QUIET, UNSIGNED, ENDING, NOTHING = "Gone quiet", "Logs without a signature", "Ending soon", "Nothing waits for you."


@pytest.fixture
def dana(cast: Cast, clock: Clock, sign_in: Callable[..., Browser]) -> Callable[[], str]:
    """Her home as it stands, on a Wednesday in winter."""
    clock.set(datetime(2027, 1, 13, 20, tzinfo=UTC))
    Assignment.objects.filter(kind="cover").update(ends_at=now() + timedelta(days=15))
    browser = sign_in("dana")

    def look() -> str:
        return browser.get("/").content.decode()

    return look


def test_a_quiet_day(dana: Callable[[], str]) -> None:
    page = dana()
    assert NOTHING in page
    assert not [text for text in (QUIET, UNSIGNED, ENDING) if text in page]


def test_beyond_their_own_mark_and_not_a_day_before(
    dana: Callable[[], str], cast: Cast, write_log: Callable[..., ContactLog]
) -> None:
    write_log("toni", signed=True, happened_on=date(2027, 1, 6), time_zone="America/Los_Angeles")
    clients.set_quiet_mark(cast.clients["toni"], 7, by=cast.actor("maya"))
    assert QUIET not in dana()
    clients.set_quiet_mark(cast.clients["toni"], 6, by=cast.actor("maya"))
    page = dana()
    assert QUIET in page
    assert "Toni Baker" in page
    assert "last talk Wednesday, January 6" in page
    assert "own mark: 6 days" in page
    assert f'href="/clients/{cast.clients["toni"].pk}/"' in page


def test_the_mark_waits_while_they_are_away(dana: Callable[[], str], cast: Cast) -> None:
    toni, maya = cast.clients["toni"], cast.actor("maya")
    clients.set_quiet_mark(toni, 6, by=maya)
    assert QUIET in dana()
    clients.note_pause(toni, Pause.Kind.HOSPITAL, date(2027, 1, 1), None, by=maya)
    assert QUIET not in dana()
    clients.end_pause(toni, by=maya)
    assert QUIET in dana()


@pytest.mark.parametrize(
    ("said", "quiet"),
    [
        ({}, False),
        ({"signed": True}, False),
        ({"outcome": "did-not-connect"}, True),
        ({"mode": "voicemail"}, True),
        ({"outcome": "left-message", "signed": True}, True),
    ],
)
def test_only_a_talk_ends_the_quiet(
    dana: Callable[[], str], cast: Cast, write_log: Callable[..., ContactLog], said: dict[str, Any], quiet: bool
) -> None:
    clients.set_quiet_mark(cast.clients["toni"], 6, by=cast.actor("maya"))
    assert "no talk yet" in dana()
    write_log("toni", **said)
    assert (QUIET in dana()) == quiet


def test_unsigned_logs_after_a_whole_working_day(
    dana: Callable[[], str], cast: Cast, write_log: Callable[..., ContactLog], sign_in: Callable[..., Browser]
) -> None:
    write_log(happened_on=date(2027, 1, 12), time_zone="America/Los_Angeles")
    assert UNSIGNED not in dana()
    for day in (11, 4):
        write_log(happened_on=date(2027, 1, day), time_zone="America/Los_Angeles")
    page = dana()
    assert "2 logs, the oldest from Monday, January 4" in page
    address = page[page.index("/reports/caseload/rows/unfinished/") :].partition('"')[0].replace("&amp;", "&")
    assert "2 rows." in sign_in("dana").get(address).content.decode()


def test_what_ends_within_two_weeks(dana: Callable[[], str]) -> None:
    Assignment.objects.filter(kind="cover").update(ends_at=now() + timedelta(days=13))
    page = dana()
    assert ENDING in page
    assert "Noor H. covers until Tuesday, January 26" in page.replace("\n", " ")


@pytest.mark.parametrize("end", ["supervision", "kept away", "closed"])
def test_nobody_outside_her_care(
    dana: Callable[[], str], cast: Cast, write_log: Callable[..., ContactLog], end: str
) -> None:
    toni = cast.clients["toni"]
    clients.set_quiet_mark(toni, 6, by=cast.actor("maya"))
    assert "Toni Baker" in dana()
    if end == "supervision":
        accounts.end_supervision(Supervision.objects.get(supervisor=cast.dana, specialist=cast.maya), by=None)
    elif end == "kept away":
        KeptFrom.objects.create(client=toni, person=cast.dana, asked_at=now(), in_force_since=now())
    else:
        type(toni).objects.filter(pk=toni.pk).update(closed_at=now())
    assert "Toni Baker" not in dana()


def test_leaves_one_event(dana: Callable[[], str]) -> None:
    before = Event.objects.count()
    dana()
    assert Event.objects.count() == before + 1


@pytest.mark.parametrize(("day", "before"), [(13, 12), (11, 8), (10, 8), (9, 8)])
def test_the_working_day_before(day: int, before: int) -> None:
    assert working_day_before(date(2027, 1, day)) == date(2027, 1, before)
