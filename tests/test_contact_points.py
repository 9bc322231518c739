"""How a person can be reached, safely: added, proven, changed, ended."""

import re
from datetime import time, timedelta

import pytest
from django.core import mail
from django.db import connection
from django.http import Http404
from django.utils.translation import get_language

from accounts.models import User
from audit.models import Event
from notifications import actions
from notifications.models import AddressCode, ContactPoint, Delivery
from notifications.permissions import contact_points_of, email_point_of, get_contact_point
from peersupport.lib.clock import now
from peersupport.lib.refusals import Refusal, Stale
from peersupport.lib.sealed import NotLoaded


@pytest.fixture
def by(cast):
    return cast.actor("alex")


@pytest.fixture
def point(cast, by):
    return actions.add_contact_point(cast.alex, "email", "Alex@Home.example", by=by, may_email=True)


def mailed_code() -> str:
    actions.dispatch()
    return re.search(r"\d{6}", str(mail.outbox[-1].body))[0]


def test_a_new_point_is_sealed_unproven_and_unused(cast, point) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM notifications_contactpoint")
        stored = repr([bytes(cell) if isinstance(cell, memoryview) else cell for cell in cursor.fetchone()])
    assert "home.example" not in stored.lower()
    assert get_contact_point(cast.alex, point.pk).value == "Alex@Home.example"
    assert email_point_of(cast.alex) is None
    assert User.objects.get(pk=cast.alex.pk).email == "alex@example.org"
    assert Event.objects.filter(verb="contact_point.added", actor_id=cast.alex.pk, subject_id=point.pk).count() == 1


def test_the_same_address_twice_is_one_point(cast, by, point) -> None:
    assert actions.add_contact_point(cast.alex, "email", " alex@home.example", by=by) == point
    assert ContactPoint.objects.count() == 1
    assert actions.add_contact_point(cast.luz, "email", "alex@home.example", by=by) != point  # a shared device


def test_facts_are_loaded_without_the_address(cast, point) -> None:
    [facts] = contact_points_of(cast.alex)
    with pytest.raises(NotLoaded):
        _ = facts.value


def test_nobody_elses_point_exists(cast, point) -> None:
    with pytest.raises(Http404):
        get_contact_point(cast.luz, point.pk)


@pytest.mark.parametrize(("kind", "value"), [("email", "alex@"), ("email", ""), ("phone", "12"), ("phone", "none")])
def test_what_cannot_be_an_address_is_refused(cast, by, kind, value) -> None:
    with pytest.raises(Refusal) as refusal:
        actions.add_contact_point(cast.alex, kind, value, by=by)
    assert refusal.value.field == "value"


def test_a_number_takes_no_mail_and_an_address_no_calls(cast, by, point) -> None:
    phone = actions.add_contact_point(cast.alex, "phone", "+1 (503) 555-0100", by=by, may_call=True, may_email=True)
    assert (phone.may_call, phone.may_email) == (True, False)
    assert actions.change_contact_point(point, version=1, by=by, may_call=True).may_call is False


def test_changing_is_compare_and_set(by, point) -> None:
    changed = actions.change_contact_point(
        point, version=1, by=by, may_email=False, good_from=time(9), good_until=time(20), name_to_say="Al"
    )
    assert (changed.version, changed.may_email, changed.good_until, changed.name_to_say) == (2, False, time(20), "Al")
    with pytest.raises(Stale) as stale:
        actions.change_contact_point(point, version=1, by=by, may_email=True)
    assert stale.value.stands.version == 2
    assert Event.objects.filter(verb="contact_point.changed").count() == 1


@pytest.mark.parametrize("hours", [(time(9), None), (None, time(9)), (time(9), time(9))])
def test_half_hours_are_refused(by, point, hours) -> None:
    with pytest.raises(Refusal) as refusal:
        actions.change_contact_point(point, version=1, by=by, good_from=hours[0], good_until=hours[1])
    assert refusal.value.field == "good_until"


def test_a_field_that_is_not_there_is_a_mistake_of_ours(by, point) -> None:
    with pytest.raises(TypeError, match="verified_at"):
        actions.change_contact_point(point, version=1, by=by, verified_at=now())


# --- codes ------------------------------------------------------------------------------------------------------------
def test_a_code_proves_the_address(cast, by, point) -> None:
    code = actions.ask_for_code(point, by=by)
    typed = mailed_code()
    [letter] = mail.outbox
    assert letter.to == ["Alex@Home.example"]
    assert "Alex " not in letter.subject + str(letter.body)
    [delivery] = Delivery.objects.all()
    assert letter.extra_headers["Message-ID"].startswith(f"<{delivery.pk}@")
    assert (delivery.state, delivery.subject_id) == ("accepted", code.pk)

    proven = actions.confirm_code(point, f" {typed[:3]} {typed[3:]}", by=by)

    assert proven.verified_at is not None
    assert email_point_of(cast.alex) == proven
    assert actions.confirm_code(point, "anything", by=by) == proven  # sent twice


def test_a_code_speaks_spanish_to_luz(cast, by, monkeypatch) -> None:
    seen = []
    monkeypatch.setattr("notifications.deliveries._", lambda text: seen.append(get_language()) or text)
    actions.ask_for_code(actions.add_contact_point(cast.luz, "email", "luz@home.example", by=by), by=by)
    actions.dispatch()
    assert set(seen) == {"es"}


def test_five_wrong_codes_end_it(by, point) -> None:
    actions.ask_for_code(point, by=by)
    right = mailed_code()
    for _ in range(5):
        with pytest.raises(Refusal) as refusal:
            actions.confirm_code(point, "x" if right == "000000" else "000000", by=by)
        assert refusal.value.field == "code"
    with pytest.raises(Refusal):
        actions.confirm_code(point, right, by=by)
    assert AddressCode.objects.get().tries == 5


def test_a_code_gets_old(by, point, clock) -> None:
    actions.ask_for_code(point, by=by)
    right = mailed_code()
    clock.move(minutes=16)
    with pytest.raises(Refusal):
        actions.confirm_code(point, right, by=by)


def test_a_new_code_replaces_the_old_one(by, point, clock) -> None:
    first = actions.ask_for_code(point, by=by)
    assert actions.ask_for_code(point, by=by) == first  # a double click
    old = mailed_code()
    clock.move(minutes=2)
    second = actions.ask_for_code(point, by=by)
    AddressCode.objects.filter(pk=second.pk).update(tries=0)
    if mailed_code() != old:
        with pytest.raises(Refusal):
            actions.confirm_code(point, old, by=by)
    assert len(mail.outbox) == 2


def test_a_replaced_code_that_has_not_left_stays_here(by, point, clock) -> None:
    actions.ask_for_code(point, by=by)
    clock.move(minutes=2)
    actions.ask_for_code(point, by=by)
    actions.dispatch()
    assert len(mail.outbox) == 1
    assert sorted(Delivery.objects.values_list("state", "reason")) == [
        ("accepted", ""),
        ("suppressed", "not-wanted-any-more"),
    ]


def test_five_codes_an_hour(by, point, clock) -> None:
    for _ in range(5):
        actions.ask_for_code(point, by=by)
        clock.move(minutes=2)
    with pytest.raises(Refusal):
        actions.ask_for_code(point, by=by)
    clock.move(hours=1)
    actions.ask_for_code(point, by=by)


def test_a_code_asked_for_comes_at_any_hour(by, point) -> None:
    """Good hours are for what nobody asked for a moment ago."""
    start = (now() + timedelta(hours=11)).time().replace(microsecond=0)
    end = (now() + timedelta(hours=12)).time().replace(microsecond=0)
    actions.change_contact_point(point, version=1, by=by, only_i_reach_out=True, good_from=start, good_until=end)
    actions.ask_for_code(point, by=by)
    assert mailed_code()


# --- the end ----------------------------------------------------------------------------------------------------------
def test_nothing_goes_to_an_ended_point(cast, by, point) -> None:
    actions.ask_for_code(point, by=by)
    actions.end_contact_point(point, by=by)
    actions.end_contact_point(point, by=by)
    actions.dispatch()
    assert mail.outbox == []
    assert contact_points_of(cast.alex) == []
    assert Delivery.objects.get().state == "suppressed"
    assert Event.objects.filter(verb="contact_point.ended").count() == 1
    with pytest.raises(Refusal):
        actions.ask_for_code(point, by=by)
    with pytest.raises(Stale):
        actions.change_contact_point(point, version=1, by=by, may_email=False)
    assert actions.add_contact_point(cast.alex, "email", "alex@home.example", by=by) != point
