"""Withdrawals, changes of zone and of contact points, in threads, against workers that claim and send meanwhile.

Whoever holds the lock on the subject or the point notes the time under it. A delivery notes under the same lock when
it begins to be sent. So whichever came first is known, and nothing may begin after it was withdrawn.
"""

import random
import threading
import time
from collections import Counter, defaultdict
from datetime import timedelta

import pytest
from django.db import connection, connections, transaction

from accounts.models import Program, Role, User
from notifications import actions
from notifications.actions import Plan, moves
from notifications.kinds import Answer, Message, Outcome
from notifications.models import Delivery
from peersupport.lib.clock import now
from peersupport.lib.refusals import Stale
from tests.fixtures_deliveries import Provider

PEOPLE, EACH, WORKERS, SECONDS = 60, 12, 3, 6
AT_MOST = 45  # seconds, on a machine with too much to do
ZONES = ("America/Los_Angeles", "America/New_York", "Europe/Madrid")


class Pigeon(Provider):
    """Slow, and often asks to come back later."""

    def send(self, parcels):
        time.sleep(random.random() * 0.004)
        return [Answer(Outcome.NOT_NOW, "busy") if random.random() < 0.4 else Answer(Outcome.ACCEPTED) for _ in parcels]


just_checked = []  # deliveries, the newest last


def render(row):
    """Between the check and the beginning, where a withdrawal would slip in."""
    just_checked.append(row)
    time.sleep(random.random() * 0.01)
    return Message("", "")


def recheck_many(rows):
    roles = Role.objects.filter(pk__in={row.subject_id for row in rows}).order_by("pk")
    found = {role.pk: role for role in roles.select_for_update(no_key=True, of=("self",)).select_related("user")}
    zones = dict(User.objects.filter(roles__in=found).values_list("roles__pk", "time_zone"))
    return {row.pk: verdict(row, found[row.subject_id], zones[row.subject_id]) for row in rows}


def verdict(row, role, zone):
    if role.ends_at is not None:
        return "withdrawn"
    return None if row.planned_zone == zone else "planned-in-another-zone"


class Race:
    def __init__(self, post, monkeypatch):
        monkeypatch.setattr(moves, "RETRY_AFTER", (timedelta(),) * 5)
        post.channels["pigeon"] = Pigeon(at_once=1)
        post.channels["flock"] = Pigeon("flock", at_once=6)
        post.kind_says(recheck=lambda row: recheck_many([row])[row.pk], recheck_many=recheck_many, render=render)
        self.post, self.failures, self.ended = post, [], threading.Event()
        self.withdrawn, self.barred = {}, {}  # subject or point: when
        self.moved = defaultdict(list)  # person: (when, zone)
        program = Program.objects.create(name="Race")
        self.people = [User.objects.create(first_name=f"P{n}", time_zone=ZONES[0]) for n in range(PEOPLE)]
        self.points = {user.pk: post.point_of(user, f"p{user.pk.hex}@home.example") for user in self.people}
        kinds = [Role.Kind.CLIENT, Role.Kind.SPECIALIST, Role.Kind.SUPERVISOR]
        self.roles = [Role.objects.create(user=user, program=program, kind=k) for user in self.people for k in kinds]
        self.plan(self.roles, EACH // 3)

    def plan(self, roles, each):
        begin = now()
        actions.plan_deliveries(
            Plan(
                "test",
                role.pk,
                role.user,
                random.choice(("pigeon", "flock")),
                due_at=begin + timedelta(seconds=random.random() * SECONDS * 0.8),
                contact_point=self.points[role.user_id],
                key=f"{role.pk}:{random.random()}",
            )
            for role in roles
            for _ in range(each)
        )

    # --- what people do -----------------------------------------------------------------------------------------------
    def withdraw(self):
        """Several subjects in one transaction, in the order of their keys."""
        aimed = {row.subject_id for row in just_checked[-1:]}
        chosen = sorted(aimed | {role.pk for role in random.sample(self.roles, 1)})
        with transaction.atomic():
            list(Role.objects.filter(pk__in=chosen).order_by("pk").select_for_update(no_key=True))
            Role.objects.filter(pk__in=chosen).update(ends_at=now())
            if random.random() < 0.5:  # tidy; but what `recheck` says must be enough
                actions.cancel_unsent("test", chosen, reason="withdrawn")
            for pk in chosen:
                self.withdrawn.setdefault(pk, now())

    def move(self):
        user, zone = random.choice(self.people), random.choice(ZONES)
        with transaction.atomic():
            User.objects.filter(pk=user.pk).update(time_zone=zone)
            roles = list(Role.objects.filter(user=user).order_by("pk").select_for_update(no_key=True))
            actions.cancel_unsent("test", [role.pk for role in roles], reason="planned-anew")
            for role in roles:
                role.user = User.objects.get(pk=user.pk)
            self.plan(roles, 1)
            self.moved[user.pk].append((now(), zone))

    def bar(self):
        point = just_checked[-1].contact_point if just_checked else random.choice(list(self.points.values()))
        point.refresh_from_db()
        try:
            with transaction.atomic():
                actions.change_contact_point(point, version=point.version, by=None, only_i_reach_out=True)
                self.barred.setdefault(point.pk, now())
        except Stale:
            pass

    # --- the race -----------------------------------------------------------------------------------------------------
    def run(self):
        often = [(actions.dispatch, 0.0)] * WORKERS
        seldom = [(self.withdraw, 0.1), (self.move, 0.2), (self.move, 0.3), (self.bar, 0.15)]
        threads = [threading.Thread(target=self.keep_doing, args=what) for what in often + seldom]
        for thread in threads:
            thread.start()
        deadline = time.monotonic() + AT_MOST
        time.sleep(SECONDS)
        while time.monotonic() < deadline and not self.ended.is_set() and not enough():
            time.sleep(0.5)
        self.ended.set()
        for thread in threads:
            thread.join(60)
        assert not any(thread.is_alive() for thread in threads), "stuck"

    def keep_doing(self, what, pause):
        try:
            while not self.ended.is_set():
                time.sleep(random.random() * 2 * pause)
                what()
        except Exception as error:
            self.failures.append(error)
            self.ended.set()
        finally:
            connections.close_all()

    def too_late(self):
        """Deliveries that began to be sent after what forbids it was done."""
        for row in Delivery.objects.filter(began_at__isnull=False, kind="test"):
            for when in (self.withdrawn.get(row.subject_id), self.barred.get(row.contact_point_id)):
                if when is not None and row.began_at > when:
                    yield row, when
            zones = [ZONES[0]] + [zone for when, zone in self.moved[row.recipient_id] if when < row.began_at]
            if row.planned_zone != zones[-1]:
                yield row, zones


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_nothing_begins_after_it_was_withdrawn(post, monkeypatch):
    race = Race(post, monkeypatch)
    race.run()
    assert race.failures == []  # a deadlock would be one
    assert list(race.too_late()) == []
    assert enough(), Counter(Delivery.objects.values_list("state", "reason"))


def enough():
    """So much happened that the races had their chance."""
    ends = Counter(Delivery.objects.values_list("state", flat=True))
    reasons = set(Delivery.objects.exclude(reason="").values_list("reason", flat=True))
    often = ends["accepted"] > 20 and ends["cancelled"] > 5 and {"withdrawn", "planned-anew"} <= reasons
    return often and Delivery.objects.filter(tries__gt=1).exists()


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has one writer: nobody holds single rows there")
@pytest.mark.parametrize("give_back", [moves.release, lambda rows: moves.try_again(rows, "busy", begun=False)])
def test_what_is_given_back_waits_for_nobody(give_back, post):
    """Whoever cancels several rows may hold one of them and want the next: waiting here would close a circle."""
    held, free = post.plan(), post.plan()
    rows = moves.claim("pigeon", 10)
    assert {row.pk for row in rows} == {held.pk, free.pk}
    worker = threading.Thread(target=lambda: (give_back(rows), connections.close_all()))
    with transaction.atomic():
        Delivery.objects.select_for_update().get(pk=held.pk)
        worker.start()
        worker.join(20)
        assert not worker.is_alive()
    states = dict(Delivery.objects.values_list("pk", "state"))
    assert states == {held.pk: "claimed", free.pk: "pending"}
