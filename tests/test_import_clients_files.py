"""What kinds of file there are: encodings, delimiters, headings, and what is no CSV file at all."""

import random
from collections.abc import Callable
from pathlib import Path

import pytest

from accounts.models import User
from home.importing import headings, source
from home.importing.problems import letters
from tests.fixtures_import import Answer, answer, written

Import = Callable[..., Answer]
PEOPLE = "nombre;apellidos;correo\nJosé;Muñoz Peña;j@example.net\nZoë;O’Hara “Z”;\n"


def names() -> list[tuple[str, str]]:
    return list(User.objects.order_by("-pk").values_list("first_name", "last_name")[:2])


# --- encodings --------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
@pytest.mark.parametrize("delimiter", [";", ",", "\t"])
def test_the_same_people(start_import: Import, encoding: str, line_end: str, delimiter: str) -> None:
    text = PEOPLE.replace(";", delimiter).replace("\n", line_end)
    assert start_import(text.encode(encoding)).code == 0
    assert names() == [("Zoë", "O’Hara “Z”"), ("José", "Muñoz Peña")]


def test_old_line_ends_in_utf_8(start_import: Import) -> None:
    assert start_import(PEOPLE.replace("\n", "\r")).code == 0
    assert names()[1] == ("José", "Muñoz Peña")


def test_a_character_across_two_chunks(monkeypatch: pytest.MonkeyPatch, start_import: Import) -> None:
    content = "nombre;apellidos\nJos€;Muñoz 😀\n"
    for size in range(1, 9):
        monkeypatch.setattr(source, "CHUNK", size)
        broken = content.encode() + b"\xe9a;b\n"
        last = start_import(broken)
        assert (last.code, last.error[:16]) == (2, "Row 3, column A:"), size


@pytest.mark.parametrize(
    ("content", "place"),
    [
        (b"nombre,notas,correo\nJos\xc3\xa9,,\nEva,\xf1,\n", "Row 3, column B"),  # UTF-8 first
        (b"nombre,notas,correo\n\nEva,\xf1,\nJos\xc3\xa9,,\n", "Row 4, column A"),  # Windows-1252 first
        (b'\xef\xbb\xbfnombre,notas,correo\n"E\nva",,\nLeo,x,\xe9\n', "Row 3, column C"),
        (b"nombre,notas\nEva,\x81\n", "Row 2, column B"),  # in neither
        (b"nombre,n\x8dtas\nEva,x\n", "Row 1, column B"),
        (b"nombre,notas\nEva,x\xc3", None),  # a single Ã in Windows-1252
    ],
)
def test_mixed_and_unreadable_letters(start_import: Import, content: bytes, place: str | None) -> None:
    last = start_import(content)
    assert (last.code, last.error[: last.error.find(":")]) == ((2, place) if place else (0, ""))


# --- what is no CSV file ----------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "empty"),
        (b"\n\r\n  \n", "first name"),
        (b"nombre,correo\n", "nobody in this file"),
        (b"nombre,correo\n\n , \n;\n", None),
        (b"PK\x03\x04\x14\x00\x06\x00", "spreadsheet"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(500), "spreadsheet"),
        (PEOPLE.encode("utf-16"), "UTF-16"),
        (PEOPLE.encode("utf-16-be"), "UTF-16"),
        (PEOPLE.encode("utf-32"), "UTF-16"),
        (b"%PDF-1.7\n", "not a file of text"),
        (b"\x89PNG\r\n\x1a\n" + bytes(range(256)), "not a file of text"),
        (random.Random(1).randbytes(3000), "not a file of text"),
        (b"  <html><table><tr><td>nombre", "web page"),
        (b"\xef\xbb\xbf<?xml version='1.0'?>", "web page"),
        ("nombre,correo\rJosé,\r".encode("mac-roman"), "Macintosh"),
        (b"Ana,Paz,a@example.net\nEva,Sol,\n", "first name"),  # no headings
        (b"nombre,tel,cell\nAna,,\n", "B and C"),
        (b"nombre" + b"," * 1_000_000 + b"\nAna\n", "too long"),
        (b"nombre" + b",x" * 100 + b"\nAna\n", "100 columns"),
        (b"nombre\n" + b"x" * 1_000_000 + b"\n", "too long"),
        (b"nombre,notas\nAna," + b"x" * 140_000 + b"\n", "too long"),
        (b'nombre\n"' + b"x\n" * 500_000, "nothing closes it"),
        (b'nombre,notas\n"Ana",' + b'"x\n",' * 300_000, "too long"),
        (b'nombre,notas\nAna,"x\nEva,y\n', "nothing closes it"),
        (b'nombre,notas\nAna,"x"y\n', "after its closing"),
        (b"nombre\n" + b"\n" * 100_000 + b"Ana\n", "100,000 rows"),
    ],
)
def test_unusable(start_import: Import, content: bytes, says: str | None) -> None:
    before = written()
    last = start_import(content, "--skip-bad")
    assert last.code == (2 if says else 1), last.everything
    assert (says or "") in last.error
    assert written() == before


@pytest.mark.parametrize(
    ("broken", "place"),
    [
        ('"Eva,Sol,,\nLeo,,,\n', "Row 3, column A"),
        ('Eva,"Sol,,\nLeo,,,\n', "Row 3, column B"),
        ('Eva,"Sol" Luz,,\n', "Row 3, column B"),
        ('Eva,Sol,"He said "yes"",\n', "Row 3, column C"),
        ('Eva,"a ""b""\nc", "d\n', "Row 3, column C"),
    ],
)
def test_quotation_marks_that_go_wrong(start_import: Import, broken: str, place: str) -> None:
    """Rows swallowed by an open quotation mark must not vanish in a column that nobody reads."""
    before = written()
    last = start_import("nombre,apellido,notas,tel\nAna,Paz,,\n" + broken, "--skip-bad")
    assert (last.code, last.error[: last.error.find(":")], written()) == (2, place, before)


def test_quotation_marks_that_are_right(start_import: Import) -> None:
    content = 'nombre, apellido ,notas\n"Ana", "Paz ""la Flaca""",two\n"Eva",Sol 5"6,"one\n\ntwo"\n"","","nothing"\n'
    last = start_import(content, "--skip-bad")
    assert (last.code, last.rows) == (0, {4})  # a cell of several lines is one row of the spreadsheet
    assert names() == [("Eva", 'Sol 5"6'), ("Ana", 'Paz "la Flaca"')]


@pytest.mark.parametrize("path", ["/", "/dev/null", "/nowhere/people.csv"])
def test_what_is_no_file(cast: None, path: str) -> None:
    assert answer(Path(path)).code == 2


def test_a_file_that_changes_while_it_is_read(cast: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "people.csv"
    file.write_text("nombre\nAna\n")
    monkeypatch.setattr(
        "home.importing.table._fields", lambda *_: file.write_bytes(b"nombre\n\xe9\n") and {"first name": 0}
    )
    last = answer(file)
    assert (last.code, "changed" in last.error) == (2, True)


# --- headings ---------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("heading", "field"),
    [
        ("First Name", headings.FIRST_NAME),
        ("FIRST_NAME *", headings.FIRST_NAME),
        ("Nombre(s)", headings.FIRST_NAME),
        (" apellidos: ", headings.LAST_NAME),
        ("E-Mail", headings.EMAIL),
        ("Correo electronico", headings.EMAIL),
        ("CORREO ELECTRÓNICO", headings.EMAIL),
        ("Telefono", headings.PHONE),
        ("Cell phone", headings.PHONE),
        ("Idioma", headings.LANGUAGE),
        ("Zona horaria", headings.TIME_ZONE),
        ("time-zone", headings.TIME_ZONE),
        ("Specialist e-mail", headings.SPECIALIST),
        ("Fecha de inicio", headings.STARTED),
        ("DOB", headings.BORN),
        ("Fecha de nacimiento", headings.BORN),
        ("External ID", headings.NUMBER),
        ("Name", headings.WHOLE_NAME),
        ("Nombre y apellidos", headings.WHOLE_NAME),
        ("No.", None),
        ("Fecha de alta", None),
        ("Notes", None),
        ("", None),
    ],
)
def test_headings(heading: str, field: str | None) -> None:
    assert headings.meaning(heading) == field


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("name;tel\nAna Paz;\n", ("Ana", "Paz")),
        ("name;tel\n García  López ,  Ana María;\n", ("Ana María", "García López")),
        ("name;tel\nAna;\n", ("Ana", "")),
        ("nombre completo;tel\nAna María Paz;\n", None),
        ("name;tel\nPaz,;\n", None),
        ("name;tel\n=Paz;\n", None),
        ("name;last name\nAna María;Paz\n", ("Ana María", "Paz")),
        ("name;first name\nX Y Z;Ana\n", ("Ana", "")),
    ],
)
def test_whole_names(start_import: Import, content: str, expected: tuple[str, str] | None) -> None:
    last = start_import(content)
    if expected:
        assert (last.code, names()[0]) == (0, expected)
    else:
        assert [(row, column) for row, column, _sentence in last.refused] == [(2, "A")]


def test_columns_nobody_reads_are_named(start_import: Import) -> None:
    last = start_import("nombre,Notas,Zip,a@example.net,,555 0199,N\x1bo,\nAna,,,,,,,\n")
    assert last.code == 0
    assert last.lines[0] == ("These columns are not read: B (“Notas”), C (“Zip”), D, F, G.")


def test_the_first_rows_may_be_empty(start_import: Import) -> None:
    last = start_import(",,\n\nnombre,apellido,\nAna,1,\n")
    assert (last.code, last.rows) == (1, {4})


def test_the_line_that_names_the_delimiter_is_no_row(start_import: Import) -> None:
    last = start_import("\ufeffsep=;\r\nnombre;apellido\r\nAna;1\r\n")
    assert (last.code, last.rows) == (1, {2})
    last = start_import(b"sep=;\xa0\r\nnombre;\xc3\xa9\r\nAna;\r\n")
    assert last.error.startswith("Row 2, column A:")  # not that line: the first row names nothing
    last = start_import(b"\xef\xbb\xbfsep=;\r\nnombre;apellido\r\nAna;\xe9\r\n")
    assert last.error.startswith("Row 2, column B:")


@pytest.mark.parametrize(("column", "name"), [(0, "A"), (25, "Z"), (26, "AA"), (701, "ZZ"), (702, "AAA")])
def test_letters(column: int, name: str) -> None:
    assert letters(column) == name
