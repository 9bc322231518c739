"""Staff need a second factor: an app with codes, ten codes on paper, and a manager in person when both are gone."""

import re
from collections.abc import Callable
from io import StringIO
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.core.management import CommandError, call_command
from django.db import IntegrityError, transaction
from django.test import Client as Browser
from django.urls import reverse

from accounts.actions import end_role
from accounts.actions.second_factor import prove_second_factor, reset_second_factor, set_up_second_factor
from accounts.models import Role, SecondFactorReset
from audit.models import Event
from home.demo.cast import Cast
from peersupport.lib.refusals import Refusal
from tests.app_codes import secret_on, totp

pytestmark = pytest.mark.usefixtures("staff_prove_it")

SET_UP, CODES, CODE = "/accounts/second-factor/", "/accounts/second-factor/recovery-codes/", "/accounts/code/"
WithPassword = Callable[..., Browser]
WithFactor = Callable[..., tuple[Browser, str]]


def text(answer: Any) -> str:
    return str(answer.content.decode())


def codes_on(page: str) -> list[str]:
    return re.findall(r"<code translate=\"no\">(\d{8})</code>", page)


def signed_in(browser: Browser) -> bool:
    return "_auth_user_id" in browser.session


# --- set up at the first sign-in --------------------------------------------------------------------------------------
@pytest.mark.parametrize("name", ["maya", "dana", "omar", "rio"])
def test_staff_can_do_nothing_before(name: str, with_password: WithPassword) -> None:
    browser = with_password(name)
    for path in ("/", "/clients/", "/more/", "/reach-me/", CODES):
        assert browser.get(path).url == SET_UP
    assert browser.post("/more/", {"language": "es"}).status_code == 403
    assert browser.get(SET_UP).status_code == 200
    assert browser.post(reverse("account_logout")).status_code == 302


def test_a_hat_as_a_client_is_no_way_around(with_password: WithPassword, cast: Cast) -> None:
    browser = with_password("rio")
    role = Role.objects.get(user=cast.rio, kind=Role.Kind.CLIENT)
    assert browser.post(reverse("wear"), {"role": str(role.pk)}).status_code == 403
    assert browser.get(reverse("my-privacy", args=[cast.clients["rio"].pk])).url == SET_UP


def test_clients_need_none(with_password: WithPassword) -> None:
    browser = with_password("alex")
    assert browser.get("/").status_code == 200
    assert browser.get(SET_UP).status_code == 403


def test_the_demo_waives_it(settings: Any, with_password: WithPassword) -> None:
    settings.SECOND_FACTOR = False
    assert with_password("maya").get("/").status_code == 200


def test_setting_it_up(cast: Cast, with_password: WithPassword) -> None:
    browser = with_password("maya")
    page = text(browser.get(SET_UP))
    secret = secret_on(page)
    assert "<svg" in page
    assert "data:" not in page
    assert secret_on(text(browser.get(SET_UP))) == secret  # a second window is no other phone
    wrong = browser.post(SET_UP, {"code": "000000"})
    assert wrong.status_code == 422
    assert "This is not the code" in text(wrong)
    assert secret_on(text(wrong)) == secret
    done = browser.post(SET_UP, {"code": f" {totp(secret)[:3]} {totp(secret)[3:]}"}, follow=True)
    assert len(codes_on(text(done))) == 10
    assert codes_on(text(browser.get(CODES))) == codes_on(text(done))  # until they are put away
    assert browser.post(CODES, {"done": "yes"}).url == "/"
    assert codes_on(text(browser.get(CODES))) == []
    assert browser.get("/").status_code == 200
    assert Event.objects.filter(verb="second_factor.set_up", actor_id=cast.maya.pk).count() == 1
    stored = str(list(Authenticator.objects.values_list("data", flat=True)))
    assert secret not in stored
    assert "used" in stored


def test_two_windows_set_up_one(cast: Cast, with_factor: WithFactor) -> None:
    _browser, secret = with_factor("maya")
    with pytest.raises(Refusal):
        set_up_second_factor(cast.maya, secret, totp(secret), replaces=False, by=cast.actor("maya"))
    other = with_password_only("maya", cast)
    assert other.get("/").url.startswith("/accounts/login/")  # it was set up elsewhere: this one never proved it
    assert not signed_in(other)


def with_password_only(name: str, cast: Cast) -> Browser:
    browser = Browser()
    browser.force_login(getattr(cast, name), backend="accounts.backends.PersonBackend")
    return browser


# --- at each sign-in --------------------------------------------------------------------------------------------------
def test_signing_in_asks_for_the_code(with_factor: WithFactor, with_password: WithPassword) -> None:
    _browser, secret = with_factor("maya")
    browser = with_password("maya", next="/more/")
    assert not signed_in(browser)
    assert browser.get("/").status_code == 302
    assert browser.get(CODE).status_code == 200
    assert browser.post(CODE, {"code": "000000"}).status_code == 422
    assert browser.post(CODE, {"code": totp(secret, steps=-1)}).status_code == 422  # used to set it up
    assert not signed_in(browser)
    assert browser.post(CODE, {"code": totp(secret)}).url == "/more/"
    assert browser.get("/more/").status_code == 200


def test_a_code_counts_once(with_factor: WithFactor, with_password: WithPassword) -> None:
    _browser, secret = with_factor("maya")
    first, second = with_password("maya"), with_password("maya")
    code = totp(secret)
    first.post(CODE, {"code": code})
    assert signed_in(first)
    assert second.post(CODE, {"code": code}).status_code == 422
    assert not signed_in(second)


def test_old_and_early_codes(cast: Cast, with_factor: WithFactor, clock: Any) -> None:
    _browser, secret = with_factor("maya")
    clock.move(minutes=5)
    for steps in (-3, -2, 2, 3):
        assert prove_second_factor(cast.maya, totp(secret, steps=steps)) is None
    for steps in (-1, 0, 1):
        assert prove_second_factor(cast.maya, totp(secret, steps=steps)) is not None


def test_a_recovery_code_counts_once(cast: Cast, with_factor: WithFactor, with_password: WithPassword) -> None:
    browser, _secret = with_factor("maya")
    code, *others = codes_on(text(browser.get(CODES)))
    first = with_password("maya")
    first.post(CODE, {"code": f"{code[:4]}-{code[4:]}"})
    assert signed_in(first)
    assert Event.objects.filter(verb="second_factor.recovery_code_used", subject_id=cast.maya.pk).count() == 1
    second = with_password("maya")
    assert second.post(CODE, {"code": code}).status_code == 422
    second.post(CODE, {"code": others[0]})
    assert signed_in(second)


def test_guessing_codes_is_slowed_down(with_factor: WithFactor, with_password: WithPassword) -> None:
    _browser, secret = with_factor("maya")
    browser = with_password("maya")
    for _time in range(10):
        browser.post(CODE, {"code": "000000"})
    assert "many tries" in text(browser.post(CODE, {"code": totp(secret)}))
    assert not signed_in(browser)
    elsewhere = Browser(REMOTE_ADDR="203.0.113.9")
    elsewhere.post(reverse("account_login"), {"login": "maya@example.org", "password": "walk-beside-2026"})
    elsewhere.post(CODE, {"code": totp(secret)})
    assert signed_in(elsewhere)


def test_nobody_gets_to_the_code_without_the_password(with_factor: WithFactor) -> None:
    with_factor("maya")
    browser = Browser()
    assert browser.get(CODE).url == "/accounts/login/"
    assert browser.post(CODE, {"code": "000000"}).url == "/accounts/login/"


def test_the_wrong_account_is_left_again(with_factor: WithFactor, with_password: WithPassword) -> None:
    with_factor("maya")
    browser = with_password("maya")
    assert browser.get("/accounts/login/").url == CODE
    assert browser.post(CODE, {"again": "yes"}).url == "/accounts/login/"
    assert browser.get("/accounts/login/").status_code == 200
    assert browser.get(CODE).url == "/accounts/login/"


# --- another phone, new codes -----------------------------------------------------------------------------------------
def test_another_phone_takes_over_only_when_it_works(with_factor: WithFactor, with_password: WithPassword) -> None:
    browser, old = with_factor("maya")
    assert browser.post(SET_UP, {"code": "000000"}).status_code == 422
    assert "Another phone?" in text(browser.get(SET_UP))
    browser.post(SET_UP, {"code": totp(old)})
    new = secret_on(text(browser.get(SET_UP)))
    assert new != old
    still = with_password("maya")
    still.post(CODE, {"code": totp(old, steps=1)})
    assert signed_in(still)
    assert browser.post(SET_UP, {"code": totp(new)}).url == CODES
    after = with_password("maya")
    assert after.post(CODE, {"code": totp(old, steps=1)}).status_code == 422
    after.post(CODE, {"code": totp(new, steps=1)})
    assert signed_in(after)


def test_keeping_the_phone_one_has(with_factor: WithFactor) -> None:
    browser, old = with_factor("maya")
    browser.post(SET_UP, {"code": totp(old)})
    assert browser.post(SET_UP, {"keep": "yes"}).url == SET_UP
    assert "Your second step" in text(browser.get(SET_UP))


def test_new_recovery_codes_end_the_old_ones(cast: Cast, with_factor: WithFactor) -> None:
    browser, secret = with_factor("maya")
    old = codes_on(text(browser.get(CODES)))
    browser.post(CODES, {"done": "yes"})
    assert browser.post(CODES, {"code": "000000"}).status_code == 422
    assert codes_on(text(browser.post(CODES, {"code": totp(secret)}, follow=True))) != old
    assert prove_second_factor(cast.maya, old[0]) is None


# --- lost: a manager in person ----------------------------------------------------------------------------------------
def reset_url(person: Any) -> str:
    return reverse("reset-second-factor", args=[person.pk])


def test_a_manager_takes_a_lost_one_off(cast: Cast, with_factor: WithFactor, with_password: WithPassword) -> None:
    maya, _secret = with_factor("maya")
    omar, _secret = with_factor("omar")
    assert "Maya O. lost their second step" in text(omar.get(reset_url(cast.maya)))
    said = {"how_proved": "We met at the office; I know her.", "in_person": "on"}
    assert omar.post(reset_url(cast.maya), {**said, "in_person": ""}).status_code == 422
    refused = omar.post(reset_url(cast.maya), {**said, "how_proved": " "})
    assert refused.status_code == 422
    assert Authenticator.objects.filter(user=cast.maya).exists()
    assert omar.post(reset_url(cast.maya), said).status_code == 302
    assert not Authenticator.objects.filter(user=cast.maya).exists()
    assert maya.get("/").status_code == 302  # signed out everywhere
    assert not signed_in(maya)
    done = SecondFactorReset.objects.get()
    assert Event.objects.filter(verb="second_factor.reset", actor_id=cast.omar.pk, subject_id=done.pk).count() == 1
    told = with_password("maya")
    page = text(told.get(SET_UP))
    assert "Omar C. did this" in page
    assert "We met at the office; I know her." in page
    told.post(SET_UP, {"code": totp(secret_on(page))})
    assert "Omar" not in text(told.get(SET_UP))


def test_who_may_take_it_off(cast: Cast, with_factor: WithFactor) -> None:
    dana, _secret = with_factor("dana")
    said = {"how_proved": "I know her.", "in_person": "on"}
    assert dana.post(reset_url(cast.maya), said).status_code == 403
    omar, _secret = with_factor("omar")
    assert omar.get(reset_url(cast.alex)).status_code == 404  # clients have none
    own = omar.post(reset_url(cast.omar), said)
    assert own.status_code == 422
    assert "Nobody resets their own" in text(own)
    with pytest.raises(IntegrityError), transaction.atomic():
        SecondFactorReset.objects.create(user=cast.omar, by=cast.omar, language="en")


def test_who_works_here_no_more_can_still_lose_it(cast: Cast, with_factor: WithFactor) -> None:
    rio, _secret = with_factor("rio")
    omar, _secret = with_factor("omar")
    end_role(Role.objects.get(user=cast.rio, kind=Role.Kind.SPECIALIST), by=None)
    assert "Your second step" in text(rio.get(SET_UP))
    omar.post(reset_url(cast.rio), {"how_proved": "We met.", "in_person": "on"})
    assert not Authenticator.objects.filter(user=cast.rio).exists()
    assert omar.get(reset_url(cast.rio)).status_code == 404


def test_the_only_manager_is_helped_at_the_server(cast: Cast, with_factor: WithFactor) -> None:
    omar, _secret = with_factor("omar")
    with pytest.raises(CommandError):
        call_command("reset_second_factor", "nobody@example.org", "--how-proved", "x")
    with pytest.raises(CommandError):
        call_command("reset_second_factor", "omar@example.org", "--how-proved", " ")
    call_command("reset_second_factor", "Omar@example.org", "--how-proved", "Showed his pass.", stdout=StringIO())
    assert not Authenticator.objects.exists()
    assert omar.get("/").status_code == 302
    assert SecondFactorReset.objects.get().by is None


def test_a_reset_for_nobody_knows_why_not(cast: Cast) -> None:
    with pytest.raises(Refusal):
        reset_second_factor(cast.maya, "", language="en", by=cast.actor("omar"))
