"""The people a report is about, by name."""

import unicodedata
from collections import Counter
from collections.abc import Collection
from datetime import date

from reports.permissions import Caseload, Person, Shown
from reports.rules.chosen import CLOSED, OPEN, Chosen

SMALLEST = 5  # people in a sum that is told without names


def people_in(caseload: Caseload, chosen: Chosen) -> dict[str, Person]:
    """Of a caseload that was loaded for this reader just now, so that who may see them needs no second asking."""
    found = list(caseload.people.values())
    if chosen.state in {OPEN, CLOSED}:
        closed = chosen.state == CLOSED
        found = [person for person in found if person.closed == closed]
    if chosen.specialist:
        found = [person for person in found if any(one.pk == chosen.specialist for one in person.walks_with)]
    if chosen.name:
        found = [person for person in found if is_named(person.name, chosen.name)]
    found.sort(key=lambda person: f"{plain(person.name)}\0{person.id}")  # one text is compared sooner than two
    return {person.id: person for person in found}


def is_recognisable(people: Collection[Person]) -> bool:
    """So few of them that a sum is nearly a person's. With some open and some closed each kind counts for itself:
    what is told of both, less what is told of one, is told of the other."""
    kinds = Counter(person.closed for person in people)
    return not kinds or min(kinds.values()) < SMALLEST


def is_quiet(one: Shown, today: date) -> bool:
    """Longer than the person's own mark."""
    return one.mark is not None and not one.away and (today - one.quiet_since).days > one.mark


def is_named(name: str, sought: str) -> bool:
    """Each word that was typed begins a word of the name; accents and capitals aside."""
    words = plain(name).split()
    return all(any(word.startswith(part) for word in words) for part in plain(sought).split())


def plain(text: str) -> str:
    if text.isascii():
        return text.lower()
    parts = unicodedata.normalize("NFKD", text.casefold())
    return "".join(sign for sign in parts if not unicodedata.combining(sign))
