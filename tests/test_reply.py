"""The page a link leads to: what it shows, to whom, for how long, and what an answer sets going."""

import io
import logging
import re
from collections.abc import Callable

import pytest
from django.conf import settings
from django.test import Client as Browser
from redis.exceptions import RedisError

from audit.models import Event
from checkins import actions, throttles
from checkins.deliveries import link_of
from checkins.kinds import KIND
from checkins.models import CheckIn
from checkins.rules.tokens import LENGTH
from clients.models import Client
from conversations.models import ReachOut
from home.demo.cast import Cast
from notifications.models import ContactPoint, Delivery
from peersupport.lib.clock import now
from peersupport.lib.logs import formatter
from tests.checking_in import los_angeles
from tests.conftest import Clock

Due = Callable[..., CheckIn]
WORDS = "the letter came, zebra-crossing"


@pytest.fixture
def phone() -> Browser:
    """Someone who has never been here, and who would be stopped by any forgery check."""
    return Browser(enforce_csrf_checks=True)


@pytest.fixture
def path(due: Due) -> str:
    """Of Alex's check-in of this minute."""
    return path_of(due())


def path_of(check_in: CheckIn) -> str:
    row = CheckIn.objects.select_related("agreement__client").get(pk=check_in.pk)
    return link_of(row).removeprefix(settings.PUBLIC_URL)


def said() -> tuple[str, str]:
    row = CheckIn.objects.answered().get()
    return row.answer, row.line


# --- what it shows ----------------------------------------------------------------------------------------------------
def test_it_opens_without_signing_in_and_shows_nothing_about_anyone(phone: Browser, path: str) -> None:
    page = phone.get(path)
    text = page.content.decode()
    assert page.status_code == 200
    assert "How is today?" in text
    assert page.headers["Referrer-Policy"] == "no-referrer"
    assert page.headers["Cache-Control"] == "no-store"
    assert not page.cookies
    for secret in ("Alex", "Reyes", "Maya", "Okafor", "Riverside", "check-in agreement", "every day", "9 AM"):
        assert secret.lower() not in text.lower()
    assert set(re.findall(r'(?:href|action|src)="([^"]+)"', text)) <= {
        "/static/img/favicon.svg",
        "/static/css/peersupport.css",
        "tel:988",
        "sms:988",
    }


@pytest.mark.parametrize("name", ["maya", "sam", "alex", "omar"])
def test_who_is_signed_in_makes_no_difference(
    name: str, phone: Browser, path: str, sign_in: Callable[..., Browser]
) -> None:
    assert sign_in(name).get(path).content == phone.get(path).content


def test_it_speaks_the_clients_language(phone: Browser, due: Due) -> None:
    page = phone.get(path_of(due("luz")), headers={"Accept-Language": "en"})
    assert 'lang="es"' in page.content.decode()
    assert page.headers["Content-Language"] == "es"


def test_looking_writes_nothing_and_answers_nothing(phone: Browser, path: str) -> None:
    events = Event.objects.count()
    for _ in range(3):
        phone.get(path)
        phone.head(path)
    assert Event.objects.count() == events
    assert not CheckIn.objects.answered().exists()


# --- answering --------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("answer", CheckIn.Answer.values)
def test_an_answer_needs_no_cookie(answer: str, phone: Browser, path: str) -> None:
    done = phone.post(path, {"answer": answer, "line": WORDS})
    assert (done.status_code, done.headers["Location"]) == (302, path)
    assert not done.cookies
    assert done.headers["Referrer-Policy"] == "no-referrer"
    assert said() == (answer, WORDS)
    assert WORDS not in phone.get(path).content.decode()


def test_an_answer_is_sealed_and_audited_as_given_by_link(phone: Browser, path: str, cast: Cast) -> None:
    phone.post(path, {"answer": "so-so", "line": WORDS})
    row = CheckIn.objects.answered().get()
    for stored in (row.answer_sealed, row.line_sealed, row.nonce_sealed):
        assert b"so-so" not in bytes(stored)
        assert b"zebra" not in bytes(stored)
    event = Event.objects.get(verb="check_in.answered")
    assert (event.hat, event.actor_id, event.subject_id) == ("link", cast.alex.pk, row.pk)


def test_something_that_is_no_answer_keeps_what_was_typed(phone: Browser, path: str) -> None:
    page = phone.post(path, {"answer": "", "line": WORDS})
    assert page.status_code == 422
    assert WORDS in page.content.decode()
    assert phone.post(path, {"answer": "good", "line": "a" * 1001}).status_code == 422
    assert phone.post(path, {"answer": "good", "line": "\x00"}).status_code == 422
    assert not CheckIn.objects.answered().exists()


def test_for_ten_minutes_another_answer_takes_its_place(phone: Browser, path: str, clock: Clock) -> None:
    phone.post(path, {"answer": "so-so", "line": WORDS})
    assert "So-so" in phone.get(path).content.decode()
    clock.move(minutes=9)
    phone.post(path, {"answer": "good", "line": ""})
    assert said() == ("good", WORDS)
    clock.move(minutes=2)  # ten minutes after the first one
    assert phone.post(path, {"answer": "not-today", "line": ""}).status_code == 409
    assert said() == ("good", WORDS)
    page = phone.get(path).content.decode()
    assert "Good" not in page
    assert "Your answer has arrived." in page
    assert "<form" not in page


def test_a_wish_for_a_call_opens_one_reach_out_that_turning_away_leaves_open(
    phone: Browser, path: str, clock: Clock, sign_in: Callable[..., Browser]
) -> None:
    for _ in range(3):
        phone.post(path, {"answer": "call", "line": WORDS})
    reach_out = ReachOut.objects.get()
    assert (reach_out.kind, reach_out.wants, reach_out.words) == ("talk", "call", WORDS)
    clock.move(minutes=1)
    phone.post(path, {"answer": "good", "line": ""})
    assert phone.post(path, {"answer": "call", "line": "and another line"}).status_code == 302
    assert said() == ("call", "and another line")
    phone.post(path, {"answer": "good", "line": ""})
    assert ReachOut.objects.get().waits
    page = phone.get(path).content.decode()
    assert "You said: <b>Good</b>" in page
    assert "The line you wrote stays" in page
    assert "You asked for a call" in page
    assert "You will hear by" in page
    record = sign_in("maya").get(f"/clients/{reach_out.client_id}/check-ins/").content.decode()
    assert "Good" in record
    assert "asked for a call" in record


def test_an_answer_stops_what_has_not_left(phone: Browser, path: str) -> None:
    phone.post(path, {"answer": "good"})
    row = CheckIn.objects.answered().get()
    assert [one.state for one in Delivery.objects.filter(kind=KIND, subject_id=row.pk)] == ["cancelled"]


# --- its end ----------------------------------------------------------------------------------------------------------
def test_a_link_ends_two_days_after_its_time(phone: Browser, path: str, clock: Clock) -> None:
    clock.set(los_angeles(6, 18, 8, 59))
    assert phone.get(path).status_code == 200
    clock.set(los_angeles(6, 18, 9, 1))
    for page in (phone.get(path), phone.post(path, {"answer": "good"})):
        assert page.status_code == 404
    assert not CheckIn.objects.answered().exists()


def test_a_link_before_its_time_and_one_called_off_are_over(phone: Browser, due: Due, cast: Cast) -> None:
    later = CheckIn.objects.exclude(pk=due().pk).latest("planned_for")
    assert phone.get(path_of(later)).status_code == 404
    actions.pause(later.agreement, by=cast.actor("alex"))
    assert phone.get(path_of(later)).status_code == 404


def test_a_link_ends_with_the_support(phone: Browser, path: str, cast: Cast) -> None:
    Client.objects.filter(pk=cast.clients["alex"].pk).update(closed_at=now())
    assert phone.post(path, {"answer": "good"}).status_code == 404
    assert not CheckIn.objects.answered().exists()


def test_what_never_was_and_what_is_over_look_the_same(phone: Browser, due: Due, clock: Clock) -> None:
    path = path_of(due("luz"))
    clock.move(hours=49)
    for wrong in ("/r/AAAAAAAAAAAAAAAAAAAAAA/", "/r/x/", "/r/%F0%9F%8C%9E/", "/r/" + "A" * 300 + "/"):
        over, never = phone.get(path), phone.get(wrong)
        assert (over.status_code, over.content) == (never.status_code, never.content)
        assert "988" in never.content.decode()
        assert never.headers["Referrer-Policy"] == "no-referrer"


# --- many requests ----------------------------------------------------------------------------------------------------
def test_unknown_links_are_counted_by_address(phone: Browser, path: str) -> None:
    statuses = [phone.get(f"/r/{number:022}/").status_code for number in range(25)]
    assert statuses == [404] * 20 + [429] * 5
    answer = phone.get(path)
    assert (answer.status_code, answer.headers["Retry-After"]) == (429, "600")
    assert "988" in answer.content.decode()
    assert Browser(REMOTE_ADDR="198.51.100.7").get(path).status_code == 200


def test_known_links_are_counted_too_but_generously(phone: Browser, path: str) -> None:
    statuses = [phone.get(path).status_code for _ in range(62)]
    assert statuses == [200] * 60 + [429] * 2


# --- nothing of it is kept --------------------------------------------------------------------------------------------
def test_the_address_of_a_page_never_stands_in_a_log_line(phone: Browser, path: str, clock: Clock) -> None:
    token = path.split("/")[2]
    assert len(token) == LENGTH
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(formatter())
    logger = logging.getLogger("django.request")
    logger.addHandler(handler)
    try:
        phone.post(path, {"answer": "", "line": WORDS})
        clock.move(hours=49)
        phone.get(path)
        phone.get(f"{path}?{token}")
    finally:
        logger.removeHandler(handler)
    assert "/r/…" in stream.getvalue()
    assert token not in stream.getvalue()
    assert "zebra" not in stream.getvalue()


def test_no_row_holds_the_token(due: Due, has_email: Callable[..., ContactPoint]) -> None:
    has_email()
    check_in = due(channel="email")
    token = path_of(check_in).split("/")[2]
    row = CheckIn.objects.get(pk=check_in.pk)
    assert token not in repr(vars(row))
    assert token not in repr(list(Delivery.objects.values()))


def test_what_is_counted_under_holds_no_address(path: str, monkeypatch: pytest.MonkeyPatch) -> None:
    keys: list[str] = []
    monkeypatch.setattr(throttles, "consume", lambda _request, *, key, **_rest: keys.append(key) or True)
    Browser(REMOTE_ADDR="198.51.100.7").get(path)
    assert keys
    assert not [key for key in keys if "198.51.100" in key]


def test_a_cache_that_is_away_stops_nobody(phone: Browser, path: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_args: object, **_rest: object) -> None:
        raise RedisError

    monkeypatch.setattr(throttles, "consume", broken)
    assert phone.post(path, {"answer": "call"}).status_code == 302
    assert ReachOut.objects.count() == 1
