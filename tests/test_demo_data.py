"""Large demo data, made small: what is stored obeys every rule, and nothing is made where it must not be."""

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.db.models import Count, F, Q
from django.test import Client as Browser

from accounts.models import Program, Role, Supervision, User
from audit.models import Event
from clients.models import Assignment, Client
from conversations.models import ReachOut
from goals.models import Goal, Revision
from peersupport.lib import append_only
from peersupport.lib.clock import now
from scripts.demo_data import fill, words
from scripts.demo_data.fill import Size
from scripts.demo_data.people import PROGRAM
from sessions.actions import wrong_tallies
from sessions.models import ContactLog

SIZE = Size(clients=200, contacts=1_500, with_words=150)
LOGS = Q(client__program__name__startswith=PROGRAM)


def quietly(_what, _done, _of):
    pass


@pytest.fixture
def filled(cast, settings):
    settings.DEMO_CAST_ONLY = True
    stands = append_only.installed(connection)
    fill.fill(SIZE, quietly)
    assert append_only.installed(connection) == stands


@pytest.mark.django_db
def test_what_is_stored(filled, subtests):
    for check in (the_numbers_are_right, contacts_are_believable, some_have_words, everything_is_audited):
        with subtests.test(check.__name__):
            check()
    with subtests.test("pages open"):
        pages_open()
    with subtests.test("not a second time"):
        assert "already" in fill.why_not()


def the_numbers_are_right():
    clients = Client.objects.filter(program__name__startswith=PROGRAM)
    assert clients.count() == SIZE.clients
    assert ContactLog.objects.filter(LOGS).count() == SIZE.contacts
    assert wrong_tallies() == set()
    assert ReachOut.objects.filter(LOGS).count() == SIZE.contacts // 25
    assert Assignment.objects.open().filter(LOGS, kind="primary").count() == SIZE.clients
    supervised = Supervision.objects.open().values("specialist")
    assert not Assignment.objects.filter(LOGS).exclude(specialist__in=supervised).exists()
    assert 90 <= Goal.objects.filter(LOGS).count() <= 150
    assert Revision.objects.filter(goal__in=Goal.objects.filter(LOGS)).count() == Goal.objects.filter(LOGS).count()


def contacts_are_believable():
    logs = ContactLog.objects.filter(LOGS)
    assert not logs.filter(occurred_at__lt=F("client__opened_at")).exists()
    assert not logs.filter(Q(occurred_at__gt=now()) | Q(signed_at__gt=now())).exists()
    assert not logs.exclude(author__in=Assignment.objects.filter(client__in=Client.objects.all()).values("specialist"))
    zone = ZoneInfo("America/Los_Angeles")
    for log in logs.only(
        "id", "happened_on", "occurred_at", "created_at", "mode", "place", "minutes_direct", "outcome"
    ):
        assert log.happened_on == log.occurred_at.astimezone(zone).date()
        assert log.id.version == 7
        assert log.id.int >> 80 == int(log.created_at.timestamp() * 1000)
        assert (log.mode == "in-person") == bool(log.place)
        assert (log.outcome == "connected") == bool(log.minutes_direct)
    assert set(logs.values_list("mode", flat=True)) >= {"in-person", "phone", "text", "video", "voicemail"}
    days = [day.weekday() for day in logs.values_list("happened_on", flat=True)]
    assert sum(day >= 5 for day in days) < len(days) / 10
    assert len({at.astimezone(zone).hour for at in logs.values_list("occurred_at", flat=True)}) >= 14
    counts = sorted(logs.values("client").annotate(n=Count("pk")).values_list("n", flat=True))
    assert counts[-1] > 4 * counts[len(counts) // 2]  # a few have most of the contacts
    assert logs.filter(signed_at__isnull=True).exists()


def some_have_words():
    said = [log for log in ContactLog.objects.filter(LOGS) if log.what_we_did]
    assert 60 <= len(said) <= 150
    assert {log.language for log in said} == {"en", "es"}
    for language in ("en", "es"):
        known = {text["what_we_did"] for text in words.texts(language)}
        assert {log.what_we_did for log in said if log.language == language} <= known
    assert all(goal.in_my_words for goal in Goal.objects.filter(LOGS))


def everything_is_audited():
    logs = ContactLog.objects.filter(LOGS)
    for verb, rows in (("contact.logged", logs), ("contact.signed", logs.filter(signed_at__isnull=False))):
        told = Event.objects.filter(verb=verb, subject_type="contactlog", subject_id__in=rows.values("pk"))
        assert told.count() == rows.count()
        assert set(told.values_list("hat", flat=True)) == {"specialist"}
    asked = ReachOut.objects.filter(LOGS)
    for verb, count in (("reach_out.opened", asked), ("reach_out.answered", asked.filter(answered_at__isnull=False))):
        assert Event.objects.filter(verb=verb, subject_id__in=asked.values("pk")).count() == count.count()
    assert Event.objects.filter(verb="goal.added", client_id__in=Goal.objects.filter(LOGS).values("client")).exists()


def pages_open():
    for address, folder in (("c1", "/"), ("s1", "/clients/"), ("v1-1", "/clients/"), ("m1", "/")):
        browser = Browser()
        browser.force_login(User.objects.get(email=f"{address}@example.org"), backend="accounts.backends.PersonBackend")
        assert browser.get(folder).status_code == 200
        assert browser.get("/").status_code == 200
        if address == "s1":
            client = Assignment.objects.filter(specialist__email="s1@example.org")[0].client_id
            assert browser.get(f"/clients/{client}/").status_code == 200
            assert browser.get(f"/clients/{client}/goals/").status_code == 200


@pytest.mark.django_db
def test_refused_outside_the_demo(settings):
    settings.DEMO = False
    assert "DEMO=true" in fill.why_not()


@pytest.mark.django_db
def test_refused_where_real_people_are(cast):
    assert fill.why_not() == ""
    User.objects.create(first_name="Real", email="someone@clinic.example")
    assert "not of the demo" in fill.why_not()


@pytest.mark.django_db
def test_refused_where_people_are_and_no_cast(db):
    user = User.objects.create(first_name="Somebody", created_at=now() - timedelta(days=1))
    Role.objects.create(user=user, kind="client", program=Program.objects.create(name="Here"))
    assert "not of the demo" in fill.why_not()
