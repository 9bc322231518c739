"""Planners, senders and people at once: each piece of news leaves once, and nothing leaves after a no."""

import random
import threading
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import connections

from accounts import actions as accounts
from accounts.models import Actor, Role
from clients.actions import assign_specialist, open_client
from goals.actions.ideas import Idea, suggest
from goals.actions.news import choose_news, plan_due
from goals.kinds import NEWS
from goals.models import News, NewsChoice
from home.demo.cast import Cast
from notifications.actions import dispatch, moves
from notifications.models import Delivery
from peersupport.lib.clock import now
from peersupport.lib.ids import new_id
from tests.checking_in import los_angeles
from tests.conftest import Clock
from tests.fixtures_deliveries import Post, Provider

pytestmark = pytest.mark.django_db(transaction=True)
PEOPLE, THREADS = 12, 6
MONDAY = los_angeles(6, 14, 10)


@pytest.fixture
def waiting(cast: Cast, post: Post, clock: Clock) -> list[Actor]:
    """People who want to be told, each with an idea that waits."""
    clock.set(MONDAY)
    post.channels["email"] = Provider("email")
    return [_someone(cast, post, number) for number in range(PEOPLE)]


def _someone(cast: Cast, post: Post, number: int) -> Actor:
    user = accounts.create_person(first_name=f"P{number}", time_zone="America/Los_Angeles", by=None)
    user.set_password("any")  # someone who can sign in
    user.email = f"p{number}@example.org"
    user.save()
    role = accounts.give_role(user, Role.Kind.CLIENT, program=cast.program, by=None)
    client = open_client(user, cast.program, by=None)
    assign_specialist(client, cast.maya, by=None)
    post.point_of(user, f"p{number}@home.example")
    actor = Actor(user, role)
    choose_news(actor, wanted=True, client_id=client.pk)
    suggest(client, Idea("goal", "Walk on Mondays"), op_id=new_id(), by=cast.actor("maya"))
    return actor


def at_once(*acts: Callable[[], Any]) -> None:
    """Each in a thread of its own, all begun together; the first failure is raised."""
    gate = threading.Barrier(len(acts))

    def run(act: Callable[[], Any]) -> None:
        try:
            gate.wait()
            act()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(acts)) as pool:
        for future in [pool.submit(run, act) for act in acts]:
            future.result()


def test_any_number_of_ticks_at_once_tell_each_person_once(waiting: list[Actor], post: Post, clock: Clock) -> None:
    def tick() -> None:
        plan_due(now())
        dispatch()

    for minutes in (1, 30, 62, 70, 200):
        clock.set(MONDAY + timedelta(minutes=minutes))
        NewsChoice.objects.update(look_again_at=now())
        at_once(*[tick] * THREADS)
    sent = Counter(parcel.address for parcel in post.channels["email"].got)  # type: ignore[attr-defined]
    assert sent == {f"p{number}@home.example": 1 for number in range(PEOPLE)}
    assert News.objects.count() == PEOPLE
    assert set(Delivery.objects.filter(kind=NEWS).values_list("state", flat=True)) == {"accepted"}


def test_nothing_begins_after_a_no_was_saved(
    waiting: list[Actor], post: Post, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    began: list[tuple[UUID, datetime]] = []
    no: dict[UUID, datetime] = {}
    step = moves.begin

    def noting(rows: Any) -> list[Delivery]:
        begun = step(rows)
        began.extend((row.recipient_id, now()) for row in begun)
        return begun

    monkeypatch.setattr(moves, "begin", noting)
    clock.set(MONDAY + timedelta(minutes=1))
    plan_due(now())
    clock.set(MONDAY + timedelta(minutes=61))

    def say_no() -> None:
        for actor in random.sample(waiting, PEOPLE):
            choose_news(actor, wanted=False, client_id=None)
            no.setdefault(actor.person_id, now())

    at_once(say_no, dispatch, dispatch, say_no)
    assert set(no) == {actor.person_id for actor in waiting}
    assert not [person for person, at in began if at > no[person]]
    assert not Delivery.objects.filter(kind=NEWS, state__in=Delivery.UNSENT).exists()
