"""Whose people a report is about: those a supervisor answers for today, under the hat they wear. The only way there."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery

from accounts.models import Actor, Role, User
from clients.models import Assignment, Client, ClientQuerySet, Pause
from peersupport.lib.among import Among, ids_of
from peersupport.lib.clock import now
from peersupport.lib.composed import composed
from sessions.models import Tally


@dataclass
class Specialist:
    pk: UUID
    name: str = ""


@dataclass(slots=True)
class Person:
    """Of a caseload. What is true of them today whatever the days of a report, and their numbers, are filled in for
    those who are shown."""

    pk: UUID
    name: str
    closed: bool
    walks_with: list[Specialist]  # the primary one first
    mark: int | None = None  # their own: days without a talk
    last: date | None = None  # two-way; the program's day
    quiet_since: date | None = None  # the last talk, or when the support began
    away: bool = False  # in the hospital, traveling: the mark waits
    counts: dict[str, int] = field(default_factory=dict)

    @property
    def specialists(self) -> str:
        return ", ".join([one.name for one in self.walks_with])


@dataclass
class Caseload:
    """Who walks with whom today, as far as this supervisor answers for them."""

    specialists: dict[UUID, Specialist] = field(default_factory=dict)  # by name
    people: dict[UUID, Person] = field(default_factory=dict)


def may_read_reports(actor: Actor) -> bool:
    return actor.wears(Role.Kind.SUPERVISOR)


def caseload_of(actor: Actor) -> Caseload:
    """Two queries."""
    found, specialists = Caseload(), dict[UUID, Specialist]()
    for client, pk, first, last, open_ in _held(actor):
        specialist = specialists.get(pk) or specialists.setdefault(pk, Specialist(pk))
        person = found.people.get(client)
        if person is None:
            found.people[client] = Person(client, f"{first} {last}".strip(), not open_, [specialist])
        elif specialist not in person.walks_with:
            person.walks_with.append(specialist)
    for pk, first, last in _named(ids_of(specialists)):
        specialists[pk].name = f"{first} {last}".strip()
    by_name = sorted(specialists.values(), key=lambda one: (one.name.casefold(), one.pk))
    found.specialists = {one.pk: one for one in by_name}
    return found


def look_up(people: Iterable[Person], zone: ZoneInfo) -> None:
    """Of people from a caseload, what is true of them today."""
    shown = {one.pk: one for one in people}
    for pk, mark, opened, talked, away in _today(ids_of(shown), now().astimezone(zone).date()):
        person = shown[pk]
        person.mark, person.last, person.away = mark, talked, away
        person.quiet_since = talked or opened.astimezone(zone).date()


@composed
def _named(people: str) -> QuerySet[User, tuple[UUID, str, str]]:
    return User.objects.filter(Among("pk", people)).values_list("pk", "first_name", "last_name")


@composed
def _held(actor: Actor) -> QuerySet[Assignment, tuple[UUID, UUID, str, str, bool]]:
    rows = Assignment.objects.answered_for_by(actor).annotate(open=Q(client__closed_at__isnull=True))
    names = ("client__user__first_name", "client__user__last_name")
    return rows.order_by("-kind", "starts_at", "pk").values_list("client", "specialist", *names, "open")


@composed
def _today(people: str, today: date) -> QuerySet[Client, tuple[Any, ...]]:
    talked = Tally.objects.filter(client=OuterRef("pk"), two_way=True).order_by("-day").values("day")[:1]
    away = Pause.objects.on(today).filter(client=OuterRef("pk"))
    rows = Client.objects.filter(Among("pk", people)).annotate(talked=Subquery(talked), away=Exists(away))
    return rows.order_by().values_list("pk", "quiet_after_days", "opened_at", "talked", "away")


def still_seen(actor: Actor, people: Collection[UUID]) -> ClientQuerySet:
    """Those of them who exist for this reader at this moment."""
    return Client.objects.visible_to(actor).filter(Among("pk", people))
