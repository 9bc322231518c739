"""A crash between any two statements: nothing is lost, and what may have been sent twice says so."""

from collections import Counter

import pytest
from django.db import connection

from notifications import actions
from notifications.kinds import Answer, Outcome
from notifications.models import Delivery
from tests.fixtures_deliveries import Provider


class Killed(BaseException):
    """No handler of the product catches it, as none would run after kill -9."""


class Executioner:
    """Ends the process before or after the n-th thing that it does to the world."""

    def __init__(self, number: int, after: bool) -> None:
        self.number, self.after, self.done = number, after, 0

    def strike(self, do):
        self.done += 1
        if self.done != self.number:
            return do()
        if self.after:
            do()
        raise Killed

    def around_statement(self, execute, sql, params, many, context):
        return self.strike(lambda: execute(sql, params, many, context))


class Scene(Provider):
    """A provider that sends for real before it answers, and can be struck before and after that."""

    sent: Counter
    executioner: Executioner | None = None

    def send(self, parcels):
        def out():
            for parcel in parcels:
                if not (self.honours_keys and self.sent[parcel.key]):
                    self.sent[parcel.key] += 1

        if self.executioner:
            self.executioner.strike(out)
        else:
            out()
        return [Answer(Outcome.ACCEPTED)] * len(parcels)


@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
def test_a_crash_at_any_point_loses_nothing_and_repeats_nothing_unseen(post, clock, after) -> None:
    post.kind_says(
        repeats_when_unsure=True, recheck=lambda _row: None, recheck_many=lambda rows: {row.pk: None for row in rows}
    )
    keyed, plain = Scene("keyed", honours_keys=True, at_once=10), Scene("plain")
    for scene in (keyed, plain):
        post.channels[scene.name] = scene
        scene.sent = Counter()
    number, struck = 0, True
    while struck:
        number += 1
        rows = [post.plan(channel=name) for name in ("keyed", "keyed", "plain", "plain", "in-app")]
        struck = crash(number, after, (keyed, plain))
        for _ in range(3):
            clock.move(seconds=61)
            actions.dispatch()
        check([row.pk for row in rows], keyed.sent, plain.sent)
    assert number > 25  # the way through has that many steps


def crash(number: int, after: bool, scenes) -> bool:
    executioner = Executioner(number, after)
    for scene in scenes:
        scene.executioner = executioner
    try:
        with connection.execute_wrapper(executioner.around_statement):
            actions.dispatch()
    except Killed:
        return True
    finally:
        for scene in scenes:
            scene.executioner = None
    return False


def check(keys, keyed, plain) -> None:
    for row in Delivery.objects.filter(pk__in=keys):
        assert row.state == ("delivered" if row.channel == "in-app" else "accepted"), row
        if row.channel == "keyed":
            assert keyed[row.pk] == 1
        elif row.channel == "plain":
            assert 1 <= plain[row.pk] <= 1 + row.times_unsure <= 2
