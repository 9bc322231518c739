"""Someone else walks with a client: told first, then by the clock alone; nothing is dropped."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.db import IntegrityError, transaction
from django.test import Client as Browser
from django.urls import reverse

from audit.models import Event
from checkins.models import CheckInAgreement
from clients.actions import call_off_handover, keep_away, plan_handover
from clients.models import Assignment, Closing, Handover
from clients.permissions import specialists_of
from conversations.actions import open_reach_out
from goals.models import Suggestion
from home.actions import close_client, tick
from home.demo.cast import Cast
from home.pages.managing import today_of
from notifications.models import Delivery
from peersupport.lib.clock import now
from peersupport.lib.ids import new_id
from peersupport.lib.refusals import Refusal
from tests.checking_in import Agree
from tests.conftest import Clock

SignIn = Callable[..., Browser]
DAY = timedelta(days=1)


def url(cast: Cast, more: str = "", who: str = "alex") -> str:
    return reverse("handover", args=[cast.clients[who].pk]) + more


def form(cast: Cast, **more: Any) -> dict[str, Any]:
    return {"someone": str(cast.sam.pk), "day": str(today_of(cast.program) + 3 * DAY), "why": "time", **more}


def sees(sign_in: SignIn, name: str, cast: Cast) -> int:
    return sign_in(name).get(reverse("client", args=[cast.clients["alex"].pk])).status_code


def test_told_first_then_it_happens_by_itself(cast: Cast, sign_in: SignIn, clock: Clock) -> None:
    assert sign_in("omar").post(url(cast), form(cast)).status_code == 302
    handover = Handover.objects.get()
    home = sign_in("alex").get("/").content.decode()
    assert "Sam walks with you from then on" in home
    page = sign_in("alex").get(url(cast)).content.decode()
    assert "So that there is enough time for everyone." in page
    assert "Until then it is Maya." in page
    assert (
        "Maya O. hands on to Sam O."
        in sign_in("maya").get(reverse("client", args=[cast.clients["alex"].pk])).content.decode()
    )
    assert (sees(sign_in, "maya", cast), sees(sign_in, "sam", cast)) == (200, 404)
    clock.set(handover.takes_effect_at - timedelta(minutes=1))
    assert (sees(sign_in, "maya", cast), sees(sign_in, "sam", cast)) == (200, 404)
    clock.move(minutes=2)
    assert (sees(sign_in, "maya", cast), sees(sign_in, "sam", cast)) == (404, 200)
    assert (sees(sign_in, "dana", cast), sees(sign_in, "priya", cast)) == (200, 200)  # Noor still covers
    assert "Sam walks with you now, in place of Maya." in sign_in("alex").get("/").content.decode()
    assert sign_in("alex").post(url(cast, "read/")).status_code == 302
    assert "in place of Maya" not in sign_in("alex").get("/").content.decode()
    verbs = set(Event.objects.filter(client_id=cast.clients["alex"].pk).values_list("verb", flat=True))
    assert {"handover.planned", "handover.read"} <= verbs


def test_everything_open_moves(
    cast: Cast, sign_in: SignIn, clock: Clock, agree_on: Agree, offer: Callable[..., Suggestion]
) -> None:
    agreement, idea = agree_on(), offer()
    waiting = open_reach_out(
        cast.clients["alex"], "talk", "wrenbird", op_id=new_id(), language="en", by=cast.actor("alex")
    )
    sign_in("omar").post(url(cast), form(cast))
    clock.move(days=4)
    sam, state = sign_in("sam"), reverse("conversations:state", args=[waiting.pk])
    assert "wrenbird" in sam.get("/").content.decode()
    assert sam.get(state).status_code == 200
    assert sam.post(reverse("conversations:answered", args=[waiting.pk]), {"how": "called"}).status_code == 302
    assert sign_in("maya").get(state).status_code == 404
    assert CheckInAgreement.objects.in_force().get().pk == agreement.pk
    assert Suggestion.objects.open().get().pk == idea.pk
    assert idea.text in sam.get(reverse("goals:list", args=[cast.clients["alex"].pk])).content.decode()
    assert idea.text in sign_in("alex").get("/").content.decode()


def test_called_off_before_its_day_it_never_was(cast: Cast, sign_in: SignIn, clock: Clock) -> None:
    sign_in("omar").post(url(cast), form(cast))
    assert sign_in("omar").post(url(cast, "call-off/")).status_code == 302
    assert "walks with you from then on" not in sign_in("alex").get("/").content.decode()
    clock.move(days=5)
    assert (sees(sign_in, "maya", cast), sees(sign_in, "sam", cast)) == (200, 404)
    maya = cast.clients["alex"].assignments.get(kind="primary", specialist=cast.maya)
    assert (maya.ends_at, maya.end_reason) == (None, "")
    assert sign_in("omar").post(url(cast), form(cast)).status_code == 302


def test_after_its_day_it_cannot_be_called_off(cast: Cast, clock: Clock) -> None:
    omar = cast.actor("omar")
    made = plan_handover(
        cast.clients["alex"], cast.sam, Handover.Why.TIME, at=now() + DAY, told_in_person=False, by=omar
    )
    clock.move(days=2)
    with pytest.raises(Refusal):
        call_off_handover(made, by=omar)
    assert [helper.person for helper in specialists_of(cast.clients["alex"])][:1] == [cast.sam]


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"day": ""}, "day"),
        ({"day": "2001-01-01"}, "day"),
        ({"day": "2999-01-01"}, "day"),
        ({"day": "tomorrow"}, "day"),
        ({"why": "bored"}, "why"),
        ({"someone": ""}, "someone"),
        ({"someone": "maya"}, "someone"),
    ],
)
def test_bad_plans_are_said(wrong: dict[str, str], field: str, cast: Cast, sign_in: SignIn) -> None:
    answer = sign_in("omar").post(url(cast), form(cast, **wrong))
    assert answer.status_code == 422
    assert field in answer.context["form"].errors
    assert not Handover.objects.exists()


def test_nobody_is_handed_on_before_they_were_told(cast: Cast, sign_in: SignIn) -> None:
    omar, today = sign_in("omar"), str(today_of(cast.program))
    assert "day" in omar.post(url(cast), form(cast, day=today)).context["form"].errors
    assert "told" in omar.post(url(cast, who="toni"), form(cast)).context["form"].errors
    assert not Handover.objects.exists()
    assert omar.post(url(cast), form(cast, day=today, told="on")).status_code == 302
    assert sees(sign_in, "maya", cast) == 404
    client, sam = cast.clients["luz"], cast.maya
    with pytest.raises(Refusal):
        plan_handover(client, sam, Handover.Why.TIME, at=None, told_in_person=False, by=cast.actor("omar"))
    row = Handover.objects.get()
    with pytest.raises(IntegrityError), transaction.atomic():
        Handover.objects.filter(pk=row.pk).update(told_in_person=False, takes_effect_at=row.planned_at)


def test_the_one_they_have_the_one_they_keep_away_and_a_second_plan_are_refused(cast: Cast, sign_in: SignIn) -> None:
    omar, client = sign_in("omar"), cast.clients["alex"]
    assert omar.post(url(cast), form(cast, someone=str(cast.maya.pk))).status_code == 422
    keep_away(client, cast.sam, by=cast.actor("alex"))
    assert omar.post(url(cast), form(cast)).status_code == 422
    with pytest.raises(Refusal):
        plan_handover(client, cast.sam, Handover.Why.TIME, at=now() + DAY, told_in_person=False, by=cast.actor("omar"))
    assert client.assignments.get(specialist=cast.maya).ends_at is None
    assert omar.post(url(cast), form(cast, someone=str(cast.rio.pk))).status_code == 302
    assert omar.post(url(cast), form(cast, someone=str(cast.noor.pk))).status_code == 422
    assert Handover.objects.count() == 1


def test_the_letter_says_only_that_something_is_new(cast: Cast, sign_in: SignIn, has_email: Any) -> None:
    has_email()
    sign_in("omar").post(url(cast), form(cast))
    tick()
    [letter] = mail.outbox
    for secret in ("Maya", "Sam", "Alex", "Riverside", "walk"):
        assert secret not in f"{letter.subject} {letter.body}"


@pytest.mark.parametrize("way", ["called off", "read", "closed"])
def test_a_letter_that_is_not_true_any_more_does_not_leave(
    way: str, cast: Cast, sign_in: SignIn, has_email: Any
) -> None:
    has_email()
    sign_in("omar").post(url(cast), form(cast))
    if way == "called off":
        sign_in("omar").post(url(cast, "call-off/"))
    elif way == "read":
        sign_in("alex").post(url(cast, "read/"))
    else:
        close_client(cast.clients["alex"], Closing.Reason.MOVED, by=cast.actor("omar"))
        assert not Handover.objects.to_come().exists()
        assert not Assignment.objects.not_over().filter(client=cast.clients["alex"]).exists()
    tick()
    assert mail.outbox == []
    assert Delivery.objects.get(kind="news").state in {"cancelled", "suppressed"}


def test_my_privacy_tells_who_walked_with_me(cast: Cast, sign_in: SignIn) -> None:
    sign_in("omar").post(url(cast), form(cast, told="on", day=str(today_of(cast.program))))
    page = sign_in("alex").get(reverse("my-privacy", args=[cast.clients["alex"].pk])).content.decode()
    part = page.split("Who walked with you", 1)[1].split("</section>", 1)[0]
    assert "Sam" in part
    assert "someone else took over" in part
