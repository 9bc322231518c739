"""`start_import(content, "--skip-bad")`: the command as a person starts it, and what it said."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from accounts.models import Role, User
from audit.models import Event
from clients.models import Assignment, Client, ImportedAs
from home.demo.cast import Cast
from notifications.models import ContactPoint

PLACE = re.compile(r"Row (\d+), column ([A-Z]+)(?: \(“([^”]*)”\))?: (.+)")
WRITTEN = (User, Role, Client, Assignment, ContactPoint, ImportedAs, Event)
# Cells that are refused whatever the rest of the row says.
BAD: list[tuple[str, str]] = [
    *(("first name", cell) for cell in ("", "   ", "\u200b", "123", "...", "ana@example.net", "Ana\nPaz", "X" * 81)),
    *(
        ("first name", cell)
        for cell in ("=HYPERLINK(1)", "+Ana", "-Ana", "@Ana", "#REF!", "＝Ana", " =Ana", "\ufeff=A")
    ),
    *(
        ("first name", cell)
        for cell in ("A\x00na", "A\x1b[31mna", "A\u202ena", "A\u2066na", "An\ufffd", "Jos?", "JosÃ©")
    ),
    *(("last name", cell) for cell in ("-Paz", "1", "<b>", "Pa\x07z", "X" * 81)),
    *(("e-mail", cell) for cell in ("none", "a@b", "a b@c.org", "a@b.c, d@e.org", "=a@b.org", "á@b.org")),
    ("e-mail", "a" * 250 + "@b.org"),
    *(("phone", cell) for cell in ("555-0199", "none", "213-155-0142", "5.55E+09", "213 555 0142 x7", "+1 555", "0")),
    *(("phone", cell) for cell in ("2135550142 2135550143", "+", "=1+1", "+0 1234 56789", "٢١٣٥٥٥٠١٤٢", "(", ".")),
    *(("language", cell) for cell in ("Vietnamese", "fr", "-", "e")),
    *(("time zone", cell) for cell in ("Mars", "MST", "+3", "Etc/GMT+5", "../../etc/passwd", "America/Nowhere")),
    *(("specialist", cell) for cell in ("Maya", "dana@example.org", "nobody@example.org", "alex@example.org")),
    *(("start date", cell) for cell in ("03/04/2026", "31/12/2025", "45231", "2026-02-30", "2026-13-01", "0000-00-00")),
    *(
        ("start date", cell)
        for cell in ("3/4/26", "yesterday", "2999-01-01", "1899-12-31", "2026-01-31 14:00", "٢٠٢٦-٠١-٠١")
    ),
    *(("birth date", cell) for cell in ("2999-01-01", "03/04/1990", "1890-01-01", "#####")),
    *(("id", cell) for cell in ("1.23E+11", "=1", "P\x00", "X" * 101)),
]


@dataclass
class Answer:
    code: int
    lines: list[str]
    error: str

    @property
    def refused(self) -> list[tuple[int, str, str]]:
        """(row, column letters, sentence) of every refused cell."""
        found = [PLACE.fullmatch(line) for line in self.lines]
        return [(int(match[1]), match[2], match[4]) for match in found if match]

    @property
    def rows(self) -> set[int]:
        return {row for row, _column, _sentence in self.refused}

    @property
    def everything(self) -> str:
        return "\n".join([*self.lines, self.error])


def answer(file: Path, *options: str) -> Answer:
    said = StringIO()
    try:
        call_command("import_clients", str(file), *options, stdout=said)
        code, error = 0, ""
    except CommandError as refusal:
        code, error = refusal.returncode, str(refusal)
    return Answer(code, said.getvalue().splitlines(), error)


@pytest.fixture
def start_import(cast: Cast, tmp_path: Path) -> Callable[..., Answer]:
    def start(content: str | bytes, *options: str) -> Answer:
        file = tmp_path / "people.csv"
        file.write_bytes(content.encode() if isinstance(content, str) else content)
        return answer(file, *options)

    return start


def written() -> dict[str, Any]:
    """How many rows there are of everything an import writes."""
    return {model.__name__: model._default_manager.count() for model in WRITTEN}
