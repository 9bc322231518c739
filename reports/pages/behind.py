"""The rows behind one number, for the page and for the file."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.db.models import QuerySet
from django.http import Http404, HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from peersupport.lib.keyset import page as page_of
from peersupport.lib.when import day_in_words, moment_in_words
from reports.figures.definitions import FIGURES, Figure
from reports.figures.people import people_in
from reports.figures.rows import KINDS, OTHERS, Kind, Narrowed, rows_behind, values_of
from reports.pages.asking import Asked
from reports.pages.tables import SIZE
from reports.permissions import Person
from reports.rules.chosen import Chosen

PAGES = {"logs": "contacts:log", "goals": "goals:goal", "reach-outs": "conversations:state"}


@dataclass(frozen=True)
class Behind:
    figure: Figure
    kind: Kind
    chosen: Chosen
    rows: QuerySet[Any]
    number: int
    client: UUID | None  # if all of it is about one person
    whose: str  # a person's or a specialist's name, for the page; empty: everyone's
    more: dict[str, str]  # what its address asks for beside the filter

    @property
    def in_codes(self) -> str:
        return self.chosen.in_codes(**self.more)

    @property
    def clients(self) -> QuerySet[Any]:
        return self.rows.order_by().values(self.figure.client).distinct()

    @property
    def values(self) -> QuerySet[Any]:
        """Newest first."""
        return values_of(self.rows, self.kind).order_by(f"-{self.kind.when}", "-pk")

    @property
    def file(self) -> str:
        return f"{reverse('reports:rows-file', args=[self.figure.name])}?{self.chosen.query(**self.more)}"

    @property
    def back(self) -> str:
        return f"{reverse('reports:caseload')}?{self.chosen.query()}"

    @property
    def headings(self) -> list[Any]:
        return [heading for heading, _value in self.kind.columns]

    def page(self, position: str) -> dict[str, Any]:
        found = page_of(self.values, self.kind.when, position, SIZE)
        query = self.chosen.query(**self.more)
        return {
            "lines": [self._line(row) for row in found.rows],
            "newer": f"{query}&{urlencode({'at': found.newer})}" if found.newer else "",
            "older": f"{query}&{urlencode({'at': found.older})}" if found.older else "",
        }

    def _line(self, row: Any) -> dict[str, Any]:
        cells = [(heading, _in_words(value(row, self.chosen))) for heading, value in self.kind.columns]
        page = PAGES.get(self.figure.of)
        return {"cells": cells, "url": reverse(page, args=[row.pk]) if page else ""}


def behind_of(request: HttpRequest, asked: Asked, name: str) -> Behind:
    """Http404 for a number there is not, and for a person or a specialist outside of what was asked for."""
    assert asked.chosen is not None
    figure = FIGURES.get(name)
    if figure is None:
        raise Http404
    people = people_in(asked.caseload, asked.chosen)
    more = {key: request.GET[key] for key in ("client", "author") if request.GET.get(key)}
    narrowed, whose = _narrowed(more, asked, people, figure)
    rows = rows_behind(figure, asked.actor, asked.chosen, list(people), narrowed)
    return Behind(figure, KINDS[figure.of], asked.chosen, rows, rows.count(), narrowed.client, whose, more)


def _narrowed(more: dict[str, str], asked: Asked, people: dict[str, Person], figure: Figure) -> tuple[Narrowed, str]:
    """And whose rows these are, by name."""
    specialists = asked.caseload.specialists
    if "client" in more:
        client = _id_in(more["client"])
        if str(client) not in people:
            raise Http404
        return Narrowed(client), people[str(client)].name
    if "author" not in more:
        return Narrowed(), ""
    if figure.of != "logs":
        raise Http404
    if more["author"] == OTHERS:
        return Narrowed(others_than=tuple(specialists)), _("someone else")
    author = _id_in(more["author"])
    if author not in specialists:
        raise Http404
    return Narrowed(author=author), specialists[author].name


def _id_in(text: str) -> UUID:
    try:
        found = UUID(text)
    except ValueError as error:
        raise Http404 from error
    if str(found) != text:
        raise Http404  # the event that notes the look has it as it stands here
    return found


def _in_words(value: Any) -> Any:
    if isinstance(value, datetime):
        return moment_in_words(value)
    return day_in_words(value) if isinstance(value, date) else value
