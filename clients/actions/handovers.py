"""Someone else walks with a client from a day on: planned, read, called off."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import Actor, User
from audit import actions as audit
from clients.actions.assignments import assign_specialist, end_assignment, lock
from clients.kinds import NEWS
from clients.models import Assignment, Client, Handover
from notifications import actions as notifications
from notifications.permissions import email_point_of
from peersupport.lib.clock import now
from peersupport.lib.refusals import Refusal


@transaction.atomic
def plan_handover(
    client: Client, someone: User, why: Handover.Why, *, at: datetime | None, told_in_person: bool, by: Actor
) -> Handover:
    """From `at` on (None: now, which only those who were told in person can be). The client reads of it from now on.

    Refuses without anyone to hand on from, and whoever the client keeps away (field "instead").
    """
    lock(client)
    begins = at or now()
    primary = Assignment.objects.open().filter(client=client, kind=Assignment.Kind.PRIMARY)
    leaving = primary.select_related("specialist").first()
    if leaving is None:
        raise Refusal(_("Nobody walks with them now, so there is nothing to hand on. Please choose someone."))
    if leaving.specialist_id == someone.pk:
        raise Refusal(_("They walk with them already."), field="instead")
    if Handover.objects.to_come().filter(client=client).exists():
        raise Refusal(_("A handover is planned already. Please call that one off first."))
    if not told_in_person and begins <= now():
        raise Refusal(_("They must be able to read it first: please take a later day, or tell them in person."))
    Assignment.objects.filter(pk=leaving.pk).update(ends_at=begins, end_reason=Assignment.EndReason.HANDED_ON)
    coming = assign_specialist(client, someone, starts_at=begins, by=by)
    handover = Handover.objects.create(
        client=client,
        leaving=leaving,
        coming=coming,
        why=why,
        told_in_person=told_in_person,
        planned_by=by.user,
        takes_effect_at=begins,
    )
    audit.record("handover.planned", by=by, client_id=client.pk, subject=handover)
    _tell(handover)
    return handover


@transaction.atomic
def read_handover(handover: Handover, *, by: Actor) -> None:
    """The client says that they read it. Twice is harmless."""
    if Handover.objects.filter(pk=handover.pk, read_at__isnull=True).update(read_at=now()):
        audit.record("handover.read", by=by, client_id=handover.client_id, subject=handover)


@transaction.atomic
def call_off_handover(handover: Handover, *, by: Actor) -> None:
    """Before it takes effect: everything stays as it was. Twice is harmless; afterwards it is refused."""
    lock(handover.client)
    current = Handover.objects.select_for_update().select_related("leaving", "coming").get(pk=handover.pk)
    if current.called_off_at is not None:
        return
    if not current.is_to_come:
        raise Refusal(_("It has taken effect already. You can hand on once more."))
    end_assignment(current.coming, Assignment.EndReason.NOT_NEEDED, by=by)
    unchanged = Assignment.objects.filter(pk=current.leaving_id, ends_at=current.takes_effect_at)
    unchanged.update(ends_at=None, end_reason="")
    Handover.objects.filter(pk=current.pk).update(called_off_at=now())
    notifications.cancel_unsent(NEWS, [current.pk], reason="called-off")
    audit.record("handover.called_off", by=by, client_id=current.client_id, subject=current)


def _tell(handover: Handover) -> None:
    """Where they may be written to: that something new is here, and not what."""
    user = handover.client.user
    point = email_point_of(user)
    if point is not None and point.may_email and user.can_sign_in:
        notifications.plan_delivery(
            NEWS,
            subject_id=handover.pk,
            recipient=user,
            channel=point.kind,
            due_at=handover.planned_at,
            contact_point=point,
        )
