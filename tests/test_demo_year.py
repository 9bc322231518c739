"""The believable year: that it is all there, that every rule of the database and of the pages holds on it.

It is made once, in the first test, with everything that is asked of the whole; it takes seconds.
"""

from collections import Counter, defaultdict
from datetime import timedelta
from random import Random
from zoneinfo import ZoneInfo

import pytest
from django.apps import apps
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.db.models import F, Min
from django.test import Client as Browser

from accounts.models import Program, Role, Supervision, User
from audit.models import Event
from checkins.models import CheckIn, CheckInAgreement
from clients.models import Assignment, Client, Closing, KeptFrom, Opening, Pause
from conversations.models import ReachOut
from goals.models import Cheer, Goal, Step, Suggestion, Victory
from home.demo import year
from home.demo.year import between, told
from home.demo.year.days import Days, clock
from home.demo.year.told import Time, everyone
from notifications.models import Delivery
from peersupport.lib import append_only
from peersupport.lib.clock import now
from peersupport.lib.ids import new_id
from peersupport.lib.sealed import words_of
from sessions import actions
from sessions.actions import Contact, wrong_tallies
from sessions.models import ClientWord, ClientWordTakenBack, ContactLog, EnteredInError

ZONE = ZoneInfo("America/Los_Angeles")


@pytest.mark.slow
@pytest.mark.django_db
def test_the_year(cast, subtests):
    stands = append_only.installed(connection)
    assert year.seed(cast)
    checks = (everyone_came, every_state_is_there, hours_and_modes_vary, nothing_is_later_than_now, every_word_opens)
    for check in (
        *checks,
        every_log_counts_as_what_it_is,
        what_was_done_is_audited,
        staff_knew_only_whom_they_walked_with,
    ):
        with subtests.test(check.__name__):
            check()
    with subtests.test("no rule was off"):
        assert append_only.installed(connection) == stands
        assert not connection.cursor().execute("PRAGMA foreign_key_check").fetchall() if _sqlite() else True
    with subtests.test("pages open"):
        pages_open()
    with subtests.test("a second time changes nothing"):
        before = {model: model._base_manager.count() for model in apps.get_models()}
        assert not year.seed(cast)
        assert {model: model._base_manager.count() for model in apps.get_models()} == before


def _sqlite():
    return connection.vendor == "sqlite"


def every_log_counts_as_what_it_is():
    assert wrong_tallies() == set()


def everyone_came():
    assert len(everyone()) == 43
    assert Client.objects.count() == 43 + 4  # of the cast
    assert Program.objects.count() == 2
    assert Role.objects.filter(kind="specialist").values("user").distinct().count() == 8
    assert Supervision.objects.open().values("supervisor").distinct().count() == 3
    of_the_year = User.objects.filter(client__isnull=False)
    assert of_the_year.filter(email__isnull=True).count() == 1 + sum(not person.sign_in for person in everyone())
    assert Counter(of_the_year.values_list("language", flat=True))["es"] >= 10
    assert not of_the_year.exclude(email__isnull=True).exclude(email__endswith="@example.org").exists()
    handed_on = Assignment.objects.filter(end_reason="handed-on")
    assert handed_on.count() == 2
    for before in handed_on:
        assert before.client.assignments.open().get(kind="primary").specialist_id != before.specialist_id
    assert 900 <= ContactLog.objects.count() <= 1800


def every_state_is_there():
    assert _values(Goal, "lifecycle") == set(Goal.Lifecycle.values)
    not_agreed = Goal.objects.filter(
        lifecycle__in=["proposed", "rejected"]
    )  # from older plans, and none of them is hidden
    assert {(row.lifecycle, row.client.user.language) for row in not_agreed} == {
        (state, language) for state in ("proposed", "rejected") for language in ("en", "es")
    }
    assert _values(Goal, "achievement") - {""} == set(Goal.Achievement.values)
    assert _values(Goal, "visibility") == {"just-me", "specialist", "support"}
    assert _values(Goal, "dimension") - {""} == set(Goal.Dimension.values)
    assert _values(Step, "status") == set(Step.Status.values)
    for language in ("en", "es"):
        answered = Suggestion.objects.filter(language=language).values_list("state", flat=True)
        assert set(answered) == set(Suggestion.State.values)
    assert _values(Victory, "visibility") == {"just-me", "specialist", "support"}
    assert {"en", "es"} == _values(Victory, "language") == _values(Cheer, "language")
    assert Victory.objects.filter(told_to__isnull=False, goal__isnull=False).exists()
    assert {"open", "seen", "answered", "taken back"} == {_state(row) for row in ReachOut.objects.facts()}
    assert _values(ReachOut, "kind") == set(ReachOut.Kind.values)
    assert {True, False} == {row.answered for row in CheckIn.objects.facts().begun()}
    assert {row.answer for row in CheckIn.objects.answered()} >= {"good", "so-so", "not-today"}
    assert _values(CheckInAgreement, "lifecycle") >= {"active", "proposed", "no-thanks"}
    assert CheckInAgreement.objects.filter(paused_at__isnull=False).exists()
    assert _values(ClientWord, "kind") == set(ClientWord.Kind.values)
    assert ClientWordTakenBack.objects.count() >= 2
    assert ContactLog.objects.filter(corrects__isnull=False, signed_at__isnull=False).count() >= 3
    assert EnteredInError.objects.filter(about_someone_else=True).exists()
    assert ContactLog.objects.unfinished().exists()
    assert KeptFrom.objects.in_force().exists()
    assert KeptFrom.objects.asked().exists()
    assert Opening.objects.count() >= 2
    some_left_and_some_are_away()


def some_left_and_some_are_away():
    gone = Client.objects.closed().select_related("user")
    assert {client.user.language for client in gone} == {"en", "es"}
    assert _values(Closing, "reason") == {"reached", "moved", "chose"}
    for client in gone:
        assert not client.assignments.open().exists()
        assert not ContactLog.objects.filter(client=client, occurred_at__gt=client.closed_at).exists()
        assert not Event.objects.filter(client_id=client.pk, at__gt=client.closed_at, verb="read").exists()
    today = now().astimezone(ZONE).date()
    assert Pause.objects.on(today).filter(kind="travel").exists()
    assert Pause.objects.filter(kind="hospital", ended_at__isnull=False).count() == 2


def _values(model, name):
    return set(model._base_manager.values_list(name, flat=True))


def _state(row):
    if row.taken_back_at:
        return "taken back"
    return "answered" if row.answered_at else "seen" if row.seen_at else "open"


def hours_and_modes_vary():
    local = [row.astimezone(ZONE) for row in ContactLog.objects.values_list("occurred_at", flat=True)]
    asked = [row.astimezone(ZONE) for row in ReachOut.objects.values_list("opened_at", flat=True)]
    assert len({at.hour for at in [*local, *asked]}) >= 20
    assert sum(at.hour >= 20 or at.hour < 8 for at in asked) >= 10
    assert _values(ContactLog, "mode") == set(ContactLog.Mode.values) - {"other"}
    assert {"connected", "did-not-connect", "left-message", "cancelled-by-client"} <= _values(ContactLog, "outcome")
    assert sum(at.weekday() >= 5 for at in local) < len(local) / 4
    assert len({(at.year, at.month) for at in local}) >= 12


def nothing_is_later_than_now():
    at = now()
    assert not Event.objects.filter(at__gt=at).exists()
    assert not ContactLog.objects.filter(occurred_at__gt=F("signed_at")).exists()
    assert not ContactLog.objects.filter(changed_at__gt=at).exists()
    assert not ReachOut.objects.filter(opened_at__gt=at).exists()
    assert not Delivery.objects.filter(state="pending", due_at__lt=at - timedelta(days=1)).exists()


def every_word_opens():
    for model in apps.get_models():
        names = [column.removesuffix("_sealed") for column in words_of(model)]
        for row in model._base_manager.all() if names else ():
            assert all(isinstance(getattr(row, name), str) for name in names)
    words = [row.in_my_words for row in Goal.objects.filter(client__user__language="es")]
    assert any("ventana con plantas" in text for text in words)


def what_was_done_is_audited():
    """Each row that an action makes has its event, by whoever made it, at the time it was made."""
    for model, verbs in (
        (ContactLog, ("contact.logged", "contact.corrected")),
        (Goal, ("goal.added", "goal.told")),
        (ReachOut, ("reach_out.opened",)),
        (ClientWord, ("words.added",)),
        (Suggestion, ("idea.offered",)),
        (Victory, ("victory.written", "victory.told")),
        (Cheer, ("cheer.given",)),
        (Opening, ("words.opened",)),
    ):
        events = Event.objects.filter(verb__in=verbs).values_list("subject_id", flat=True)
        assert sorted(events) == sorted(model._base_manager.values_list("pk", flat=True))
    signed = ContactLog.objects.filter(signed_at__isnull=False)
    at = dict(Event.objects.filter(verb="contact.signed").values_list("subject_id", "at"))
    for pk, when in signed.exclude(client__user__first_name="Alex").values_list("pk", "signed_at"):
        assert abs(at[pk] - when) < timedelta(seconds=5)


def staff_knew_only_whom_they_walked_with():
    """Nobody wrote about, or read a page of, someone who was not theirs on that day."""
    spans = defaultdict(list)
    for held in Assignment.objects.all():
        spans[held.client_id, held.specialist_id].append((held.starts_at, held.ends_at or now()))
    for event in Event.objects.filter(verb="read", hat="specialist"):
        assert any(begins <= event.at <= ends for begins, ends in spans[event.client_id, event.actor_id])
    for log in ContactLog.objects.facts():
        assert any(begins <= log.occurred_at <= ends for begins, ends in spans[log.client_id, log.author_id])


def pages_open():
    """For a sample of clients: their own pages, those of their specialist, of the supervisor and of a manager."""
    for name in ("Ruth", "Rosario", "Luther"):
        client = Client.objects.select_related("user").get(user__first_name=name)
        pages = _pages_of(client)
        specialist = client.assignments.open().get(kind="primary").specialist
        supervisor = Supervision.objects.open().filter(specialist=specialist).earliest("starts_at").supervisor
        manager = Role.objects.open().filter(program=client.program, kind="manager").earliest("starts_at").user
        _opens(specialist, [f"/clients/{client.pk}/", *pages], Role.Kind.SPECIALIST)
        _opens(supervisor, [f"/clients/{client.pk}/"])
        _opens(manager, ["/"])
        if client.user.can_sign_in:
            own = Goal.objects.filter(client=client).values_list("pk", flat=True)
            shown = _opens(client.user, [*pages, f"/clients/{client.pk}/privacy/", *_at("goals", own)])
            assert f'lang="{client.user.language}"' in shown


def _pages_of(client):
    logs = ContactLog.objects.filter(client=client, signed_at__isnull=False).order_by("-occurred_at")
    rows = ReachOut.objects.filter(client=client).values_list("pk", flat=True)
    shared = Goal.objects.filter(client=client, visibility="support").values_list("pk", flat=True)
    folders = [
        "/",
        f"/clients/{client.pk}/goals/",
        f"/clients/{client.pk}/victories/",
        f"/clients/{client.pk}/check-ins/",
    ]
    return (
        folders
        + _at("contacts", logs.values_list("pk", flat=True)[:5])
        + _at("reach-outs", rows)
        + _at("goals", shared)
    )


def _at(folder, pks):
    return [f"/{folder}/{pk}/" for pk in pks]


def _opens(user, pages, kind=None):
    browser = Browser()
    browser.force_login(user, backend="accounts.backends.PersonBackend")
    if kind is not None:
        session = browser.session
        session["hat"] = str(Role.objects.get(user=user, kind=kind).pk)
        session.save()
    for page in pages:
        answer = browser.get(page)
        assert answer.status_code == 200, (user, page, answer.status_code)
    return answer.content.decode()


# --- the same day, the same rows --------------------------------------------------------------------------------------
@pytest.mark.django_db
def test_the_same_day_makes_the_same_rows(cast):
    some = [person for person in everyone() if person.key in {"tyrell", "ana", "camila"}]
    first, second = (_made(cast, some) for _ in range(2))
    assert first == second
    assert len(first["peer_sessions.ContactLog"]) > 20


SECRET = {"password", "token_lookup", "op_fingerprint", "nonce"}  # made anew, or from what is


def _made(cast, some):
    """Every row but those of the cast, with its words; and then none of it."""
    before = {model: set(model._base_manager.values_list("pk", flat=True)) for model in apps.get_models()}
    with transaction.atomic():
        year.seed(cast, some)
        rows = {
            model._meta.label: [_told(row) for row in model._base_manager.exclude(pk__in=before[model]).order_by("pk")]
            for model in before
        }
        transaction.set_rollback(True)
    return rows


def _told(row):
    names = [field.attname for field in row._meta.concrete_fields]
    words = {name.removesuffix("_sealed") for name in words_of(type(row))}
    plain = {name: getattr(row, name) for name in names if not name.endswith("_sealed")}
    return {name: value for name, value in plain.items() if name not in SECRET} | {
        name: getattr(row, name) for name in words - SECRET
    }


# --- the one door past the actions ------------------------------------------------------------------------------------
OF_THE_ROW = {"id", "op_id", "op_fingerprint", "created_at", "changed_at", "signed_at"}


@pytest.mark.django_db
def test_a_time_nobody_wrote_about_is_the_row_that_the_actions_make(cast):
    days, alex, maya = Days.until_today("America/Los_Angeles"), cast.clients["alex"], cast.actor("maya")
    time = Time(how="text client 10 14:05", did="Batteries and old keys.", about="check-in")
    dice = Random(1)
    row = between.as_signed(alex, between.Small(days.ago(3), time), maya, days, dice)
    ContactLog.objects.bulk_create([row])
    said = {
        "happened_on": days.ago(3),
        "mode": "text",
        "who_reached_out": "client",
        "minutes_direct": 10,
        "minutes_documentation": row.minutes_documentation,
        "started": clock("14:05"),
        "ended": clock("14:15"),
        "time_zone": maya.user.time_zone,
        "service": "check-in",
        "what_we_did": "Batteries and old keys.",
    }
    log = actions.start_log(alex, Contact(**said), op_id=new_id(), by=maya)
    actions.sign_log(log, version=1, by=maya)
    acted, door = (_facts(ContactLog.objects.get(pk=pk)) for pk in (log.pk, row.pk))
    assert door == acted
    assert [_event(event) for event in between.events(row, maya)] == [
        _event(event) for event in Event.objects.filter(subject_id=log.pk).order_by("at")
    ]


def _facts(log):
    plain = {field.attname: getattr(log, field.attname) for field in log._meta.concrete_fields}
    return {name: value for name, value in plain.items() if name not in OF_THE_ROW and "_sealed" not in name} | {
        name: getattr(log, name) for name in actions.WORDS
    }


def _event(event):
    return {name: getattr(event, name) for name in ("verb", "hat", "actor_id", "client_id", "subject_type", "page")}


# --- days -------------------------------------------------------------------------------------------------------------
def test_working_days_and_days_of_the_calendar():
    for offset in range(14):
        days = Days(now().date() - timedelta(days=offset), ZONE)
        for ago in range(1, 60):
            day = days.ago(ago, working=True)
            assert day.weekday() < 5
            assert abs((days.today - timedelta(days=ago) - day).days) <= 2
            assert day < days.today
        assert timedelta(0) < days.today - days.latest("12-24") <= timedelta(days=366)
        assert days.latest("12-24").strftime("%m-%d") == "12-24"


def test_every_text_is_there_once_and_in_one_piece():
    """What people said is written for them alone; a key that the reader does not know raises before this."""
    said = Counter(text for person in everyone() for text in _texts(person) if len(text) > 12)
    assert not [text for text, times in said.items() if times > 1]
    assert all(person.walks_with in told.staff().specialists or person.walks_with in CAST for person in everyone())


CAST = {"maya", "sam", "noor", "rio"}


def _texts(person):
    yield from person.small
    for time in person.times:
        yield from (time.mattered, time.did, time.went, time.next, time.said)
    for goal in person.goals:
        yield from (goal.words, goal.why)
    for victory in person.victories:
        yield from (victory.text, victory.cheer)


# --- the command ------------------------------------------------------------------------------------------------------
@pytest.mark.django_db
def test_the_command_loads_the_year_unless_only_the_cast_is_wanted(settings, capsys):
    settings.DEMO_CAST_ONLY = True
    call_command("seed_demo")
    assert Program.objects.count() == 1
    with pytest.raises(CommandError, match="people here already"):
        call_command("seed_demo")
    call_command("seed_demo", "--if-empty")
    call_command("seed_demo", "--print-sign-ins")
    assert "others" not in capsys.readouterr().out
    assert User.objects.aggregate(first=Min("created_at"))["first"] <= now()
