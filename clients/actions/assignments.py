"""Who walks with a client, and from when to when."""

from datetime import datetime

from django.db import transaction
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Actor, User
from audit import actions as audit
from clients.models import Assignment, Client, KeptFrom
from peersupport.lib.clock import now
from peersupport.lib.refusals import Refusal


@transaction.atomic
def assign_specialist(
    client: Client,
    specialist: User,
    *,
    starts_at: datetime | None = None,
    until: datetime | None = None,
    by: Actor | None,
) -> Assignment:
    """The client's one primary specialist for this span; without `until` nobody knows the end yet.

    Refused while the client keeps that person away, while someone else walks with them, and once it is closed.
    """
    lock(client)
    _refuse_closed(client)
    refuse_kept_away(client, specialist)
    begins = starts_at or now()
    primary = Assignment.objects.filter(client=client, kind=Assignment.Kind.PRIMARY)
    overlapping = primary.filter(Q(ends_at__isnull=True) | Q(ends_at__gt=begins))
    if until is not None:
        overlapping = overlapping.filter(starts_at__lt=until)
    if overlapping.exclude(ends_at=F("starts_at")).exists():
        raise Refusal(_("Someone already walks with this person. Please end that first."))
    assignment = Assignment.objects.create(
        client=client,
        specialist=specialist,
        starts_at=begins,
        ends_at=until,
        end_reason=Assignment.EndReason.TIME_OVER if until else "",
    )
    audit.record("assignment.started", by=by, client_id=client.pk, subject=assignment)
    return assignment


@transaction.atomic
def assign_cover(
    client: Client, specialist: User, *, until: datetime, starts_at: datetime | None = None, by: Actor | None
) -> Assignment:
    """Someone who stands in, for a span that is known from the start."""
    lock(client)
    refuse_kept_away(client, specialist)
    assignment = Assignment.objects.create(
        client=client,
        specialist=specialist,
        kind=Assignment.Kind.COVER,
        starts_at=starts_at or now(),
        ends_at=until,
        end_reason=Assignment.EndReason.COVER_OVER,
    )
    audit.record("assignment.started", by=by, client_id=client.pk, subject=assignment)
    return assignment


@transaction.atomic
def end_assignment(assignment: Assignment, reason: Assignment.EndReason, *, by: Actor | None) -> None:
    """The specialist's rights end with their next request; what was to begin later never begins."""
    at = now()
    rows = Assignment.objects.filter(pk=assignment.pk)
    changed = rows.open().update(ends_at=at, end_reason=reason)
    changed += rows.filter(starts_at__gt=at).update(ends_at=F("starts_at"), end_reason=reason)
    if changed:
        audit.record("assignment.ended", by=by, client_id=assignment.client_id, subject=assignment)


def lock(client: Client) -> None:
    """Whoever changes who supports a client, or who is kept away, waits here for the other."""
    Client.objects.select_for_update().get(pk=client.pk)


def _refuse_closed(client: Client) -> None:
    if not Client.objects.active().filter(pk=client.pk).exists():
        raise Refusal(_("Their support has ended. Please open it again first."))


def refuse_kept_away(client: Client, specialist: User) -> None:
    if KeptFrom.objects.standing().filter(client=client, person=specialist).exists():
        raise Refusal(_("This person asked not to be supported by them."), field="instead")
