"""What a row of a program's spreadsheet becomes, and what is said about a row that becomes nothing."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.core.management import CommandError, call_command
from django.test import Client as Browser
from django.utils import translation

from accounts.models import Program, Role, User
from audit.models import Event
from clients.models import Assignment, Client, ImportedAs
from home.demo.cast import Cast
from home.importing.problems import Unusable
from home.management.commands import import_clients
from notifications.models import ContactPoint
from tests.fixtures_import import BAD, Answer, written

Import = Callable[..., Answer]
HEAD = "id,first name,last name,e-mail,phone,language,time zone,specialist,start date,birth date\n"
COLUMNS = dict(zip(HEAD.strip().split(","), "ABCDEFGHIJ", strict=True))
GOOD = {"first name": "Ana"}


def row(**cells: str) -> str:
    """`row(last_name="Paz")`: one line of the file; only the first name is always there."""
    said = GOOD | {name.replace("_", " "): cell for name, cell in cells.items()}
    return ",".join('"' + said.get(name, "").replace('"', '""') + '"' for name in COLUMNS) + "\n"


def the_new_one() -> Client:
    return Client.objects.select_related("user").latest("pk")


def test_what_a_row_becomes(cast: Cast, start_import: Import) -> None:
    before = {model: set(model._default_manager.values_list("pk", flat=True)) for model in (Client, Event)}
    answer = start_import(
        HEAD
        + "P-7,Ana María,Paz,Ana@Example.net,(213) 555-0142,Español,Mountain,maya@example.org,2025-02-03,1990-01-31\n"
    )
    assert (answer.code, answer.lines) == (
        0,
        ["1 person was imported. Nobody can sign in or is written to before they are invited."],
    )
    client = Client.objects.exclude(pk__in=before[Client]).get()
    user = client.user
    assert (user.first_name, user.last_name, user.language) == ("Ana María", "Paz", "es")
    assert user.time_zone == "America/Denver"
    assert client.program == cast.program
    assert client.opened_at == datetime(2025, 2, 3, 8, tzinfo=UTC)  # midnight where the program is
    role = Role.objects.get(user=user)
    assert (role.kind, role.program, role.starts_at, role.ends_at) == ("client", cast.program, client.opened_at, None)
    assignment = Assignment.objects.get(client=client)
    assert (assignment.specialist, assignment.kind, assignment.ends_at) == (cast.maya, "primary", None)
    assert assignment.starts_at > client.opened_at
    events = Event.objects.exclude(pk__in=before[Event])
    assert sorted(events.values_list("verb", flat=True)) == sorted(
        f"{noun}.{verb}"
        for noun, verb in (
            *(("person", "created"), ("role", "given"), ("client", "opened"), ("client", "imported")),
            *(("assignment", "started"), ("contact_point", "added"), ("contact_point", "added")),
        )
    )
    assert set(events.values_list("hat", "actor_id")) == {("system", None)}


def test_nobody_can_sign_in_or_is_written_to(start_import: Import) -> None:
    start_import(HEAD + row(**{"e-mail": "ana@example.net", "phone": "213 555 0142"}))
    user = the_new_one().user
    assert (user.email, user.can_sign_in, user.has_usable_password()) == (None, False, False)
    points = ContactPoint.objects.filter(owner=user).order_by("kind")
    assert [(point.kind, point.value) for point in points] == [
        ("email", "ana@example.net"),
        ("phone", "+1 213-555-0142"),
    ]
    for point in points:
        assert point.verified_at is None
        assert not any([point.may_email, point.may_call, point.may_text, point.may_voicemail])


def test_what_is_kept_to_know_them_again_says_nothing(start_import: Import) -> None:
    start_import(HEAD + row(id="P-7", last_name="Paz", **{"e-mail": "ana@example.net"}))
    kept = ImportedAs.objects.filter(client=the_new_one())
    assert {as_.by for as_ in kept} == {"number", "email", "name"}
    assert all(len(as_.digest) == 64 and int(as_.digest, 16) for as_ in kept)


def test_the_pages_know_them(cast: Cast, sign_in: Callable[..., Browser], start_import: Import) -> None:
    start_import(HEAD + row(first_name="Zenobia", specialist="maya@example.org") + row(first_name="Quirin"))
    client = Client.objects.get(user__first_name="Zenobia")
    for name, sees in (("maya", True), ("dana", True), ("sam", False), ("priya", False), ("alex", False)):
        assert (sign_in(name).get(f"/clients/{client.pk}/").status_code == 200) is sees, name
    page = sign_in("omar").get("/clients/").content.decode()
    assert "Zenobia" in page
    assert "Quirin" in page


# --- cells ------------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("column", "cell", "expected"),
    [
        ("first name", " \ufeff Ana \t  Luz\u00a0", "Ana Luz"),
        ("first name", "Jose\u0301", "José"),
        ("first name", "عائشة", "عائشة"),
        ("first name", "می\u200cنا", "می\u200cنا"),
        ("first name", "O'Neil-Śmith (Bob), Jr.", "O'Neil-Śmith (Bob), Jr."),
        ("first name", "X" * 80, "X" * 80),
        ("last name", "", ""),
        ("language", "", "en"),
        ("language", "ESPAÑOL", "es"),
        ("language", "English (US)", "en"),
        ("language", "es-MX", "es"),
        ("time zone", "", "America/Los_Angeles"),
        ("time zone", "america/new york", "America/New_York"),
        ("time zone", "EST", "America/New_York"),
        ("time zone", "Pacífico", "America/Los_Angeles"),
        ("phone", "2135550142", "+1 213-555-0142"),
        ("phone", "1 (213) 555.0142", "+1 213-555-0142"),
        ("phone", "+1 213-555-0142", "+1 213-555-0142"),
        ("phone", "+52 55 1234 5678", "+525512345678"),
        ("phone", "2135550142.0", "+1 213-555-0142"),
        ("e-mail", " Ana.B+C@Example.NET ", "ana.b+c@example.net"),
        ("start date", "2026-01-31", "2026-01-31"),
        ("start date", "2026/1/31", "2026-01-31"),
        ("start date", "2026-01-31 00:00:00", "2026-01-31"),
        ("birth date", "1930-02-28", None),
        ("birth date", "", None),
    ],
)
def test_a_good_cell(start_import: Import, column: str, cell: str, expected: str | None) -> None:
    answer = start_import(HEAD + row(**{column: cell}))
    assert answer.code == 0, answer.everything
    client = the_new_one()
    point = ContactPoint.objects.filter(owner=client.user).first()
    became = {
        "first name": client.user.first_name,
        "last name": client.user.last_name,
        "language": client.user.language,
        "time zone": client.user.time_zone,
        "phone": point and point.value,
        "e-mail": point and point.value,
        "start date": f"{client.opened_at.astimezone():%Y-%m-%d}",
    }
    assert became.get(column) == expected


@pytest.mark.parametrize(("column", "cell"), BAD)
def test_a_bad_cell_is_refused_and_not_repeated(start_import: Import, column: str, cell: str) -> None:
    before = written()
    answer = start_import(HEAD + row(first_name="Good") + "\n" + row(**{"last name": "Paz", column: cell}))
    assert answer.code == 1
    assert [(at, letter) for at, letter, _sentence in answer.refused] == [(4, COLUMNS[column])]
    assert cell.strip(" \u200b\ufeff") in ("", "-", ".", "0", "1", "e", "+", "(") or cell not in answer.everything
    assert written() == before


def test_every_bad_cell_of_a_row_is_named(start_import: Import) -> None:
    answer = start_import(HEAD + row(phone="no", language="no", start_date="no"))
    assert [(at, letter) for at, letter, _sentence in answer.refused] == [(2, "E"), (2, "F"), (2, "I")]
    answer = start_import(HEAD + row(first_name="", id="=1", phone="no"))  # who it is comes first
    assert [letter for _at, letter, _sentence in answer.refused] == ["A", "B"]


@pytest.mark.parametrize(
    ("form", "cell", "opened"),
    [
        ("DMY", "3/4/2026", "2026-04-03"),
        ("dmy", "03.04.2026", "2026-04-03"),
        ("MDY", "3-4-2026", "2026-03-04"),
        ("MDY", "2026-04-03", "2026-04-03"),
        ("DMY", "12/31/2025", None),
        ("MDY", "31/12/2025", None),
        ("MDY", "3/4.2026", None),
        ("MDY", "3/4/26", None),
    ],
)
def test_the_form_of_dates_is_named_never_guessed(
    start_import: Import, form: str, cell: str, opened: str | None
) -> None:
    answer = start_import(HEAD + row(start_date=cell), "--date-form", form)
    assert answer.code == (0 if opened else 1)
    if opened:
        assert f"{the_new_one().opened_at.astimezone():%Y-%m-%d}" == opened


@pytest.mark.parametrize(
    ("today", "born", "code"),
    [
        ("2026-06-15", "2008-06-15", 0),
        ("2026-06-15", "2008-06-16", 1),
        ("2026-02-28", "2008-02-29", 1),
        ("2026-03-01", "2008-02-29", 0),
    ],
)
def test_adults_only_on_the_day_in_the_programs_zone(
    start_import: Import, clock: Any, today: str, born: str, code: int
) -> None:
    evening = datetime.fromisoformat(f"{today}T23:30:00").replace(tzinfo=ZoneInfo("America/Los_Angeles"))
    clock.set(evening)  # already tomorrow in UTC
    answer = start_import(HEAD + row(birth_date=born))
    assert answer.code == code
    assert all("18" in sentence for _row, _column, sentence in answer.refused)


def test_a_start_before_the_birth_is_refused(start_import: Import) -> None:
    answer = start_import(HEAD + row(start_date="1980-01-01", birth_date="1980-01-02"))
    assert [letter for _at, letter, _sentence in answer.refused] == ["I"]


# --- the shape of a row -----------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("lines", "place"),
    [
        ("Ana,Paz", (2, "C")),
        ("Ana", (2, "B")),
        ("Ana,Paz,a@b.org,x", (2, "D")),
        ("Ana,Paz,a@b.org,,,,x,y", (2, "G")),
        ("Ana,Paz,a@b.org,,,,", None),
    ],
)
def test_too_few_and_too_many_cells(start_import: Import, lines: str, place: tuple[int, str] | None) -> None:
    answer = start_import(f"nombre,apellido,correo\n{lines}\n")
    assert [(at, letter) for at, letter, _sentence in answer.refused] == ([place] if place else [])


def test_text_under_no_heading_is_never_passed_over(start_import: Import) -> None:
    answer = start_import("nombre,,correo\nAna,,a@b.org\nEva,x,e@b.org\n")
    assert [(at, letter) for at, letter, _sentence in answer.refused] == [(3, "B")]


# --- how it is started ------------------------------------------------------------------------------------------------
MIXED = HEAD + row(first_name="Ana") + row(first_name="Eva", phone="no") + row(first_name="Leo")


def test_all_or_nothing(start_import: Import) -> None:
    before = written()
    answer = start_import(MIXED)
    assert (answer.code, answer.rows, written()) == (1, {3}, before)
    assert answer.lines[1:] == ["2 people could be imported.", "1 row was refused."]
    assert "--skip-bad" in answer.error


def test_skip_bad_imports_the_others(start_import: Import) -> None:
    answer = start_import(MIXED, "--skip-bad")
    assert (answer.code, answer.rows) == (0, {3})
    assert set(User.objects.order_by("-pk").values_list("first_name", flat=True)[:2]) == {"Ana", "Leo"}
    assert not User.objects.filter(first_name="Eva").exists()


def test_skip_bad_with_nobody_left(start_import: Import) -> None:
    answer = start_import(HEAD + row(phone="no"), "--skip-bad")
    assert (answer.code, answer.rows) == (1, {2})
    assert "--skip-bad" not in answer.error


@pytest.mark.parametrize("options", [(), ("--skip-bad",)])
def test_a_dry_run_says_the_same_and_writes_nothing(start_import: Import, options: tuple[str, ...]) -> None:
    before = written()
    trial = start_import(MIXED, "--dry-run", *options)
    assert written() == before
    real = start_import(MIXED, *options)
    assert (trial.code, trial.refused) == (real.code, real.refused)
    assert "This was a trial: nothing was written." in trial.lines
    assert "2 people could be imported." in trial.lines


def test_which_program(cast: Cast, start_import: Import) -> None:
    other = Program.objects.create(name="Ribera, jóvenes")
    assert start_import(HEAD + row()).code == 2
    assert start_import(HEAD + row(), "--program", "Nowhere").code == 2
    assert start_import(HEAD + row(), "--program", " ribera, JOVENES").code == 0
    assert the_new_one().program == other
    assert start_import(HEAD + row(first_name="Eva", specialist="maya@example.org"), "--program", other.name).code == 1
    Program.objects.create(name="Ribera, jovenes")
    assert start_import(HEAD + row(), "--program", other.name).code == 2


def test_without_a_program(db: None, tmp_path: Any) -> None:
    (tmp_path / "people.csv").write_text(HEAD + row())
    with pytest.raises(CommandError, match="no program here yet") as refusal:
        call_command("import_clients", str(tmp_path / "people.csv"))
    assert refusal.value.returncode == 2


@pytest.mark.parametrize(
    ("environment", "options", "expected"),
    [
        ({"LANG": "es_MX.UTF-8"}, (), "es"),
        ({"LANG": "es_MX.UTF-8", "LC_ALL": "en_US"}, (), "en"),
        ({"LANG": "C.UTF-8"}, (), "en"),
        ({}, (), "en"),
        ({"LANG": "fr_FR"}, (), "en"),
        ({"LANG": "en_US"}, ("--language", "es"), "es"),
    ],
)
def test_the_language(
    start_import: Import,
    monkeypatch: pytest.MonkeyPatch,
    environment: dict[str, str],
    options: tuple[str, ...],
    expected: str,
) -> None:
    def read(_file: object) -> None:
        raise Unusable(translation.get_language())

    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(import_clients, "read", read)
    assert start_import(HEAD, *options).error == expected
