"""Where I am signed in, and another address to sign in with."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.test import Client as Browser

from accounts.actions import end_sign_ins
from accounts.models import User
from accounts.staying import browser_of
from audit.models import Event
from home.actions import tick
from home.demo.cast import PASSWORD, Cast
from notifications.actions import add_contact_point
from notifications.models import AddressCode, ContactPoint
from tests.test_signing_in import enter

SignIn = Callable[..., Browser]
LIST, EMAIL, CODE = "/accounts/sign-ins/", "/more/e-mail/", "/more/e-mail/code/"
ANDROID = "Mozilla/5.0 (Android 14; Mobile; rv:132.0) Gecko/132.0 Firefox/132.0"
MAC = "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 Version/18.1 Safari/605.1.15"


def at(agent: str, name: str = "alex") -> Browser:
    browser = Browser(headers={"User-Agent": agent})
    enter(browser, name)
    browser.get("/more/")
    return browser


def text(answer: Any) -> str:
    return " ".join(answer.content.decode().split())


def here(browser: Browser) -> bool:
    return browser.get("/more/").status_code == 200


# --- where I am signed in ---------------------------------------------------------------------------------------------
def test_the_list_shows_ones_own(cast: Cast) -> None:
    phone, _computer, _strange = at(ANDROID), at(MAC), at(MAC, "luz")
    page = text(phone.get(LIST))
    assert "Firefox, Android (here)" in page
    assert page.count("Safari, Mac") == 2  # heading and button
    assert page.count("Sign out there") == 1


def test_one_of_them_ends(cast: Cast) -> None:
    phone, computer = at(ANDROID), at(MAC)
    other = UserSession.objects.get(user_agent=MAC)
    assert "Signed out there" in text(phone.post(LIST, {"end": other.pk}, follow=True))
    assert not here(computer)
    assert here(phone)
    assert "Nowhere else" in text(phone.get(LIST))
    assert "had ended already" in text(phone.post(LIST, {"end": other.pk}, follow=True))
    assert Event.objects.filter(verb="sign_in.ended", actor_id=cast.alex.pk).count() == 1


@pytest.mark.parametrize("end", ["", "x", "-1", "9" * 30, "1.5"])
def test_strange_numbers_end_nothing(end: str, cast: Cast) -> None:
    phone, computer = at(ANDROID), at(MAC)
    assert "had ended already" in text(phone.post(LIST, {"end": end}, follow=True))
    assert here(phone)
    assert here(computer)


def test_nobody_ends_someone_elses(cast: Cast) -> None:
    alex, luz = at(ANDROID), at(MAC, "luz")
    alex.post(LIST, {"end": UserSession.objects.get(user=cast.luz).pk})
    alex.post(LIST, {"others": "yes"})
    assert here(luz)
    own = UserSession.objects.get(user=cast.alex)
    alex.post(LIST, {"end": own.pk})  # not this one: signing out has its own button
    assert here(alex)


def test_all_others_end(cast: Cast, sign_in: SignIn) -> None:
    phone, computer = at(ANDROID), at(MAC)
    unknown = Browser()
    unknown.force_login(cast.alex, backend="accounts.backends.PersonBackend")  # without any record
    assert "signed out everywhere else" in text(phone.post(LIST, {"others": "yes"}, follow=True))
    assert here(phone)
    assert not here(computer)
    assert not here(unknown)
    assert Event.objects.filter(verb="sign_ins.ended", actor_id=cast.alex.pk).count() == 1
    assert here(at(MAC))


def test_ending_everything(cast: Cast) -> None:
    phone, computer = at(ANDROID), at(MAC)
    end_sign_ins(cast.alex, by=None)
    assert not here(phone)
    assert not here(computer)
    assert not UserSession.objects.exists()


def test_what_is_over_is_not_listed_and_leaves_no_record(cast: Cast, clock: Any) -> None:
    at(MAC)
    clock.move(minutes=31)
    phone = at(ANDROID)
    assert "Safari" not in text(phone.get(LIST))
    Session.objects.exclude(session_key=phone.session.session_key).delete()
    tick()
    assert [row.user_agent for row in UserSession.objects.all()] == [ANDROID]


def test_a_phone_turns_out_to_be_shared(cast: Cast, clock: Any) -> None:
    phone = at(ANDROID)
    phone.post(LIST, {"shared": "yes"})
    assert "Shared with others" in text(phone.get(LIST))
    clock.move(minutes=6)
    assert not here(phone)
    phone = at(ANDROID)
    phone.post(LIST, {"shared": "yes"})
    phone.post(LIST, {"shared": "no"})
    phone.get("/more/")
    clock.move(minutes=6)
    assert here(phone)


def test_how_browsers_are_called() -> None:
    assert browser_of(MAC) == "Safari, Mac"
    assert browser_of("Mozilla/5.0 (Windows NT 10.0; Win64) Chrome/131 Safari/537 Edg/131") == "Edge, Windows"
    assert browser_of("<script>") == browser_of("") == "A browser"


# --- another address --------------------------------------------------------------------------------------------------
def begin(browser: Browser, address: str = "alex.new@example.org", password: str = PASSWORD) -> Any:
    return browser.post(EMAIL, {"address": address, "password": password})


def code_for(address: str) -> str:
    codes = AddressCode.objects.filter(ended_at=None).order_by("-created_at")
    return next(code.code for code in codes if code.contact_point.value == address)


def test_the_address_changes_once_it_is_proved(cast: Cast, mailoutbox: list[Any]) -> None:
    browser, other = at(ANDROID), at(MAC)
    assert "alex@example.org" in text(browser.get(EMAIL))
    assert begin(browser, "Alex.New@example.org").url == CODE
    assert User.objects.get(pk=cast.alex.pk).email == "alex@example.org"
    tick()
    assert [letter.to for letter in mailoutbox] == [["Alex.New@example.org"]]
    sent = re.search(r"\d{6}", str(mailoutbox[0].body))
    assert sent is not None
    assert browser.post(CODE, {"code": "0"}).status_code == 422
    assert "Done. From now on" in text(browser.post(CODE, {"code": sent.group()}, follow=True))
    assert User.objects.get(pk=cast.alex.pk).email == "alex.new@example.org"
    assert here(browser)
    assert not here(other)
    assert Event.objects.filter(verb="sign_in_name.changed", actor_id=cast.alex.pk).count() == 1
    assert enter(Browser(), "alex").status_code == 200
    assert enter(Browser(), "alex.new").url == "/"
    assert browser.post(CODE, {"code": sent.group()}).url == EMAIL
    assert len(mailoutbox) == 1  # nothing to the old address: whoever reads there need not know


@pytest.mark.parametrize(
    ("address", "password", "says"),
    [
        ("", PASSWORD, "Please write your e-mail address"),
        ("no address", PASSWORD, "does not look like an e-mail address"),
        ("alex@example.org", PASSWORD, "the address you sign in with now"),
        ("alex.new@example.org", "", "Please type your password"),
        ("alex.new@example.org", "wrong", "This is not your password"),
    ],
)
def test_bad_input(address: str, password: str, says: str, cast: Cast, sign_in: SignIn) -> None:
    browser = sign_in("alex")
    answer = begin(browser, address, password)
    assert answer.status_code == 422
    assert says in text(answer)
    assert f'value="{address}"' in text(answer) or not address
    assert browser.get(CODE).url == EMAIL


def test_an_open_page_is_no_place_to_guess_the_password(cast: Cast, sign_in: SignIn) -> None:
    browser = sign_in("alex")
    for _time in range(10):
        begin(browser, password="wrong")
    assert "many tries" in text(begin(browser))


def test_someone_elses_address_is_found_out_only_by_its_owner(cast: Cast, sign_in: SignIn) -> None:
    browser = sign_in("alex")
    assert begin(browser, "luz@example.org").url == CODE  # nobody learns here that Luz exists
    refused = browser.post(CODE, {"code": code_for("luz@example.org")})
    assert refused.status_code == 422
    assert "cannot be used for signing in" in text(refused)
    assert User.objects.get(pk=cast.alex.pk).email == "alex@example.org"


def test_the_code_page_needs_the_password_first(cast: Cast, sign_in: SignIn, clock: Any) -> None:
    browser = sign_in("alex")
    add_contact_point(cast.alex, "email", "alex.new@example.org", by=cast.actor("alex"))
    ContactPoint.objects.update(verified_at=cast.alex.created_at)
    assert browser.post(CODE, {}).url == EMAIL
    begin(browser)
    clock.move(minutes=16)
    assert browser.post(CODE, {}).url == EMAIL
    begin(browser)
    assert "You confirmed this address before" in text(browser.get(CODE))
    assert browser.post(CODE, {}).status_code == 302
    assert User.objects.get(pk=cast.alex.pk).email == "alex.new@example.org"


def test_without_a_password_a_sign_in_just_now_is_needed(cast: Cast, sign_in: SignIn, clock: Any) -> None:
    cast.alex.set_unusable_password()
    cast.alex.save()
    browser = sign_in("alex")
    assert "My password" not in text(browser.get(EMAIL))
    clock.move(minutes=16)
    assert "sign in again with a fresh code" in text(begin(browser))
    assert begin(sign_in("alex")).url == CODE
