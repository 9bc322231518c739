"""Who walks with a client, and from when to when."""

from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import Actor, User
from audit import actions as audit
from clients.models import Assignment, Client, KeptFrom
from peersupport.lib.clock import now
from peersupport.lib.refusals import Refusal


@transaction.atomic
def assign_specialist(
    client: Client, specialist: User, *, starts_at: datetime | None = None, by: Actor | None
) -> Assignment:
    """The client's one primary specialist from now on. Refused while the client keeps that person away."""
    lock(client)
    refuse_kept_away(client, specialist)
    try:
        with transaction.atomic():
            assignment = Assignment.objects.create(client=client, specialist=specialist, starts_at=starts_at or now())
    except IntegrityError as error:
        raise Refusal(_("Someone already walks with this person. Please end that first.")) from error
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
    """The specialist's rights end with their next request."""
    at = now()
    changed = Assignment.objects.open().filter(pk=assignment.pk).update(ends_at=at, end_reason=reason)
    if changed:
        audit.record("assignment.ended", by=by, client_id=assignment.client_id, subject=assignment)


def lock(client: Client) -> None:
    """Whoever changes who supports a client, or who is kept away, waits here for the other."""
    Client.objects.select_for_update().get(pk=client.pk)


def refuse_kept_away(client: Client, specialist: User) -> None:
    if KeptFrom.objects.standing().filter(client=client, person=specialist).exists():
        raise Refusal(_("This person asked not to be supported by them."), field="instead")
