"""An empty installation: the first manager, and a program with its rules, hours and lines."""

import io
from collections.abc import Callable
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import Client as Browser
from django.urls import reverse

from accounts.actions import create_program
from accounts.models import ContactHours, Line, Program, ProgramHours, Role, User
from audit.models import Event
from home.demo.cast import Cast
from tests.scene_people import LINE, PROGRAM

SignIn = Callable[..., Browser]
PASSWORD = "a-long-walk-by-the-river"


def create_manager(monkeypatch: pytest.MonkeyPatch, password: str = PASSWORD, **options: str) -> str:
    said = io.StringIO()
    monkeypatch.setattr("sys.stdin", io.StringIO(f"{password}\n"))
    about = {"email": "Ana@Example.org", "first_name": "Ana", **options}
    call_command("create_manager", stdout=said, **about)
    return said.getvalue()


@pytest.mark.django_db
def test_the_first_manager_gets_a_program_and_can_sign_in(monkeypatch: pytest.MonkeyPatch) -> None:
    said = create_manager(monkeypatch, time_zone="America/Denver", program="Harbor")
    assert "Ana" in said
    assert PASSWORD not in said
    program, ana = Program.objects.get(), User.objects.get()
    assert (program.name, program.time_zone, ana.email) == ("Harbor", "America/Denver", "ana@example.org")
    assert Role.objects.open().get().kind == Role.Kind.MANAGER
    assert [line.number for line in Line.objects.all()] == ["988"]
    assert not ProgramHours.objects.exists()  # nobody is promised anything before the manager says so
    browser = Browser()
    assert browser.post(reverse("account_login"), {"login": ana.email, "password": PASSWORD}).status_code == 302
    assert b"First steps" in browser.get("/").content
    assert {event.hat for event in Event.objects.filter(verb__in=["role.given", "program.created"])} == {"system"}


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"email": "nobody"}, "e-mail"),
        ({"password": "short"}, "too short"),
        ({"first_name": " "}, "first name"),
        ({"time_zone": "Denver"}, "time zone"),
    ],
)
def test_what_the_command_cannot_use_is_said_and_nothing_stays(
    wrong: dict[str, str], says: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(CommandError, match=says):
        create_manager(monkeypatch, **wrong)
    assert not User.objects.exists()
    assert not Program.objects.exists()


@pytest.mark.django_db
def test_someone_who_is_here_keeps_their_password(monkeypatch: pytest.MonkeyPatch) -> None:
    create_manager(monkeypatch)
    create_program("Uptown", by=None)
    with pytest.raises(CommandError, match="which one"):
        create_manager(monkeypatch)
    create_manager(monkeypatch, "another-password-entirely", program="uptown")
    assert User.objects.get().check_password(PASSWORD)
    with pytest.raises(CommandError, match="already"):
        create_manager(monkeypatch, program="Uptown")
    User.objects.update(is_active=False)
    with pytest.raises(CommandError, match="closed"):
        create_manager(monkeypatch, program="Uptown")


# --- the program ------------------------------------------------------------------------------------------------------
def page(cast: Cast) -> str:
    return reverse("program", args=[cast.program.pk])


def test_rules_and_hours_are_saved(cast: Cast, sign_in: SignIn) -> None:
    more = {"name": "Harbor", "noun": "member", "promise": "45", "passed_on_es": "Si hay peligro."}
    answer = sign_in("omar").post(page(cast), {**PROGRAM, **more, "version": 1})
    assert answer.status_code == 302
    program = Program.objects.get()
    assert (program.name, program.noun, program.reply_promise_minutes, program.version) == ("Harbor", "member", 45, 2)
    assert program.passed_on == {"es": "Si hay peligro."}
    assert [(span.weekday, span.opens.hour) for span in program.hours.all()] == [(0, 9), (1, 9)]
    assert Event.objects.filter(verb="program.changed", actor_id=cast.omar.pk, hat="manager").count() == 1


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", " "),
        ("name", "x" * 121),
        ("noun", "case"),
        ("time_zone", "Mars/Base"),
        ("days", []),
        ("days", ["9"]),
        ("opens", "25:00"),
        ("closes", "08:59"),
        ("promise", "soon"),
        ("promise", "-1"),
        ("note_mode", "secret"),
        ("passed_on_en", "x" * 3001),
        ("name", "a\x00b"),
    ],
)
def test_bad_input_is_said_kept_and_not_saved(field: str, value: Any, cast: Cast, sign_in: SignIn) -> None:
    answer = sign_in("omar").post(page(cast), {**PROGRAM, "promise": "61", "version": 1, field: value})
    assert answer.status_code == 422
    assert field in answer.context["form"].errors
    if field != "promise":
        assert b'value="61"' in answer.content
    assert Program.objects.get().version == 1


def test_two_managers_never_overwrite_each_other_unnoticed(cast: Cast, sign_in: SignIn) -> None:
    browser = sign_in("omar")
    browser.post(page(cast), {**PROGRAM, "name": "First", "version": 1})
    answer = browser.post(page(cast), {**PROGRAM, "name": "Second", "version": 1})
    assert answer.status_code == 409
    assert b'value="Second"' in answer.content
    assert Program.objects.get().name == "First"
    again = browser.post(
        page(cast), {**PROGRAM, "name": "Second", "version": answer.context["form"]["version"].value()}
    )
    assert again.status_code == 302
    assert Program.objects.get().name == "Second"


def test_another_program_is_under_another_hat(cast: Cast, sign_in: SignIn) -> None:
    browser = sign_in("omar")
    assert browser.post(reverse("programs"), {"name": "Uptown"}).status_code == 302
    uptown = Program.objects.get(name="Uptown")
    assert Role.objects.open().get(program=uptown).user == cast.omar
    assert browser.get(reverse("program", args=[uptown.pk])).status_code == 404
    browser.post(reverse("wear"), {"role": str(Role.objects.get(program=uptown).pk)})
    assert browser.get(reverse("program", args=[uptown.pk])).status_code == 200
    assert browser.get(page(cast)).status_code == 404


# --- its lines --------------------------------------------------------------------------------------------------------
def test_lines_are_added_changed_and_taken_out(cast: Cast, sign_in: SignIn) -> None:
    browser, lines = sign_in("omar"), reverse("lines", args=[cast.program.pk])
    night = {"opens": "17:00", "closes": "02:00", "name_en": "Warm voices", "takes_texts": "on"}
    assert browser.post(lines, {**LINE, **night, "version": 1}).status_code == 302
    line = Line.objects.get(number=LINE["number"])
    assert (line.named(), line.position, line.takes_texts) == ("Warm voices", 2, True)
    one = reverse("line", args=[cast.program.pk, line.pk])
    assert browser.post(one, {**LINE, "number": "+1 (555) 0101", "version": 1}).status_code == 409
    assert browser.post(one, {**LINE, "number": "+1 (555) 0101", "version": 2}).status_code == 302
    line.refresh_from_db()
    assert (line.number, line.opens) == ("+1 (555) 0101", None)
    assert browser.post(one, {"remove": "yes", "version": 3}).status_code == 302
    assert not Line.objects.filter(pk=line.pk).exists()
    assert browser.get(one).status_code == 404
    verbs = set(Event.objects.filter(actor_id=cast.omar.pk).values_list("verb", flat=True))
    assert {"line.added", "line.changed", "line.removed"} <= verbs


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("number", "call me"),
        ("number", ""),
        ("name_en", ""),
        ("name_es", " "),
        ("says_en", ""),
        ("says_es", "x" * 301),
        ("closes", "09:00"),
        ("opens", "late"),
    ],
)
def test_a_line_that_would_help_nobody_is_refused(field: str, value: str, cast: Cast, sign_in: SignIn) -> None:
    lines = reverse("lines", args=[cast.program.pk])
    answer = sign_in("omar").post(lines, {**LINE, "version": 1, field: value})
    assert answer.status_code == 422
    assert field in answer.context["form"].errors
    assert Line.objects.count() == 2


def test_first_steps_follow_the_rows(cast: Cast, sign_in: SignIn) -> None:
    browser = sign_in("omar")
    assert all(step.done for step in browser.get(reverse("setup")).context["steps"])
    assert b"First steps" not in browser.get("/").content
    ProgramHours.objects.all().delete()
    steps = browser.get(reverse("setup")).context["steps"]
    assert [step.done for step in steps] == [False, True, True, True, True]
    assert b"First steps" in browser.get("/").content


def test_a_specialist_says_when_they_read(cast: Cast, sign_in: SignIn) -> None:
    maya, page = sign_in("maya"), reverse("my-hours")
    assert maya.post(page, {"days": ["5", "6"], "opens": "10:00", "closes": "10:00"}).status_code == 422
    assert maya.post(page, {"days": ["5", "6"], "opens": "10:00", "closes": "14:00"}).status_code == 302
    assert [(span.weekday, span.opens.hour) for span in ContactHours.objects.filter(specialist=cast.maya)] == [
        (5, 10),
        (6, 10),
    ]
    assert "Saturday and Sunday, 10 AM to 2 PM" in sign_in("alex").get("/").content.decode()
