"""How to reach me safely: an address is proved by a code, used as its owner says, and seen by nobody else."""

from collections.abc import Callable
from datetime import time

import pytest
from django.core import mail
from django.test import Client as Browser
from django.urls import reverse

from audit.models import Event
from home.demo.cast import Cast
from notifications.models import AddressCode, ContactPoint, Delivery
from notifications.permissions import email_point_of
from tests.conftest import Clock

ADDRESS = "alex.private@example.org"


def add(browser: Browser, address: str = ADDRESS) -> ContactPoint:
    answer = browser.post(reverse("reach-me"), {"address": address})
    assert answer.status_code == 302
    return ContactPoint.objects.standing().get(pk=answer.headers["Location"].split("/")[-2])


def code_of(point: ContactPoint) -> str:
    return AddressCode.objects.get(contact_point=point, ended_at=None).code


def rules(point: ContactPoint, **changes: object) -> dict[str, object]:
    return {"version": point.version, "may_email": "on", "name_to_say": "", "who_else_sees": "", **changes}


def test_an_address_is_added_and_proved_by_its_code(cast: Cast, sign_in: Callable[..., Browser]) -> None:
    alex = sign_in("alex")
    point = add(alex)
    assert email_point_of(cast.alex) is None
    sent = Delivery.objects.get()
    assert (sent.kind, sent.contact_point_id) == ("address-code", point.pk)
    code = code_of(point)
    answer = alex.post(reverse("reach-me-code", args=[point.pk]), {"code": f" {code[:3]}-{code[3:]} "}, follow=True)
    assert answer.status_code == 200
    proved = email_point_of(cast.alex)
    assert proved is not None
    assert proved.pk == point.pk
    assert ADDRESS in alex.get(reverse("reach-me")).content.decode()


def test_a_wrong_code_is_refused_with_a_sentence_and_five_end_it(cast: Cast, sign_in: Callable[..., Browser]) -> None:
    alex = sign_in("alex")
    point = add(alex)
    right = code_of(point)
    wrong = "000000" if right != "000000" else "111111"
    for _ in range(5):
        answer = alex.post(reverse("reach-me-code", args=[point.pk]), {"code": wrong})
        assert answer.status_code == 422
        assert "This is not the code" in answer.content.decode()
    assert alex.post(reverse("reach-me-code", args=[point.pk]), {"code": right}).status_code == 422
    assert email_point_of(cast.alex) is None


@pytest.mark.parametrize("address", ["", "alex", "alex@", "a b@example.org"])
def test_what_is_no_address_is_refused_and_kept(address: str, cast: Cast, sign_in: Callable[..., Browser]) -> None:
    answer = sign_in("alex").post(reverse("reach-me"), {"address": address})
    assert answer.status_code == 422
    assert f'value="{address}"' in answer.content.decode() or not address
    assert not ContactPoint.objects.exists()


def test_the_same_form_twice_is_one_address_and_one_code(cast: Cast, sign_in: Callable[..., Browser]) -> None:
    alex = sign_in("alex")
    assert add(alex).pk == add(alex, ADDRESS.upper()).pk
    assert AddressCode.objects.count() == Delivery.objects.count() == 1


def test_rules_are_saved_and_the_older_window_is_told(cast: Cast, sign_in: Callable[..., Browser]) -> None:
    alex = sign_in("alex")
    point = add(alex)
    url = reverse("reach-me-point", args=[point.pk])
    new = rules(point, good_from="09:00", good_until="18:00", name_to_say="Sam from work", who_else_sees="My sister")
    assert alex.post(url, new).status_code == 302
    point.refresh_from_db()
    assert (point.good_from, point.good_until) == (time(9), time(18))
    assert (point.name_to_say, point.who_else_sees) == ("Sam from work", "My sister")
    stale = alex.post(url, {**new, "who_else_sees": "Nobody now"})
    assert stale.status_code == 409
    assert "Nobody now" in stale.content.decode()
    point.refresh_from_db()
    assert point.who_else_sees == "My sister"
    again = {**new, "version": point.version, "who_else_sees": "Nobody now"}
    assert alex.post(url, again).status_code == 302


@pytest.mark.parametrize(
    ("begins", "ends", "sentence"),
    [("09:00", "", "fill in both times"), ("", "09:00", "fill in both times"), ("09:00", "09:00", "the same")],
)
def test_half_a_span_is_refused(
    begins: str, ends: str, sentence: str, cast: Cast, sign_in: Callable[..., Browser]
) -> None:
    alex = sign_in("alex")
    point = add(alex)
    answer = alex.post(
        reverse("reach-me-point", args=[point.pk]), rules(point, good_from=begins, good_until=ends, name_to_say="Kit")
    )
    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert 'value="Kit"' in answer.content.decode()


def test_an_address_taken_out_is_used_no_more(cast: Cast, sign_in: Callable[..., Browser]) -> None:
    alex = sign_in("alex")
    point = add(alex)
    assert alex.post(reverse("reach-me-end", args=[point.pk])).status_code == 302
    assert ADDRESS not in alex.get(reverse("reach-me")).content.decode()
    assert alex.get(reverse("reach-me-point", args=[point.pk])).status_code == 404


def test_nobody_opens_or_changes_the_address_of_someone_else(cast: Cast, sign_in: Callable[..., Browser]) -> None:
    point = add(sign_in("alex"))
    for name in ("luz", "maya", "dana", "omar"):
        browser = sign_in(name)
        assert ADDRESS not in browser.get(reverse("reach-me")).content.decode()
        assert browser.get(reverse("reach-me-point", args=[point.pk])).status_code == 404
        for page in ("reach-me-point", "reach-me-code", "reach-me-new-code", "reach-me-end"):
            assert browser.post(reverse(page, args=[point.pk]), rules(point, code="1")).status_code == 404


def test_a_new_code_makes_the_old_one_worthless(cast: Cast, sign_in: Callable[..., Browser], clock: Clock) -> None:
    alex = sign_in("alex")
    point = add(alex)
    old = code_of(point)
    clock.move(minutes=2)
    alex.post(reverse("reach-me-new-code", args=[point.pk]))
    assert AddressCode.objects.count() == 2
    if code_of(point) != old:
        assert alex.post(reverse("reach-me-code", args=[point.pk]), {"code": old}).status_code == 422
    assert alex.post(reverse("reach-me-code", args=[point.pk]), {"code": code_of(point)}).status_code == 302


def test_what_is_done_leaves_events_without_the_address(cast: Cast, sign_in: Callable[..., Browser]) -> None:
    add(sign_in("alex"))
    events = Event.objects.filter(client_id=cast.clients["alex"].pk).order_by("at")
    assert [event.verb for event in events][-2:] == ["contact_point.added", "contact_point.code_sent"]
    assert not mail.outbox  # what is sent leaves by the engine, never inside a request
