"""Changing one's own password, and choosing a new one with a code from the mailbox when it is forgotten."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.core import mail
from django.test import Client as Browser

from accounts.actions import change_password
from accounts.models import SignInCode, User
from audit.models import Event
from home.demo.cast import PASSWORD, Cast
from notifications.models import ContactPoint, Delivery
from peersupport.lib.refusals import Refusal
from tests.app_codes import totp
from tests.test_my_sign_ins import ANDROID, MAC, at, here
from tests.test_sign_in_codes import confirmed, mailed, signed_in, text
from tests.test_signing_in import enter

CHANGE, FORGOTTEN, CHOOSE = "/more/password/", "/accounts/password/forgotten/", "/accounts/password/new/"
NEW = "a door that closes"


@pytest.fixture
def mailbox(cast: Cast) -> ContactPoint:
    return confirmed(cast, "alex")


def change(browser: Browser, old: str = PASSWORD, new: str = NEW, again: str = NEW) -> Any:
    return browser.post(CHANGE, {"old": old, "password": new, "again": again})


def forgotten(browser: Browser, name: str = "alex", **more: Any) -> Any:
    return browser.post(FORGOTTEN, {"login": f"{name}@example.org", **more})


def choose(browser: Browser, code: str, new: str = NEW, again: str = NEW, **more: Any) -> Any:
    return browser.post(CHOOSE, {"code": code, "password": new, "again": again, **more})


def opens(name: str, password: str) -> bool:
    return signed_in(enter(Browser(REMOTE_ADDR="192.0.2.9"), name, password).client)


# --- changing ---------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("name", ["alex", "maya", "dana", "omar"])
def test_the_new_one_counts_and_only_this_sign_in_stays(name: str, cast: Cast) -> None:
    phone, computer = at(ANDROID, name), at(MAC, name)
    assert change(phone).url == "/more/"
    assert "You sign in with the new password" in text(phone.get("/more/"))
    assert here(phone)
    assert not here(computer)
    assert opens(name, NEW)
    assert not opens(name, PASSWORD)
    event = Event.objects.get(verb="password.changed")
    assert (event.actor_id, event.subject_id) == (getattr(cast, name).pk,) * 2


@pytest.mark.parametrize(
    ("old", "new", "again", "says"),
    [
        ("not this one", NEW, NEW, "This is not your password."),
        ("", NEW, NEW, "Please type your password."),
        (PASSWORD, "", "", "Please choose a password."),
        (PASSWORD, NEW, "a door", "These two are not the same."),
        (PASSWORD, "short", "short", "at least 8"),
        (PASSWORD, "12345678", "12345678", "too common"),
        (PASSWORD, "a\x00door that closes", "a\x00door that closes", "cannot be saved"),
    ],
)
def test_what_cannot_be_one(cast: Cast, old: str, new: str, again: str, says: str) -> None:
    phone, computer = at(ANDROID), at(MAC)
    answer = change(phone, old, new, again)
    assert answer.status_code == 422
    assert says in text(answer)
    assert NEW not in text(answer)
    assert here(computer)
    assert opens("alex", PASSWORD)
    assert not Event.objects.filter(verb="password.changed").exists()


def test_guessing_at_an_open_page_ends_as_at_sign_in(cast: Cast) -> None:
    phone = at(ANDROID)
    answers = [change(phone, f"guess {number}") for number in range(12)]
    assert "many tries" in text(answers[-1])
    assert change(phone).status_code == 422
    assert opens("alex", PASSWORD)


def test_whoever_has_none_chooses_one_after_a_sign_in_just_now(cast: Cast, clock: Any, mailbox: ContactPoint) -> None:
    User.objects.filter(pk=cast.alex.pk).update(password="!")
    browser = Browser()
    browser.post("/accounts/login/code/", {"login": "alex@example.org"})
    browser.post("/accounts/login/code/enter/", {"code": mailed()[0]})
    assert "Choose a password" in text(browser.get(CHANGE))
    clock.move(minutes=10)
    browser.get("/more/")
    clock.move(minutes=10)
    assert "sign in again with a fresh code" in text(change(browser, ""))
    clock.move(minutes=-20)
    assert change(browser, "").url == "/more/"
    assert opens("alex", NEW)


def test_changed_in_another_window_meanwhile(cast: Cast) -> None:
    loaded = User.objects.get(pk=cast.alex.pk)
    assert change(at(ANDROID)).status_code == 302
    with pytest.raises(Refusal):
        change_password(loaded, "a third one here", by=cast.actor("alex"), besides="")
    assert opens("alex", NEW)


# --- forgotten --------------------------------------------------------------------------------------------------------
def test_a_code_and_a_new_password(mailbox: ContactPoint, cast: Cast) -> None:
    elsewhere, browser = at(MAC), Browser()
    assert "I forgot my password" in text(browser.get("/accounts/login/"))
    assert forgotten(browser, "Alex", next="/reach-me/").url == f"{CHOOSE}?next=%2Freach-me%2F"
    assert mail.outbox == []
    (code,) = mailed()
    assert not re.search("Alex|assword", mail.outbox[-1].subject + str(mail.outbox[-1].body))
    assert Delivery.objects.filter(kind="sign-in-code").count() == 1
    assert choose(browser, f"{code[:4]}-{code[4:]}", next="/reach-me/").url == "/reach-me/"
    assert "Your new password works" in text(browser.get("/more/"))
    assert not here(elsewhere)
    assert opens("alex", NEW)
    assert not opens("alex", PASSWORD)
    for verb in ("password.reset", "sign_ins.ended"):
        assert Event.objects.filter(verb=verb, subject_id=cast.alex.pk).count() == 1


def test_wrong_codes_change_nothing_and_five_of_them_end_it(mailbox: ContactPoint) -> None:
    browser, elsewhere = Browser(), at(MAC)
    forgotten(browser)
    (code,) = mailed()
    for _time in range(5):
        assert choose(browser, "00000000").status_code == 422
    assert choose(browser, code).status_code == 422
    assert SignInCode.objects.get().tries == 5
    assert here(elsewhere)
    assert opens("alex", PASSWORD)
    assert not signed_in(browser)


def test_a_password_that_cannot_be_one_costs_no_try(mailbox: ContactPoint) -> None:
    browser = Browser()
    forgotten(browser)
    (code,) = mailed()
    for new, again in (("short", "short"), (NEW, "another"), ("", "")):
        assert choose(browser, code, new, again).status_code == 422
    assert SignInCode.objects.get().tries == 0
    assert choose(browser, code).url == "/"


def test_only_where_it_was_asked_for_once_and_for_ten_minutes(mailbox: ContactPoint, clock: Any) -> None:
    browser, thief = Browser(), Browser()
    forgotten(browser)
    (code,) = mailed()
    assert choose(thief, code).url == FORGOTTEN
    forgotten(thief, "luz")
    assert choose(thief, code).status_code == 422
    clock.move(minutes=10, seconds=1)
    assert choose(browser, code).status_code == 422
    assert opens("alex", PASSWORD)
    clock.move(minutes=-10)
    assert choose(browser, code).status_code == 302
    browser.post("/accounts/logout/")
    assert choose(browser, code, "another one here", "another one here").url == FORGOTTEN
    assert opens("alex", NEW)


def test_the_answers_tell_nobody_who_is_here(mailbox: ContactPoint) -> None:
    seen = []
    for name in ("alex", "nobody-here", "toni", "maya"):
        browser = Browser()
        asked = forgotten(browser, name)
        pages = [asked.url, text(browser.get(CHOOSE)), text(choose(browser, "00000000"))]
        seen.append([re.sub(r'value="[^"]*"', "", page) for page in pages])
    assert all(pages == seen[0] for pages in seen)
    assert len(mailed()) == 1


def test_asking_floods_nobody_and_counts_with_codes_for_signing_in(mailbox: ContactPoint) -> None:
    answers = [forgotten(Browser()) for _time in range(4)]
    answers += [Browser().post("/accounts/login/code/", {"login": "alex@example.org"}) for _time in range(2)]
    answers += [forgotten(Browser())]
    assert [answer.status_code for answer in answers] == [302] * 5 + [429] * 2
    assert "many tries" in text(answers[-1])


# --- staff ------------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("name", ["maya", "rio"])
def test_a_mailbox_alone_opens_no_staff_account(name: str, cast: Cast) -> None:
    confirmed(cast, name)
    browser = Browser()
    forgotten(browser, name)
    assert mailed() == []
    assert choose(browser, SignInCode.objects.get().code).status_code == 422
    assert opens(name, PASSWORD)


def test_staff_prove_their_second_step_after_it(cast: Cast, with_factor: Callable[..., Any]) -> None:
    confirmed(cast, "maya")
    before, secret = with_factor("maya")
    browser = Browser()
    forgotten(browser, "maya")
    assert choose(browser, mailed()[0]).url == "/accounts/code/"
    assert not signed_in(browser)
    assert not here(before)
    assert "/accounts/login/" in browser.get("/clients/").url
    browser.post("/accounts/code/", {"code": totp(secret)})
    assert signed_in(browser)
    assert here(browser)


def test_a_closed_account_stays_closed(mailbox: ContactPoint, cast: Cast) -> None:
    browser = Browser()
    forgotten(browser)
    (code,) = mailed()
    User.objects.filter(pk=cast.alex.pk).update(is_active=False)
    assert choose(browser, code).status_code == 422
    assert not signed_in(browser)
