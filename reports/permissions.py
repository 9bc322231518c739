"""Whose people a report is about: those a supervisor answers for today, under the hat they wear. The only way there."""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import Exists, OuterRef, QuerySet, Subquery

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
    """Of a caseload, with what is true of them today whatever the days of a report."""

    pk: UUID
    name: str
    mark: int | None  # their own: days without a talk
    closed: bool
    last: date | None  # two-way; the program's day
    quiet_since: date  # the last talk, or when the support began
    away: bool  # in the hospital, traveling: the mark waits
    walks_with: list[Specialist]  # the primary one first
    counts: dict[str, int] = field(default_factory=dict)  # only of those who are shown

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
    """Two queries: with the names of specialists in the first, PostgreSQL would need twice as long to plan it."""
    found, specialists, zone = Caseload(), dict[UUID, Specialist](), ZoneInfo(actor.role.program.time_zone)
    today = now().astimezone(zone).date()
    for client, pk, first, last, mark, opened, closed, talked, away in _held(actor, today):
        specialist = specialists.get(pk) or specialists.setdefault(pk, Specialist(pk))
        person = found.people.get(client)
        if person is None:
            since = talked or opened.astimezone(zone).date()
            name = f"{first} {last}".strip()
            person = Person(client, name, mark, closed is not None, talked, since, away, [specialist])
            found.people[client] = person
        elif specialist not in person.walks_with:
            person.walks_with.append(specialist)
    for pk, first, last in _named(ids_of(specialists)):
        specialists[pk].name = f"{first} {last}".strip()
    by_name = sorted(specialists.values(), key=lambda one: (one.name.casefold(), one.pk))
    found.specialists = {one.pk: one for one in by_name}
    return found


@composed
def _named(people: str) -> QuerySet[User, tuple[UUID, str, str]]:
    return User.objects.filter(Among("pk", people)).values_list("pk", "first_name", "last_name")


@composed
def _held(actor: Actor, today: date) -> QuerySet[Assignment, tuple[Any, ...]]:
    talked = Tally.objects.filter(client=OuterRef("client"), two_way=True).order_by("-day").values("day")[:1]
    away = Pause.objects.on(today).filter(client=OuterRef("client"))
    rows = Assignment.objects.answered_for_by(actor).annotate(talked=Subquery(talked), away=Exists(away))
    names = ("client__user__first_name", "client__user__last_name")
    own = ("client__quiet_after_days", "client__opened_at", "client__closed_at")
    return rows.order_by("-kind", "starts_at", "pk").values_list("client", "specialist", *names, *own, "talked", "away")


def still_seen(actor: Actor, people: Collection[UUID]) -> ClientQuerySet:
    """Those of them who exist for this reader at this moment."""
    return Client.objects.visible_to(actor).filter(Among("pk", people))
