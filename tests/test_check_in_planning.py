"""From an agreement to rows: what is planned, what is called off, what is planned anew."""

import random
from collections.abc import Callable
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import IntegrityError, transaction

from accounts.actions import change_time_zone
from accounts.models import User
from checkins import actions
from checkins.kinds import KIND
from checkins.models import CheckIn, CheckInAgreement
from clients.models import Client
from home.actions import end_contact_point
from home.demo.cast import Cast
from notifications.models import ContactPoint, Delivery
from peersupport.lib.clock import now
from tests.checking_in import Agree, los_angeles, terms
from tests.conftest import Clock
from tests.test_planner import TIMES, every_change

NEW_YORK = ZoneInfo("America/New_York")


def upcoming(agreement: CheckInAgreement) -> list[datetime]:
    return list(
        CheckIn.objects.planned()
        .filter(agreement=agreement)
        .order_by("planned_for")
        .values_list("planned_for", flat=True)
    )


def deliveries(agreement: CheckInAgreement, *states: str) -> list[Delivery]:
    check_ins = CheckIn.objects.filter(agreement=agreement).values("pk")
    found = Delivery.objects.filter(kind=KIND, subject_id__in=check_ins)
    return list((found.filter(state__in=states) if states else found).order_by("due_at", "created_at"))


@pytest.mark.parametrize(("name", "change"), random.Random(26).sample(every_change(), 13))
def test_the_clockwork_plans_each_local_day_once(name: str, change: datetime, agree_on: Agree) -> None:
    """Fifty of the cases of test_planner, through the rows: ticks three hours apart, some of them twice."""
    agreement = agree_on()
    User.objects.filter(pk=agreement.client.user_id).update(time_zone=name)
    for at in TIMES:
        CheckIn.objects.filter(agreement=agreement).delete()
        CheckInAgreement.objects.filter(pk=agreement.pk).update(local_time=at, planned_until=None)
        for hours in range(0, 72, 3):
            for _twice in range(1 + hours % 2):
                actions.plan_due(change + timedelta(hours=hours - 48))
        rows = list(CheckIn.objects.filter(agreement=agreement).order_by("local_date"))
        days = [row.local_date for row in rows]
        assert days == [days[0] + timedelta(days=step) for step in range(len(days))], f"{name} {at}"
        assert len(days) >= 4
        assert [row.planned_for for row in rows] == sorted({row.planned_for for row in rows})


def test_two_days_ahead_are_planned_with_their_deliveries(agree_on: Agree, clock: Clock) -> None:
    clock.set(los_angeles(6, 16, 8))
    agreement = agree_on()
    assert upcoming(agreement) == [los_angeles(6, day, 9) for day in (16, 17, 18)]
    rows = deliveries(agreement, "pending")
    assert [row.due_at for row in rows] == upcoming(agreement)
    assert {(row.channel, row.recipient_id, row.expires_at - row.due_at) for row in rows} == {
        ("in-app", agreement.client.user_id, timedelta(hours=4))
    }
    assert actions.plan_due(now()) == 0
    clock.move(hours=24)
    assert actions.plan_due(now()) == 1
    assert actions.plan_due(now()) == 0
    assert len(deliveries(agreement, "pending")) == 4


def test_what_has_passed_is_not_planned(agree_on: Agree, clock: Clock) -> None:
    clock.set(los_angeles(6, 16, 9, 1))
    assert upcoming(agree_on()) == [los_angeles(6, day, 9) for day in (17, 18)]


def test_only_the_agreed_weekdays(agree_on: Agree, clock: Clock) -> None:
    clock.set(los_angeles(6, 16, 8))  # a Wednesday
    assert upcoming(agree_on(weekdays=(4,))) == [los_angeles(6, 18, 9)]


def test_after_an_outage_what_is_not_stale_is_still_planned(agree_on: Agree, clock: Clock) -> None:
    clock.set(los_angeles(6, 16, 8))
    agreement = agree_on()
    clock.set(los_angeles(6, 21, 11))  # five days without a tick; nine o'clock is two hours ago
    actions.plan_due(now())
    assert upcoming(agreement)[3:] == [los_angeles(6, day, 9) for day in (21, 22, 23)]


def test_a_pause_calls_off_and_going_on_plans_the_same_rows_anew(agree_on: Agree, clock: Clock, cast: Cast) -> None:
    clock.set(los_angeles(6, 16, 8))
    agreement, by = agree_on(), cast.actor("alex")
    before = set(CheckIn.objects.values_list("pk", "token_lookup"))
    actions.pause(agreement, by=by)
    assert upcoming(agreement) == []
    assert {(row.state, row.reason) for row in deliveries(agreement)} == {("cancelled", "paused")}
    assert actions.plan_due(now() + timedelta(hours=5)) == 0
    actions.resume(agreement, by=by)
    assert upcoming(agreement) == [los_angeles(6, day, 9) for day in (16, 17, 18)]
    assert set(CheckIn.objects.values_list("pk", "token_lookup")) == before
    assert len(deliveries(agreement, "pending")) == 3


def test_another_clock_moves_what_is_planned_and_keeps_the_day(agree_on: Agree, clock: Clock, cast: Cast) -> None:
    clock.set(los_angeles(6, 16, 8))  # eleven in New York: nine o'clock has passed there
    agreement, by = agree_on(), cast.actor("alex")
    change_time_zone(cast.alex, "America/New_York", by=by)
    actions.replan_for(cast.alex, by=by)
    assert upcoming(agreement) == [datetime(2027, 6, day, 9, tzinfo=NEW_YORK) for day in (17, 18)]
    assert {row.planned_zone for row in deliveries(agreement, "pending")} == {"America/New_York"}


def test_going_west_does_not_ask_twice_on_one_day(due: Callable[..., CheckIn], clock: Clock, cast: Cast) -> None:
    check_in, by = due(), cast.actor("alex")
    Delivery.objects.filter(subject_id=check_in.pk).update(state="sending", lease_until=now(), attempt=1, tries=1)
    change_time_zone(cast.alex, "Pacific/Honolulu", by=by)  # six in the morning
    actions.replan_for(cast.alex, by=by)
    dates = CheckIn.objects.planned().order_by("planned_for").values_list("local_date", flat=True)
    assert [day.day for day in dates] == [16, 17]
    assert Delivery.objects.filter(subject_id=check_in.pk).count() == 1


def test_another_time_asks_no_second_time_today(due: Callable[..., CheckIn], cast: Cast) -> None:
    check_in, by = due(), cast.actor("alex")
    actions.answer(check_in, "good", language="en", by=by)
    agreement = CheckInAgreement.objects.get()
    actions.change(agreement, terms(local_time=time(18)), version=agreement.version, op_id=agreement.pk, by=by)
    assert upcoming(agreement) == [los_angeles(6, 16, 9), los_angeles(6, 17, 18)]


def test_an_address_that_comes_or_goes_moves_what_is_due(
    agree_on: Agree, has_email: Callable[..., ContactPoint], clock: Clock, cast: Cast
) -> None:
    clock.set(los_angeles(6, 16, 8))
    old = has_email("alex", "old@mail.example")
    agreement = agree_on(channel="email")
    clock.set(los_angeles(6, 16, 9, 5))  # due, and nothing went out: the mail server is away
    end_contact_point(old, by=cast.actor("alex"), client_id=None)
    assert [row.channel for row in deliveries(agreement, "pending")] == ["in-app"] * 3
    new = has_email("alex", "new@mail.example")
    actions.replan_for(cast.alex, by=None)
    waiting = deliveries(agreement, "pending")
    assert {(row.channel, row.contact_point_id) for row in waiting} == {("email", new.pk)}
    assert waiting[0].due_at == los_angeles(6, 16, 9)


def test_nobody_is_asked_after_their_support_ended(agree_on: Agree, clock: Clock, cast: Cast) -> None:
    clock.set(los_angeles(6, 16, 8))
    agreement = agree_on()
    Client.objects.filter(pk=cast.clients["alex"].pk).update(closed_at=now())
    clock.move(hours=48)
    assert actions.plan_due(now()) == 0
    assert len(upcoming(agreement)) == 3


def test_the_database_holds_one_check_in_for_a_local_day(due: Callable[..., CheckIn]) -> None:
    row = CheckIn.objects.get(pk=due().pk)
    with pytest.raises(IntegrityError), transaction.atomic():
        CheckIn.objects.filter(agreement=row.agreement_id).exclude(pk=row.pk).update(local_date=row.local_date)


def test_many_agreements_are_planned_in_few_statements(
    agree_on: Agree, clock: Clock, cast: Cast, django_assert_max_num_queries: Callable[..., object]
) -> None:
    clock.set(los_angeles(6, 16, 8))
    for name in ("alex", "luz", "rio"):
        agree_on(name)
    clock.move(hours=24)
    with django_assert_max_num_queries(14):
        assert actions.plan_due(now()) == 3
