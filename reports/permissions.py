"""Whose people a report is about: those a supervisor answers for today, under the hat they wear. The only way there."""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date, datetime
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


@dataclass(frozen=True)
class Specialist:
    pk: UUID
    name: str


@dataclass
class Person:
    """Of a caseload, with what is true of them today whatever the days of a report."""

    name: str
    mark: int | None  # their own: days without a talk
    opened_at: datetime
    closed: bool
    last: date | None  # two-way; the program's day
    away: bool  # in the hospital, traveling: the mark waits
    walks_with: list[UUID]  # specialists, the primary one first


@dataclass
class Caseload:
    """Who walks with whom today, as far as this supervisor answers for them."""

    specialists: dict[UUID, Specialist] = field(default_factory=dict)  # by name
    people: dict[UUID, Person] = field(default_factory=dict)


def may_read_reports(actor: Actor) -> bool:
    return actor.wears(Role.Kind.SUPERVISOR)


def caseload_of(actor: Actor) -> Caseload:
    """Two queries: with the names of specialists in the first, PostgreSQL would need twice as long to plan it."""
    found, specialists = Caseload(), set()
    today = now().astimezone(ZoneInfo(actor.role.program.time_zone)).date()
    for client, pk, first, last, mark, opened, closed, talked, away in _held(actor, today):
        person = found.people.get(client)
        if person is None:
            person = Person(f"{first} {last}".strip(), mark, opened, closed is not None, talked, away, [])
            found.people[client] = person
        if pk not in person.walks_with:
            person.walks_with.append(pk)
            specialists.add(pk)
    named = [Specialist(pk, f"{first} {last}".strip()) for pk, first, last in _named(ids_of(specialists))]
    found.specialists = {one.pk: one for one in sorted(named, key=lambda one: (one.name.casefold(), one.pk))}
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
