"""A check-in on its way: what may stop it at the last moment, and what stands in it."""

import re
from collections.abc import Callable
from datetime import time, timedelta

import pytest
from django.conf import settings
from django.core.mail import EmailMessage
from django.utils import translation

from accounts.models import User
from checkins import actions
from checkins.deliveries import link_of
from checkins.kinds import KIND
from checkins.models import CheckIn, CheckInAgreement
from clients.models import Client
from home.actions import change_time_zone, tick
from home.demo.cast import Cast
from notifications.actions import change_contact_point, dispatch
from notifications.models import ContactPoint, Delivery
from peersupport.lib.clock import now
from sessions.models import ContactLog
from tests.checking_in import Agree, los_angeles
from tests.conftest import Clock

Due = Callable[..., CheckIn]
HasEmail = Callable[..., ContactPoint]
LINK = re.compile(r"http://\S+/r/[\w-]{22}/")


def fate(check_in: CheckIn) -> tuple[str, str]:
    row = Delivery.objects.filter(kind=KIND, subject_id=check_in.pk).order_by("created_at").last()
    assert row is not None
    return row.state, row.reason


def behind_the_engines_back(check_in: CheckIn, **columns: object) -> None:
    """As if the withdrawal had come between claim and sending, without cancelling anything."""
    CheckInAgreement.objects.filter(pk=check_in.agreement_id).update(**columns)


# --- it comes ---------------------------------------------------------------------------------------------------------
def test_the_tick_plans_and_sends(
    agree_on: Agree, has_email: HasEmail, clock: Clock, mailoutbox: list[EmailMessage]
) -> None:
    clock.set(los_angeles(6, 16, 8))
    has_email()
    agree_on(channel="email")
    for day in (16, 17, 18, 19):  # the last two are planned by the clockwork itself
        clock.set(los_angeles(6, day, 9, 1))
        tick()
        tick()
    assert len(mailoutbox) == 4
    assert {(mail.subject, tuple(mail.to)) for mail in mailoutbox} == {("Your reminder", ("alex@mail.example",))}


def test_in_the_app_the_row_is_the_message(due: Due) -> None:
    check_in = due()
    dispatch()
    assert fate(check_in) == ("delivered", "")


@pytest.mark.parametrize("say", [("en", "reminder"), ("en", "hello"), ("en", "place"), ("es", "place")])
def test_nothing_personal_stands_in_a_mail(
    say: tuple[str, str], due: Due, has_email: HasEmail, mailoutbox: list[EmailMessage], cast: Cast
) -> None:
    language, wording = say
    User.objects.filter(pk=cast.alex.pk).update(language=language)
    has_email()
    check_in = due(channel="email", wording=wording)
    dispatch()
    [mail] = mailoutbox
    whole = mail.message().as_string()
    for secret in ("Alex", "Reyes", "Maya", "Okafor", str(check_in.pk), check_in.pk.hex, str(check_in.agreement_id)):
        assert secret not in whole.replace("alex@mail.example", "")
    assert LINK.findall(str(mail.body)) == [link_of(CheckIn.objects.select_related("agreement").get(pk=check_in.pk))]
    with translation.override(language):
        assert ("Riverside" in whole) is (wording == "place")
    assert not mail.attachments
    assert mail.content_subtype == "plain"


def test_only_the_specialists_first_name_and_only_where_it_is_ticked(
    due: Due, has_email: HasEmail, mailoutbox: list[EmailMessage]
) -> None:
    has_email()
    due(channel="email", wording="hello", first_name=True)
    dispatch()
    assert mailoutbox[0].subject == "A hello from Maya. How is today?"
    assert "Okafor" not in str(mailoutbox[0].message())
    assert "Alex" not in str(mailoutbox[0].message())


def test_a_message_sent_again_carries_the_same_link(
    due: Due, has_email: HasEmail, clock: Clock, mailoutbox: list[EmailMessage]
) -> None:
    has_email()
    check_in = due(channel="email")
    Delivery.objects.filter(subject_id=check_in.pk).update(
        state="sending", attempt=1, tries=1, lease_until=now() - timedelta(seconds=1)
    )
    dispatch()  # nobody knows whether it left: it goes out once more
    clock.move(minutes=5)
    dispatch()
    [again] = mailoutbox
    assert LINK.findall(str(again.body)) == [link_of(CheckIn.objects.select_related("agreement").get(pk=check_in.pk))]


# --- what stops it ----------------------------------------------------------------------------------------------------
WITHDRAWN = {
    "paused": {"paused_at": los_angeles(6, 16, 9)},
    "not-agreed": {"lifecycle": "ended", "ended_at": los_angeles(6, 16, 9)},
    "terms-changed": {"terms_version": 2, "agreed_version": 2},
}


@pytest.mark.parametrize("reason", WITHDRAWN)
def test_what_was_withdrawn_is_not_sent_even_if_nobody_cancelled_it(reason: str, due: Due) -> None:
    check_in = due()
    behind_the_engines_back(check_in, **WITHDRAWN[reason])
    dispatch()
    assert fate(check_in) == ("suppressed", reason)


def test_another_clock_without_planning_anew_stops_it(due: Due, cast: Cast) -> None:
    check_in = due()
    User.objects.filter(pk=cast.alex.pk).update(time_zone="America/New_York")
    dispatch()
    assert fate(check_in) == ("suppressed", "zone-changed")


def test_support_that_ended_stops_it(due: Due, cast: Cast) -> None:
    check_in = due()
    Client.objects.filter(pk=cast.clients["alex"].pk).update(closed_at=now())
    dispatch()
    assert fate(check_in) == ("suppressed", "closed")


def test_an_answer_in_the_app_stops_the_mail(due: Due, has_email: HasEmail, cast: Cast) -> None:
    has_email()
    check_in = due(channel="email")
    actions.answer(check_in, "good", language="en", by=cast.actor("alex"))
    dispatch()
    assert fate(check_in) == ("cancelled", "answered")


def test_a_talk_on_the_same_day_makes_it_quiet(due: Due, write_log: Callable[..., ContactLog], clock: Clock) -> None:
    check_in = due()
    write_log(
        happened_on=los_angeles(6, 16, 8).date(), started=time(8, 30), time_zone="America/Los_Angeles", signed=True
    )
    dispatch()
    assert fate(check_in) == ("suppressed", "already-talked")


@pytest.mark.parametrize(
    "other",
    [
        {"happened_on": los_angeles(6, 15, 8).date(), "started": time(20)},
        {"happened_on": los_angeles(6, 16, 8).date(), "started": time(8, 30), "outcome": "did-not-connect"},
        {"happened_on": los_angeles(6, 16, 8).date()},  # nobody wrote down when
    ],
)
def test_yesterdays_talk_a_try_and_a_talk_without_a_time_do_not(
    other: dict[str, object], due: Due, write_log: Callable[..., ContactLog]
) -> None:
    check_in = due()
    write_log(time_zone="America/Los_Angeles", **other)
    dispatch()
    assert fate(check_in) == ("delivered", "")


def test_held_up_into_quiet_hours_it_waits_for_their_end(agree_on: Agree, clock: Clock) -> None:
    clock.set(los_angeles(6, 16, 8))
    agreement = agree_on(quiet_from=time(9, 30), quiet_until=time(11))
    check_in = CheckIn.objects.filter(agreement=agreement).earliest("planned_for")
    clock.set(los_angeles(6, 16, 10))
    dispatch()
    assert fate(check_in) == ("pending", "")
    clock.set(los_angeles(6, 16, 11, 1))
    dispatch()
    assert fate(check_in) == ("delivered", "")


def test_held_up_into_a_night_it_is_not_sent(agree_on: Agree, clock: Clock) -> None:
    clock.set(los_angeles(6, 16, 8))
    agreement = agree_on(local_time=time(21), quiet_from=time(22), quiet_until=time(7))
    check_in = CheckIn.objects.filter(agreement=agreement).earliest("planned_for")
    clock.set(los_angeles(6, 16, 22, 30))
    dispatch()
    assert fate(check_in)[0] == "suppressed"


def test_what_is_stale_expires(due: Due, clock: Clock) -> None:
    check_in = due()
    clock.set(los_angeles(6, 16, 13, 1))
    dispatch()
    assert fate(check_in)[0] == "expired"


def test_an_address_that_says_no_stops_the_mail(due: Due, has_email: HasEmail) -> None:
    point = has_email()
    check_in = due(channel="email")
    change_contact_point(point, version=point.version, by=None, may_email=False)
    dispatch()
    assert fate(check_in)[0] == "suppressed"


def test_a_time_zone_changed_on_the_page_moves_it(
    due: Due, has_email: HasEmail, cast: Cast, mailoutbox: list[EmailMessage]
) -> None:
    has_email()
    check_in = due(channel="email")
    change_time_zone(cast.alex, "America/New_York", by=cast.actor("alex"))  # past noon there
    dispatch()
    assert fate(check_in) == ("cancelled", "planned-anew")
    assert mailoutbox == []


def test_many_are_judged_in_few_statements(
    cast: Cast, agree_on: Agree, clock: Clock, django_assert_max_num_queries: Callable[..., object]
) -> None:
    clock.set(los_angeles(6, 16, 8))
    for name in ("alex", "luz", "rio"):
        agree_on(name)
    clock.set(los_angeles(6, 16, 9, 1))
    with django_assert_max_num_queries(18):
        dispatch()
    assert Delivery.objects.filter(kind=KIND, state="delivered").count() == 3


def test_the_link_leads_to_this_installation(due: Due) -> None:
    check_in = CheckIn.objects.select_related("agreement").get(pk=due().pk)
    assert link_of(check_in).startswith(f"{settings.PUBLIC_URL}/r/")
