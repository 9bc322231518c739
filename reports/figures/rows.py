"""The rows behind a number: facts only, the same for the page and for the file."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import Actor
from goals.models import Goal
from peersupport.lib.among import Among, ids_of
from reports.figures.definitions import Figure
from reports.rules.chosen import Chosen
from sessions.models import ContactLog

NAME = ("client__user__first_name", "client__user__last_name")
OTHERS = "others"
Row = Any  # a named tuple of values; no model, so that no word can be asked for


@dataclass(frozen=True)
class Kind:
    """One kind of row. `columns`: heading, and what stands there; days and moments stay what they are."""

    when: str  # the column it is ordered by, newest first
    values: tuple[str, ...]
    columns: tuple[tuple[Any, Callable[[Row, Chosen], Any]], ...]


@dataclass(frozen=True)
class Narrowed:
    """To one person, or to who logged it: a specialist, or everyone the supervisor does not answer for."""

    client: UUID | None = None
    author: UUID | None = None
    others_than: tuple[UUID, ...] | None = None


def rows_behind(figure: Figure, actor: Actor, chosen: Chosen, people: list[str], narrowed: Narrowed) -> QuerySet[Any]:
    """Of these people, who were loaded for this reader; narrowed to one of them."""
    among = people if narrowed.client is None else [narrowed.client]
    rows = figure.rows(actor, chosen).filter(Among(figure.client, ids_of(among)))
    if narrowed.author is not None:
        rows = rows.filter(author=narrowed.author)
    if narrowed.others_than is not None:
        rows = rows.exclude(author__in=narrowed.others_than)
    return rows


def _name(row: Row, before: str) -> str:
    return f"{getattr(row, f'{before}__first_name')} {getattr(row, f'{before}__last_name')}".strip()


def _day(moment: datetime, chosen: Chosen) -> date:
    return moment.astimezone(chosen.zone).date()


def _state_of_log(row: Row, _chosen: Chosen) -> Any:
    if row.signed_at is None:
        return _("unsigned")
    return _("corrected") if row.corrects else _("signed")


def _became_of(row: Row, _chosen: Chosen) -> Any:
    if row.answered_at is None:
        return _("not answered")
    return _("in time") if row.answered_at <= row.promised_by else _("later")


_LOGS = Kind(
    when="occurred_at",
    values=(
        *("happened_on", *NAME, "author__first_name", "author__last_name", "mode", "who_reached_out", "outcome"),
        *("minutes_direct", "signed_at", "corrects"),
    ),
    columns=(
        (_("Day"), lambda row, _chosen: row.happened_on),
        (_("Name"), lambda row, _chosen: _name(row, "client__user")),
        (_("Logged by"), lambda row, _chosen: _name(row, "author")),
        (_("How"), lambda row, _chosen: ContactLog.Mode(row.mode).label),
        (_("Who reached out"), lambda row, _chosen: ContactLog.WhoReachedOut(row.who_reached_out).label),
        (_("How it went"), lambda row, _chosen: ContactLog.Outcome(row.outcome).label),
        (_("Minutes"), lambda row, _chosen: row.minutes_direct),
        (_("State"), _state_of_log),
    ),
)
_GOALS = Kind(
    when="created_at",
    values=(*NAME, "dimension", "agreed_at"),
    columns=(
        (_("Name"), lambda row, _chosen: _name(row, "client__user")),
        (_("Begun"), lambda row, chosen: _day(row.created_at, chosen)),
        (_("Agreed"), lambda row, chosen: _day(row.agreed_at, chosen)),
        (_("About"), lambda row, _chosen: Goal.Dimension(row.dimension).label if row.dimension else ""),
    ),
)
_REACH_OUTS = Kind(
    when="opened_at",
    values=(*NAME, "promised_by", "answered_at", "answered_by__first_name", "answered_by__last_name"),
    columns=(
        (_("Name"), lambda row, _chosen: _name(row, "client__user")),
        (pgettext_lazy("a reach-out was", "Sent"), lambda row, _chosen: row.opened_at),
        (_("Promised by"), lambda row, _chosen: row.promised_by),
        (_("Answered"), lambda row, _chosen: row.answered_at),
        (_("By"), lambda row, _chosen: _name(row, "answered_by") if row.answered_at else ""),
        (_("Heard"), _became_of),
    ),
)
_CHECK_INS = Kind(
    when="planned_for",
    values=("agreement__client__user__first_name", "agreement__client__user__last_name", "local_date", "answered_at"),
    columns=(
        (_("Name"), lambda row, _chosen: _name(row, "agreement__client__user")),
        (_("Day"), lambda row, _chosen: row.local_date),
        (_("Answered"), lambda row, _chosen: row.answered_at or _("quiet")),
    ),
)
KINDS = {"logs": _LOGS, "goals": _GOALS, "reach-outs": _REACH_OUTS, "check-ins": _CHECK_INS}


def values_of(rows: QuerySet[Any], kind: Kind) -> QuerySet[Any]:
    return rows.values_list("pk", kind.when, *kind.values, named=True)
