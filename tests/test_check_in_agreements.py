"""Who agrees to what: proposing, changing, answering, pausing, ending; and what a form refuses."""

from collections.abc import Callable
from datetime import time
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client as Browser
from django.urls import reverse

from audit.models import Event
from checkins import actions
from checkins.models import CheckIn, CheckInAgreement
from home.demo.cast import Cast
from notifications.models import ContactPoint, Delivery
from peersupport.lib.ids import new_id
from peersupport.lib.refusals import Refusal, Stale, UsedForm
from tests.checking_in import Agree, los_angeles, terms
from tests.conftest import Clock

HasEmail = Callable[..., ContactPoint]
FORM = {"weekdays": ["0", "2"], "local_time": "09:00", "channel": "app", "wording": "reminder"}


@pytest.fixture
def pages(cast: Cast) -> Callable[[str], str]:
    """`pages("new")` of Alex."""
    return lambda name: reverse(f"checkins:{name}", args=[cast.clients["alex"].pk])


@pytest.fixture
def idea(cast: Cast) -> CheckInAgreement:
    """Maya suggests every day at nine, in the app."""
    return actions.propose(cast.clients["alex"], terms(), op_id=new_id(), by=cast.actor("maya"))


def form(**other: Any) -> dict[str, Any]:
    return {"op_id": str(new_id()), **FORM, **other}


def of(agreement: CheckInAgreement, name: str) -> str:
    return reverse(f"checkins:{name}", args=[agreement.pk])


def lifecycle(agreement: CheckInAgreement) -> str:
    return CheckInAgreement.objects.get(pk=agreement.pk).lifecycle


# --- what the database holds ------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    "wrong",
    [
        {"agreed_version": None},
        {"agreed_at": None},
        {"agreed_how": ""},
        {"agreed_version": 2},
        {"terms_version": 2},
        {"agreed_how": "read-back"},  # told to nobody
        {"days": 0},
        {"days": 128},
        {"quiet_from": time(22)},
        {"quiet_from": time(22), "quiet_until": time(22)},
        {"ended_at": los_angeles(6, 16, 9)},
        {"lifecycle": "ended"},
    ],
)
def test_no_row_is_active_without_the_clients_yes(wrong: dict[str, Any], agree_on: Agree) -> None:
    agreement = agree_on()
    with pytest.raises(IntegrityError), transaction.atomic():
        CheckInAgreement.objects.filter(pk=agreement.pk).update(**wrong)


def test_an_idea_cannot_be_paused_and_two_cannot_stand(idea: CheckInAgreement, cast: Cast) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        CheckInAgreement.objects.filter(pk=idea.pk).update(paused_at=idea.created_at)
    with pytest.raises(Stale):
        actions.propose(cast.clients["alex"], terms(), op_id=new_id(), by=cast.actor("noor"))


# --- by way of the pages ----------------------------------------------------------------------------------------------
def test_a_client_sets_their_own_and_that_is_their_yes(
    sign_in: Callable[..., Browser], pages: Callable[[str], str], clock: Clock
) -> None:
    clock.set(los_angeles(6, 16, 8))
    done = sign_in("alex").post(pages("new"), form())
    assert (done.status_code, done.headers["Location"]) == (302, pages("list"))
    made = CheckInAgreement.objects.get()
    assert (made.lifecycle, made.agreed_how, made.agreed_version) == ("active", "own-sign-in", made.terms_version)
    assert made.weekdays == [0, 2]
    assert CheckIn.objects.count() == 1
    assert set(Event.objects.filter(subject_id=made.pk).values_list("verb", flat=True)) == {
        "check_in_agreement.proposed",
        "check_in_agreement.agreed",
    }


def test_what_staff_suggest_sends_nothing_until_the_client_says_yes(
    sign_in: Callable[..., Browser], pages: Callable[[str], str], clock: Clock
) -> None:
    clock.set(los_angeles(6, 16, 8))
    assert sign_in("maya").post(pages("new"), form(told="idea")).status_code == 302
    idea = CheckInAgreement.objects.get()
    assert (idea.lifecycle, idea.agreed_at) == ("proposed", None)
    assert not Delivery.objects.exists()
    alex = sign_in("alex")
    assert "An idea from Maya" in alex.get("/").content.decode()
    assert alex.post(of(idea, "agree"), {"version": idea.version}).status_code == 302
    assert lifecycle(idea) == "active"
    assert Delivery.objects.exists()


def test_told_in_person_it_names_who_wrote_it_down(
    sign_in: Callable[..., Browser], pages: Callable[[str], str], cast: Cast
) -> None:
    sign_in("maya").post(pages("new"), form(told="told"))
    made = CheckInAgreement.objects.get()
    assert (made.lifecycle, made.agreed_how, made.told_to) == ("active", "read-back", cast.maya)
    assert "told to Maya, and read back" in sign_in("alex").get(pages("list")).content.decode()


def test_staff_must_say_whether_it_is_their_idea(sign_in: Callable[..., Browser], pages: Callable[[str], str]) -> None:
    page = sign_in("maya").post(pages("new"), form())
    assert page.status_code == 422
    assert "your idea or what they told you" in page.content.decode()


@pytest.mark.parametrize("name", ["weekdays", "local_time", "channel", "wording"])
def test_what_is_missing_is_said_and_the_rest_stays(
    name: str, sign_in: Callable[..., Browser], pages: Callable[[str], str]
) -> None:
    page = sign_in("alex").post(pages("new"), {**form(quiet_from="22:15", quiet_until="06:45"), name: ""})
    text = page.content.decode()
    assert page.status_code == 422
    assert "22:15" in text
    assert "Please choose" in text


def test_a_change_by_staff_leaves_what_is_agreed_alone(
    agree_on: Agree, sign_in: Callable[..., Browser], cast: Cast
) -> None:
    agreed = agree_on()
    done = sign_in("maya").post(of(agreed, "change"), form(told="idea", version=agreed.version, local_time="10:00"))
    assert done.status_code == 302
    idea = CheckInAgreement.objects.proposed().get()
    assert (lifecycle(agreed), idea.local_time) == ("active", time(10))
    assert CheckInAgreement.objects.get(pk=agreed.pk).local_time == time(9)
    actions.agree(idea, version=idea.version, by=cast.actor("alex"))
    assert (lifecycle(agreed), lifecycle(idea)) == ("ended", "active")
    assert CheckInAgreement.objects.get(pk=idea.pk).replaces_id == agreed.pk


def test_the_clients_change_holds_at_once(agree_on: Agree, sign_in: Callable[..., Browser]) -> None:
    agreed = agree_on()
    every_day = [str(day) for day in range(7)]
    changed = form(version=agreed.version, local_time="10:00", weekdays=every_day)
    assert sign_in("alex").post(of(agreed, "change"), changed).status_code == 302
    now = CheckInAgreement.objects.get()
    assert (now.pk, now.local_time, now.lifecycle) == (agreed.pk, time(10), "active")
    assert now.agreed_version == now.terms_version == 2
    assert {row.local_time for row in CheckIn.objects.planned().filter(planned_for__gt=now.changed_at)} == {time(10)}


def test_yes_means_the_version_on_the_page(idea: CheckInAgreement, sign_in: Callable[..., Browser], cast: Cast) -> None:
    changed = actions.change(
        idea, terms(local_time=time(6)), version=idea.version, op_id=new_id(), by=cast.actor("maya")
    )
    page = sign_in("alex").post(of(idea, "agree"), {"version": idea.version})
    assert page.status_code == 409
    assert lifecycle(idea) == "proposed"
    assert sign_in("alex").post(of(idea, "agree"), {"version": changed.version}).status_code == 302


def test_an_old_page_cannot_overwrite_a_newer_change(agree_on: Agree, sign_in: Callable[..., Browser]) -> None:
    agreed, alex = agree_on(), sign_in("alex")
    first = form(version=agreed.version, local_time="10:00")
    assert alex.post(of(agreed, "change"), first).status_code == 302
    assert alex.post(of(agreed, "change"), first).status_code == 302  # the same again
    page = alex.post(of(agreed, "change"), form(version=agreed.version, local_time="11:00"))
    assert page.status_code == 409
    assert "11:00" in page.content.decode()
    assert CheckInAgreement.objects.get().local_time == time(10)


def test_a_form_sent_three_times_makes_one(sign_in: Callable[..., Browser], pages: Callable[[str], str]) -> None:
    alex, sent = sign_in("alex"), form()
    assert [alex.post(pages("new"), sent).status_code for _ in range(3)] == [302, 302, 302]
    assert CheckInAgreement.objects.count() == 1
    assert alex.post(pages("new"), {**sent, "local_time": "10:00"}).status_code == 409


@pytest.mark.parametrize("told", [False, True])
def test_an_agreement_of_their_own_leaves_an_idea_waiting(told: bool, idea: CheckInAgreement, cast: Cast) -> None:
    by = cast.actor("maya" if told else "alex")
    own = actions.propose(cast.clients["alex"], terms(local_time=time(8)), op_id=new_id(), told=told, by=by)
    assert (own.lifecycle, lifecycle(idea)) == ("active", "proposed")
    actions.agree(idea, version=idea.version, by=cast.actor("alex"))
    assert (lifecycle(own), lifecycle(idea)) == ("ended", "active")


def test_no_thanks_and_taking_back(idea: CheckInAgreement, sign_in: Callable[..., Browser], cast: Cast) -> None:
    assert sign_in("alex").post(of(idea, "say-no")).status_code == 302
    assert sign_in("alex").post(of(idea, "say-no")).status_code == 302
    assert lifecycle(idea) == "no-thanks"
    assert sign_in("maya").post(of(idea, "take-back")).status_code == 409
    second = actions.propose(cast.clients["alex"], terms(), op_id=new_id(), by=cast.actor("maya"))
    assert sign_in("maya").post(of(second, "take-back")).status_code == 302
    assert sign_in("alex").post(of(second, "agree"), {"version": second.version}).status_code == 409


def test_pause_go_on_and_end_are_one_tap_each(agree_on: Agree, sign_in: Callable[..., Browser]) -> None:
    agreed, alex = agree_on(), sign_in("alex")
    for name, planned in (("pause", False), ("pause", False), ("resume", True), ("end", False), ("end", False)):
        assert alex.post(of(agreed, name)).status_code == 302
        assert CheckIn.objects.planned().exists() is planned, name
    assert alex.post(of(agreed, "resume")).status_code == 409


def test_staff_pause_and_go_on_as_they_are_told(agree_on: Agree, sign_in: Callable[..., Browser], cast: Cast) -> None:
    agreed, maya = agree_on(), sign_in("maya")
    maya.post(of(agreed, "pause"))
    assert not CheckInAgreement.objects.get().in_force
    maya.post(of(agreed, "resume"))
    now = CheckInAgreement.objects.get()
    assert (now.in_force, now.agreed_how, now.told_to) == (True, "read-back", cast.maya)


# --- what could never come --------------------------------------------------------------------------------------------
REFUSED: dict[str, tuple[dict[str, Any], dict[str, Any] | None, str]] = {
    "in quiet hours": ({"quiet_from": "08:00", "quiet_until": "10:00"}, None, "in the quiet hours, 8 AM to 10 AM"),
    "in quiet hours over midnight": (
        {"local_time": "23:30", "quiet_from": "22:00", "quiet_until": "07:00"},
        None,
        "in the quiet hours, 10 PM to 7 AM",
    ),
    "outside good hours": (
        {"channel": "email"},
        {"good_from": time(10), "good_until": time(20)},
        "E-mail is welcome from 10 AM to 8 PM only",
    ),
    "no address": ({"channel": "email"}, None, "no e-mail address yet"),
    "an address that may not be written to": ({"channel": "email"}, {"may_email": False}, "no e-mail address yet"),
    "I contact you": ({"channel": "email"}, {"only_i_reach_out": True}, "I contact you"),
    "half of quiet hours": ({"quiet_from": "22:00"}, None, "a beginning and an end"),
    "a channel there is not": ({"channel": "text"}, None, "Please choose where it comes"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_cannot_come_is_said_while_it_is_agreed_on(
    case: str, sign_in: Callable[..., Browser], pages: Callable[[str], str], has_email: HasEmail
) -> None:
    chosen, address, sentence = REFUSED[case]
    if address is not None:
        has_email(**address)
    page = sign_in("alex").post(pages("new"), form(**chosen))
    assert page.status_code == 422
    assert sentence in page.content.decode()
    assert not CheckInAgreement.objects.exists()


def test_an_idea_that_no_longer_can_come_is_not_agreed_to(cast: Cast, has_email: HasEmail) -> None:
    point = has_email()
    idea = actions.propose(cast.clients["alex"], terms(channel="email"), op_id=new_id(), by=cast.actor("maya"))
    ContactPoint.objects.filter(pk=point.pk).update(ended_at=point.created_at)
    with pytest.raises(Refusal) as refused:
        actions.agree(idea, version=idea.version, by=cast.actor("alex"))
    assert not isinstance(refused.value, Stale)
    assert lifecycle(idea) == "proposed"


def test_someone_without_a_sign_in_is_not_asked_in_the_app(sign_in: Callable[..., Browser], cast: Cast) -> None:
    url = reverse("checkins:new", args=[cast.clients["toni"].pk])
    page = sign_in("maya").post(url, form(told="told"))
    assert page.status_code == 422
    assert "Toni does not sign in here" in page.content.decode()


def test_the_tick_for_a_name_is_the_clients(
    sign_in: Callable[..., Browser], pages: Callable[[str], str], cast: Cast
) -> None:
    page = sign_in("maya").post(pages("new"), form(told="idea", wording="hello", first_name="on"))
    assert page.status_code == 422
    with_name = actions.propose(cast.clients["alex"], terms(first_name=True), op_id=new_id(), by=cast.actor("maya"))
    assert not CheckInAgreement.objects.get(pk=with_name.pk).first_name


def test_used_forms_are_refused_by_the_action_too(cast: Cast) -> None:
    op_id, by, client = new_id(), cast.actor("alex"), cast.clients["alex"]
    actions.propose(client, terms(), op_id=op_id, by=by)
    with pytest.raises(UsedForm):
        actions.propose(client, terms(local_time=time(10)), op_id=op_id, by=by)


def test_only_the_client_agrees(idea: CheckInAgreement, cast: Cast) -> None:
    with pytest.raises(ValueError, match="only the client agrees"):
        actions.agree(idea, version=idea.version, by=cast.actor("maya"))
    with pytest.raises(ValueError, match="only the client agrees"):
        actions.agree(idea, version=idea.version, told=True, by=cast.actor("dana"))
