"""1,000 files nobody would want: none is imported in part, each refusal names row and column, and twice is once.

IMPORT_EXAMPLES=50000 looks for longer.
"""

import os
import tracemalloc
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from accounts.models import User
from clients.models import Client
from home.importing.headings import NAMES
from home.importing.problems import letters
from tests.fixtures_import import BAD, Answer, written

Import = Callable[..., Answer]
EXAMPLES = int(os.environ.get("IMPORT_EXAMPLES", "1000"))
# What is written is looked at in the other files of the import.
pytestmark = [pytest.mark.slow, pytest.mark.one_engine]
KNOWN = EXAMPLES * 3 // 10  # whose answer is known; each is imported three times
HOSTILE = settings(
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large],
)


@contextmanager
def undone() -> Iterator[None]:
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


# --- tables whose answer is known -------------------------------------------------------------------------------------
COLUMNS = ["id", "last name", "e-mail", "phone", "language", "time zone", "specialist", "start date", "birth date"]
GOOD = {
    "last name": ["", "Paz", "Muñoz Peña", "O'Neil-Smith", "Ngũgĩ", "阮", "Übel (Kai)", "van der Berg, Jr."],
    "phone": ["", "213-555-0142", "+1 (213) 555-0142", "+52 55 1234 5678", "2135550142"],
    "language": ["", "en", "Español", "SPANISH", "es-MX"],
    "time zone": ["", "America/Denver", "Pacific", "EST"],
    "specialist": ["", "maya@example.org", " SAM@example.org"],
    "start date": ["", "2025-01-31", "2024/2/29"],
    "birth date": ["", "1990-01-31", "1931-12-01"],
}
FIRST = ["Ana", "José María", "Zoë", "Ибрагим", "عائشة", "Nguyễn", "D'Angelo", "Li"]
JUNK = st.text(st.characters(exclude_categories=["Cs", "Cc"], include_characters='\n\r\t"'), max_size=12)


@dataclass
class File:
    content: bytes
    good: dict[int, str]  # row → first name as it is kept
    bad: dict[int, str]  # row → column letters, "" where any may be named


@st.composite
def tables(draw: st.DrawFn) -> File:
    some = draw(st.lists(st.sampled_from([*COLUMNS, "?"]), unique=True))
    columns = draw(st.permutations(["first name", *some, *(["id"] if "id" not in some else [])]))
    head = [draw(heading(column)) for column in columns]
    rows: list[list[str]] = [[] for _ in range(draw(st.integers(0, 2)))]
    rows.append(head)
    file = File(b"", {}, {})
    for number in range(draw(st.integers(1, 6))):
        earlier = sorted([*file.good, *file.bad])
        if earlier and draw(st.integers(0, 9)) == 0:
            row = draw(st.sampled_from(earlier))
            rows.append(rows[row - 1])
            file.bad[len(rows)] = "" if row in file.good else file.bad[row]
            continue
        first = f"{draw(st.sampled_from(FIRST))} {letters(number)}"
        cells = {name: draw(st.sampled_from(choice)) for name, choice in GOOD.items()}
        cells |= {"id": f"P-{number}", "first name": first, "e-mail": draw(st.sampled_from(["", f"p{number}@b.org"]))}
        cells["?"] = draw(JUNK)
        wrong = draw(
            st.sampled_from([None, None, *[one for one in BAD if one[0] in columns], ("short", ""), ("long", "")])
        )
        if wrong:
            cells[wrong[0]] = wrong[1]
        row_of_cells = [cells[column] for column in columns]
        if wrong and wrong[0] in ("short", "long"):
            row_of_cells = row_of_cells[:-1] if wrong[0] == "short" else [*row_of_cells, "x"]
            at = len(columns) - (wrong[0] == "short")
        else:
            at = columns.index(wrong[0]) if wrong else 0
        if not any(map(str.strip, row_of_cells)):
            continue
        rows.append(row_of_cells)
        if wrong:
            file.bad[len(rows)] = letters(at)
        else:
            file.good[len(rows)] = first
        if draw(st.integers(0, 5)) == 0:
            rows.append(draw(st.sampled_from([[], [""] * len(columns), [" ", "\t"]])))
    file.content = draw(as_bytes(rows))
    return file


@st.composite
def heading(draw: st.DrawFn, column: str) -> str:
    if column == "?":
        return draw(st.sampled_from(["Notes", "¿Qué?", "x" * 50, "a@b.org", "\u202eabc"]))
    name = draw(st.sampled_from(NAMES["record number" if column == "id" else column].split(", ")))
    return draw(st.sampled_from([name, name.upper(), name.title(), name.replace(" ", "_"), f" {name}: ", f"{name}*"]))


@st.composite
def as_bytes(draw: st.DrawFn, rows: list[list[str]]) -> bytes:
    delimiter, end = draw(st.sampled_from(",;\t")), draw(st.sampled_from(["\n", "\r\n", "\r"]))
    always = draw(st.booleans())

    def cell(text: str) -> str:
        special = always or text != text.strip() or any(sign in text for sign in f'{delimiter}"\r\n')
        return '"' + text.replace('"', '""') + '"' if special else text

    text = end.join(delimiter.join(map(cell, row)) for row in rows) + draw(st.sampled_from(["", end]))
    if draw(st.booleans()) and all(sign.isascii() or sign in "áéíóúüñëÜ" for sign in text) and end != "\r":
        return text.encode("cp1252")
    return draw(st.sampled_from([b"", b"\xef\xbb\xbf"])) + text.encode()


@settings(HOSTILE, max_examples=KNOWN)
@given(tables())
def test_exactly_the_good_rows(start_import: Import, file: File) -> None:
    with undone():
        before = written()
        strict = start_import(file.content)
        assert strict.code == (1 if file.bad else 0), strict.everything
        places: dict[int, list[str]] = {}
        for row, column, sentence in strict.refused:
            assert sentence
            places.setdefault(row, []).append(column)
        assert set(places) == set(file.bad), strict.everything
        assert all(not column or column in places[row] for row, column in file.bad.items())
        if file.bad:
            assert written() == before
        lax = start_import(file.content, "--skip-bad")
        assert lax.refused == strict.refused
        assert lax.code == (0 if file.good else 1)
        new = User.objects.order_by("-pk")[: written()["User"] - before["User"]]
        assert sorted(user.first_name for user in new) == sorted(file.good.values())
        assert written()["Client"] - before["Client"] == written()["Role"] - before["Role"] == len(file.good)
        once = written()
        again = start_import(file.content, "--skip-bad")
        assert (again.code, again.refused, written()) == (lax.code, lax.refused, once)


# --- bytes nobody knows the answer to ---------------------------------------------------------------------------------
SEED = (
    "id,first name,last name,correo,phone,language,zona horaria,specialist,start date,birth date,notes\r\n"
    '1,José,Muñoz,j@b.org,213-555-0142,es,Pacific,maya@example.org,2025-01-31,1990-01-31,"one\r\ntwo"\r\n'
    "2,Ana,Paz,,,,,,,,\r\n"
    ",,,,,,,,,,\r\n"
    '3,Toni,Baker,a@b.org,+52 55 1234 5678,English,,,,1985-05-05,"says ""hi"""\r\n'
    ",Luz,Marín,luz@example.org,,,,,,,\r\n"
)
SEEDS = [SEED.encode(), SEED.encode("cp1252"), b"\xef\xbb\xbf" + SEED.replace(",", ";").encode(), SEED.encode("utf-16")]
TOKENS = [
    *(
        b'"',
        b'""',
        b'"\n',
        b"\n",
        b"\r",
        b"\r\n",
        b",",
        b";",
        b"\t",
        b"=",
        b"+",
        b"-",
        b"@",
        b"'",
        b"\\",
        b"\x00",
        b"\x1b[2J",
    ),
    *(
        b"\xff",
        b"\xfe\xff",
        b"\xff\xfe",
        b"\xef\xbb\xbf",
        b"\xc3",
        b"\x81",
        b"\xc3\xa9",
        b"\xe9",
        b"\xe2\x80\xae",
        b"\xf0\x9f\x98\x80",
    ),
    *(b"PK\x03\x04", b"<html>", b"sep=;\n", b"," * 3000, b"\n" * 500, b"x" * 200_000, b'"' * 1001, b"0" * 400, b"\x1a"),
    *(
        b"9" * 30,
        b"1e400",
        b"nan",
        b"2026-02-29",
        b"0000-00-00",
        b"maya@example.org",
        b"%s%n",
        b"{0}",
        b"Ana,Paz",
        b"1,",
    ),
]


@st.composite
def damaged(draw: st.DrawFn) -> bytes:
    content = draw(st.sampled_from(SEEDS)) if draw(st.integers(0, 9)) else draw(st.binary(max_size=300))
    for _ in range(draw(st.integers(1, 6))):
        at, to = sorted((draw(st.integers(0, len(content))), draw(st.integers(0, len(content)))))
        what = draw(st.sampled_from(["token", "bytes", "cut", "repeat", "end", "swap"]))
        if what == "token":
            content = content[:at] + draw(st.sampled_from(TOKENS)) + content[at:]
        elif what == "bytes":
            content = content[:at] + draw(st.binary(max_size=8)) + content[at:]
        elif what == "cut":
            content = content[:at] + content[to:]
        elif what == "repeat":
            content = content[:to] + content[at:to] + content[to:]
        elif what == "end":
            content = content[:at]
        else:
            content = content[to:] + content[at:to] + content[:at]
    return content


@settings(HOSTILE, max_examples=EXAMPLES - KNOWN)
@given(damaged(), st.sampled_from([(), ("--skip-bad",)]))
@example(b"", ())
@example(b"first name\n" + b"\xf0\x9f\x98", ())
@example(b'first name,"\n', ())
@example(b"sep=;", ())
@example(b"first name\n=\n", ())
def test_no_crash_and_nothing_in_part(start_import: Import, content: bytes, options: tuple[str, ...]) -> None:
    with undone():
        before = written()
        answer = start_import(content, *options)
        after = written()
        new = {name: after[name] - count for name, count in before.items()}
        assert all(line.isprintable() for line in [*answer.lines, answer.error])
        if answer.code == 2:
            assert answer.error
        if answer.code:
            assert not any(new.values())
        if answer.code == 1:
            assert answer.refused
            assert all(sentence for _row, _column, sentence in answer.refused)
        assert new["User"] == new["Client"] == new["Role"]
        assert Client.objects.count() == User.objects.filter(client__isnull=False).count()
        # Not the same sentences: a refused row may be about someone a later row brought in.
        again = start_import(content, *options)
        assert (again.code, written()) == (answer.code, after)


# --- the same letters in two encodings --------------------------------------------------------------------------------
# Without œ, š, ž: after a capital letter with an accent they are the bytes of one character of UTF-8.
LATIN = st.text("abcXYZáéíóúüñÁÉÍÓÚÜÑçßøåæÿ ", min_size=1, max_size=12)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(LATIN, min_size=1, max_size=4))
def test_windows_1252_and_utf_8_are_the_same_people(start_import: Import, names: list[str]) -> None:
    text = "id;nombre\n" + "".join(f"{number};A{name}\n" for number, name in enumerate(names))
    found = []
    for encoding in ("utf-8", "utf-8-sig", "cp1252"):
        with undone():
            answer = start_import(text.encode(encoding))
            kept = list(User.objects.order_by("pk").values_list("first_name", "last_name"))
            found.append((answer.code, answer.lines, kept))
    assert found[0][0] == 0
    assert found[0] == found[1] == found[2]


# --- memory -----------------------------------------------------------------------------------------------------------
class Nowhere(StringIO):
    def write(self, text: str) -> int:
        return len(text)


def peak(file: Path) -> int:
    """Bytes that an import has at most at a time."""
    tracemalloc.start()
    try:
        with undone(), suppress(CommandError):
            call_command("import_clients", str(file), stdout=Nowhere())
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("kind", ["long cells", "refused rows"])
def test_memory_is_flat(cast: None, tmp_path: Path, kind: str) -> None:
    notes = "so much to say " * 130
    line = {"long cells": 'Ana {0},,"' + f"{notes}\n" * 15 + '"\n', "refused rows": "Ana {0},no," + f"{notes}\n"}[kind]
    peaks = []
    for megabytes in (0.1, 1, 10):  # the first for what is loaded once
        file = tmp_path / "people.csv"
        with file.open("w") as text:
            text.write("first name,e-mail,notes\n")
            text.writelines(line.format(letters(number)) for number in range(int(megabytes * 10**6) // len(line)))
        peaks.append(peak(file))
    assert peaks[2] < peaks[1] + 2_000_000, peaks
