"""What the engine does when a channel says no or nothing, a row is poisoned, or a worker is gone."""

from datetime import timedelta
from time import monotonic

import pytest
from django.core.management import call_command
from django.db import connection

from notifications import actions
from notifications.actions import moves, sending
from notifications.kinds import Answer, Message, Outcome
from notifications.models import Delivery
from notifications.permissions import failed_for
from peersupport.lib.clock import now


# --- answers ----------------------------------------------------------------------------------------------------------
def test_retries_come_later_and_later_and_end_after_six(post, again, clock) -> None:
    post.provider.answers = [Answer(Outcome.NOT_NOW, "busy")] * 6
    row = post.plan()
    waited = []
    for _ in range(5):
        assert actions.dispatch() == 1
        assert actions.dispatch() == 0
        waited.append(round((again(row).try_at - now()).total_seconds() / 60))
        assert (again(row).state, again(row).reason) == ("pending", "busy")
        clock.move(minutes=waited[-1] + 0.1)
    actions.dispatch()
    assert waited == [1, 2, 5, 15, 60]
    assert (again(row).state, again(row).tries, len(post.provider.got)) == ("failed", 6, 6)
    assert {parcel.key for parcel in post.provider.got} == {row.pk}
    assert list(failed_for([post.person.pk])) == [again(row)]


def test_a_retry_that_would_come_too_late_is_a_failure_now(post, again) -> None:
    post.provider.answers = [Answer(Outcome.NOT_NOW, "busy")]
    row = post.plan(expires_at=now() + timedelta(seconds=50))
    actions.dispatch()
    assert (again(row).state, again(row).reason) == ("failed", "busy")


def test_a_no_for_ever_is_tried_once(post, again) -> None:
    post.provider.answers = [Answer(Outcome.REFUSED, "smtp-550")]
    row = post.plan()
    actions.dispatch()
    assert (again(row).state, again(row).reason, again(row).tries) == ("failed", "smtp-550", 1)


@pytest.mark.parametrize("answer", [Answer(Outcome.UNSURE), RuntimeError("broke off")])
def test_unsure_is_recorded_and_not_repeated(post, again, clock, answer) -> None:
    post.provider.answers = [answer]
    row = post.plan()
    actions.dispatch()
    clock.move(hours=1)
    actions.dispatch()
    stands = again(row)
    assert (stands.state, stands.times_unsure, len(post.provider.got)) == ("ambiguous", 1, 1)
    assert list(failed_for([post.person.pk])) == [stands]


def test_unsure_is_repeated_once_if_the_kind_says_so(post, again, clock) -> None:
    post.kind_says(repeats_when_unsure=True)
    post.provider.answers = [Answer(Outcome.UNSURE)] * 2
    row = post.plan()
    for state in ("pending", "ambiguous", "ambiguous"):
        actions.dispatch()
        assert again(row).state == state
        clock.move(minutes=3)
    assert (again(row).times_unsure, len(post.provider.got)) == (2, 2)


def test_unsure_is_repeated_with_the_same_key_where_keys_are_honoured(post, again, clock) -> None:
    post.provider.honours_keys = True
    post.provider.answers = [Answer(Outcome.UNSURE)] * 3
    row = post.plan()
    for _ in range(4):
        actions.dispatch()
        clock.move(minutes=6)
    assert (again(row).state, again(row).times_unsure) == ("accepted", 3)
    assert [parcel.key for parcel in post.provider.got] == [row.pk] * 4


def test_after_a_broken_connection_the_others_get_a_new_one(post, again) -> None:
    post.provider.answers = [Answer(Outcome.UNSURE)]
    rows = [post.plan() for _ in range(5)]
    actions.dispatch()
    assert sorted(again(row).state for row in rows) == ["accepted"] * 4 + ["ambiguous"]
    assert post.provider.opened_times == 2


def test_a_channel_that_is_away_leaves_nobody_in_doubt(post, again, clock) -> None:
    post.provider.away = "mail-server-away"
    row, inside = post.plan(), post.plan(channel="in-app")
    actions.dispatch()
    stands = again(row)
    assert (stands.state, stands.reason, stands.tries, stands.times_unsure) == ("pending", "mail-server-away", 1, 0)
    assert again(inside).state == "delivered"
    post.provider.away = ""
    clock.move(minutes=2)
    actions.dispatch()
    assert again(row).state == "accepted"


# --- poison -----------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("where", ["recheck", "render"])
@pytest.mark.parametrize("at_once", [1, 10])
def test_a_poisoned_row_fails_alone_and_visibly(post, again, clock, where, at_once) -> None:
    post.provider.at_once = at_once
    rows = [post.plan() for _ in range(5)]
    bad = rows[2].pk

    def poisoned(row: Delivery) -> Message | None:
        if row.pk == bad:
            raise RuntimeError("what a person wrote")
        return Message("Hello", "Text") if where == "render" else None

    many = {"recheck_many": lambda batch: {row.pk: poisoned(row) if where == "recheck" else None for row in batch}}
    post.kind_says(**{where: poisoned, **many})
    actions.dispatch()
    assert [again(row).state for row in rows] == ["accepted", "accepted", "pending", "accepted", "accepted"]
    for minutes in (1, 2, 5, 15, 60):
        clock.move(minutes=minutes + 0.1)
        actions.dispatch()
    stands = Delivery.objects.get(pk=bad)
    assert (stands.state, stands.reason, stands.tries) == ("failed", "cannot-be-prepared", 6)
    assert stands in failed_for([post.person.pk])


def test_a_row_that_breaks_the_database_statement_is_poison_too(post, again) -> None:
    def recheck(_row: Delivery) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1 FROM no_such_table")

    row = post.plan(channel="in-app")
    if connection.vendor == "postgresql":  # SQLite calls this an OperationalError
        post.kind_says(recheck=recheck)
        actions.dispatch()
        assert again(row).reason == "cannot-be-prepared"


def test_a_kind_that_nobody_registers_any_more_fails_visibly(post, again) -> None:
    row = post.plan()
    del post.registered["test"]
    actions.dispatch()
    assert (again(row).state, again(row).reason) == ("pending", "unknown-kind")


# --- leases -----------------------------------------------------------------------------------------------------------
def test_a_lost_claim_goes_back_behind_what_waits(post, again, clock) -> None:
    row = post.plan(due_at=now() - timedelta(minutes=5))
    moves.claim("pigeon", 10)
    clock.move(seconds=61)
    assert moves.notice_lost() == 1
    stands = again(row)
    assert (stands.state, stands.attempt, stands.tries, stands.times_lost) == ("pending", 1, 0, 1)
    actions.dispatch()
    assert (again(row).state, again(row).attempt) == ("accepted", 2)


def test_a_lease_lost_while_sending_is_unsure(post, again, clock) -> None:
    row = post.plan()
    moves.begin(moves.claim("pigeon", 10))
    clock.move(seconds=61)
    actions.dispatch()
    assert (again(row).state, again(row).times_unsure, post.provider.got) == ("ambiguous", 1, [])


def test_a_worker_that_comes_back_late_changes_nothing(post, again, clock) -> None:
    """The fence: its attempt is over."""
    post.provider.honours_keys = True
    row = post.plan()
    [late] = moves.claim("pigeon", 10)
    clock.move(seconds=61)
    moves.notice_lost()
    [current] = moves.claim("pigeon", 10)
    assert moves.begin([late]) == []
    assert moves.begin([current]) == [current]
    moves.accept([late])
    moves.refuse([late], "late")
    moves.note_unsure([late])
    moves.try_again([late], "late", begun=True)
    assert again(row).state == "sending"
    moves.accept([current])
    assert again(row).state == "accepted"


def test_two_claims_share_nothing(post) -> None:
    for _ in range(7):
        post.plan()
    first, second, third = moves.claim("pigeon", 4), moves.claim("pigeon", 4), moves.claim("pigeon", 4)
    assert (len(first), len(second), len(third)) == (4, 3, 0)
    assert len({row.pk for row in first + second}) == 7


def test_whatever_lost_many_claims_comes_last_and_alone(post) -> None:
    post.provider.at_once = 10
    rows = [post.plan() for _ in range(4)]
    Delivery.objects.filter(pk=rows[1].pk).update(times_lost=3)
    batches = []
    post.kind_says(recheck_many=lambda batch: batches.append([row.pk for row in batch]) or {})
    actions.dispatch()
    assert batches == [[rows[0].pk, rows[2].pk, rows[3].pk]]
    assert post.provider.got[-1].key == rows[1].pk


# --- passes -----------------------------------------------------------------------------------------------------------
def test_a_pass_that_has_no_time_left_gives_back_what_it_holds(post, again, monkeypatch) -> None:
    rows = [post.plan() for _ in range(3)]
    times = iter([0.0, 1.0, 99.0, 99.0])
    monkeypatch.setattr(sending, "monotonic", lambda: next(times))
    sending.send_some(post.provider, until=10.0)
    assert sorted(again(row).state for row in rows) == ["accepted", "pending", "pending"]
    assert {(again(row).times_lost, again(row).tries) for row in rows} == {(0, 1), (0, 0)}


def test_a_channel_sends_no_faster_than_it_says(post) -> None:
    post.provider.a_second = 50
    for _ in range(10):
        post.plan()
    began = monotonic()
    actions.dispatch()
    assert monotonic() - began >= 10 / 50
    assert len(post.provider.got) == 10


def test_a_step_of_the_tick_that_fails_stops_no_delivery(post, again, monkeypatch) -> None:
    def fail() -> None:
        raise RuntimeError("no")

    monkeypatch.setattr("clients.actions.honour_wishes", fail)
    row = post.plan()
    with pytest.raises(RuntimeError, match="no"):
        call_command("dispatch")
    assert again(row).state == "accepted"


def test_the_command_does_what_the_clockwork_does(post, again) -> None:
    row = post.plan()
    call_command("dispatch")
    assert again(row).state == "accepted"
