"""Old tabs, closed accounts, two hats and forms that were never given to anyone."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core import signing
from django.test import Client as Browser
from django.urls import reverse

from accounts.models import Role, User
from clients.actions import assign_cover
from home.demo.cast import Cast
from peersupport.lib.clock import now
from sessions.models import ContactLog
from tests.test_contact_log import fast
from tests.test_signing_in import enter, next_of, owner_token

SignIn = Callable[..., Browser]


@pytest.mark.parametrize("name", ["leave", "account_logout"])
def test_leaving_works_from_the_oldest_tab(name: str, cast: Cast) -> None:
    browser = Browser(enforce_csrf_checks=True)
    browser.force_login(cast.alex, backend="accounts.backends.PersonBackend")
    answer = browser.post(reverse(name), {"csrfmiddlewaretoken": "stale"})
    assert answer.status_code == 302
    assert "_auth_user_id" not in browser.session
    assert answer.cookies["csrftoken"].value == ""


def test_a_person_without_a_role_gets_an_answer_too(cast: Cast) -> None:
    Role.objects.filter(user=cast.alex).delete()
    browser = Browser(enforce_csrf_checks=True)
    browser.force_login(cast.alex, backend="accounts.backends.PersonBackend")
    for name in ("language", "account_login"):
        assert browser.post(reverse(name), {"csrfmiddlewaretoken": "stale"}).status_code == 403


def test_a_closed_account_answers_like_a_wrong_password(cast: Cast) -> None:
    User.objects.filter(pk=cast.maya.pk).update(is_active=False)
    right, wrong = enter(Browser(), "maya"), enter(Browser(), "maya", "not it")
    assert right.status_code == wrong.status_code == 200
    assert "do not go together" in right.content.decode()


def test_guesses_count_by_account_whatever_the_host_name(cast: Cast) -> None:
    for number in range(12):
        browser = Browser(SERVER_PORT=str(9000 + number), HTTP_HOST=f"localhost:{9000 + number}")
        enter(browser, "maya", "wrong", REMOTE_ADDR=f"10.0.0.{number}")
    refused = enter(Browser(HTTP_HOST="localhost:1"), "maya")
    assert "many tries in a row" in refused.content.decode()


def rio_form(cast: Cast, **more: Any) -> dict[str, Any]:
    return fast(what_we_did="rio wrote this", **more)


@pytest.fixture
def rios_client(cast: Cast) -> str:
    assign_cover(cast.clients["alex"], cast.rio, until=now() + timedelta(days=2), by=None)
    return reverse("contacts:new", args=[cast.clients["alex"].pk])


def test_a_form_goes_on_under_the_hat_it_was_begun_under(cast: Cast, sign_in: SignIn, rios_client: str) -> None:
    token = owner_token(sign_in("rio", Role.Kind.SPECIALIST))
    as_client = sign_in("rio", Role.Kind.CLIENT)
    assert as_client.post(rios_client, rio_form(cast, form_of=token)).status_code == 302
    assert ContactLog.objects.get().what_we_did == "rio wrote this"


def test_a_kept_form_goes_on_under_its_hat(cast: Cast, sign_in: SignIn, rios_client: str) -> None:
    token, browser = owner_token(sign_in("rio", Role.Kind.SPECIALIST)), Browser()
    asked = browser.post(rios_client, rio_form(cast, form_of=token))
    page = browser.get(enter(browser, "rio", next=next_of(asked.content.decode())).url)
    assert browser.post(rios_client, dict(page.context["kept"]["fields"])).status_code == 302
    assert ContactLog.objects.get().author == cast.rio


def test_someone_elses_mark_changes_no_hat(cast: Cast, sign_in: SignIn, rios_client: str) -> None:
    token = owner_token(sign_in("maya"))
    assert sign_in("rio", Role.Kind.CLIENT).post(rios_client, rio_form(cast, form_of=token)).status_code == 404


def test_old_marks_closed_accounts_and_floods_are_not_kept(cast: Cast, sign_in: SignIn, clock: Any) -> None:
    token, url = owner_token(sign_in("maya")), reverse("contacts:new", args=[cast.clients["alex"].pk])
    flood, closed, old = Browser(), Browser(), Browser()
    flood.post(url, fast(what_we_did="x" * 250_000, form_of=token))
    User.objects.filter(pk=cast.maya.pk).update(is_active=False)
    closed.post(url, fast(form_of=token))
    User.objects.filter(pk=cast.maya.pk).update(is_active=True)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(signing.time, "time", lambda: 10**10)
        old.post(url, fast(form_of=token))
    for browser in (flood, closed, old):
        assert not browser.session.get("kept_forms")
