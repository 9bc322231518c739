"""The manager's pages about people: who is there, what they may be, and who answers for whom. Never a word."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client as Browser
from django.urls import reverse

from accounts import actions as accounts
from accounts.models import Program, Role, Supervision, User
from audit.models import Event
from clients.actions import keep_away
from home.actions import end_one_hat
from home.demo.cast import Cast
from notifications.actions import add_contact_point
from peersupport.lib.refusals import Refusal

SignIn = Callable[..., Browser]
ABOUT = {"first_name": "Antonia", "last_name": "Baker", "language": "es", "time_zone": "America/Denver"}


def test_a_person_is_names_and_addresses_and_never_words(
    cast: Cast, sign_in: SignIn, write_log: Callable[..., Any]
) -> None:
    write_log("alex", "maya", signed=True, what_we_did="wrenbird")
    add_contact_point(cast.alex, "email", "alex@mail.example", name_to_say="wrenbird", by=cast.actor("alex"))
    answer = sign_in("omar").get(reverse("person", args=[cast.alex.pk]))
    text = answer.content.decode()
    assert "alex@mail.example" in text
    assert "Maya O." in text
    assert "wrenbird" not in text
    alex = sign_in("alex").get(reverse("my-privacy", args=[cast.clients["alex"].pk])).content.decode()
    assert "saw your name, how to reach you and who walks with you" in alex


def test_someone_kept_away_is_not_there(cast: Cast, sign_in: SignIn) -> None:
    """Rio works here, and keeps Omar from their record; Toni does too."""
    second = accounts.create_person(first_name="Vera", email="vera@example.org", password="x", by=None)
    accounts.give_role(second, Role.Kind.MANAGER, program=cast.program, by=None)
    for name in ("rio", "toni"):
        keep_away(cast.clients[name], cast.omar, by=cast.actor("rio", Role.Kind.CLIENT))
    omar = sign_in("omar")
    assert omar.get(reverse("person", args=[cast.toni.pk])).status_code == 404
    rio = omar.get(reverse("person", args=[cast.rio.pk]))
    assert rio.status_code == 200
    assert rio.context["person"].client is None
    assert "Who walks with them" not in rio.content.decode()
    assert [role.kind for role in rio.context["person"].roles] == ["specialist"]


def test_people_of_another_program_are_not_there(cast: Cast, sign_in: SignIn) -> None:
    uptown = Program.objects.create(name="Uptown")
    stranger = accounts.create_person(first_name="Vera", by=None)
    accounts.give_role(stranger, Role.Kind.SPECIALIST, program=uptown, by=None)
    omar = sign_in("omar")
    assert omar.get(reverse("person", args=[stranger.pk])).status_code == 404
    assert "Vera" not in omar.get(reverse("people")).content.decode()


def test_what_was_misspelled_is_put_right(cast: Cast, sign_in: SignIn) -> None:
    page = reverse("about", args=[cast.toni.pk])
    assert sign_in("omar").post(page, ABOUT).status_code == 302
    toni = User.objects.get(pk=cast.toni.pk)
    assert {name: getattr(toni, name) for name in ABOUT} == ABOUT
    assert Event.objects.get(verb="person.changed").client_id == cast.clients["toni"].pk


@pytest.mark.parametrize(
    ("field", "value"),
    [("first_name", ""), ("last_name", "x" * 81), ("language", "xx"), ("time_zone", "Moon"), ("first_name", "a\x00")],
)
def test_bad_input_about_someone(field: str, value: str, cast: Cast, sign_in: SignIn) -> None:
    answer = sign_in("omar").post(reverse("about", args=[cast.toni.pk]), {**ABOUT, field: value})
    assert answer.status_code == 422
    assert field in answer.context["form"].errors
    assert User.objects.get(pk=cast.toni.pk).first_name == "Toni"


def test_roles_are_given_once_and_ended(cast: Cast, sign_in: SignIn) -> None:
    omar, page = sign_in("omar"), reverse("add-role", args=[cast.dana.pk])
    assert omar.post(page, {"kind": "specialist", "credential": "CPS"}).status_code == 302
    role = Role.objects.get(user=cast.dana, kind="specialist")
    assert (role.credential, role.ends_at) == ("CPS", None)
    assert omar.post(page, {"kind": "specialist"}).status_code == 422
    assert omar.post(page, {"kind": "client"}).status_code == 422
    assert omar.post(reverse("end-role", args=[cast.dana.pk, role.pk])).status_code == 302
    assert not Role.objects.open().filter(pk=role.pk).exists()
    assert omar.post(reverse("end-role", args=[cast.dana.pk, role.pk])).status_code == 404


def test_a_specialist_who_walks_with_someone_keeps_the_role(cast: Cast, sign_in: SignIn) -> None:
    role = cast.maya.roles.get()
    answer = sign_in("omar").post(reverse("end-role", args=[cast.maya.pk, role.pk]), follow=True)
    assert b"They still walk with people here" in answer.content
    assert Role.objects.open().filter(pk=role.pk).exists()


def test_the_hat_takes_its_supervisions_along(cast: Cast) -> None:
    end_one_hat(cast.dana.roles.get(), by=cast.actor("omar"))
    assert not Supervision.objects.open().filter(supervisor=cast.dana).exists()
    assert Supervision.objects.open().filter(supervisor=cast.priya).count() == 2


def test_the_last_manager_stays(cast: Cast, sign_in: SignIn) -> None:
    role = cast.omar.roles.get()
    answer = sign_in("omar").post(reverse("end-role", args=[cast.omar.pk, role.pk]), follow=True)
    assert b"Nobody else runs this program" in answer.content
    never_came = accounts.create_person(first_name="Vera", by=None)
    accounts.give_role(never_came, Role.Kind.MANAGER, program=cast.program, by=None)
    with pytest.raises(accounts.LastManager):  # someone who cannot sign in runs nothing
        accounts.end_role(role, by=None)
    accounts.give_role(cast.dana, Role.Kind.MANAGER, program=cast.program, by=None)
    accounts.end_role(role, by=None)
    with pytest.raises(accounts.LastManager):
        accounts.end_role(Role.objects.get(user=cast.dana, kind="manager"), by=None)


def test_supervision_begins_and_ends(cast: Cast, sign_in: SignIn) -> None:
    omar, page = sign_in("omar"), reverse("supervise", args=[cast.maya.pk])
    assert omar.post(page, {"person": str(cast.priya.pk)}).status_code == 302
    row = Supervision.objects.open().get(supervisor=cast.priya, specialist=cast.maya)
    for wrong in ("", str(cast.sam.pk), str(cast.priya.pk)):
        assert omar.post(page, {"person": wrong}).status_code == 422
    assert sign_in("priya").get(reverse("client", args=[cast.clients["alex"].pk])).status_code == 200
    assert omar.post(reverse("end-supervision", args=[cast.maya.pk, row.pk])).status_code == 302
    assert sign_in("priya").get(reverse("client", args=[cast.clients["alex"].pk])).status_code == 404
    strange = reverse("end-supervision", args=[cast.maya.pk, cast.sam.supervised_by.get().pk])
    assert omar.post(strange).status_code == 404


def test_a_second_supervision_of_the_same_kind_is_refused_by_the_action(cast: Cast) -> None:
    with pytest.raises(Refusal):
        accounts.start_supervision(cast.dana, cast.maya, by=None)
    with pytest.raises(Refusal):
        accounts.start_supervision(cast.dana, cast.dana, by=None)
