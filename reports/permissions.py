"""Whose people a report is about: those a supervisor answers for today, under the hat they wear. The only way there."""

from collections.abc import Collection
from dataclasses import dataclass, field
from uuid import UUID

from accounts.models import Actor, Role, Supervision
from clients.models import Assignment, AssignmentQuerySet, Client, ClientQuerySet
from peersupport.lib.among import Among


@dataclass(frozen=True)
class Specialist:
    pk: UUID
    name: str


@dataclass
class Caseload:
    """Who walks with whom today, as far as this supervisor answers for them."""

    specialists: dict[UUID, Specialist] = field(default_factory=dict)  # by name
    walks_with: dict[UUID, list[UUID]] = field(default_factory=dict)  # client: specialists, the primary one first

    def clients_of(self, specialist: UUID | None) -> list[UUID]:
        return [client for client, found in self.walks_with.items() if specialist is None or specialist in found]


def may_read_reports(actor: Actor) -> bool:
    return actor.wears(Role.Kind.SUPERVISOR)


def held_under(actor: Actor) -> AssignmentQuerySet:
    """By specialists this supervisor answers for."""
    supervised = Supervision.objects.open().filter(supervisor=actor.user).values("specialist")
    return Assignment.objects.visible_to(actor).held_in(actor.role.program_id).filter(specialist__in=supervised)


def caseload_of(actor: Actor) -> Caseload:
    """One query."""
    rows = held_under(actor)
    found = Caseload()
    columns = ("client", "specialist", "specialist__first_name", "specialist__last_name")
    for client, pk, first, last in rows.order_by("-kind", "starts_at", "pk").values_list(*columns):
        found.specialists.setdefault(pk, Specialist(pk, f"{first} {last}".strip()))
        walking = found.walks_with.setdefault(client, [])
        if pk not in walking:
            walking.append(pk)
    by_name = sorted(found.specialists.values(), key=lambda one: (one.name.casefold(), one.pk))
    found.specialists = {one.pk: one for one in by_name}
    return found


def people_of(caseload: Caseload, specialist: UUID | None) -> ClientQuerySet:
    """Of a caseload that was loaded for this reader just now, so that who may see them needs no second asking."""
    return Client.objects.filter(Among("pk", caseload.clients_of(specialist)))


def still_seen(actor: Actor, people: Collection[UUID]) -> ClientQuerySet:
    """Those of them who exist for this reader at this moment."""
    return Client.objects.visible_to(actor).filter(Among("pk", people))
