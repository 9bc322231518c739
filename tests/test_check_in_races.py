"""Pauses, changes, ends, answers and moving clocks, in threads, against workers that send check-ins meanwhile.

Whatever withdraws a check-in notes the time while it still holds its locks; whatever begins to send one notes it under
the same lock. So whichever came first is known, and nothing may begin after it was withdrawn.
"""

import random
import threading
import time as clock
from collections.abc import Callable, Collection, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from itertools import count
from typing import Any
from uuid import UUID

import pytest
from django.db import connection, connections, transaction
from django.test import Client as Browser

from accounts import actions as accounts
from accounts.models import Actor, Role, User
from audit.models import Event
from checkins import actions
from checkins.deliveries import link_of
from checkins.kinds import KIND, key_of
from checkins.models import CheckIn, CheckInAgreement
from checkins.rules.tokens import new_lookup, new_nonce, new_token
from clients.actions import open_client
from clients.models import Client
from conversations.models import ReachOut
from home.actions import change_time_zone
from home.demo.cast import Cast
from notifications.actions import Plan, dispatch, moves, plan_deliveries
from notifications.kinds import Answer, Outcome
from notifications.models import ContactPoint, Delivery
from peersupport.lib.clock import now
from peersupport.lib.ids import new_id
from peersupport.lib.refusals import Refusal
from peersupport.lib.sealed import seal
from tests.checking_in import terms
from tests.fixtures_deliveries import Post, Provider
from tests.test_planner import every_change

pytestmark = pytest.mark.django_db(transaction=True)
PEOPLE, WORKERS, SECONDS = 8, 3, 6
Moment = datetime


class Pigeon(Provider):
    """Slow, and often asks to come back later."""

    def send(self, parcels: list[Any]) -> list[Answer]:
        clock.sleep(random.random() * 0.004)
        return [Answer(Outcome.NOT_NOW, "busy") if random.random() < 0.4 else Answer(Outcome.ACCEPTED) for _ in parcels]


@dataclass
class Withdrawn:
    """These deliveries may not begin from `since` on; after `until`, if that comes, they may again."""

    deliveries: set[UUID]
    since: Moment
    until: Moment | None = None


@dataclass
class Person:
    actor: Actor
    client: Client
    point: ContactPoint
    zones: Iterator[str]
    days: Iterator[int]
    busy: threading.Lock = field(default_factory=threading.Lock)  # one person does one thing at a time
    paused: Withdrawn | None = None


class Race:
    def __init__(self, cast: Cast, post: Post, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(moves, "RETRY_AFTER", (timedelta(),) * 5)
        post.channels["email"] = Pigeon("email")
        self.began: list[tuple[UUID, Moment]] = []
        self.withdrawn: list[Withdrawn] = []
        self.failures: list[Exception] = []
        self.done: dict[str, int] = {}
        self.ended = threading.Event()
        for step in ("begin", "arrive"):
            monkeypatch.setattr(moves, step, self.noting(getattr(moves, step)))
        names = sorted({name for name, _change in every_change() if "/" in name})
        self.people = [self.person(cast, post, names[number::PEOPLE]) for number in range(PEOPLE)]

    def noting(self, step: Callable[..., list[Delivery]]) -> Callable[..., list[Delivery]]:
        def begin(rows: Collection[Delivery]) -> list[Delivery]:
            begun = step(rows)
            self.began += [(row.pk, now()) for row in begun]
            return begun

        return begin

    def person(self, cast: Cast, post: Post, zones: list[str]) -> Person:
        user = accounts.create_person(first_name="P", time_zone=zones[0], by=None)
        role = accounts.give_role(user, Role.Kind.CLIENT, program=cast.program, by=None)
        client = open_client(user, cast.program, by=None)
        point = post.point_of(user, f"p{user.pk.hex}@home.example")
        someone = Person(Actor(user, role), client, point, iter(zones[1:]), count())
        actions.propose(client, terms(channel="email"), op_id=new_id(), by=someone.actor)
        return someone

    # --- what happens all the time ------------------------------------------------------------------------------------
    def feed(self) -> None:
        """A few more check-ins, due within a second: as the planner makes them, but not one a day."""
        someone = random.choice(self.people)
        with someone.busy, transaction.atomic():
            agreement = CheckInAgreement.objects.in_force().select_for_update().filter(client=someone.client).first()
            if agreement is None:
                return
            user = User.objects.get(pk=someone.actor.person_id)
            rows = [self.row(agreement, user, next(someone.days)) for _ in range(4)]
            CheckIn.objects.bulk_create(rows)
            plan_deliveries(self.plan(row, user, someone.point) for row in rows)

    @staticmethod
    def row(agreement: CheckInAgreement, user: User, day: int) -> CheckIn:
        pk, nonce = new_id(), new_nonce()
        return CheckIn(
            pk=pk,
            agreement=agreement,
            local_date=date(2000, 1, 1) + timedelta(days=day),
            local_time=agreement.local_time,
            time_zone=user.time_zone,
            planned_for=now() + timedelta(seconds=random.random()),
            terms_version=agreement.terms_version,
            token_lookup=new_lookup(new_token(pk, nonce)),
            **seal(CheckIn, pk, nonce=nonce),
        )

    @staticmethod
    def plan(row: CheckIn, user: User, point: ContactPoint) -> Plan:
        channel = random.choice(("email", "in-app"))
        to = point if channel == "email" else None
        return Plan(KIND, row.pk, user, channel, row.planned_for, contact_point=to, key=key_of(row, channel))

    # --- what people do -----------------------------------------------------------------------------------------------
    def withdraw(self, someone: Person, act: Callable[[], object]) -> Withdrawn:
        """Does it, and notes under its locks which deliveries may not begin from now on."""
        with transaction.atomic():
            act()
            check_ins = CheckIn.objects.filter(agreement__client=someone.client).values("pk")
            known = set(Delivery.objects.filter(subject_id__in=check_ins).values_list("pk", flat=True))
            withdrawn = Withdrawn(known, now())
        self.withdrawn.append(withdrawn)
        return withdrawn

    def live(self) -> None:
        someone = random.choice(self.people)
        with someone.busy:
            agreement = CheckInAgreement.objects.agreed().filter(client=someone.client).first()
            what = random.choice(("pause", "change", "move", "answer", "end"))
            if agreement is None:
                actions.propose(someone.client, terms(channel="email"), op_id=new_id(), by=someone.actor)
            elif agreement.paused_at is not None:
                assert someone.paused is not None
                someone.paused.until = now()
                actions.resume(agreement, by=someone.actor)
                what = "resume"
            else:
                getattr(self, what)(someone, agreement)
            self.done[what] = self.done.get(what, 0) + 1

    def pause(self, someone: Person, agreement: CheckInAgreement) -> None:
        someone.paused = self.withdraw(someone, lambda: actions.pause(agreement, by=someone.actor))

    def end(self, someone: Person, agreement: CheckInAgreement) -> None:
        self.withdraw(someone, lambda: actions.end(agreement, by=someone.actor))

    def change(self, someone: Person, agreement: CheckInAgreement) -> None:
        other = terms(channel="email", local_time=time(random.randrange(24), random.randrange(60)))
        version = agreement.version
        self.withdraw(
            someone,
            lambda: actions.change(agreement, other, version=version, op_id=new_id(), by=someone.actor),
        )

    def move(self, someone: Person, _agreement: CheckInAgreement) -> None:
        zone = next(someone.zones, None)  # never the same again
        if zone is not None:
            self.withdraw(someone, lambda: change_time_zone(someone.actor.user, zone, by=someone.actor))

    def answer(self, someone: Person, agreement: CheckInAgreement) -> None:
        rows = CheckIn.objects.planned().filter(agreement=agreement, planned_for__lte=now(), answered_at__isnull=True)
        row = rows.select_related("agreement__client").order_by("?").first()
        if row is None:
            return
        with transaction.atomic():
            try:
                actions.answer(row, "good", language="en", by=someone.actor)
            except Refusal:  # called off meanwhile
                return
            known = set(Delivery.objects.filter(subject_id=row.pk).values_list("pk", flat=True))
            withdrawn = Withdrawn(known, now())
        self.withdrawn.append(withdrawn)

    # --- the race -----------------------------------------------------------------------------------------------------
    def run(self) -> None:
        doing = [(dispatch, 0.0)] * WORKERS + [(self.feed, 0.05)] * 2 + [(self.live, 0.2)] * 2
        doing += [(lambda: actions.plan_due(now()), 0.5)]
        threads = [threading.Thread(target=self.keep_doing, args=what) for what in doing]
        for thread in threads:
            thread.start()
        clock.sleep(SECONDS)
        self.ended.set()
        for thread in threads:
            thread.join(60)
        assert not any(thread.is_alive() for thread in threads), "stuck"

    def keep_doing(self, what: Callable[[], object], pause: float) -> None:
        try:
            while not self.ended.is_set():
                clock.sleep(random.random() * 2 * pause)
                what()
        except Exception as error:
            self.failures.append(error)
            self.ended.set()
        finally:
            connections.close_all()

    def too_late(self) -> list[str]:
        """Deliveries that began to be sent after what forbids it was done."""
        found = []
        for withdrawn in self.withdrawn:
            for pk, at in self.began:
                if (
                    pk in withdrawn.deliveries
                    and withdrawn.since < at
                    and not (withdrawn.until and withdrawn.until < at)
                ):
                    found.append(f"{pk} began {at}, withdrawn {withdrawn.since} until {withdrawn.until}")
        return found


@pytest.mark.slow
def test_nothing_begins_after_it_was_withdrawn(cast: Cast, post: Post, monkeypatch: pytest.MonkeyPatch) -> None:
    race = Race(cast, post, monkeypatch)
    race.run()
    assert race.failures == []  # a deadlock would be one
    assert race.too_late() == []
    states = list(Delivery.objects.values_list("state", flat=True))
    assert len(race.began) > 30, race.began
    assert states.count("cancelled") > 10
    assert len(race.done) >= 4, race.done
    assert not CheckIn.objects.planned().filter(agreement__lifecycle="ended", planned_for__gt=now()).exists()


# --- two devices, double taps, parallel answers -----------------------------------------------------------------------
def at_once(*acts: Callable[[], Any]) -> list[Any]:
    start = threading.Barrier(len(acts))

    def run(act: Callable[[], Any]) -> Any:
        try:
            start.wait(timeout=10)
            return act()
        finally:
            connection.close()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))


@pytest.mark.parametrize("said", ["call", "good"])
def test_many_taps_on_several_devices_are_one_answer(
    said: str, due: Callable[..., CheckIn], sign_in: Callable[..., Browser]
) -> None:
    check_in = CheckIn.objects.select_related("agreement__client").get(pk=due().pk)
    path = link_of(check_in).partition("/r/")[2]
    alex = sign_in("alex")
    answers = at_once(
        *[lambda: Browser().post(f"/r/{path}", {"answer": said, "line": "a line"}).status_code] * 4,
        lambda: alex.post(f"/check-ins/{check_in.pk}/answer/", {"answer": said, "line": "a line"}).status_code,
    )
    assert answers == [302] * 5
    row = CheckIn.objects.get(pk=check_in.pk)
    assert (row.answer, row.line) == (said, "a line")
    assert ReachOut.objects.count() == (said == "call")
    assert Event.objects.filter(verb="check_in.answered").count() == 1


def test_two_ticks_at_once_plan_each_day_once(agree_on: Callable[..., CheckInAgreement]) -> None:
    for name in ("alex", "luz", "rio"):
        agree_on(name)
    later = now() + timedelta(hours=26)
    at_once(*[lambda: actions.plan_due(later)] * 4)
    rows = list(CheckIn.objects.values_list("pk", flat=True))
    assert sorted(Delivery.objects.values_list("subject_id", flat=True)) == sorted(rows)
    for agreement in CheckInAgreement.objects.all():
        days = list(CheckIn.objects.filter(agreement=agreement).values_list("local_date", flat=True))
        assert len(days) == len(set(days)) >= 3


def test_a_yes_and_a_change_at_once_leave_one_agreement(cast: Cast) -> None:
    client, alex, maya = cast.clients["alex"], cast.actor("alex"), cast.actor("maya")
    for _round in range(4):
        idea = actions.propose(client, terms(), op_id=new_id(), by=maya)

        def say_yes(idea: CheckInAgreement = idea) -> str:
            return outcome(lambda: actions.agree(idea, version=idea.version, by=alex))

        def reword(idea: CheckInAgreement = idea) -> str:
            other = terms(local_time=time(7))
            return outcome(lambda: actions.change(idea, other, version=idea.version, op_id=new_id(), by=maya))

        ended = at_once(say_yes, reword)
        now_agreed = CheckInAgreement.objects.agreed().filter(client=client).first()
        if ended[0] == "done":  # what was agreed to is what was on the page
            assert now_agreed is not None
            assert now_agreed.local_time == time(9)
        for row in CheckInAgreement.objects.standing().filter(client=client):
            (actions.end if row.agreed else actions.take_back)(row, by=alex if row.agreed else maya)


def outcome(act: Callable[[], object]) -> str:
    try:
        act()
    except Refusal:
        return "refused"
    return "done"
