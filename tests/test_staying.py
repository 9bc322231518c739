"""A sign-in ends when nobody is at it, and after twelve hours; what was typed until then is kept."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.test import Client as Browser
from django.urls import reverse

from accounts.models import Role
from home.demo.cast import Cast
from sessions.models import ContactLog
from tests.test_contact_log import fast, new_url
from tests.test_signing_in import enter, next_of, owner_token

SignIn = Callable[..., Browser]
STAY = "/accounts/stay/"


def here(browser: Browser) -> bool:
    return "_auth_user_id" in browser.session


@pytest.mark.parametrize(
    ("name", "kind", "minutes"),
    [
        *(("maya", None, 15), ("dana", None, 15), ("omar", None, 15), ("alex", None, 30)),
        *(("rio", Role.Kind.CLIENT, 30), ("rio", Role.Kind.SPECIALIST, 15)),
    ],
)
def test_nobody_here_ends_it(name: str, kind: Any, minutes: int, sign_in: SignIn, clock: Any) -> None:
    browser = sign_in(name, kind)
    browser.get("/")
    clock.move(minutes=minutes, seconds=-2)
    assert browser.get("/more/").status_code == 200  # that was activity
    clock.move(minutes=minutes, seconds=-2)
    assert browser.get("/more/").status_code == 200
    clock.move(minutes=minutes, seconds=2)
    assert browser.get("/more/").url == "/accounts/login/?next=/more/"
    assert not here(browser)


def test_an_old_session_is_gone_from_the_server(cast: Cast, sign_in: SignIn, clock: Any) -> None:
    browser = sign_in("maya")
    browser.get("/")
    key = browser.session.session_key
    clock.move(minutes=16)
    browser.get("/")
    assert not Session.objects.filter(session_key=key).exists()


def test_what_a_page_asks_by_itself_is_no_activity(sign_in: SignIn, clock: Any) -> None:
    browser = sign_in("maya")
    browser.get("/")
    for _time in range(14):
        clock.move(minutes=1)
        assert browser.get(STAY, headers={"X-Poll": "1"}).status_code == 200
    clock.move(minutes=1, seconds=1)
    asked = browser.get(STAY, headers={"X-Poll": "1", "Sec-Fetch-Mode": "cors"})
    assert asked.status_code == 401
    assert not here(browser)


def test_twelve_hours_are_enough_whoever_is_there(sign_in: SignIn, clock: Any) -> None:
    browser = sign_in("maya")
    for _time in range(72):
        assert browser.get("/more/").status_code == 200
        clock.move(minutes=10)
    assert browser.get("/more/").status_code == 302


def test_the_page_knows_how_long_it_has(cast: Cast, sign_in: SignIn, clock: Any) -> None:
    browser = sign_in("maya")
    page = browser.get("/more/").content.decode()
    left = int(re.search(r'data-left="(\d+)"', page).group(1))  # type: ignore[union-attr]
    assert 890 < left <= 900
    assert 'data-warning="120"' in page
    clock.move(minutes=14)
    state = browser.get(STAY, headers={"X-Poll": "1"}).json()
    assert 50 < state["left"] <= 60
    assert state["person"] == cast.maya.pk.hex
    assert browser.post(STAY).json()["left"] > 890
    assert browser.post(STAY, headers={"Sec-Fetch-Mode": "navigate"}).url == "/"


@pytest.mark.parametrize("name", ["alex", "maya"])
def test_a_shared_phone_is_left_sooner(name: str, cast: Cast, clock: Any) -> None:
    browser = Browser()
    enter(browser, name, shared="on")
    page = browser.get("/more/").content.decode()
    assert 'data-warning="60"' in page
    clock.move(minutes=4, seconds=55)
    assert browser.get("/more/").status_code == 200
    clock.move(minutes=5, seconds=1)
    assert browser.get("/more/").status_code == 302
    enter(browser, name)
    browser.get("/more/")
    clock.move(minutes=6)
    assert browser.get("/more/").status_code == 200


def test_what_was_typed_when_it_ended_is_kept(cast: Cast, sign_in: SignIn, clock: Any) -> None:
    browser = sign_in("maya")
    token = owner_token(browser)
    clock.move(minutes=20)
    asked = browser.post(new_url(cast), fast(what_we_did="typed for twenty minutes", form_of=token))
    assert asked.status_code == 401
    assert ContactLog.objects.count() == 0
    after = enter(browser, next=next_of(asked.content.decode()))
    kept = browser.get(after.url).context["kept"]
    browser.post(kept["path"], dict(kept["fields"]))
    assert ContactLog.objects.get().what_we_did == "typed for twenty minutes"


def test_it_ends_for_someone_without_a_role_too(cast: Cast, sign_in: SignIn, clock: Any) -> None:
    Role.objects.filter(user=cast.alex).delete()
    browser = sign_in("alex")
    assert browser.get("/").status_code == 403
    clock.move(minutes=16)
    assert browser.get("/").status_code == 302


def test_few_requests_write(sign_in: SignIn, clock: Any) -> None:
    browser = sign_in("maya")
    browser.get("/more/")
    before = browser.session["stay"]
    clock.move(seconds=20)
    browser.get("/more/")
    assert browser.session["stay"] == before
    clock.move(seconds=15)
    browser.get("/more/")
    assert browser.session["stay"]["seen"] > before["seen"]
    assert browser.session["stay"]["begun"] == before["begun"]
    assert reverse("stay") == STAY
