"""A client's support is closed and opened again; a client is away and comes back."""

from datetime import date

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import Actor
from audit import actions as audit
from clients.actions.assignments import end_assignment, lock
from clients.models import Assignment, Client, Closing, Handover, Pause
from peersupport.lib.clock import now
from peersupport.lib.refusals import Refusal


@transaction.atomic
def close_client(client: Client, reason: Closing.Reason, *, by: Actor) -> None:
    """Everyone's part in it ends now, also what was to begin later. What was written stays the client's to read.

    Closing twice changes nothing. `home.actions` looks first at who waits for an answer.
    """
    lock(client)
    if not Client.objects.active().filter(pk=client.pk).update(closed_at=now()):
        return
    for assignment in Assignment.objects.not_over().filter(client=client).order_by("starts_at", "pk"):
        end_assignment(assignment, Assignment.EndReason.CLOSED, by=by)
    Pause.objects.standing().filter(client=client).update(ended_at=now())
    Handover.objects.to_come().filter(client=client).update(called_off_at=now())
    closing = Closing.objects.create(client=client, reason=reason, closed_by=by.user)
    audit.record("client.closed", by=by, client_id=client.pk, subject=closing)


@transaction.atomic
def reopen_client(client: Client, reason: Closing.Return, *, by: Actor) -> None:
    """The same record goes on; who walks with them from now on is a new assignment. Twice changes nothing."""
    lock(client)
    at = now()
    if not Client.objects.filter(pk=client.pk, closed_at__isnull=False).update(closed_at=None):
        return
    standing = Closing.objects.standing().filter(client=client)
    standing.update(reopened_at=at, reopened_by=by.user, return_reason=reason)
    audit.record("client.reopened", by=by, client_id=client.pk, subject=client)


@transaction.atomic
def note_pause(client: Client, kind: Pause.Kind, starts_on: date, ends_on: date | None, *, by: Actor) -> Pause:
    """In place of what was noted before. The same again changes nothing."""
    lock(client)
    if client.closed_at is not None:
        raise Refusal(_("Their support has ended; there is nothing to pause."))
    standing = Pause.objects.standing().filter(client=client).first()
    if standing is not None:
        if (standing.kind, standing.starts_on, standing.ends_on) == (kind, starts_on, ends_on):
            return standing
        Pause.objects.filter(pk=standing.pk).update(ended_at=now())
    pause = Pause.objects.create(client=client, kind=kind, starts_on=starts_on, ends_on=ends_on, noted_by=by.user)
    audit.record("pause.noted", by=by, client_id=client.pk, subject=pause)
    return pause


@transaction.atomic
def end_pause(client: Client, *, by: Actor) -> None:
    """They are back. Twice is harmless."""
    lock(client)
    standing = Pause.objects.standing().filter(client=client).first()
    if standing is not None:
        Pause.objects.filter(pk=standing.pk).update(ended_at=now())
        audit.record("pause.ended", by=by, client_id=client.pk, subject=standing)
