"""Signing in and out, forms kept while signed out, hats, language and clock."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client as Browser
from django.urls import reverse

from accounts.models import Role, User
from home.demo.cast import PASSWORD, Cast
from sessions.models import ContactLog
from tests.test_contact_log import fast, new_url

SignIn = Callable[..., Browser]


def enter(browser: Browser, name: str = "maya", password: str = PASSWORD, **more: Any) -> Any:
    return browser.post(
        reverse("account_login"), {"login": f"{name}@example.org", "password": password, **more}, follow=False
    )


def owner_token(browser: Browser) -> str:
    page = browser.get("/more/").content.decode()
    return re.search(r'name="form_of" value="([^"]+)"', page).group(1)  # type: ignore[union-attr]


def next_of(page: str) -> str:
    return re.search(r'name="next"\s+value="([^"]+)"', page).group(1).replace("&amp;", "&")  # type: ignore[union-attr]


def test_signing_in_leads_to_where_one_was_going(cast: Cast) -> None:
    browser = Browser()
    asked = browser.get("/more/")
    assert asked.status_code == 302
    assert asked.url == "/accounts/login/?next=/more/"
    page = browser.get(asked.url).content.decode()
    assert next_of(page) == "/more/"
    assert enter(browser, next="/more/").url == "/more/"


@pytest.mark.parametrize("elsewhere", ["https://evil.example/", "//evil.example", "javascript:alert(1)"])
def test_signing_in_leads_nowhere_else(elsewhere: str, cast: Cast) -> None:
    assert enter(Browser(), next=elsewhere).url == "/"


@pytest.mark.parametrize("name", ["maya", "nobody-here", "toni"])
def test_known_and_unknown_accounts_answer_alike(name: str, cast: Cast) -> None:
    answers = {enter(Browser(), wrong, "not it").content for wrong in ("maya", name)}
    plain = {re.sub(rb"value=\"[^\"]*\"", b"", answer) for answer in answers}
    assert len(plain) == 1
    assert "_auth_user_id" not in Browser().session


def test_guessing_is_slowed_down(cast: Cast) -> None:
    browser = Browser()
    for _ in range(10):
        enter(browser, "maya", "wrong")
    assert "_auth_user_id" not in browser.session
    refused = enter(browser, "maya")
    assert refused.status_code == 429
    assert "Send me a code" in refused.content.decode()
    assert "_auth_user_id" not in browser.session


def test_a_person_without_e_mail_cannot_sign_in(cast: Cast) -> None:
    assert User.objects.get(pk=cast.toni.pk).email is None
    assert not cast.toni.can_sign_in
    for login in ("", "None", "toni@example.org"):
        assert Browser().post(reverse("account_login"), {"login": login, "password": PASSWORD}).status_code == 200


def test_a_form_sent_while_signed_out_is_kept_for_the_same_person(cast: Cast, sign_in: SignIn) -> None:
    token = owner_token(sign_in("maya"))
    browser, typed = Browser(), "line one\nzeile zwei ✊🏾 \u202eabc"
    asked = browser.post(new_url(cast), fast(what_we_did=typed, form_of=token))
    assert asked.status_code == 401
    assert "What you wrote is kept" in asked.content.decode()
    assert "zeile zwei" not in asked.content.decode()
    after = enter(browser, next=next_of(asked.content.decode()))
    page = browser.get(after.url)
    assert "zeile zwei" in page.content.decode()
    kept = page.context["kept"]
    assert kept["path"] == new_url(cast)
    browser.post(kept["path"], dict(kept["fields"]))
    assert ContactLog.objects.get().what_we_did == typed


def test_a_kept_form_is_shown_to_nobody_else(cast: Cast, sign_in: SignIn) -> None:
    token = owner_token(sign_in("maya"))
    browser = Browser()
    asked = browser.post(new_url(cast), fast(what_we_did="maya alone", form_of=token))
    after = enter(browser, "dana", next=next_of(asked.content.decode()))
    page = browser.get(after.url).content.decode()
    assert "maya alone" not in page
    assert "Nothing is waiting here" in page


@pytest.mark.parametrize("token", ["", "made-up", "made:up:entirely"])
def test_a_form_of_nobody_is_not_kept(token: str, cast: Cast) -> None:
    browser = Browser()
    asked = browser.post(new_url(cast), fast(what_we_did="flood", form_of=token))
    assert asked.status_code == 401
    assert next_of(asked.content.decode()) == "/"
    assert not browser.session.get("kept_forms")


def test_an_old_tab_after_a_new_sign_in_loses_nothing(cast: Cast) -> None:
    browser = Browser(enforce_csrf_checks=True)
    page = browser.get("/accounts/login/").content.decode()
    csrf = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page).group(1)  # type: ignore[union-attr]
    enter(browser, csrfmiddlewaretoken=csrf)
    form = fast(what_we_did="from the old tab", form_of=owner_token(browser), csrfmiddlewaretoken="a" * 64)
    answer = browser.post(new_url(cast), form)
    assert answer.status_code == 403
    assert "from the old tab" in answer.content.decode()
    assert ContactLog.objects.count() == 0
    forged = browser.post(new_url(cast), {**form, "form_of": ""})
    assert forged.status_code == 403
    assert "from the old tab" not in forged.content.decode()


def test_a_fetch_while_signed_out_is_told_so(cast: Cast) -> None:
    assert Browser().get("/more/", headers={"Sec-Fetch-Mode": "cors"}).status_code == 401
    assert Browser().get("/more/", headers={"Sec-Fetch-Mode": "navigate"}).status_code == 302


@pytest.mark.parametrize("name", ["account_logout", "leave"])
def test_leaving_signs_out_and_clears(name: str, cast: Cast, sign_in: SignIn) -> None:
    browser = sign_in("alex")
    answer = browser.post(reverse(name))
    assert "cache" in answer.headers["Clear-Site-Data"]
    assert browser.get("/").status_code == 302
    left = browser.get(reverse("left")).content.decode()
    assert "Alex" not in left


def test_pages_are_never_stored(cast: Cast, sign_in: SignIn) -> None:
    for path in ("/", "/accounts/login/", "/nowhere/"):
        assert "no-store" in sign_in("alex").get(path, follow=True).headers["Cache-Control"]


def test_a_hat_is_chosen_among_ones_own(cast: Cast, sign_in: SignIn) -> None:
    browser = sign_in("rio")
    specialist = Role.objects.get(user=cast.rio, kind=Role.Kind.SPECIALIST)
    assert "Hi Rio" in browser.get("/").content.decode()
    browser.post(reverse("wear"), {"role": str(specialist.pk)})
    assert "The people you walk with" in browser.get("/").content.decode()
    other = Role.objects.get(user=cast.omar)
    assert browser.post(reverse("wear"), {"role": str(other.pk)}).status_code == 404


def test_language_and_clock_are_ones_own(cast: Cast, sign_in: SignIn) -> None:
    browser = sign_in("alex")
    assert browser.post("/more/", {"language": "es", "time_zone": "America/Denver"}).status_code == 302
    cast.alex.refresh_from_db()
    assert (cast.alex.language, cast.alex.time_zone) == ("es", "America/Denver")
    assert '<html lang="es"' in browser.get("/").content.decode()


@pytest.mark.parametrize("zone", ["Mars/Olympus", "", "../../etc/passwd", "America/Los_Angeles\x00"])
def test_an_unknown_zone_gets_a_sentence(zone: str, cast: Cast, sign_in: SignIn) -> None:
    answer = sign_in("alex").post("/more/", {"language": "en", "time_zone": zone})
    assert answer.status_code == 422
    assert "time zone" in answer.content.decode()
    cast.alex.refresh_from_db()
    assert cast.alex.time_zone == "America/Los_Angeles"


def test_the_language_before_sign_in(cast: Cast) -> None:
    browser = Browser()
    browser.post(reverse("language"), {"language": "es", "next": "/accounts/login/"})
    assert '<html lang="es"' in browser.get("/accounts/login/").content.decode()
    assert browser.post(reverse("language"), {"language": "xx", "next": "//evil.example"}).url == "/"
