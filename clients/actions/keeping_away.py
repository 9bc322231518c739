"""People a client names who may never see the record."""

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import Actor, User
from audit import actions as audit
from clients.actions.assignments import assign_specialist, end_assignment, lock
from clients.models import Assignment, Client, KeptFrom
from clients.permissions import rests_on
from peersupport.lib.clock import now
from peersupport.lib.refusals import Refusal


@transaction.atomic
def keep_away(client: Client, person: User, *, by: Actor) -> KeptFrom:
    """The client names someone who may never see the record. Naming them twice changes nothing."""
    lock(client)
    standing = KeptFrom.objects.filter(client=client, person=person, ended_at__isnull=True).first()
    if standing is not None:
        return standing
    at = now()
    kept = KeptFrom.objects.create(
        client=client, person=person, asked_at=at, in_force_since=None if rests_on(client, person) else at
    )
    audit.record("kept_away.in_force" if kept.in_force_since else "kept_away.asked", by=by, client_id=client.pk)
    return kept


@transaction.atomic
def let_back(kept: KeptFrom, *, by: Actor) -> None:
    """The client takes it back."""
    if KeptFrom.objects.filter(pk=kept.pk, ended_at__isnull=True).update(ended_at=now()):
        audit.record("kept_away.ended", by=by, client_id=kept.client_id)


@transaction.atomic
def settle_kept_away(kept: KeptFrom, *, instead: User | None, by: Actor) -> None:
    """A manager answers: `instead` takes over from the specialist named, or a cover or supervisor just leaves."""
    lock(kept.client)
    asked = KeptFrom.objects.asked().filter(pk=kept.pk).first()
    if asked is None:
        return
    held = list(Assignment.objects.open().filter(client=asked.client_id, specialist=asked.person_id))
    primary = any(assignment.kind == Assignment.Kind.PRIMARY for assignment in held)
    if primary and instead is None:
        raise Refusal(_("Please choose who walks with them from now on."), field="instead")
    for assignment in held:
        end_assignment(assignment, Assignment.EndReason.CLIENT_ASKED, by=by)
    if primary and instead is not None:
        assign_specialist(asked.client, instead, by=by)
    _take_hold(asked, by=by)


@transaction.atomic
def honour_wishes() -> int:
    """A wish whose reason to wait has gone by itself (a cover ended, another supervisor came) takes hold now."""
    held = 0
    for kept in KeptFrom.objects.asked().select_related("client", "person").order_by("asked_at"):
        if not rests_on(kept.client, kept.person):
            _take_hold(kept, by=None)
            held += 1
    return held


def _take_hold(kept: KeptFrom, *, by: Actor | None) -> None:
    if KeptFrom.objects.asked().filter(pk=kept.pk).update(in_force_since=now()):
        audit.record("kept_away.in_force", by=by, client_id=kept.client_id)
