"""A manager who met a locked-out client hands over one code for an hour, and the client reads who it was."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext

from accounts.actions import give_role, help_back_in
from accounts.models import Role, User, WayBackHelp
from accounts.rules.way_back import lookups
from audit.models import Event
from clients.actions import close_client, keep_away
from clients.models import Closing
from home.demo.cast import PASSWORD, Cast
from peersupport.lib.clock import now
from peersupport.lib.refusals import Refusal
from tests.test_my_sign_ins import ANDROID, MAC, at, here, text
from tests.test_passwords import NEW, opens
from tests.test_sign_in_races import at_once
from tests.test_way_back import FORGOTTEN, PAPER, SHEET, SIGN_INS, UNKNOWN, choose, codes_on, make, verbs

SignIn = Callable[..., Browser]
HOW = "We met at the office. I know Alex since spring."


def page_of(user: User) -> str:
    return f"/people/{user.pk}/way-back/"


def give(manager: Browser, user: User, **more: str) -> Any:
    form = {"how_proved": HOW, "in_person": "on", "password": PASSWORD}
    return manager.post(page_of(user), {**form, **more})


def given(manager: Browser, user: User) -> str:
    assert give(manager, user).url == page_of(user)
    (code,) = codes_on(manager.get(page_of(user)))
    return code


@pytest.fixture
def omar(cast: Cast) -> Browser:
    return at(MAC, "omar")


def test_the_whole_path(cast: Cast, omar: Browser) -> None:
    elsewhere, browser = at(ANDROID), Browser()
    assert "Someone who runs the program can meet you" in text(browser.get(FORGOTTEN))
    assert page_of(cast.alex) in text(omar.get(f"/people/{cast.alex.pk}/"))
    code = given(omar, cast.alex)
    page = text(omar.get(page_of(cast.alex)))
    assert PAPER in page
    assert "alex@example.org" not in page
    assert choose(browser, code).url == "/"
    assert opens("alex", NEW)
    assert not here(elsewhere)
    told = text(browser.get(SIGN_INS))
    assert re.search(rf"{cast.omar.name} gave you a code to come back in: [^.]+\. It was used\.", told)
    assert HOW in told
    assert "met you, and printed a code for you to come back in" in text(
        browser.get(f"/clients/{cast.clients['alex'].pk}/privacy/")
    )
    event = Event.objects.get(verb="way_back.given")
    assert (event.actor_id, event.hat, event.client_id) == (cast.omar.pk, "manager", cast.clients["alex"].pk)
    assert verbs("way_back") == ["way_back.given", "way_back.used"]
    assert choose(Browser(), code, new="another one here").status_code == 422


def test_shown_until_it_is_handed_over_and_for_one_hour(cast: Cast, omar: Browser, clock: Any) -> None:
    code = given(omar, cast.alex)
    assert codes_on(omar.get(page_of(cast.luz))) == []
    assert omar.post(page_of(cast.alex), {"done": "yes"}).url == f"/people/{cast.alex.pk}/"
    assert codes_on(omar.get(page_of(cast.alex))) == []
    clock.move(minutes=60)
    assert choose(Browser(), code).status_code == 422
    clock.move(minutes=-1)
    assert choose(Browser(), code).status_code == 302


def test_left_lying_open_it_goes(cast: Cast, omar: Browser, clock: Any) -> None:
    given(omar, cast.alex)
    clock.move(minutes=10, seconds=1)
    assert codes_on(omar.get(page_of(cast.alex))) == []


@pytest.mark.parametrize(
    ("field", "value", "says"),
    [
        ("how_proved", " ", "Please write how you made sure who they are."),
        ("in_person", "", "Please meet them first."),
        ("password", "not this one", "This is not your password."),
        ("password", "", "Please type your password."),
    ],
)
def test_not_without(field: str, value: str, says: str, cast: Cast, omar: Browser) -> None:
    answer = give(omar, cast.alex, **{field: value})
    assert answer.status_code == 422
    assert says in text(answer)
    assert not WayBackHelp.objects.exists()


def test_what_comes_later_ends_it(cast: Cast, omar: Browser) -> None:
    phone, first, second = at(ANDROID), given(omar, cast.alex), given(omar, cast.alex)
    assert choose(Browser(), first).status_code == 422
    make(phone)
    assert choose(Browser(), second).status_code == 422
    assert "It was not used." in text(phone.get(SIGN_INS))
    assert opens("alex", PASSWORD)


# --- who may, and for whom --------------------------------------------------------------------------------------------
@pytest.mark.parametrize("name", ["maya", "dana", "rio", "luz", "alex"])
def test_only_managers(name: str, cast: Cast) -> None:
    browser = at(ANDROID, name)
    assert browser.get(page_of(cast.alex)).status_code == 403
    assert give(browser, cast.alex).status_code == 403


@pytest.mark.parametrize("name", ["maya", "noor"])
def test_not_whoever_walks_with_them(name: str, cast: Cast, sign_in: SignIn) -> None:
    give_role(getattr(cast, name), Role.Kind.MANAGER, program=cast.program, by=None)
    browser = sign_in(name, Role.Kind.MANAGER)
    assert page_of(cast.alex) not in text(browser.get(f"/people/{cast.alex.pk}/"))
    assert browser.get(page_of(cast.alex)).status_code == 404
    assert give(browser, cast.alex).status_code == 404
    assert browser.get(page_of(cast.luz)).status_code == 200


def test_not_whom_the_client_keeps_away(cast: Cast, omar: Browser) -> None:
    keep_away(cast.clients["alex"], cast.omar, by=cast.actor("alex"))
    assert give(omar, cast.alex).status_code == 404


def test_not_for_staff_nor_without_a_sign_in_nor_after_the_end(cast: Cast, omar: Browser) -> None:
    for name in ("maya", "rio", "omar", "toni"):
        user = getattr(cast, name)
        assert page_of(user) not in text(omar.get(f"/people/{user.pk}/"))
        assert give(omar, user).status_code == 404
        client_id = cast.clients["alex"].pk
        with pytest.raises(Refusal):
            help_back_in(user, HOW, language="en", client_id=client_id, by=cast.actor("omar"))
    close_client(cast.clients["luz"], next(iter(Closing.Reason)), by=cast.actor("omar"))
    assert give(omar, cast.luz).status_code == 404


def test_whoever_came_to_work_here_meanwhile(cast: Cast, omar: Browser) -> None:
    code = given(omar, cast.alex)
    give_role(cast.alex, Role.Kind.SPECIALIST, program=cast.program, by=None)
    assert choose(Browser(), code).status_code == 422


# --- as with codes of a sheet -----------------------------------------------------------------------------------------
def test_it_looks_like_any_other_wrong_code(cast: Cast, omar: Browser) -> None:
    code, seen = given(omar, cast.alex), []
    for number, (name, typed) in enumerate([("alex", UNKNOWN), ("luz", code), ("nobody-here", code), ("maya", code)]):
        browser = Browser(REMOTE_ADDR=f"192.0.2.{number}")
        browser.get(PAPER)
        with CaptureQueriesContext(connection) as asked:
            answer = choose(browser, typed, name)
        seen.append((answer.status_code, re.sub(r'value="[^"]*"', "", text(answer)), len(asked)))
    assert all(one == seen[0] for one in seen)


def test_what_is_stored(cast: Cast, omar: Browser) -> None:
    code = given(omar, cast.alex)
    row = WayBackHelp.objects.get()
    assert row.lookup == lookups(code.replace("-", ""))[0]
    assert HOW.encode() not in bytes(row.how_proved_sealed)
    wrong = [
        {"by": cast.alex},
        {"expires_at": row.given_at},
        {"used_at": row.expires_at},
        {"ended_at": now(), "used_at": now()},
    ]
    for columns in wrong:
        with pytest.raises(IntegrityError), transaction.atomic():
            WayBackHelp.objects.filter(pk=row.pk).update(**columns)
    expires = now() + timedelta(hours=1)
    with pytest.raises(IntegrityError), transaction.atomic():
        WayBackHelp.objects.create(user=cast.alex, by=cast.omar, lookup="2", language="en", expires_at=expires)


@pytest.mark.django_db(transaction=True)
def test_of_posts_at_the_same_moment_one_wins(cast: Cast) -> None:
    code = given(at(MAC, "omar"), cast.alex)
    answers = at_once(lambda: choose(Browser(), code))
    assert sorted(answer.status_code for answer in answers) == [302, 422, 422, 422]


def test_in_spanish(cast: Cast, omar: Browser) -> None:
    User.objects.filter(pk=cast.omar.pk).update(language="es")
    assert "olvidó la contraseña" in text(omar.get(page_of(cast.luz)))
    code = given(omar, cast.luz)
    luz = Browser()
    assert choose(luz, code, "luz").status_code == 302
    assert "te dio un código para volver a entrar" in text(luz.get(SIGN_INS))
    assert SHEET in text(luz.get(SIGN_INS))
