"""Codes on paper: a client who forgot the password comes back in, and nobody else does."""

import logging
import re
from typing import Any

import pytest
from django.apps import apps
from django.contrib.sessions.models import Session
from django.core import mail
from django.core.cache import cache
from django.db import IntegrityError, connection, transaction
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext

from accounts.actions import close_sign_in, give_role, invite, make_sheet
from accounts.actions.second_factor import set_up_second_factor
from accounts.models import Role, User, WayBackCode
from accounts.rules.way_back import lookups
from audit.models import Event
from home.demo.cast import PASSWORD, Cast
from peersupport.lib.refusals import Refusal
from tests.app_codes import totp
from tests.test_my_sign_ins import ANDROID, MAC, at, here, text
from tests.test_passwords import NEW, opens
from tests.test_sign_in_codes import confirmed, signed_in
from tests.test_sign_in_races import SECRET, at_once

SHEET, PAPER, FORGOTTEN, SIGN_INS = (
    "/more/way-back/",
    "/accounts/password/paper/",
    "/accounts/password/forgotten/",
    "/accounts/sign-ins/",
)
UNKNOWN = "0000-0000-0000-0000"


def codes_on(answer: Any) -> list[str]:
    return re.findall(r">((?:[0-9A-Z]{4}-){3}[0-9A-Z]{4})</p>", answer.content.decode())


def make(browser: Browser, **more: str) -> list[str]:
    """From the form to the sheet."""
    assert browser.post(SHEET, {"password": PASSWORD, **more}).url == SHEET
    return codes_on(browser.get(SHEET))


def choose(browser: Browser, code: str, name: str = "alex", new: str = NEW, again: str = "", **more: Any) -> Any:
    login = f"{name}@example.org"
    return browser.post(PAPER, {"login": login, "code": code, "password": new, "again": again or new, **more})


def verbs(name: str) -> list[str]:
    return list(Event.objects.filter(verb__startswith=name).values_list("verb", flat=True))


@pytest.fixture
def paper(cast: Cast) -> list[str]:
    return make(at(ANDROID))


# --- the sheet --------------------------------------------------------------------------------------------------------
def test_made_shown_until_it_is_put_away_and_never_again(cast: Cast, clock: Any) -> None:
    phone, other = at(ANDROID), at(MAC)
    assert SHEET in text(phone.get("/more/"))
    assert "Your sheet was made" not in text(phone.get(SHEET))
    codes = make(phone)
    assert len(set(codes)) == 5
    page = text(phone.get(SHEET))
    assert codes_on(phone.get(SHEET)) == codes  # it may be printed twice
    assert "Keep it where you keep what matters. Someone who finds it also needs to know" in page
    assert "alex@example.org" not in page
    assert PAPER in page
    assert codes_on(other.get(SHEET)) == []
    assert phone.post(SHEET, {"done": "yes"}).url == "/more/"
    assert codes_on(phone.get(SHEET)) == []
    assert re.search(r"Your sheet was made: [^.]+\. 5 of its codes are left", text(other.get(SHEET)))
    event = Event.objects.get(verb="way_back.made")
    assert (event.actor_id, event.hat, event.subject_id) == (cast.alex.pk, "client", cast.alex.pk)


def test_left_lying_open_it_goes_after_ten_minutes(cast: Cast, clock: Any) -> None:
    phone = at(ANDROID)
    assert make(phone)
    clock.move(minutes=10, seconds=1)
    assert codes_on(phone.get(SHEET)) == []


@pytest.mark.parametrize("what", ["make", "throw"])
def test_an_open_page_is_not_enough(what: str, cast: Cast) -> None:
    phone = at(ANDROID)
    code = make(phone)[0]
    for password, says in (("not this one", "This is not your password."), ("", "Please type your password.")):
        answer = phone.post(SHEET, {"password": password, what: "yes"})
        assert answer.status_code == 422
        assert says in text(answer)
    assert verbs("way_back") == ["way_back.made"]
    for number in range(12):
        phone.post(SHEET, {"password": f"guess {number}", what: "yes"})
    assert "many tries" in text(phone.post(SHEET, {"password": PASSWORD, what: "yes"}))
    cache.clear()
    assert choose(Browser(), code).status_code == 302


def test_without_a_password_a_sign_in_just_now(cast: Cast, clock: Any) -> None:
    User.objects.filter(pk=cast.alex.pk).update(password="!")
    cast.alex.refresh_from_db()
    phone = Browser()
    phone.force_login(cast.alex, backend="accounts.backends.PersonBackend")
    phone.get("/more/")
    clock.move(minutes=16)
    assert "sign in again with a fresh code" in text(phone.post(SHEET, {"make": "yes"}))
    clock.move(minutes=-16)
    assert phone.post(SHEET, {"make": "yes"}).url == SHEET
    assert len(codes_on(phone.get(SHEET))) == 5


def test_a_new_sheet_ends_the_old_one_and_it_can_be_thrown_away(cast: Cast) -> None:
    phone, other = at(ANDROID), at(MAC)
    old = make(phone)
    new = make(other)
    assert codes_on(phone.get(SHEET)) == []  # in the first window stand no dead codes
    assert choose(Browser(), old[0]).status_code == 422
    assert "Thrown away" in text(other.post(SHEET, {"password": PASSWORD, "throw": "yes"}, follow=True))
    assert codes_on(other.get(SHEET)) == []
    for code in (old[1], new[0]):
        assert choose(Browser(), code).status_code == 422
    assert verbs("way_back") == ["way_back.made", "way_back.made", "way_back.thrown_away"]
    assert opens("alex", PASSWORD)


def test_offered_once_after_an_invitation_without_a_mailbox(cast: Cast, clock: Any) -> None:
    toni = invite(cast.toni, Role.Kind.CLIENT, program=cast.program, by=cast.actor("omar"))
    browser = Browser()
    chosen = {"email": "toni@example.org", "password": NEW, "again": NEW}
    assert browser.post(f"/invitation/{toni.code}/", chosen).url == "/between-us/"
    assert SHEET in text(browser.get("/between-us/"))
    make(browser, password=NEW)
    assert SHEET not in text(browser.get("/between-us/"))
    WayBackCode.objects.all().delete()
    clock.move(days=1)
    browser.post("/accounts/login/", {"login": "toni@example.org", "password": NEW})
    assert SHEET not in text(browser.get("/between-us/"))
    clock.move(days=-1)
    confirmed(cast, "alex")
    assert SHEET not in text(at(ANDROID).get("/between-us/"))


# --- the way back -----------------------------------------------------------------------------------------------------
def test_the_whole_path(cast: Cast, paper: list[str]) -> None:
    elsewhere, browser = at(MAC), Browser()
    assert "The person who supports you can help" not in text(browser.get(FORGOTTEN))
    assert f'href="{PAPER}?next=%2Freach-me%2F"' in text(browser.get(f"{FORGOTTEN}?next=/reach-me/"))
    typed = paper[2].lower().replace("0", "o").replace("1", "l").replace("-", "  ")
    assert choose(browser, typed, "Alex", next="/reach-me/").url == "/reach-me/"
    assert signed_in(browser)
    assert not here(elsewhere)
    assert opens("alex", NEW)
    assert not opens("alex", PASSWORD)
    page = text(browser.get(SIGN_INS))
    assert "Your new password works" in page
    assert re.search(r"Your sheet was made: [^.]+\. 4 of its codes are left\.", page)
    assert re.search(r"A code from paper was used, and a new password chosen: [^.]+\.", page)
    used = Event.objects.get(verb="way_back.used")
    assert used.subject_id == WayBackCode.objects.get(used_at__isnull=False).pk
    for verb in ("password.reset", "sign_ins.ended"):
        assert Event.objects.filter(verb=verb, subject_id=cast.alex.pk).count() == 1
    assert mail.outbox == []


def test_each_code_once(cast: Cast, paper: list[str]) -> None:
    assert choose(Browser(), paper[0]).status_code == 302
    assert choose(Browser(), paper[0], new="another one here").status_code == 422
    assert choose(Browser(), paper[1], new="another one here").status_code == 302
    assert opens("alex", "another one here")


def test_the_second_page_is_not_for_who_is_signed_in(paper: list[str]) -> None:
    phone = at(ANDROID)
    assert phone.get(PAPER).url == "/"
    assert choose(phone, paper[0]).url == "/"
    assert verbs("way_back") == ["way_back.made"]


def test_it_opens_nobody_elses_account(cast: Cast, paper: list[str]) -> None:
    assert choose(Browser(), paper[0], "luz").status_code == 422
    assert opens("luz", PASSWORD)
    assert choose(Browser(), paper[0]).status_code == 302


def test_a_password_that_cannot_be_one_costs_no_try(cast: Cast, paper: list[str]) -> None:
    browser = Browser()
    for _time in range(6):
        for new, again in (("short", "short"), (NEW, "another one"), ("12345678", "12345678")):
            assert choose(browser, paper[0], new=new, again=again).status_code == 422
        assert "16 letters and digits" in text(choose(browser, "1234"))
    assert choose(browser, paper[0]).status_code == 302


def test_known_and_unknown_right_and_wrong_look_alike(cast: Cast, paper: list[str]) -> None:
    of_sam = WayBackCode.objects.create(user=cast.sam, lookup=lookups("A" * 16)[0], number=1)
    thrown = make(at(ANDROID, "luz"))
    assert at(ANDROID, "luz").post(SHEET, {"password": PASSWORD, "throw": "yes"}).status_code == 302
    tries = [("alex", UNKNOWN), ("alex", thrown[0]), ("luz", thrown[0]), ("luz", UNKNOWN), ("luz", paper[0])]
    tries += [
        ("nobody-here", UNKNOWN),
        ("nobody-here", paper[0]),
        ("maya", UNKNOWN),
        ("sam", "A" * 16),
        ("toni", UNKNOWN),
    ]
    seen = []
    for number, (name, code) in enumerate(tries):
        browser = Browser(REMOTE_ADDR=f"192.0.2.{number}")
        browser.get(PAPER)
        with CaptureQueriesContext(
            connection,
        ) as asked:
            answer = choose(browser, code, name)
        seen.append((answer.status_code, re.sub(r'value="[^"]*"', "", text(answer)), len(asked)))
        assert not signed_in(browser)
    assert seen[0][0] == 422
    assert "The address and the code do not go together" in seen[0][1]
    assert all(one == seen[0] for one in seen)
    of_sam.refresh_from_db()
    assert of_sam.used_at is None


def test_guesses_are_counted_with_those_at_the_sign_in(cast: Cast, paper: list[str]) -> None:
    browser = Browser()
    for number in range(5):
        browser.post("/accounts/login/", {"login": "alex@example.org", "password": f"guess {number}"})
    answers = [choose(browser, UNKNOWN) for _time in range(6)]
    assert [answer.status_code for answer in answers] == [422] * 5 + [429]
    right = choose(browser, paper[0])
    assert right.status_code == 429
    assert "many tries" in text(right)
    assert "do not go together" not in text(right)
    assert browser.post("/accounts/login/", {"login": "alex@example.org", "password": PASSWORD}).status_code == 429
    assert choose(Browser(REMOTE_ADDR="192.0.2.7"), paper[0]).status_code == 302


def test_a_second_step_from_another_time_is_still_asked_for(cast: Cast, paper: list[str]) -> None:
    set_up_second_factor(cast.alex, SECRET, totp(SECRET), replaces=False, by=cast.actor("alex"))
    browser = Browser()
    assert choose(browser, paper[0]).url == "/accounts/code/"
    assert not signed_in(browser)


def test_the_page_for_invitations_leads_here(paper: list[str]) -> None:
    """Its codes stand in an address; those of a sheet never do, also if they are typed there."""
    assert f'href="{PAPER}"' in text(Browser().get("/invitation/"))
    answer = Browser().post("/invitation/", {"code": paper[0]})
    assert answer.status_code == 404
    assert paper[0].replace("-", "") not in str(answer.headers)
    assert "We do not know this one" in answer.content.decode()


# --- who cannot -------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("name", ["maya", "dana", "omar", "rio"])
def test_staff_have_no_sheet(name: str, cast: Cast) -> None:
    browser = at(ANDROID, name)
    assert SHEET not in text(browser.get("/more/"))
    assert "A way back in" not in text(browser.get(SIGN_INS))
    assert browser.get(SHEET).status_code == 403
    assert browser.post(SHEET, {"password": PASSWORD}).status_code == 403
    with pytest.raises(Refusal):
        make_sheet(getattr(cast, name), by=cast.actor(name))


def test_whoever_works_here_later_comes_in_with_the_second_step_only(cast: Cast, paper: list[str]) -> None:
    role = give_role(cast.alex, Role.Kind.SPECIALIST, program=cast.program, by=None)
    assert choose(Browser(), paper[0]).status_code == 422
    Role.objects.filter(pk=role.pk).update(ends_at=role.starts_at)
    assert choose(Browser(), paper[0]).status_code == 302


def test_closed_and_ended_accounts_stay_closed(cast: Cast, paper: list[str]) -> None:
    User.objects.filter(pk=cast.alex.pk).update(is_active=False)
    assert choose(Browser(), paper[0]).status_code == 422
    User.objects.filter(pk=cast.alex.pk).update(is_active=True)
    Role.objects.filter(user=cast.alex).update(ends_at=cast.alex.created_at.replace(year=2999))
    assert choose(Browser(), paper[0]).status_code == 302
    close_sign_in(cast.alex, by=cast.actor("omar"))
    User.objects.filter(pk=cast.alex.pk).update(is_active=True)
    assert choose(Browser(), paper[1]).status_code == 422


# --- what is stored ---------------------------------------------------------------------------------------------------
def test_the_code_is_nowhere(cast: Cast, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    phone = at(ANDROID)
    codes = make(phone)
    assert choose(Browser(), UNKNOWN).status_code == 422
    assert choose(Browser(), codes[0]).status_code == 302
    stored = " ".join(str(row) for model in apps.get_models() for row in model._base_manager.values_list())
    stored += " ".join(str(row.get_decoded()) for row in Session.objects.all())
    for place in (stored, caplog.text):
        for code in codes:
            assert code not in place
            assert code.replace("-", "") not in place
    assert WayBackCode.objects.filter(lookup=lookups(codes[0].replace("-", ""))[0]).count() == 1


def test_the_database_holds_one_sheet_and_five_codes(cast: Cast, paper: list[str]) -> None:
    for number in (1, 6, 0):
        with pytest.raises(IntegrityError), transaction.atomic():
            WayBackCode.objects.create(user=cast.alex, lookup=f"new {number}", number=number)
    one = WayBackCode.objects.filter(number=1)
    with pytest.raises(IntegrityError), transaction.atomic():
        one.update(used_at=cast.alex.created_at.replace(year=2000))


@pytest.mark.django_db(transaction=True)
def test_of_posts_at_the_same_moment_one_wins(cast: Cast) -> None:
    codes = make(at(ANDROID))
    for code in codes[:3]:
        answers = at_once(lambda: choose(Browser(), code, new=f"door {code}"))  # noqa: B023 -- called before the next
        assert sorted(answer.status_code for answer in answers) == [302, 422, 422, 422]
        assert opens("alex", f"door {code}")
    assert verbs("way_back.used") == ["way_back.used"] * 3


@pytest.mark.django_db(transaction=True)
def test_new_sheets_at_the_same_moment_are_one(cast: Cast) -> None:
    at_once(lambda: make_sheet(cast.alex, by=cast.actor("alex")))
    assert WayBackCode.objects.current().count() == 5
    assert WayBackCode.objects.count() == 20


# --- Spanish ----------------------------------------------------------------------------------------------------------
def test_in_spanish(cast: Cast) -> None:
    luz = at(ANDROID, "luz")
    codes = make(luz)
    assert "Una forma de volver a entrar" in text(luz.get(SHEET))
    browser = Browser(headers={"accept-language": "es"})
    assert "Tengo un código en papel" in text(browser.get(FORGOTTEN))
    assert "no van juntos" in text(choose(browser, UNKNOWN, "luz"))
    assert choose(browser, codes[0], "luz").status_code == 302
    assert "Quedan 4 de sus códigos" in text(browser.get(SHEET))
