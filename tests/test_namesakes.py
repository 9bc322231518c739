"""Adding someone by hand under a name that is here already: it is said, and refuses nothing."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import Program, Role
from audit.models import Event
from clients.actions import keep_away
from clients.models import Client, Closing
from home import actions
from home.demo.cast import Cast
from home.pages.namesakes import SHOWN

SignIn = Callable[..., Browser]
URL = reverse("new-client")
LOOKED_AT = re.compile(r'name="looked_at" value="([^"]+)"')


def add(browser: Browser, first: str, last: str = "", **more: Any) -> Any:
    return browser.post(URL, {"first_name": first, "last_name": last, "language": "es", "someone": "", **more})


def looked_at(answer: Any) -> list[str]:
    return LOOKED_AT.findall(answer.content.decode())


def text(answer: Any) -> str:
    return " ".join(answer.content.decode().split())


def named(cast: Cast, first: str, last: str, program: Program | None = None) -> Client:
    by = cast.actor("omar")
    names = {"first_name": first, "last_name": last, "language": "en"}
    return actions.add_client(**names, program=program or cast.program, specialist=None, by=by)


def test_it_is_said_what_was_typed_is_kept_and_it_goes_on(cast: Cast, sign_in: SignIn) -> None:
    omar = sign_in("omar")
    warned = add(omar, "Alex", "Reyes", someone=str(cast.sam.pk))
    assert warned.status_code == 409
    page = text(warned)
    assert "Someone with this name is here already" in page
    assert f'href="{reverse("person", args=[cast.alex.pk])}"' in page
    assert "with Maya O., Noor H." in page
    assert 'value="Reyes"' in page
    assert re.search(rf'value="{cast.sam.pk}" selected', page)
    assert re.search(r'value="es"[^>]*checked', page)
    assert Client.objects.count() == 4
    assert Event.objects.filter(verb="list", page="namesakes", count=1).count() == 1
    added = add(omar, "Alex", "Reyes", looked_at=looked_at(warned))
    assert added.status_code == 302
    assert Client.objects.count() == 5


@pytest.mark.parametrize(
    ("first", "last", "warns"),
    [
        ("alex", "REYES", True),
        (" Alex ", "Réyes", True),
        ("Alex", "", True),  # who of that name, nobody said
        ("Luz", "Marin", True),
        ("Alex", "Ruiz", False),
        ("Reyes", "Alex", False),
        ("Alexa", "Reyes", False),
        ("Maya", "Okafor", False),  # works here
    ],
)
def test_what_is_the_same_name(first: str, last: str, warns: bool, cast: Cast, sign_in: SignIn) -> None:
    assert add(sign_in("omar"), first, last).status_code == (409 if warns else 302)


def test_someone_here_without_a_last_name_may_be_anyone_of_that_first_name(cast: Cast, sign_in: SignIn) -> None:
    named(cast, "Kim", "")
    answer = add(sign_in("omar"), "Kim", "Lee")
    assert answer.status_code == 409
    assert "waits for a specialist" in text(answer)


def test_whoever_was_here_can_come_back(cast: Cast, sign_in: SignIn) -> None:
    kim = named(cast, "Kim", "Lee")
    actions.close_client(kim, Closing.Reason.MOVED, by=cast.actor("omar"))
    assert "can come back" in text(add(sign_in("omar"), "Kim", "Lee"))


def test_only_those_this_manager_sees(cast: Cast, sign_in: SignIn) -> None:
    elsewhere = Program.objects.create(name="Harbor")
    named(cast, "Kim", "Lee", elsewhere)
    assert add(sign_in("omar"), "Kim", "Lee").status_code == 302
    kept = keep_away(cast.clients["alex"], cast.omar, by=cast.actor("alex"))
    if kept.in_force_since is None:
        type(kept).objects.filter(pk=kept.pk).update(in_force_since=kept.asked_at)
    answer = add(sign_in("omar"), "Alex", "Reyes")
    assert answer.status_code == 302
    assert "Maya" not in text(answer)


def test_looking_at_one_does_not_cover_another(cast: Cast, sign_in: SignIn) -> None:
    """The name was changed on the page, or somebody else was just added."""
    omar = sign_in("omar")
    alex = looked_at(add(omar, "Alex", "Reyes"))
    assert add(omar, "Luz", "Marín", looked_at=alex).status_code == 409
    named(cast, "Alex", "Reyes")
    again = add(omar, "Alex", "Reyes", looked_at=alex)
    assert again.status_code == 409
    assert len(looked_at(again)) == 2
    assert "People with this name are here already" in text(again)
    assert add(omar, "Alex", "Reyes", looked_at=looked_at(again)).status_code == 302


def test_the_same_form_sent_twice_is_noticed(cast: Cast, sign_in: SignIn) -> None:
    omar = sign_in("omar")
    assert [add(omar, "Nico", "Vale").status_code for _time in range(2)] == [302, 409]


@pytest.mark.parametrize("sent", ["", "nobody", "0" * 36])
def test_strange_ids_cover_nobody(sent: str, cast: Cast, sign_in: SignIn) -> None:
    assert add(sign_in("omar"), "Alex", "Reyes", looked_at=sent).status_code == 409


def test_many_of_one_name(cast: Cast, sign_in: SignIn) -> None:
    def queries(first: str) -> int:
        with CaptureQueriesContext(connection) as seen:
            assert add(omar, first, "Lee").status_code == 409
        return len(seen)

    omar = sign_in("omar")
    named(cast, "Bo", "Lee")
    for _number in range(SHOWN + 3):
        named(cast, "Kim", "Lee")
    queries("Bo")
    assert queries("Kim") == queries("Bo")
    assert add(omar, "Kim", "Lee", looked_at=looked_at(add(omar, "Kim", "Lee"))).status_code == 302


def test_nobody_else_learns_who_is_here(cast: Cast, sign_in: SignIn) -> None:
    for name, kind in (("maya", None), ("dana", None), ("alex", None), ("rio", Role.Kind.SPECIALIST)):
        assert add(sign_in(name, kind), "Alex", "Reyes").status_code == 403
