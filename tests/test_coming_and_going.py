"""Clients come, someone walks with them for a while, they are away, they go and come back: what changes everywhere."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.core import mail
from django.db import IntegrityError, transaction
from django.test import Client as Browser
from django.urls import reverse

from accounts.actions import invite
from accounts.models import Invitation, Role
from audit.models import Event
from checkins.models import CheckIn
from clients.actions import assign_specialist, end_assignment, keep_away
from clients.models import Assignment, Client, Closing, Pause
from conversations.actions import answer, open_reach_out
from conversations.models import ReachOut
from home import actions
from home.demo.cast import Cast
from home.pages.managing import today_of
from home.permissions import assignments_ending, without_specialist
from notifications.models import Delivery
from peersupport.lib.clock import now
from peersupport.lib.ids import new_id
from peersupport.lib.refusals import Refusal
from tests.checking_in import Agree, los_angeles
from tests.conftest import Clock

SignIn = Callable[..., Browser]
NEW = {"first_name": "Nico", "last_name": "Vale", "language": "es"}
DAY = timedelta(days=1)


def page(name: str, cast: Cast, who: str = "alex") -> str:
    return reverse(name, args=[cast.clients[who].pk])


def sees(sign_in: SignIn, name: str, client: Client) -> int:
    return sign_in(name).get(reverse("client", args=[client.pk])).status_code


# --- coming -----------------------------------------------------------------------------------------------------------
def test_someone_new_needs_only_a_name(cast: Cast, sign_in: SignIn) -> None:
    answer = sign_in("omar").post(reverse("new-client"), {**NEW, "someone": ""})
    client = Client.objects.get(user__first_name="Nico")
    assert answer.headers["Location"] == reverse("person", args=[client.user_id])
    assert (client.user.email, client.user.language, client.user.time_zone) == (None, "es", cast.program.time_zone)
    assert Role.objects.open().get(user=client.user).kind == "client"
    assert without_specialist(cast.actor("omar")) == [client]
    home = sign_in("omar").get("/").content.decode()
    assert "Waiting for a specialist" in home
    assert "Nico V." in home
    sign_in("omar").post(reverse("assign", args=[client.pk]), {"someone": str(cast.sam.pk), "kind": "primary"})
    assert without_specialist(cast.actor("omar")) == []
    assert sees(sign_in, "sam", client) == 200


@pytest.mark.parametrize(
    ("field", "value"),
    [("first_name", " "), ("last_name", "x" * 81), ("language", ""), ("someone", "nobody"), ("first_name", "\x00")],
)
def test_bad_input_about_someone_new(field: str, value: str, cast: Cast, sign_in: SignIn) -> None:
    answer = sign_in("omar").post(reverse("new-client"), {**NEW, field: value})
    assert answer.status_code == 422
    assert field in answer.context["form"].errors
    assert Client.objects.count() == 4


# --- who walks with them ----------------------------------------------------------------------------------------------
def test_an_assignment_ends_by_itself_on_its_last_day(cast: Cast, sign_in: SignIn, clock: Clock) -> None:
    client = cast.clients["luz"]
    end_assignment(client.assignments.get(), Assignment.EndReason.LEFT, by=None)
    last = today_of(cast.program) + 3 * DAY
    form = {"someone": str(cast.maya.pk), "kind": "primary", "until": str(last)}
    assert sign_in("omar").post(reverse("assign", args=[client.pk]), form).status_code == 302
    row = client.assignments.get(specialist=cast.maya)
    assert (row.kind, row.end_reason) == ("primary", "time-over")
    assert [found.pk for found in assignments_ending(cast.actor("omar"))][:1] == [row.pk]
    assert row.ends_at is not None
    clock.set(row.ends_at - timedelta(minutes=1))
    assert sees(sign_in, "maya", client) == 200
    clock.move(minutes=2)
    assert sees(sign_in, "maya", client) == 404
    assert client in without_specialist(cast.actor("omar"))


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"kind": "cover"}, "until"),
        ({"kind": "cover", "until": "2001-01-01"}, "until"),
        ({"until": "soon"}, "until"),
        ({"until": "9999-12-31"}, "until"),
        ({"someone": ""}, "someone"),
        ({"kind": ""}, "kind"),
        ({}, "__all__"),  # Maya walks with Alex already
    ],
)
def test_bad_assignments_are_said(wrong: dict[str, str], field: str, cast: Cast, sign_in: SignIn) -> None:
    before = Assignment.objects.count()
    form = {"someone": str(cast.sam.pk), "kind": "primary", **wrong}
    answer = sign_in("omar").post(page("assign", cast), form)
    assert answer.status_code == 422
    assert field in answer.context["form"].errors
    assert Assignment.objects.count() == before


def test_nobody_is_chosen_whom_the_client_keeps_away(cast: Cast, sign_in: SignIn) -> None:
    keep_away(cast.clients["alex"], cast.sam, by=cast.actor("alex"))
    form = {"someone": str(cast.sam.pk), "kind": "cover", "until": str(today_of(cast.program))}
    answer = sign_in("omar").post(page("assign", cast), form)
    assert "someone" in answer.context["form"].errors
    assert "Sam" not in answer.content.decode()
    assert (
        "Rio T."
        not in sign_in("omar").get(page("assign", cast, "rio")).content.decode().split("<main", 1)[1].split("back")[0]
    )


def test_two_primaries_never_overlap(cast: Cast) -> None:
    client, omar = cast.clients["luz"], cast.actor("omar")
    until = now() + 10 * DAY
    end_assignment(client.assignments.get(), Assignment.EndReason.LEFT, by=omar)
    assign_specialist(client, cast.sam, until=until, by=omar)
    for begins, ends in ((None, None), (until - DAY, None), (None, now() + DAY)):
        with pytest.raises(Refusal):
            assign_specialist(client, cast.maya, starts_at=begins, until=ends, by=omar)
    follows = assign_specialist(client, cast.maya, starts_at=until, by=omar)
    assert [row for row in assignments_ending(omar) if row.client_id == client.pk] == []
    end_assignment(follows, Assignment.EndReason.NOT_NEEDED, by=omar)  # it never begins
    assert assign_specialist(client, cast.noor, starts_at=until, by=omar).pk


def test_ending_an_assignment_takes_the_sight(cast: Cast, sign_in: SignIn) -> None:
    row = cast.clients["alex"].assignments.get(kind="primary")
    url = reverse("end-assignment", args=[cast.clients["alex"].pk, row.pk])
    assert sign_in("omar").post(url, {"reason": "closed"}).status_code == 422
    assert sees(sign_in, "maya", cast.clients["alex"]) == 200
    assert sign_in("omar").post(url, {"reason": "client-asked"}).status_code == 302
    assert sees(sign_in, "maya", cast.clients["alex"]) == 404
    assert sign_in("omar").post(url, {"reason": "left"}).status_code == 404
    row.refresh_from_db()
    assert row.end_reason == "client-asked"


# --- going, and coming back -------------------------------------------------------------------------------------------
def test_closing_changes_everything_and_keeps_what_is_theirs(
    cast: Cast, sign_in: SignIn, write_log: Callable[..., Any]
) -> None:
    write_log("alex", "maya", signed=True, what_we_did="wrenbird")
    client = cast.clients["alex"]
    assert sign_in("omar").post(page("close", cast), {"reason": "moved"}).status_code == 302
    assert [sees(sign_in, name, client) for name in ("maya", "noor", "dana")] == [404, 404, 404]
    assert set(Assignment.objects.filter(client=client).values_list("end_reason", flat=True)) <= {
        "closed",
        "cover-over",
    }
    assert not Assignment.objects.not_over().filter(client=client).exists()
    home = sign_in("alex").get("/").content.decode()
    assert "Your support here ended" in home
    times = reverse("contacts:times", args=[client.pk])
    assert times in home
    assert "wrenbird" in sign_in("alex").get(times).content.decode()
    assert "Alex" not in sign_in("omar").get("/").content.decode()
    event = Event.objects.get(verb="client.closed")
    assert (event.client_id, event.actor_id) == (client.pk, cast.omar.pk)


def test_who_waits_for_an_answer_is_answered_first(cast: Cast, sign_in: SignIn) -> None:
    client = cast.clients["alex"]
    row = open_reach_out(client, "talk", op_id=new_id(), language="en", by=cast.actor("alex"))
    answered = sign_in("omar").post(page("close", cast), {"reason": "moved"})
    assert answered.status_code == 422
    assert b"wait for an answer" in answered.content
    assert Client.objects.active().filter(pk=client.pk).exists()
    assert sees(sign_in, "maya", client) == 200
    answer(row, "called", language="en", by=cast.actor("maya"))
    assert sign_in("omar").post(page("close", cast), {"reason": "moved"}).status_code == 302


def test_closing_ends_what_would_still_lead_in(cast: Cast) -> None:
    client, omar = cast.clients["toni"], cast.actor("omar")
    invite(cast.toni, Role.Kind.CLIENT, program=cast.program, by=omar)
    actions.close_client(client, Closing.Reason.LOST_TOUCH, by=omar)
    assert not Invitation.objects.standing().exists()
    with pytest.raises(Refusal):
        assign_specialist(client, cast.sam, by=omar)


def test_nobody_reaches_out_into_nowhere(cast: Cast, sign_in: SignIn) -> None:
    actions.close_client(cast.clients["alex"], Closing.Reason.MOVED, by=cast.actor("omar"))
    browser, url = sign_in("alex"), reverse("conversations:reach-out")
    shown = browser.get(url).content.decode()
    assert 'name="kind"' not in shown
    assert "988" in shown
    sent = browser.post(url, {"op_id": str(new_id()), "kind": "talk"})
    assert sent.status_code == 422
    assert not ReachOut.objects.exists()


def test_check_ins_stop_with_the_support_and_go_on_with_it(cast: Cast, agree_on: Agree) -> None:
    agree_on()
    client, omar = cast.clients["alex"], cast.actor("omar")
    assert CheckIn.objects.planned().exists()
    actions.close_client(client, Closing.Reason.MOVED, by=omar)
    assert not CheckIn.objects.planned().filter(planned_for__gt=now()).exists()
    actions.reopen_client(client, Closing.Return.CAME_BACK, cast.noor, by=omar)
    assert CheckIn.objects.planned().filter(planned_for__gt=now()).exists()


def test_coming_back_is_a_new_assignment(cast: Cast, sign_in: SignIn) -> None:
    client = cast.clients["alex"]
    actions.close_client(client, Closing.Reason.MOVED, by=cast.actor("omar"))
    omar = sign_in("omar")
    assert omar.post(page("reopen", cast), {"reason": "", "someone": ""}).status_code == 422
    assert omar.post(page("reopen", cast), {"reason": "came-back", "someone": str(cast.sam.pk)}).status_code == 302
    assert [sees(sign_in, name, client) for name in ("maya", "sam", "priya")] == [404, 200, 200]
    closing = Closing.objects.get(client=client)
    assert (closing.reason, closing.return_reason, closing.reopened_by) == ("moved", "came-back", cast.omar)
    assert omar.get(page("reopen", cast)).status_code == 302
    actions.close_client(client, Closing.Reason.REACHED, by=cast.actor("omar"))
    assert Closing.objects.filter(client=client).count() == 2


def test_the_database_keeps_one_closing_and_one_break_at_a_time(cast: Cast) -> None:
    client, by = cast.clients["alex"], cast.omar
    Closing.objects.create(client=client, reason="moved", closed_by=by)
    with pytest.raises(IntegrityError), transaction.atomic():
        Closing.objects.create(client=client, reason="died", closed_by=by)
    with pytest.raises(IntegrityError), transaction.atomic():
        Closing.objects.filter(client=client).update(reopened_at=now())
    Pause.objects.create(client=client, kind="jail", starts_on=date(2026, 1, 1), noted_by=by)
    with pytest.raises(IntegrityError), transaction.atomic():
        Pause.objects.create(client=client, kind="jail", starts_on=date(2026, 1, 1), noted_by=by)
    with pytest.raises(IntegrityError), transaction.atomic():
        Pause.objects.update(ends_on=date(2025, 12, 31))


# --- being away -------------------------------------------------------------------------------------------------------
def test_check_ins_wait_while_someone_is_away(
    cast: Cast, clock: Clock, agree_on: Agree, has_email: Any, sign_in: SignIn
) -> None:
    clock.set(los_angeles(3, 2, 12))
    has_email()
    agree_on(channel="email")
    planned = CheckIn.objects.planned().filter(planned_for__gt=now()).order_by("planned_for")
    assert [row.local_date.day for row in planned] == [3, 4]
    form = {"kind": "hospital", "starts_on": "2027-03-03", "ends_on": "2027-03-03"}
    assert sign_in("alex").post(page("pause", cast), form).status_code == 302
    assert [row.local_date.day for row in planned.all()] == [4]
    clock.set(los_angeles(3, 3, 9, 1))
    actions.tick()
    assert mail.outbox == []
    clock.set(los_angeles(3, 4, 9, 1))
    actions.tick()
    assert len(mail.outbox) == 1
    assert sign_in("alex").post(page("pause-end", cast)).status_code == 302
    assert not Pause.objects.standing().exists()


def test_a_break_that_is_noted_at_the_last_moment_stops_what_is_on_its_way(
    cast: Cast, due: Any, has_email: Any
) -> None:
    has_email()
    check_in = due(channel="email")
    Pause.objects.create(client=cast.clients["alex"], kind="travel", starts_on=check_in.local_date, noted_by=cast.alex)
    actions.tick()  # the row alone decides, whoever wrote it
    assert mail.outbox == []
    assert Delivery.objects.get(subject_id=check_in.pk).reason == "client-away"


def test_a_closed_client_gets_no_message_that_is_on_its_way(cast: Cast, due: Any, has_email: Any) -> None:
    has_email()
    check_in = due(channel="email")
    actions.close_client(cast.clients["alex"], Closing.Reason.MOVED, by=cast.actor("omar"))
    actions.tick()
    assert mail.outbox == []
    assert Delivery.objects.get(subject_id=check_in.pk).state == "cancelled"


def test_a_break_is_a_fact_for_those_who_walk_with_them(cast: Cast, sign_in: SignIn) -> None:
    form = {"kind": "jail", "starts_on": str(today_of(cast.alex)), "ends_on": ""}
    assert sign_in("maya").post(page("pause", cast), form).status_code == 302
    for name, url in (("alex", "/"), ("maya", page("client", cast)), ("dana", page("client", cast))):
        assert "In jail" in sign_in(name).get(url).content.decode(), name
    assert "ail" not in sign_in("omar").get(reverse("person", args=[cast.alex.pk])).content.decode().split("<main")[1]
    assert not Pause.objects.visible_to(cast.actor("omar")).exists()
    assert not Pause.objects.visible_to(cast.actor("sam")).exists()
    changed = {**form, "kind": "hospital", "ends_on": str(today_of(cast.alex) + 3 * DAY)}
    sign_in("alex").post(page("pause", cast), changed)
    sign_in("alex").post(page("pause", cast), changed)
    assert [row.kind for row in Pause.objects.standing()] == ["hospital"]
    assert Event.objects.filter(verb="pause.noted").count() == 2


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"kind": ""}, "kind"),
        ({"kind": "moon"}, "kind"),
        ({"starts_on": ""}, "starts_on"),
        ({"starts_on": "31/31/2026"}, "starts_on"),
        ({"ends_on": "2026-01-31"}, "ends_on"),
        ({"starts_on": "0026-02-01"}, "starts_on"),
    ],
)
def test_bad_breaks_are_said_and_kept(wrong: dict[str, str], field: str, cast: Cast, sign_in: SignIn) -> None:
    form = {"kind": "travel", "starts_on": "2026-02-01", "ends_on": "2026-02-11", **wrong}
    answered = sign_in("alex").post(page("pause", cast), form)
    assert answered.status_code == 422
    assert field in answered.context["form"].errors
    assert not Pause.objects.exists()
