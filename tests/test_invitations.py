"""People coming in: the invitation, its one use, and what it says to whom."""

import re
from collections.abc import Callable
from threading import Barrier, Thread
from typing import Any

import pytest
from django.core import mail
from django.core.cache import cache
from django.db import IntegrityError, connection, transaction
from django.test import Client as Browser
from django.urls import reverse

from accounts.actions import accept_invitation, invite, withdraw_invitations
from accounts.deliveries import link_of
from accounts.models import Invitation, Role, User
from accounts.rules.invitations import in_groups, new_code, read_code
from audit.models import Event
from home.actions import invite_person, invite_staff, tick
from home.demo.cast import Cast
from notifications.actions import change_contact_point
from notifications.models import ContactPoint, Delivery
from peersupport.lib.refusals import Refusal
from tests.conftest import Clock

SignIn = Callable[..., Browser]
PASSWORD = "four words in rain"
CHOSEN = {"password": PASSWORD, "again": PASSWORD}
NEW = {"first_name": "Ines", "last_name": "Soto", "email": "Ines@Mail.example", "kind": "specialist", "language": "es"}


def send_staff(cast: Cast, **more: str) -> Invitation:
    user = invite_staff({**NEW, "credential": "CPS", **more}, by=cast.actor("omar"))
    return Invitation.objects.get(user=user)


def on_paper(cast: Cast) -> Invitation:
    return invite(cast.toni, Role.Kind.CLIENT, program=cast.program, by=cast.actor("omar"))


def page(invitation: Invitation) -> str:
    return reverse("invitation", args=[invitation.code])


def test_from_the_form_to_the_first_page(cast: Cast, sign_in: SignIn) -> None:
    answer = sign_in("omar").post(reverse("new-staff"), {**NEW, "credential": "CPS"})
    ines = User.objects.get(first_name="Ines")
    assert answer.status_code == 302
    assert (ines.email, ines.can_sign_in, list(ines.roles.all())) == (None, False, [])
    tick()
    [letter] = mail.outbox
    assert letter.to == ["Ines@Mail.example"]
    for secret in ("Ines", "Soto", "Riverside", "specialist", "especialista", "Omar", "peer"):
        assert secret not in f"{letter.subject} {letter.body}"
    link = re.search(r"http://\S+(/invitation/\w{16}/)", letter.body)
    assert link is not None
    browser = Browser()
    assert browser.get(link.group(1)).status_code == 200
    assert browser.post(link.group(1), CHOSEN).headers["Location"] == "/"
    ines.refresh_from_db()
    role = ines.roles.get()
    assert (ines.email, role.kind, role.credential, role.program) == (
        "ines@mail.example",
        "specialist",
        "CPS",
        cast.program,
    )
    assert ContactPoint.objects.get(owner=ines).verified_at is not None
    assert browser.get(reverse("clients")).status_code == 200
    verbs = set(Event.objects.filter(actor_id=ines.pk, hat="invitation").values_list("verb", flat=True))
    assert verbs == {"invitation.accepted", "role.given", "contact_point.verified"}


def test_looking_at_the_link_writes_nothing_and_leaks_nothing(cast: Cast) -> None:
    invitation = send_staff(cast)
    answer = Browser(headers={"accept-language": "en"}).get(page(invitation))
    assert answer.headers["Referrer-Policy"] == "strict-origin"
    assert answer.headers["Cache-Control"] == "no-store"
    text = answer.content.decode()
    for secret in ("Ines", "Soto", "Mail.example", "Riverside"):
        assert secret.lower() not in text.lower()
    assert 'lang="es"' in text
    invitation.refresh_from_db()
    assert invitation.is_open


def test_a_client_with_a_code_on_paper_brings_an_address_of_their_own(cast: Cast, sign_in: SignIn) -> None:
    omar = sign_in("omar")
    assert omar.post(reverse("invite", args=[cast.toni.pk]), {"how": "paper"}).status_code == 302
    invitation = Invitation.objects.get(user=cast.toni)
    sheet = omar.get(reverse("invitation-sheet", args=[cast.toni.pk]))
    assert in_groups(invitation.code) in sheet.content.decode()
    browser = Browser()
    typed = in_groups(invitation.code).lower().replace("0", "o").replace("1", "l")
    answer = browser.post(reverse("code"), {"code": f" {typed} "})
    assert answer.headers["Location"] == page(invitation)
    answer = browser.post(page(invitation), {**CHOSEN, "email": "toni@mail.example"})
    assert answer.headers["Location"] == reverse("between-us")
    first = browser.get(answer.headers["Location"])
    assert b"What stays between us" in first.content
    assert cast.program.name.encode() not in first.content
    assert User.objects.get(pk=cast.toni.pk).email == "toni@mail.example"
    assert Role.objects.open().filter(user=cast.toni).count() == 1
    assert not ContactPoint.objects.filter(owner=cast.toni).exists()  # theirs to say
    assert not Delivery.objects.exists()


@pytest.mark.parametrize("tick", [True, False])
def test_a_client_says_whether_the_proved_address_may_be_written_to(tick: bool, cast: Cast) -> None:
    omar = cast.actor("omar")
    invitation = invite_person(cast.toni, Role.Kind.CLIENT, "Toni@mail.example", client=cast.clients["toni"], by=omar)
    assert Browser().post(page(invitation), {**CHOSEN, **({"may_email": "on"} if tick else {})}).status_code == 302
    point = ContactPoint.objects.get(owner=cast.toni)
    assert point.verified_at is not None
    assert point.may_email is tick


def test_staff_and_clients_have_their_own_time(cast: Cast, clock: Clock) -> None:
    staff, paper = send_staff(cast), on_paper(cast)
    clock.move(hours=23, minutes=59)
    assert Browser().get(page(staff)).status_code == 200
    clock.move(minutes=2)
    late = Browser().post(page(staff), CHOSEN)
    assert late.status_code == 404
    assert late.context["state"] == "late"
    assert not Role.objects.filter(user=staff.user).exists()
    clock.move(days=12, hours=23)
    assert Browser().get(page(paper)).status_code == 200
    clock.move(hours=1)
    assert Browser().get(page(paper)).context["state"] == "late"


def test_it_works_once_and_says_kindly_why_not_again(cast: Cast) -> None:
    invitation = send_staff(cast)
    assert Browser().post(page(invitation), CHOSEN).status_code == 302
    again = Browser().post(page(invitation), {"password": "another one here", "again": "another one here"})
    assert (again.status_code, again.context["state"]) == (404, "used")
    assert User.objects.get(pk=invitation.user_id).check_password(PASSWORD)
    with pytest.raises(Refusal):
        accept_invitation(invitation, password="another one here")


def test_a_newer_one_or_a_withdrawal_ends_it(cast: Cast, sign_in: SignIn) -> None:
    first = on_paper(cast)
    second = on_paper(cast)
    assert Browser().post(page(first), CHOSEN).context["state"] == "withdrawn"
    sign_in("omar").post(reverse("withdraw", args=[cast.toni.pk]))
    assert Browser().post(page(second), CHOSEN).context["state"] == "withdrawn"
    assert not User.objects.get(pk=cast.toni.pk).can_sign_in
    assert sign_in("omar").get(reverse("invitation-sheet", args=[cast.toni.pk])).status_code == 404


def test_what_is_withdrawn_before_it_left_never_leaves(cast: Cast) -> None:
    invitation = send_staff(cast)
    withdraw_invitations(invitation.user, by=cast.actor("omar"))
    tick()
    assert mail.outbox == []
    assert Delivery.objects.get().state == Delivery.State.CANCELLED


def test_an_address_whose_owner_wants_nothing_gets_nothing(cast: Cast) -> None:
    omar, client = cast.actor("omar"), cast.clients["toni"]
    invite_person(cast.toni, Role.Kind.CLIENT, "toni@mail.example", client=client, by=omar)
    point = ContactPoint.objects.get(owner=cast.toni)
    assert (point.may_email, point.verified_at) == (False, None)
    change_contact_point(point, version=point.version, only_i_reach_out=True, by=omar)
    tick()
    assert mail.outbox == []
    assert Delivery.objects.get().reason == "only-they-reach-out"
    with pytest.raises(Refusal, match="printed"):
        invite_person(cast.toni, Role.Kind.CLIENT, "toni@mail.example", client=client, by=omar)


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"again": "four words in snow"}, "again"),
        ({"password": "short", "again": "short"}, "password"),
        ({"password": "12345678901", "again": "12345678901"}, "password"),
        ({"password": "password123", "again": "password123"}, "password"),
        ({"password": "", "again": ""}, "password"),
        ({"email": "nobody"}, "email"),
        ({"email": ""}, "email"),
        ({"email": "MAYA@example.org"}, "email"),
    ],
)
def test_bad_input_is_said_and_the_invitation_stays_open(wrong: dict[str, str], field: str, cast: Cast) -> None:
    invitation = on_paper(cast)
    answer = Browser().post(page(invitation), {**CHOSEN, "email": "toni@mail.example", **wrong})
    assert answer.status_code == 422
    assert field in answer.context["form"].errors
    invitation.refresh_from_db()
    assert invitation.is_open
    assert not User.objects.get(pk=cast.toni.pk).can_sign_in
    if field != "email":
        assert b"toni@mail.example" in answer.content


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"email": "maya@example.org"}, "email"),
        ({"email": "ines"}, "email"),
        ({"email": ""}, "email"),
        ({"first_name": " "}, "first_name"),
        ({"first_name": "x" * 81}, "first_name"),
        ({"kind": "client"}, "kind"),
        ({"kind": ""}, "kind"),
        ({"language": "xx"}, "language"),
    ],
)
def test_a_bad_invitation_is_said_and_makes_nobody(
    wrong: dict[str, str], field: str, cast: Cast, sign_in: SignIn
) -> None:
    people = User.objects.count()
    answer = sign_in("omar").post(reverse("new-staff"), {**NEW, **wrong})
    assert answer.status_code == 422
    assert field in answer.context["form"].errors
    assert b"Soto" in answer.content
    assert User.objects.count() == people


def test_who_can_sign_in_needs_no_invitation(cast: Cast, sign_in: SignIn) -> None:
    assert sign_in("omar").get(reverse("invite", args=[cast.alex.pk])).status_code == 404
    with pytest.raises(Refusal, match="already"):
        invite(cast.alex, Role.Kind.CLIENT, program=cast.program, by=cast.actor("omar"))


def test_unknown_codes_are_counted_and_stopped(cast: Cast) -> None:
    good = on_paper(cast)
    browser = Browser()
    for _try in range(20):
        assert browser.get(reverse("invitation", args=[new_code()])).status_code == 404
    assert browser.get(page(good)).status_code == 429
    cache.clear()
    assert browser.get(page(good)).status_code == 200


def test_codes_are_read_as_people_type_them() -> None:
    code = new_code()
    assert read_code(in_groups(code)) == read_code(f" {code.lower()}\n") == code
    assert read_code("O0Il-1LoO-ABCD-EFGH") == "00111100ABCDEFGH"
    for wrong in ("", "1234", f"{code}0", "U" * 16, "é" * 16):
        assert read_code(wrong) == ""


def test_the_code_stands_nowhere_open(cast: Cast) -> None:
    invitation = on_paper(cast)
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM accounts_invitation")
        row = cursor.fetchone()
    assert invitation.code.encode() not in repr([bytes(x) if isinstance(x, memoryview) else x for x in row]).encode()
    assert invitation.code in link_of(invitation)


def test_the_database_refuses_a_second_standing_invitation(cast: Cast) -> None:
    invitation = on_paper(cast)
    columns = {"user": cast.toni, "program": cast.program, "kind": "client", "lookup": "x"}
    with (
        pytest.raises(IntegrityError, match=r"one_standing_invitation|accounts_invitation\.user_id"),
        transaction.atomic(),
    ):
        Invitation.objects.create(**columns, expires_at=invitation.expires_at)


@pytest.mark.django_db(transaction=True)
def test_two_clicks_at_once_are_one(cast: Cast) -> None:
    invitation, meet = on_paper(cast), Barrier(4)
    statuses: list[int] = []

    def click(number: int) -> None:
        password = f"four words number {number}"
        data = {"password": password, "again": password, "email": f"toni{number}@mail.example"}
        meet.wait()
        try:
            statuses.append(Browser().post(page(invitation), data).status_code)
        finally:
            connection.close()

    threads = [Thread(target=click, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(statuses) == [302, 404, 404, 404]
    assert Event.objects.filter(verb="invitation.accepted").count() == 1
    toni: Any = User.objects.get(pk=cast.toni.pk)
    number = toni.email.removeprefix("toni").partition("@")[0]
    assert toni.check_password(f"four words number {number}")
