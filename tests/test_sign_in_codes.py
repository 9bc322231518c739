"""A code by e-mail instead of a password, guesses that are slowed down, and an owner who gets in all the same."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.core import mail
from django.db import connection
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import SignInCode
from audit.models import Event
from home.actions import tick
from home.demo.cast import PASSWORD, Cast
from notifications.actions import add_contact_point, ask_for_code, confirm_code
from notifications.models import AddressCode, ContactPoint, Delivery
from tests.app_codes import totp
from tests.test_signing_in import enter

ASK, CODE, SIGN_IN = "/accounts/login/code/", "/accounts/login/code/enter/", "/accounts/login/"
SEED = "alex.mailbox@example.org"


@pytest.fixture
def mailbox(cast: Cast) -> ContactPoint:
    """Alex confirmed a mailbox, and may be e-mailed there."""
    return confirmed(cast, "alex")


def confirmed(cast: Cast, name: str, **ways: Any) -> ContactPoint:
    user, by = getattr(cast, name), cast.actor(name)
    point = add_contact_point(user, "email", f"{name}.mailbox@example.org", by=by, **{"may_email": True, **ways})
    ask_for_code(point, by=by)
    return confirm_code(point, AddressCode.objects.get(contact_point=point, ended_at=None).code, by=by)


def ask(browser: Browser, name: str = "alex", **more: Any) -> Any:
    return browser.post(ASK, {"login": f"{name}@example.org", **more})


def mailed() -> list[str]:
    """Sends what is due; the codes that were mailed, oldest first."""
    tick()
    found = [re.search(r"\b(\d{8})\b", str(letter.body)) for letter in mail.outbox]
    return [code.group(1) for code in found if code]


def signed_in(browser: Browser) -> bool:
    return "_auth_user_id" in browser.session


def text(answer: Any) -> str:
    return str(answer.content.decode())


# --- the way in -------------------------------------------------------------------------------------------------------
def test_a_client_signs_in_with_a_code(mailbox: ContactPoint, cast: Cast) -> None:
    browser = Browser()
    assert ask(browser, "Alex", next="/more/").url == f"{CODE}?next=%2Fmore%2F"
    assert mail.outbox == []  # nothing is sent while they wait for the page: its time would tell who is here
    (code,) = mailed()
    assert "Alex" not in mail.outbox[-1].subject + str(mail.outbox[-1].body)
    assert mail.outbox[-1].to == [SEED]
    assert browser.post(CODE, {"code": f"{code[:4]} {code[4:]}", "next": "/more/"}).url == "/more/"
    assert browser.get("/more/").status_code == 200
    assert Event.objects.filter(verb="sign_in_code.used", subject_id=cast.alex.pk).count() == 1
    assert mailed() == [code]


def test_someone_without_a_password(mailbox: ContactPoint, cast: Cast) -> None:
    cast.alex.set_unusable_password()
    cast.alex.save()
    browser = Browser()
    ask(browser)
    browser.post(CODE, {"code": mailed()[0]})
    assert browser.get("/").status_code == 200


def test_a_code_opens_once_and_only_where_it_was_asked_for(mailbox: ContactPoint) -> None:
    browser, thief = Browser(), Browser()
    ask(browser)
    (code,) = mailed()
    assert thief.post(CODE, {"code": code}).url == ASK
    ask(thief, "luz")
    assert thief.post(CODE, {"code": code}).status_code == 422
    same = Browser()
    same.cookies["sessionid"] = browser.cookies["sessionid"].value
    browser.post(CODE, {"code": code})
    assert signed_in(browser)
    row = SignInCode.objects.get(user__isnull=False)
    assert row.ended_at is not None
    again = Browser()
    ask(again)
    session = again.session
    session["sign_in_code"] = row.pk.hex
    session.save()
    assert again.post(CODE, {"code": code}).status_code == 422
    assert not signed_in(again)


def test_a_code_lasts_ten_minutes(mailbox: ContactPoint, clock: Any) -> None:
    browser = Browser()
    ask(browser)
    (code,) = mailed()
    clock.move(minutes=10, seconds=1)
    assert browser.post(CODE, {"code": code}).status_code == 422
    assert not signed_in(browser)


def test_five_wrong_codes_end_it(mailbox: ContactPoint) -> None:
    browser = Browser()
    ask(browser)
    (code,) = mailed()
    for _time in range(5):
        assert browser.post(CODE, {"code": "00000000"}).status_code == 422
    assert browser.post(CODE, {"code": code}).status_code == 422
    assert not signed_in(browser)


def test_nothing_is_lost_when_the_tick_comes_late_or_twice(mailbox: ContactPoint) -> None:
    ask(Browser())
    assert not Delivery.objects.filter(kind="sign-in-code").exists()
    tick()
    tick()
    assert Delivery.objects.filter(kind="sign-in-code").count() == 1
    assert len(mailed()) == 1


def test_what_is_too_old_is_neither_sent_nor_kept(mailbox: ContactPoint, clock: Any) -> None:
    ask(Browser())
    clock.move(minutes=11)
    assert mailed() == []
    clock.move(days=1)
    tick()
    assert not SignInCode.objects.exists()


# --- who gets one -----------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("ways", [{"may_email": False}, {"only_i_reach_out": True}, {"good_from": None}])
def test_only_where_its_owner_agreed(ways: dict[str, Any], cast: Cast) -> None:
    confirmed(cast, "alex", **ways)
    ask(Browser())
    assert len(mailed()) == int("good_from" in ways)


def test_not_to_an_address_nobody_confirmed(cast: Cast) -> None:
    add_contact_point(cast.alex, "email", SEED, may_email=True, by=cast.actor("alex"))
    ask(Browser())
    assert mailed() == []


@pytest.mark.parametrize("name", ["maya", "rio"])
def test_a_mailbox_alone_opens_no_staff_account(name: str, cast: Cast) -> None:
    confirmed(cast, name)
    ask(Browser(), name)
    assert mailed() == []


def test_staff_prove_their_second_step_as_well(cast: Cast, with_factor: Callable[..., Any]) -> None:
    confirmed(cast, "maya")
    _browser, secret = with_factor("maya")
    browser = Browser()
    ask(browser, "maya")
    assert browser.post(CODE, {"code": mailed()[0]}).url == "/accounts/code/"
    assert not signed_in(browser)
    browser.post("/accounts/code/", {"code": totp(secret)})
    assert signed_in(browser)


def test_a_closed_account_gets_none(mailbox: ContactPoint, cast: Cast) -> None:
    browser = Browser()
    ask(browser)
    (code,) = mailed()
    cast.alex.is_active = False
    cast.alex.save()
    assert browser.post(CODE, {"code": code}).status_code == 422
    ask(browser)
    assert mailed() == [code]


# --- known and unknown alike ------------------------------------------------------------------------------------------
def test_the_answers_tell_nobody_who_is_here(mailbox: ContactPoint, django_assert_num_queries: Any) -> None:
    seen = []
    for name in ("alex", "nobody-here", "toni"):
        browser = Browser()
        asked = ask(browser, name)
        pages = [asked.url, text(browser.get(CODE)), text(browser.post(CODE, {"code": "00000000"}))]
        seen.append([re.sub(r'value="[^"]*"', "", page) for page in pages])
        assert SignInCode.objects.order_by("-created_at").first().user is None  # type: ignore[union-attr]
    assert seen[0] == seen[1] == seen[2]
    with django_assert_num_queries(queries_of_asking("nobody-here")):
        ask(Browser(), "alex")


def queries_of_asking(name: str) -> int:
    with CaptureQueriesContext(connection) as seen:
        ask(Browser(), name)
    return len(seen)


# --- guesses ----------------------------------------------------------------------------------------------------------
def guess(number: int, **extra: Any) -> Any:
    browser = Browser(headers={"X-Forwarded-For": f"198.51.100.{number}"}, **extra)
    return browser.post(SIGN_IN, {"login": "alex@example.org", "password": f"guess {number}"})


def test_forty_guesses_behind_made_up_addresses(mailbox: ContactPoint, cast: Cast) -> None:
    answers = [guess(number) for number in range(40)]
    assert [answer.status_code for answer in answers] == [200] * 10 + [429] * 30
    assert not any(signed_in(answer.client) for answer in answers)
    right = Browser(headers={"X-Forwarded-For": "198.51.100.200"})
    assert enter(right, "alex").status_code == 429  # not even with the right password, from there
    owner = Browser(REMOTE_ADDR="203.0.113.9")
    assert enter(owner, "alex").url == "/"
    assert signed_in(owner)


def test_behind_a_trusted_proxy_what_it_adds_counts(settings: Any, cast: Cast) -> None:
    settings.TRUSTED_PROXY_COUNT = settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1

    def through_proxy(number: int, address: str) -> Any:
        browser = Browser(headers={"X-Forwarded-For": f"198.51.100.{number}, {address}"})
        return browser.post(SIGN_IN, {"login": "alex@example.org", "password": "guess"})

    assert [through_proxy(number, "192.0.2.7").status_code for number in range(12)] == [200] * 10 + [429] * 2
    assert through_proxy(0, "192.0.2.8").status_code == 200


def test_guesses_from_everywhere_end_too_and_the_code_still_opens(mailbox: ContactPoint) -> None:
    answers = [guess(0, REMOTE_ADDR=f"203.0.113.{number}") for number in range(70)]
    assert [answer.status_code for answer in answers] == [200] * 60 + [429] * 10
    owner = Browser(REMOTE_ADDR="192.0.2.1")
    refused = enter(owner, "alex", next="/more/")
    assert refused.status_code == 429
    page = text(refused)
    assert "Send me a code" in page
    assert 'value="alex@example.org"' in page
    ask(owner, next="/more/")
    owner.post(CODE, {"code": mailed()[-1]})
    assert signed_in(owner)


def test_the_right_password_uses_nothing_up(cast: Cast) -> None:
    for _time in range(15):
        assert enter(Browser(), "alex", PASSWORD).status_code == 302


def test_asking_for_codes_floods_nobody(mailbox: ContactPoint) -> None:
    answers = [ask(Browser()) for _time in range(8)]
    assert [answer.status_code for answer in answers] == [302] * 5 + [429] * 3
    assert "many tries" in text(answers[-1])
    assert ask(Browser(REMOTE_ADDR="203.0.113.9")).status_code == 302
    assert len(mailed()) == 6
    assert reverse("ask-for-code") == ASK
