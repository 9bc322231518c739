"""What the engine does with one delivery: every state, every verdict, every answer."""

from datetime import time, timedelta

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.utils.translation import get_language

from accounts.models import User
from notifications import actions
from notifications.actions import moves
from notifications.kinds import Later, Message
from notifications.models import ContactPoint, Delivery
from notifications.permissions import expired_for, failed_for, overdue_since
from peersupport.lib.clock import now
from peersupport.lib.ids import new_id


# --- the way through --------------------------------------------------------------------------------------------------
def test_a_due_delivery_goes_out_once(post, again) -> None:
    row = post.plan()

    assert actions.dispatch() == 1
    assert actions.dispatch() == 0

    stands = again(row)
    assert (stands.state, stands.attempt, stands.tries, stands.times_unsure) == ("accepted", 1, 1, 0)
    assert stands.accepted_at is not None
    assert stands.lease_until is None
    [parcel] = post.provider.got
    assert (parcel.key, parcel.address, parcel.message) == (row.pk, "alex@home.example", Message("Hello", "Text"))


def test_what_is_not_due_waits(post, again, clock) -> None:
    row = post.plan(due_at=now() + timedelta(minutes=10))
    assert actions.dispatch() == 0
    clock.move(minutes=11)
    assert actions.dispatch() == 1
    assert again(row).state == "accepted"


def test_in_app_arrives_with_one_statement_and_no_provider(post, again) -> None:
    row = post.plan(channel="in-app")
    actions.dispatch()
    stands = again(row)
    assert (stands.state, stands.tries, post.provider.got) == ("delivered", 1, [])
    assert stands.ended_at == stands.accepted_at == stands.began_at


def test_the_same_plan_twice_is_one_delivery(post) -> None:
    subject = new_id()
    row = post.plan(subject_id=subject)
    assert post.plan(subject_id=subject, due_at=now() + timedelta(days=1)) == row
    assert post.plan(subject_id=subject, key="another").pk != row.pk
    assert Delivery.objects.get(pk=row.pk).due_at == row.due_at


@pytest.mark.parametrize(
    "wrong", [{"channel": "smoke"}, {"channel": "in-app", "contact_point": "post"}, {"contact_point": None}]
)
def test_what_could_never_be_sent_is_not_planned(post, wrong) -> None:
    if wrong.get("contact_point"):
        wrong = {**wrong, "contact_point": post.point}
    with pytest.raises(ValueError, match=r"channel|contact point"):
        post.plan(**wrong)


def test_a_delivery_goes_only_to_its_recipient(post, cast) -> None:
    with pytest.raises(ValueError, match="of its recipient"):
        post.plan(contact_point=post.point_of(cast.luz))


def test_it_is_worded_in_the_recipients_language(post, cast) -> None:
    post.kind_says(render=lambda _row: Message("", get_language() or ""))
    post.plan()
    post.person, post.point = cast.luz, post.point_of(cast.luz)
    post.plan()
    actions.dispatch()
    assert {parcel.address: parcel.message.text for parcel in post.provider.got} == {
        "alex@home.example": "en",
        "luz@home.example": "es",
    }


def test_no_transaction_is_open_while_the_provider_is_asked(post) -> None:
    depth = len(connection.savepoint_ids)
    seen = []
    post.provider.during = lambda: seen.append(len(connection.savepoint_ids))
    post.plan()
    actions.dispatch()
    assert seen == [depth]


# --- verdicts ---------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"may_email": False}, "not-agreed-there"),
        ({"only_i_reach_out": True}, "only-they-reach-out"),
        ({"verified_at": None}, "address-not-verified"),
        ({"ended_at": "now"}, "address-ended"),
    ],
)
def test_the_contact_point_is_asked_at_the_last_moment(post, again, change, reason) -> None:
    row = post.plan()
    ContactPoint.objects.filter(pk=post.point.pk).update(
        **{**change, **({"ended_at": now()} if "ended_at" in change else {})}
    )
    actions.dispatch()
    assert (again(row).state, again(row).reason, post.provider.got) == ("suppressed", reason, [])


def test_nothing_goes_to_a_closed_account(post, again) -> None:
    row, inside = post.plan(), post.plan(channel="in-app")
    User.objects.filter(pk=post.person.pk).update(is_active=False)
    actions.dispatch()
    assert {again(row).reason, again(inside).reason} == {"account-closed"}


def test_the_kind_has_the_first_word(post, again) -> None:
    row = post.plan()
    post.kind_says(recheck=lambda _row: "withdrawn")
    actions.dispatch()
    assert (again(row).state, again(row).reason, post.provider.got) == ("suppressed", "withdrawn", [])


def test_good_hours_postpone_inside_the_grace(post, again, clock) -> None:
    User.objects.filter(pk=post.person.pk).update(time_zone="America/Los_Angeles")
    clock.set(now().replace(year=2031, month=6, day=10, hour=13, minute=0))  # 6:00 in Los Angeles
    ContactPoint.objects.filter(pk=post.point.pk).update(good_from=time(8), good_until=time(20))
    row, short = post.plan(), post.plan(expires_at=now() + timedelta(hours=1))

    actions.dispatch()

    assert (again(row).state, again(row).tries) == ("pending", 0)
    assert again(row).try_at == now().replace(hour=15, minute=0, second=0, microsecond=0)
    assert (again(short).state, again(short).reason) == ("suppressed", "no-good-time-left")
    clock.move(hours=2)
    actions.dispatch()
    assert again(row).state == "accepted"


def test_a_kind_may_say_later(post, again, clock) -> None:
    row, then = post.plan(), now() + timedelta(minutes=30)
    post.kind_says(recheck=lambda _row: Later(then) if now() < then else None)
    actions.dispatch()
    assert (again(row).state, again(row).try_at) == ("pending", then)
    clock.move(minutes=31)
    actions.dispatch()
    assert again(row).state == "accepted"


def test_a_kind_that_always_says_later_keeps_nobody_busy(post, again) -> None:
    row = post.plan()
    post.kind_says(recheck=lambda _row: Later(now()))
    assert actions.dispatch() == 1
    assert again(row).try_at > now()


def test_stale_is_not_sent(post, again, clock) -> None:
    row = post.plan()
    clock.move(hours=5)
    actions.dispatch()
    assert (again(row).state, post.provider.got) == ("expired", [])
    assert list(expired_for([post.person.pk], now() - timedelta(hours=1))) == [again(row)]
    assert not failed_for([post.person.pk]).exists()


def test_what_gets_stale_while_it_is_claimed_is_not_sent(post, again, clock) -> None:
    row = post.plan()
    post.kind_says(recheck=lambda _row: clock.move(hours=5))
    actions.dispatch()
    assert (again(row).state, post.provider.got) == ("expired", [])


def test_cancelled_is_not_sent(post, again) -> None:
    row, other = post.plan(), post.plan()
    assert actions.cancel_unsent("test", [row.subject_id], reason="paused") == 1
    assert actions.cancel_unsent("test", [row.subject_id], reason="paused") == 0
    actions.dispatch()
    assert (again(row).state, again(row).reason, again(other).state) == ("cancelled", "paused", "accepted")


# --- what always holds ------------------------------------------------------------------------------------------------
def test_an_ended_delivery_stands_for_ever(post, again) -> None:
    row = post.plan(channel="in-app")
    actions.dispatch()
    with pytest.raises(DatabaseError, match="stands for ever"), transaction.atomic():
        Delivery.objects.filter(pk=row.pk).update(reason="changed")
    with pytest.raises(DatabaseError, match="stands for ever"), transaction.atomic():
        Delivery.objects.filter(pk=row.pk).delete()


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        ({"state": "claimed"}, "leased_while_claimed_or_sending"),
        ({"state": "failed"}, "ended_in_a_last_state_only|what_did_not_arrive_says_why"),
        ({"state": "accepted"}, "accepted_before_it_arrives_or_bounces"),
        ({"contact_point": None}, "goes_to_a_point_unless_in_app"),
        ({"tries": 1}, "no_try_without_a_claim"),
    ],
)
def test_the_database_refuses_what_cannot_be(post, change, rule) -> None:
    row = post.plan()
    with pytest.raises(IntegrityError, match=rule), transaction.atomic():
        Delivery.objects.filter(pk=row.pk).update(**change)


def test_overdue_is_noticed_after_five_minutes(post, clock, client) -> None:
    post.plan()
    assert overdue_since() is None
    assert client.get("/readyz").status_code == 200
    clock.move(minutes=6)
    assert overdue_since() is not None
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()["deliveries"]) == (503, False)
    actions.dispatch()
    assert client.get("/readyz").status_code == 200


def test_a_worker_that_died_long_ago_is_noticed(post, clock) -> None:
    post.plan()
    moves.claim("pigeon", 1)
    clock.move(minutes=7)
    assert overdue_since() is not None
    actions.dispatch()
    assert overdue_since() is None
