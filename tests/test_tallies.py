"""What reports add up is what the contact logs are, whatever happened to them, and whoever did it at the same time."""

import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from importlib import import_module
from types import SimpleNamespace
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, connections, transaction

from accounts.models import Program
from home.demo.cast import Cast
from peersupport.lib.clock import now
from peersupport.lib.ids import new_id
from peersupport.lib.refusals import Refusal
from sessions import actions
from sessions.actions import contact_of, wrong_tallies
from sessions.models import ContactLog, Tally
from tests import random_world
from tests.conftest import Clock

FILL = import_module("sessions.migrations.0004_tallies_of_the_logs_there_are").fill
WriteLog = Callable[..., ContactLog]


def again(log: ContactLog) -> ContactLog:
    return ContactLog.objects.with_marks().select_related("client__program", "client__user", "author").get(pk=log.pk)


@pytest.mark.slow
def test_they_are_what_the_logs_are_whatever_happens(cast: Cast, clock: Clock) -> None:
    world = random_world.begin(cast, clock, seed=20261128)
    for _ in range(8):
        random_world.live(world, days=12, acts=90)
        assert wrong_tallies() == set()
    assert Tally.objects.count() == ContactLog.objects.count()
    kinds = ("two_way", "contact", "attempt", "unfinished", "not_met")
    assert all(Tally.objects.filter(**{kind: True}).count() >= 5 for kind in kinds)
    assert Tally.objects.filter(late_from__isnull=False).count() > 20
    kept = set(Tally.objects.values_list())
    Tally.objects.all().delete()
    FILL(None, SimpleNamespace(connection=connection))  # as an installation gets them that was there before
    assert set(Tally.objects.values_list()) == kept
    Tally.objects.all().delete()
    actions.tally_missing()
    assert set(Tally.objects.values_list()) == kept


def test_a_changed_log_counts_as_what_it_says_now(cast: Cast, write_log: WriteLog) -> None:
    log = write_log(outcome="connected", mode="phone", happened_on=now().date() - timedelta(days=3))
    before = Tally.objects.get()
    other = replace(contact_of(again(log)), mode="text", happened_on=log.happened_on - timedelta(days=2))
    actions.change_log(again(log), replace(other, outcome="left-message"), version=log.version, by=cast.actor("maya"))
    after = Tally.objects.get()
    assert (before.two_way, before.mode, before.unfinished) == (True, "phone", True)
    assert (after.two_way, after.mode, after.unfinished) == (False, "text", True)
    assert after.day == before.day - timedelta(days=2)
    assert wrong_tallies() == set()


def test_a_correction_takes_the_place_of_a_log_once_it_is_signed_and_gives_it_back(
    cast: Cast, write_log: WriteLog
) -> None:
    maya, log = cast.actor("maya"), write_log(signed=True, outcome="connected", mode="phone")
    contacts = Tally.objects.filter(contact=True).values_list("log", flat=True)
    assert list(contacts.all()) == [log.pk]
    correction = actions.correct_log(log, contact_of(again(log)), op_id=new_id(), by=maya)
    assert list(contacts.all()) == [log.pk]
    actions.sign_log(again(correction), version=correction.version, by=maya)
    assert list(contacts.all()) == [correction.pk]
    actions.enter_in_error(again(correction), "not so", by=maya)
    assert list(contacts.all()) == [log.pk]
    assert wrong_tallies() == set()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("error_first", [True, False])
def test_the_mark_of_an_error_meets_the_signature_of_a_correction(
    cast: Cast, write_log: WriteLog, error_first: bool
) -> None:
    """Both change what the first log counts as; whichever comes second waits for the other and sees it."""
    maya, long_ago = cast.actor("maya"), now().date() - timedelta(days=20)  # so that it is late, if it is no mistake
    log = write_log(signed=True, outcome="connected", mode="phone", happened_on=long_ago)
    correction = actions.correct_log(again(log), contact_of(again(log)), op_id=new_id(), by=maya)
    first, second, done = again(log), again(correction), threading.Event()
    acts = [
        lambda: actions.enter_in_error(first, "not so", by=maya),
        lambda: actions.sign_log(second, version=second.version, by=maya),
    ]
    earlier, later = acts if error_first else acts[::-1]

    def slowly() -> None:
        with transaction.atomic():
            earlier()
            done.set()
            time.sleep(0.5)  # the other one is on its way by now, and this is not committed

    def after_that() -> None:
        assert done.wait(30)
        later()

    together(slowly, after_that)
    assert wrong_tallies() == set()


@pytest.mark.django_db(transaction=True)
def test_many_write_about_one_person_at_once(cast: Cast, write_log: WriteLog) -> None:
    log = write_log(outcome="connected", mode="phone")
    like, maya = contact_of(log), cast.actor("maya")

    def write() -> None:
        made = actions.start_log(cast.clients["alex"], like, op_id=new_id(), by=maya)
        actions.sign_log(made, version=made.version, by=maya)

    together(*[write] * 8)
    assert Tally.objects.filter(contact=True).count() == 8
    assert wrong_tallies() == set()


def together(*acts: Callable[[], Any]) -> None:
    def do(act: Callable[[], Any]) -> None:
        try:
            act()
        except Refusal:  # whoever comes second may be refused
            pass
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(acts)) as pool:
        list(pool.map(do, acts))


def test_the_command_finds_and_mends_what_is_wrong(
    cast: Cast, write_log: WriteLog, capsys: pytest.CaptureFixture[str]
) -> None:
    logs = [write_log(signed=True) for _ in range(3)]
    call_command("check_tallies")
    assert "counts as what it is" in capsys.readouterr().out
    Tally.objects.filter(log=logs[0]).update(contact=False, minutes=1)
    Tally.objects.filter(log=logs[1]).delete()
    with pytest.raises(CommandError, match="2 contact logs"):
        call_command("check_tallies")
    call_command("check_tallies", "--mend")
    assert "2 mended" in capsys.readouterr().out
    assert wrong_tallies() == set()


def test_another_time_zone_of_the_program_is_seen_and_mended(cast: Cast, write_log: WriteLog) -> None:
    at, before = write_log(signed=True).occurred_at, Tally.objects.get().day
    zones = ("Pacific/Kiritimati", "Pacific/Pago_Pago")  # a day ahead, or a day behind: at each hour one of them is
    zone, after = next((zone, day) for zone in zones if (day := at.astimezone(ZoneInfo(zone)).date()) != before)
    Program.objects.filter(pk=cast.program.pk).update(time_zone=zone)
    wrong = wrong_tallies()
    assert len(wrong) == 1
    actions.mend_tallies(wrong)
    assert wrong_tallies() == set()
    assert Tally.objects.get().day == after
