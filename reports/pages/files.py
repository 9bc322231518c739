"""A report as a file that spreadsheets open: what was asked for, the columns of the page, every row, their number."""

import csv
from collections.abc import Iterator
from datetime import date, datetime
from io import StringIO
from itertools import islice
from typing import Any

from django.http import StreamingHttpResponse
from django.utils import translation
from django.utils.translation import gettext as _

from peersupport.lib.clock import now
from reports.pages.asking import Asked
from reports.pages.behind import Behind
from reports.pages.frames import too_few
from reports.pages.tables import Table
from reports.rules.chosen import Chosen

DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "\n")
BATCH = 1000
Cells = list[Any]


def neutral(cell: Any) -> str:
    """A text that a spreadsheet would take for a formula gets a mark in front that makes it a text."""
    text = str(cell)
    return f"'{text}" if text.lstrip(" ").startswith(DANGEROUS) else text


def lines_of_table(asked: Asked, table: Table) -> Iterator[Cells]:
    yield from _asked_for(asked, _("Caseload"))
    yield []
    yield [column.label for column in table.columns]
    for row in table.rows:
        yield [column.filed(column.value(row)) for column in table.columns]
    yield [column.filed(column.value(table.total)) if column.total else "" for column in table.columns]
    yield [_("Rows"), len(table.rows)]


def lines_without_numbers(asked: Asked) -> Iterator[Cells]:
    yield from _asked_for(asked, _("Caseload"))
    yield []
    yield [too_few()]


def lines_of_rows(asked: Asked, behind: Behind) -> Iterator[Cells]:
    """There may be far more than fit into memory."""
    number = 0
    yield from _asked_for(asked, behind.figure.label)
    if behind.whose:
        yield [_("Whose"), behind.whose]
    yield []
    yield behind.headings
    for row in behind.values.iterator(BATCH):
        number += 1
        yield [_plain(value(row, behind.chosen), behind.chosen) for _heading, value in behind.kind.columns]
    yield [_("Rows"), number]


def as_file(lines: Iterator[Cells], name: str, chosen: Chosen) -> StreamingHttpResponse:
    """Sent piece by piece, so that its size costs no memory. The last line says how many rows there are."""
    pieces = _pieces(lines, translation.get_language())
    answer = StreamingHttpResponse(pieces, content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{name}-{chosen.first}-{chosen.last}.csv"'
    return answer


def _pieces(lines: Iterator[Cells], language: str | None) -> Iterator[str]:
    """Made after the page's language was put away again: each piece takes it up anew."""
    mark = "\ufeff"  # tells spreadsheets that this is UTF-8
    while True:
        page = StringIO()
        writer = csv.writer(page)
        with translation.override(language):
            batch = [[neutral(cell) for cell in line] for line in islice(lines, BATCH)]
        if not batch:
            return
        writer.writerows(batch)
        yield mark + page.getvalue()
        mark = ""


def _asked_for(asked: Asked, what: Any) -> Iterator[Cells]:
    chosen, actor = asked.chosen, asked.actor
    assert chosen is not None
    state = dict(asked.form.fields["state"].choices)[chosen.state]  # type: ignore[attr-defined]
    yield [what, actor.role.program.name]
    yield [_("From"), chosen.first.isoformat()]
    yield [_("To"), chosen.last.isoformat()]
    yield [_("State"), state]
    if chosen.specialist:
        yield [_("Specialist"), asked.caseload.specialists[chosen.specialist].name]
    if chosen.name:
        yield [_("Name"), chosen.name]
    yield [_("Made"), now().astimezone(chosen.zone).isoformat(timespec="minutes")]


def _plain(value: Any, chosen: Chosen) -> Any:
    if isinstance(value, datetime):
        return value.astimezone(chosen.zone).strftime("%Y-%m-%d %H:%M")
    return value.isoformat() if isinstance(value, date) else value
