"""Whose people a report is about: those a supervisor answers for today, under the hat they wear. The only way there."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import (
    BooleanField,
    DateField,
    Exists,
    ExpressionWrapper,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
)
from django.db.models.functions import TruncDate

from accounts.models import Actor, Role
from clients.models import Assignment, Client, ClientQuerySet, Pause
from peersupport.lib.among import Among, AsText, ids_of
from peersupport.lib.clock import now
from peersupport.lib.composed import composed
from sessions.models import Tally


@dataclass
class Specialist:
    pk: UUID
    name: str


@dataclass(slots=True)
class Person:
    """Of a caseload."""

    id: str  # as it stands in addresses
    name: str
    closed: bool
    walks_with: list[Specialist]  # the primary one first, then who covers, by name

    @property
    def specialists(self) -> str:
        return ", ".join([one.name for one in self.walks_with])


@dataclass
class Shown:
    """A person with what is true of them today whatever the days of a report, and with their numbers."""

    person: Person
    mark: int | None  # their own: days without a talk
    last: date | None  # two-way; the program's day
    quiet_since: date  # the last talk, or when the support began
    away: bool  # in the hospital, traveling: the mark waits
    counts: dict[str, int] = field(default_factory=dict)

    @property
    def pk(self) -> str:
        return self.person.id

    @property
    def name(self) -> str:
        return self.person.name

    @property
    def specialists(self) -> str:
        return self.person.specialists


@dataclass
class Caseload:
    """Who walks with whom today, as far as this supervisor answers for them."""

    specialists: dict[UUID, Specialist] = field(default_factory=dict)  # by name
    people: dict[str, Person] = field(default_factory=dict)  # by their id


def may_read_reports(actor: Actor) -> bool:
    return actor.wears(Role.Kind.SUPERVISOR)


def caseload_of(actor: Actor) -> Caseload:
    found, specialists, covers = Caseload(), dict[str, Specialist](), defaultdict[str, list[Specialist]](list)
    for client, first, last, open_, pk, own_first, own_last, cover in _held(actor):
        specialist = specialists.get(pk)
        if specialist is None:
            specialist = specialists[pk] = Specialist(UUID(pk), f"{own_first} {own_last}".strip())
        person = found.people.get(client)
        if person is None:
            found.people[client] = Person(client, f"{first} {last}".strip(), not open_, [specialist])
        elif specialist not in person.walks_with:
            person.walks_with.append(specialist)
        if cover:
            covers[client].append(specialist)
    by_name = sorted(specialists.values(), key=lambda one: (one.name.casefold(), one.pk))
    for client, some in covers.items():
        found.people[client].walks_with.sort(key=lambda one: (one in some, one.name.casefold(), one.pk))
    found.specialists = {one.pk: one for one in by_name}
    return found


def look_up(people: Iterable[Person], zone: ZoneInfo) -> list[Shown]:
    """Of people from a caseload, in their order, what is true of them today."""
    people = list(people)
    return shown_of(people, _today(ids_of([one.id for one in people]), now().astimezone(zone).date(), zone))


def shown_of(people: Iterable[Person], rows: Iterable[Sequence[Any]]) -> list[Shown]:
    """`rows`: the id of each of them, and what `today_of` finds."""
    found = {pk: rest for pk, *rest in rows}
    shown = []
    for person in people:
        mark, began, talked, away = found[person.id]
        shown.append(Shown(person, mark, talked, talked or began, away))
    return shown


@composed
def _held(actor: Actor) -> QuerySet[Assignment, tuple[Any, ...]]:
    open_, cover = Q(client__closed_at__isnull=True), Q(kind=Assignment.Kind.COVER)
    rows = Assignment.objects.answered_for_by(actor).annotate(open=open_, cover=cover)
    client = (AsText("client"), "client__user__first_name", "client__user__last_name", "open")
    specialist = (AsText("specialist"), "specialist__first_name", "specialist__last_name")
    return rows.order_by().values_list(*client, *specialist, "cover")


TODAY: dict[str, Any] = {
    "quiet_after_days": IntegerField(),
    "began": DateField(),  # the program's day on which the support did
    "talked": DateField(),
    "away": BooleanField(),
}


def today_of(people: str, today: date, zone: ZoneInfo) -> QuerySet[Client]:
    """Of each of these people what stands in TODAY."""
    talked = Tally.objects.filter(client=OuterRef("pk"), two_way=True).order_by("-day").values("day")[:1]
    away = Pause.objects.on(today).filter(client=OuterRef("pk"))
    # Wrapped, the day is handed on as the database sends it: Django would look at each whether it is one.
    began = ExpressionWrapper(TruncDate("opened_at", tzinfo=zone), output_field=DateField())
    rows = Client.objects.filter(Among("pk", people)).order_by()
    return rows.annotate(began=began, talked=Subquery(talked), away=Exists(away))


@composed
def _today(people: str, today: date, zone: ZoneInfo) -> QuerySet[Client, tuple[Any, ...]]:
    return today_of(people, today, zone).values_list(AsText("pk"), *TODAY)


def still_seen(actor: Actor, people: Collection[str]) -> ClientQuerySet:
    """Those of them who exist for this reader at this moment."""
    return Client.objects.visible_to(actor).filter(Among("pk", ids_of(people)))
