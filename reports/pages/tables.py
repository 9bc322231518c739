"""A report as a table: sorted, cut into pages, each number with the address of the rows behind it."""

from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from reports.figures.counting import Report
from reports.figures.people import is_quiet, plain
from reports.pages.addresses import addresses
from reports.pages.columns import Column, TotalRow, columns_of_people, columns_of_specialists
from reports.rules.chosen import today_in

SIZE = 50
PEOPLE, SPECIALISTS, TOTALS = "people", "specialists", "totals"
ALL = "all"


@dataclass(frozen=True)
class Table:
    columns: tuple[Column, ...]
    rows: list[Any]  # of this page
    total: TotalRow
    number: int  # of rows on all pages
    kind: str
    query: str
    quiet: frozenset[str] = frozenset()  # longer than their own mark
    sort: str = ""
    page: int = 1
    pages: int = 1
    heads: list["Head"] = field(default_factory=list)

    @cached_property
    def heading(self) -> str:
        if self.kind == SPECIALISTS:
            return _("By specialist")
        if self.kind == TOTALS:
            return _("All together")
        return ngettext("%(number)s person", "%(number)s people", self.number) % {"number": self.number}

    @property
    def client_page(self) -> str:
        """An address for each row, to be filled in."""
        return addresses()["client"] if self.kind == PEOPLE else ""

    def behind(self, column: Column) -> str:
        return f"{addresses()['rows'].format(column.figure)}?{self.query}" if column.figure else ""

    @property
    def whose(self) -> str:
        return "client" if self.kind == PEOPLE else "author"


@dataclass(frozen=True)
class Head:
    column: Column
    sort: str  # what its link asks for; empty: not sorted by it
    direction: str  # ascending, descending or nothing, as aria-sort says it


def table_of(report: Report, kind: str, sort: str, page: str) -> Table:
    return of_specialists(report) if kind == SPECIALISTS else of_people(report, sort, page)


def of_specialists(report: Report) -> Table:
    """By name, whatever was asked: nobody is ranked."""
    columns, rows = columns_of_specialists(report.chosen), report.specialists()
    heads = [Head(column, "", "") for column in columns]
    return Table(columns, rows, _total(report), len(rows), SPECIALISTS, report.chosen.query(), heads=heads)


def of_people(report: Report, sort: str, page: str) -> Table:
    """Only those of this page are looked up and counted one by one, unless what is found says who they are."""
    columns, rows = columns_of_people(report.chosen), list[Any](report.people.values())
    by = {column.name: column for column in columns}
    sort = sort if sort.removeprefix("-") in by else "name"
    column, number, pages = by[sort.removeprefix("-")], len(rows), max(1, -(-len(rows) // SIZE))
    if not column.known:
        rows = report.shown(rows)
    if sort != "name":
        rows = sorted_by(rows, column, sort.startswith("-"))
    at = 0 if page == ALL else _within(page, pages)
    shown = rows[(at - 1) * SIZE : at * SIZE] if at else rows
    if column.known:
        shown = report.shown(shown)
    today = today_in(report.chosen.zone)
    return Table(
        columns,
        shown,
        _total(report),
        number,
        PEOPLE,
        report.chosen.query(),
        frozenset(row.pk for row in shown if is_quiet(row, today)),
        sort,
        at,
        pages,
        [_head(column, sort) for column in columns],
    )


def only_totals(report: Report) -> Table:
    """The sums alone, without a way to what stands behind them."""
    columns = tuple(replace(column, figure="") for column in columns_of_people(report.chosen) if column.total)
    heads = [Head(column, "", "") for column in columns]
    return Table(columns, [], _total(report), 0, TOTALS, report.chosen.query(), heads=heads)


def _total(report: Report) -> TotalRow:
    return TotalRow(_("All of them"), report.total)


def sorted_by(rows: list[Any], column: Column, down: bool) -> list[Any]:
    """Rows come by name; what is the same stays so, and what is empty stands last either way."""
    known = [row for row in rows if column.value(row) not in {None, ""}]

    def key(row: Any) -> Any:
        found = column.value(row)
        return plain(found) if isinstance(found, str) else found

    known.sort(key=key, reverse=down)
    return [*known, *(row for row in rows if column.value(row) in {None, ""})]


def _head(column: Column, sort: str) -> Head:
    """A number is looked at from its larger end first, a name from its beginning."""
    here = sort.removeprefix("-") == column.name
    down = sort.startswith("-")
    first = "-" if column.number and column.name != "last" else ""
    asks = ("" if down else "-") if here else first
    return Head(column, f"{asks}{column.name}", ("descending" if down else "ascending") if here else "")


def _within(page: str, pages: int) -> int:
    return min(max(int(page), 1), pages) if page.isascii() and page.isdigit() and len(page) < 6 else 1
