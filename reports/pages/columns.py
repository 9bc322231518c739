"""The columns of a report: what stands in each cell on the page and in the file, and by what it is sorted."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from django.utils.formats import get_format
from django.utils.translation import gettext, ngettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from reports.figures.counting import MINUTES, Counts
from reports.figures.definitions import FIGURES
from reports.rules.chosen import BEGUN, CHECK_INS, MEETINGS, MODES, Chosen, today_in

Row = Any  # a Person or a SpecialistRow, or the row of totals: all have `counts`


def as_it_is(value: Any) -> str:
    return "" if value is None else str(value)


@dataclass(frozen=True)
class Column:
    """`value` is what is sorted by; `shown` makes it a text of the page, `filed` a cell of the file.

    `figure`: whose rows stand behind the number. `total`: whether the row of totals has it. `known`: before
    anyone is looked up or counted.
    """

    name: str
    label: Any
    value: Callable[[Row], Any]
    shown: Callable[[Any], str] = as_it_is
    filed: Callable[[Any], str] = as_it_is
    figure: str = ""
    number: bool = True
    total: bool = True
    known: bool = False

    @cached_property
    def said(self) -> str:
        """Its label in the reader's language, looked up once: it stands in every cell."""
        return str(self.label)


def columns_of_people(chosen: Chosen) -> list[Column]:
    today = today_in(chosen.zone)
    return [
        Column("name", pgettext_lazy("column", "Name"), lambda row: row.name, number=False, known=True),
        Column("specialist", _("Specialist"), lambda row: row.specialists, number=False, total=False, known=True),
        Column(
            *("last", FIGURES["two-way"].label, lambda row: row.last),
            shown=lambda day: days_ago(day, today),
            filed=lambda day: day.isoformat() if day else "",
            figure="two-way",
            total=False,
        ),
        Column("mark", _("Own mark"), lambda row: row.mark, shown=_as_mark, total=False),
        *_of_contacts(),
        _number("goals", shown=lambda number: str(number or gettext("none, fine"))),
        _number("promised"),
        _number("heard"),
        *_of_papers(),
        *_beside(chosen),
    ]


def columns_of_specialists(chosen: Chosen) -> list[Column]:
    return [
        Column("name", _("Specialist"), lambda row: row.name or gettext("someone else"), number=False),
        Column("people", _("People today"), lambda row: row.people, total=False),
        *_of_contacts(),
        *_of_papers(),
        *(column for column in _beside(chosen) if column.figure not in {"asked", "answered"}),
    ]


def days_ago(day: date | None, today: date) -> str:
    return gettext("none yet") if day is None else _number_of_days((today - day).days)


def hours(minutes: int) -> str:
    return f"{minutes / 60:.1f}"


def hours_in_words(minutes: int) -> str:
    return hours(minutes).replace(".", str(get_format("DECIMAL_SEPARATOR")))


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


def _beside(chosen: Chosen) -> list[Column]:
    """What stands there only when asked for."""
    found: list[Column] = []
    if BEGUN in chosen.also:
        found += [_number(name) for name in ("planned", "by-client", "by-specialist", "by-others")]
    if MEETINGS in chosen.also:
        found += [_number("not-met"), _number("meetings")]
    if CHECK_INS in chosen.also:
        found += [_number("answered"), _number("asked")]
    if MODES in chosen.also:
        for figure in FIGURES.values():
            if figure.name.startswith("mode-"):
                label = _with_hours(figure.label)
                found += [
                    _number(figure.name),
                    _hours(f"hours-{figure.name}", label, f"{MINUTES}-{figure.name}", figure.name),
                ]
    return found


def _with_hours(label: Any) -> Any:
    return _("%(what)s, hours") % {"what": label}


def _number(name: str, shown: Callable[[Any], str] = as_it_is) -> Column:
    return Column(name, FIGURES[name].label, lambda row: row.counts[name], shown, figure=name)


def _hours(name: str, label: Any, counted: str, figure: str) -> Column:
    return Column(name, label, lambda row: row.counts[counted], hours_in_words, hours, figure=figure)


def _as_mark(days: int | None) -> str:
    return "–" if days is None else ngettext("%(days)s day", "%(days)s days", days) % {"days": days}


def _number_of_days(days: int) -> str:
    if days <= 0:
        return gettext("today")
    return gettext("yesterday") if days == 1 else ngettext("%(days)s day", "%(days)s days", days) % {"days": days}


@dataclass
class TotalRow:
    name: str
    counts: Counts
