"""A code proves that an address is read by its owner."""

import secrets
from datetime import timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext_lazy as _

from audit import actions as audit
from notifications.actions.contact_points import lock_point
from notifications.actions.planning import plan_delivery
from notifications.models import AddressCode, ContactPoint
from peersupport.lib.clock import now
from peersupport.lib.ids import new_id
from peersupport.lib.refusals import Refusal
from peersupport.lib.sealed import seal

KIND = "address-code"
CODE_LASTS = timedelta(minutes=15)
SAME_CODE = timedelta(minutes=1)  # asking again so soon is the same question
CODES_AN_HOUR = 5  # of one person, to whatever addresses: nobody floods somebody else's mailbox from here
WRONG_CODES = 5


@transaction.atomic
def ask_for_code(point: ContactPoint, *, by: audit.Acts | None, client_id: UUID | None = None) -> AddressCode:
    """Sends six digits to the address; older ones stop working. Refuses more than five an hour."""
    stands = lock_point(point.pk)
    if stands.ended_at is not None or stands.verified_at is not None or stands.kind != ContactPoint.Kind.EMAIL:
        raise Refusal(_("There is nothing to confirm here any more."))
    at = now()
    codes = AddressCode.objects.filter(contact_point=point.pk)
    fresh = codes.filter(ended_at__isnull=True, created_at__gt=at - SAME_CODE, tries__lt=WRONG_CODES).first()
    if fresh is not None:
        return fresh
    lately = AddressCode.objects.filter(contact_point__owner=stands.owner_id, created_at__gt=at - timedelta(hours=1))
    if lately.count() >= CODES_AN_HOUR:
        raise Refusal(_("We sent several codes already. Please try again in an hour."))
    codes.filter(ended_at__isnull=True).update(ended_at=at)
    pk = new_id()
    code = AddressCode.objects.create(
        pk=pk,
        contact_point=stands,
        created_at=at,
        expires_at=at + CODE_LASTS,
        **seal(AddressCode, pk, code=f"{secrets.randbelow(10**6):06}"),
    )
    plan_delivery(
        KIND,
        subject_id=pk,
        recipient=stands.owner,
        channel=stands.kind,
        due_at=at,
        expires_at=code.expires_at,
        contact_point=stands,
    )
    audit.record("contact_point.code_sent", by=by, client_id=client_id, subject=stands)
    return code


def confirm_code(
    point: ContactPoint, typed: str, *, by: audit.Acts | None, client_id: UUID | None = None
) -> ContactPoint:
    """The right code verifies the address. A wrong one is refused (field "code") and counted; five end the code.

    Not to be called inside a transaction of the caller: the count must stand although the answer is a refusal.
    """
    with transaction.atomic():
        stands = lock_point(point.pk)
        if stands.ended_at is None and stands.verified_at is not None:
            return stands
        right = _try(stands, "".join(typed.split()))
        if right:
            ContactPoint.objects.filter(pk=stands.pk).update(verified_at=now(), version=F("version") + 1)
            audit.record("contact_point.verified", by=by, client_id=client_id, subject=stands)
    if not right:
        raise Refusal(_("This is not the code, or it is too old. Please look again, or get a new one."), field="code")
    return ContactPoint.objects.get(pk=stands.pk)


def _try(point: ContactPoint, typed: str) -> bool:
    """Under the lock on the point, so that two guesses at once are two guesses."""
    at = now()
    open_codes = AddressCode.objects.filter(contact_point=point.pk, ended_at__isnull=True)
    code = open_codes.filter(expires_at__gt=at, tries__lt=WRONG_CODES).first()
    if code is None or point.ended_at is not None:
        return False
    right = secrets.compare_digest(code.code.encode(), typed.encode())
    if right:
        open_codes.filter(pk=code.pk).update(ended_at=at)
    else:
        open_codes.filter(pk=code.pk).update(tries=F("tries") + 1)
    return right
