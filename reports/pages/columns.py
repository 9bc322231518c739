"""The columns of a report: what stands in each cell on the page and in the file, and by what it is sorted."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

from django.utils.formats import get_format
from django.utils.translation import get_language, ngettext, pgettext
from django.utils.translation import gettext as _

from reports.figures.counting import MINUTES, Counts
from reports.figures.definitions import FIGURES
from reports.rules.chosen import BEGUN, CHECK_INS, MEETINGS, MODES, Chosen, today_in

_FEW = 64  # kept of each kind: languages, days, and what stands there only when asked for
Row = Any  # a Person or a SpecialistRow, or the row of totals: all have `counts`


def as_it_is(value: Any) -> str:
    return "" if value is None else str(value)


@dataclass(frozen=True)
class Column:
    """`label` is in the language it was made in. `value` is what is sorted by; `shown` makes it a text of the page,
    `filed` a cell of the file.

    `figure`: whose rows stand behind the number. `total`: whether the row of totals has it. `known`: before
    anyone is looked up or counted.
    """

    name: str
    label: str
    value: Callable[[Row], Any]
    shown: Callable[[Any], str] = as_it_is
    filed: Callable[[Any], str] = as_it_is
    figure: str = ""
    number: bool = True
    total: bool = True
    known: bool = False


def columns_of_people(chosen: Chosen) -> tuple[Column, ...]:
    return _of_people(chosen.also, today_in(chosen.zone), get_language())


def columns_of_specialists(chosen: Chosen) -> tuple[Column, ...]:
    return _of_specialists(chosen.also, get_language())


@lru_cache(_FEW)
def _of_people(also: frozenset[str], today: date, _language: str | None) -> tuple[Column, ...]:
    return (
        Column("name", pgettext("column", "Name"), lambda row: row.name, number=False, known=True),
        Column("specialist", _("Specialist"), lambda row: row.specialists, number=False, total=False, known=True),
        Column(
            *("last", str(FIGURES["two-way"].label), lambda row: row.last),
            shown=lambda day: days_ago(day, today),
            filed=lambda day: day.isoformat() if day else "",
            figure="two-way",
            total=False,
        ),
        Column("mark", _("Own mark"), lambda row: row.mark, shown=_as_mark, total=False),
        *_of_contacts(),
        _number("goals", shown=lambda number: str(number or _("none, fine"))),
        _number("promised"),
        _number("heard"),
        *_of_papers(),
        *_beside(also),
    )


@lru_cache(_FEW)
def _of_specialists(also: frozenset[str], _language: str | None) -> tuple[Column, ...]:
    return (
        Column("name", _("Specialist"), lambda row: row.name or _("someone else"), number=False),
        Column("people", _("People today"), lambda row: row.people, total=False),
        *_of_contacts(),
        *_of_papers(),
        *(column for column in _beside(also) if column.figure not in {"asked", "answered"}),
    )


def days_ago(day: date | None, today: date) -> str:
    return _("none yet") if day is None else _number_of_days((today - day).days)


def hours(minutes: int) -> str:
    return f"{minutes / 60:.1f}"


def in_hours() -> Callable[[int], str]:
    """As the reader's language writes them. What it has instead of a point is looked up once, not for each number."""
    separator = str(get_format("DECIMAL_SEPARATOR"))
    return lambda minutes: hours(minutes).replace(".", separator)


def share(part: int, whole: int) -> int | None:
    return round(100 * part / whole) if whole else None


def as_share(percent: int | None) -> str:
    return "–" if percent is None else f"{percent} %"


def _of_contacts() -> list[Column]:
    return [
        _number("contacts"),
        _number("outside"),
        Column("share", _("Share outside"), lambda row: share(row.counts["outside"], row.counts["contacts"]), as_share),
        _hours("hours", _("Hours"), MINUTES, "contacts"),
        _number("attempts"),
    ]


def _of_papers() -> list[Column]:
    return [_number("unfinished"), _number("late")]


def _beside(also: frozenset[str]) -> list[Column]:
    """What stands there only when asked for."""
    found: list[Column] = []
    if BEGUN in also:
        found += [_number(name) for name in ("planned", "by-client", "by-specialist", "by-others")]
    if MEETINGS in also:
        found += [_number("not-met"), _number("meetings")]
    if CHECK_INS in also:
        found += [_number("answered"), _number("asked")]
    if MODES in also:
        for figure in FIGURES.values():
            if figure.name.startswith("mode-"):
                label = _with_hours(figure.label)
                found += [
                    _number(figure.name),
                    _hours(f"hours-{figure.name}", label, f"{MINUTES}-{figure.name}", figure.name),
                ]
    return found


def _with_hours(label: Any) -> str:
    return _("%(what)s, hours") % {"what": label}


def _number(name: str, shown: Callable[[Any], str] = as_it_is) -> Column:
    return Column(name, str(FIGURES[name].label), lambda row: row.counts[name], shown, figure=name)


def _hours(name: str, label: str, counted: str, figure: str) -> Column:
    return Column(name, label, lambda row: row.counts[counted], in_hours(), hours, figure=figure)


def _as_mark(days: int | None) -> str:
    return "–" if days is None else ngettext("%(days)s day", "%(days)s days", days) % {"days": days}


def _number_of_days(days: int) -> str:
    if days <= 0:
        return _("today")
    return _("yesterday") if days == 1 else ngettext("%(days)s day", "%(days)s days", days) % {"days": days}


@dataclass
class TotalRow:
    name: str
    counts: Counts
