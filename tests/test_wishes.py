"""People a client keeps away: what the person named learns, and when a wish takes hold."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client as Browser
from django.urls import reverse

from accounts import actions as accounts
from accounts.models import Role
from clients.actions import assign_cover, honour_wishes, keep_away, settle_kept_away
from clients.models import Assignment, KeptFrom
from clients.permissions import rests_on
from home.actions import tick
from home.demo.cast import Cast
from peersupport.lib.clock import now
from peersupport.lib.refusals import Refusal

SignIn = Callable[..., Browser]


def test_whoever_is_named_sees_no_wish_under_any_hat(cast: Cast, sign_in: SignIn) -> None:
    accounts.give_role(cast.maya, Role.Kind.MANAGER, program=cast.program, by=None)
    kept = keep_away(cast.clients["alex"], cast.maya, by=cast.actor("alex"))
    as_manager = sign_in("maya", Role.Kind.MANAGER)
    assert "asks for someone other" not in as_manager.get("/").content.decode()
    assert as_manager.post(reverse("settle", args=[kept.pk])).status_code == 404
    assert "asks for someone other" in sign_in("omar").get("/").content.decode()


def test_the_only_manager_stays_until_there_is_another(cast: Cast) -> None:
    accounts.give_role(cast.omar, Role.Kind.SUPERVISOR, program=cast.program, by=None)
    alex = cast.clients["alex"]
    assert rests_on(alex, cast.omar)
    assert keep_away(alex, cast.omar, by=cast.actor("alex")).in_force_since is None
    accounts.give_role(cast.dana, Role.Kind.MANAGER, program=cast.program, by=None)
    assert honour_wishes() == 1


def test_a_wish_takes_hold_by_itself_once_nothing_rests_on_the_person(cast: Cast, sign_in: SignIn, clock: Any) -> None:
    alex = cast.clients["alex"]
    keep_away(alex, cast.noor, by=cast.actor("alex"))
    clock.move(days=15)
    with pytest.raises(Refusal):
        assign_cover(alex, cast.noor, until=now() + timedelta(days=1), by=cast.actor("omar"))
    tick()
    assert KeptFrom.objects.in_force().filter(person=cast.noor).exists()


def test_settling_the_wish_about_a_cover_leaves_the_specialist_alone(cast: Cast) -> None:
    alex = cast.clients["alex"]
    before = Assignment.objects.get(client=alex, kind="primary")
    kept = keep_away(alex, cast.noor, by=cast.actor("alex"))
    settle_kept_away(kept, instead=cast.sam, by=cast.actor("omar"))
    assert Assignment.objects.open().get(client=alex) == before


def test_colleagues_do_not_learn_it_from_what_is_missing(cast: Cast, sign_in: SignIn) -> None:
    page = reverse("client", args=[cast.clients["alex"].pk])
    before = sign_in("maya").get(page).content.decode()
    kept = keep_away(cast.clients["alex"], cast.dana, by=cast.actor("alex"))
    settle_kept_away(kept, instead=None, by=cast.actor("omar"))
    assert sign_in("maya").get(page).content.decode().count("Dana") == before.count("Dana") == 0


def test_what_is_said_between_pages_names_nobody(cast: Cast, sign_in: SignIn) -> None:
    browser = sign_in("alex")
    browser.post(reverse("keep-away", args=[cast.clients["alex"].pk]), {"person": str(cast.sam.pk)})
    assert "Sam" not in str(dict(browser.session))
    answer = browser.post(reverse("keep-away", args=[cast.clients["alex"].pk]), {"person": "nobody"}, follow=True)
    assert "Nothing changed" in answer.content.decode()


def test_trust_lines_name_only_those_who_can_read(cast: Cast, sign_in: SignIn) -> None:
    accounts.end_role(cast.actor("maya").role, by=cast.actor("omar"))
    accounts.end_role(cast.actor("dana").role, by=cast.actor("omar"))
    shown = sign_in("alex").get(reverse("my-privacy", args=[cast.clients["alex"].pk])).content.decode()
    told = shown.partition("Who walked with you")[0]  # there they stand, with the day on which it ended
    assert "Maya" not in told
    assert "Dana" not in told
    assert "Noor" in told


def test_rights_are_those_of_the_worn_hats_program(cast: Cast, sign_in: SignIn) -> None:
    other = type(cast.program).objects.create(name="Another program")
    accounts.end_role(cast.actor("maya").role, by=None)
    accounts.give_role(cast.maya, Role.Kind.SPECIALIST, program=other, by=None)
    assert sign_in("maya").get(reverse("client", args=[cast.clients["alex"].pk])).status_code == 404
    assert sign_in("dana").get(reverse("client", args=[cast.clients["toni"].pk])).status_code == 404
