"""Handovers as those who work here see them: who, from when, and what goes along. docs/decisions/0052"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, OuterRef, Q, QuerySet, Subquery

from accounts.models import Actor, User
from checkins.models import CheckInAgreement
from clients.models import Assignment, Client, Handover, KeptFrom
from conversations.models import ReachOut
from goals.models import Goal, Suggestion
from peersupport.lib.clock import now
from peersupport.lib.composed import composed
from sessions.models import ContactLog

NEW = timedelta(days=7)  # so long whoever came reads what they took over
SHOWN = 50


@dataclass(frozen=True)
class Line:
    """`client`: with what this specialist may see of what goes along; None before they may know who it is."""

    handover: Handover
    coming: bool  # to this specialist
    client: Any


def handovers_of(actor: Actor) -> list[Line]:
    """Of a specialist, the next one first: whom they hand on, and who comes to them or has just come. Three queries."""
    found = _handovers(actor, now() - NEW)
    if not found:
        return []
    away = set(KeptFrom.objects.standing().filter(person=actor.user).values_list("client", flat=True))
    seen = {client.pk: client for client in _with_what_goes_along(actor, found)}
    lines = [Line(row, row.coming.specialist_id == actor.person_id, seen.get(row.client_id)) for row in found]
    return [
        line
        for line in lines
        if (line.client or (line.coming and line.handover.is_to_come))
        and not (line.coming and line.handover.client_id in away)
    ]


@composed
def _handovers(actor: Actor, since: datetime) -> QuerySet[Handover]:
    comes = Q(coming__specialist=actor.user, takes_effect_at__gt=since)
    goes = Q(leaving__specialist=actor.user, takes_effect_at__gt=now())
    rows = Handover.objects.standing().filter(comes | goes, client__program=actor.role.program_id)
    people = rows.filter(client__closed_at__isnull=True).select_related("leaving__specialist", "coming__specialist")
    return people.order_by("takes_effect_at", "pk")[:SHOWN]


def with_followers(ending: list[Assignment]) -> list[tuple[Assignment, User | None]]:
    """Each with who walks with the client afterwards, if that is planned. One query."""
    rows = Handover.objects.standing().filter(leaving__in=ending).select_related("coming__specialist")
    follows = {row.leaving_id: row.coming.specialist for row in rows}
    return [(assignment, follows.get(assignment.pk)) for assignment in ending]


def _with_what_goes_along(actor: Actor, rows: list[Handover]) -> QuerySet[Client]:
    return (
        Client.objects.visible_to(actor)
        .filter(pk__in=[row.client_id for row in rows])
        .select_related("user")
        .annotate(
            waiting_now=_number(ReachOut.objects.visible_to(actor).waiting()),
            goals_shared=_number(Goal.objects.visible_to(actor).current()),
            ideas_open=_number(Suggestion.objects.visible_to(actor).open()),
            agreed_on=_number(CheckInAgreement.objects.visible_to(actor).agreed()),
            unsigned=_number(ContactLog.objects.visible_to(actor).by(actor).unfinished()),
        )
    )


def _number(rows: Any) -> Subquery:
    found = rows.filter(client=OuterRef("pk")).order_by().values("client").annotate(number=Count("pk"))
    return Subquery(found.values("number"))
