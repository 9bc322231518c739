"""The people a report is about, by name, with what is true of them today."""

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from reports.permissions import Caseload, Person
from reports.rules.chosen import CLOSED, OPEN, Chosen


class Counts(dict[str, int]):
    """What is not in it did not happen."""

    def __missing__(self, _name: str) -> int:
        return 0

    def add(self, more: Iterable[tuple[str, int]]) -> None:
        if not self:
            self.update(more)
            return
        for name, number in more:
            self[name] += number


@dataclass(slots=True)
class PersonRow:
    pk: UUID
    name: str
    specialists: list[str]
    mark: int | None  # the person's own: days without a talk
    since: date  # when the support began
    last: date | None  # two-way; the program's day
    away: bool = False  # in the hospital, traveling: the mark waits
    counts: Counts = field(default_factory=Counts)


def people_in(caseload: Caseload, chosen: Chosen) -> dict[UUID, PersonRow]:
    """Of a caseload that was loaded for this reader just now, so that who may see them needs no second asking."""
    found = []
    for pk, person in caseload.people.items():
        if _fits(person, chosen):
            specialists = [caseload.specialists[one].name for one in person.walks_with]
            since = person.opened_at.astimezone(chosen.zone).date()
            found.append(PersonRow(pk, person.name, specialists, person.mark, since, person.last, person.away))
    found.sort(key=lambda row: (plain(row.name), row.pk))
    return {row.pk: row for row in found}


def _fits(person: Person, chosen: Chosen) -> bool:
    if chosen.state in {OPEN, CLOSED} and person.closed != (chosen.state == CLOSED):
        return False
    if chosen.specialist and chosen.specialist not in person.walks_with:
        return False
    return not chosen.name or is_named(person.name, chosen.name)


def is_quiet(row: PersonRow, today: date) -> bool:
    """Longer than the person's own mark, counted from the last talk or from when the support began."""
    return row.mark is not None and not row.away and (today - (row.last or row.since)).days > row.mark


def is_named(name: str, sought: str) -> bool:
    """Each word that was typed begins a word of the name; accents and capitals aside."""
    words = plain(name).split()
    return all(any(word.startswith(part) for word in words) for part in plain(sought).split())


def plain(text: str) -> str:
    if text.isascii():
        return text.lower()
    parts = unicodedata.normalize("NFKD", text.casefold())
    return "".join(sign for sign in parts if not unicodedata.combining(sign))
