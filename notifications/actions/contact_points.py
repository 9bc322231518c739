"""Everything that changes how a person can be reached."""

from datetime import time
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils.translation import gettext_lazy as _

from audit import actions as audit
from notifications.models import AddressCode, ContactPoint
from notifications.permissions import Person
from notifications.rules import lookups, normalized
from peersupport.lib.clock import now
from peersupport.lib.ids import new_id
from peersupport.lib.refusals import Refusal, Stale
from peersupport.lib.sealed import seal

WAYS = ("may_email", "may_call", "may_text", "may_voicemail")
FACTS = (*WAYS, "only_i_reach_out", "good_from", "good_until")
WORDS = ("name_to_say", "who_else_sees")


@transaction.atomic
def add_contact_point(
    owner: Person, kind: str, value: str, *, by: audit.Acts | None, client_id: UUID | None = None, **fields: Any
) -> ContactPoint:
    """A new address or number, not verified yet; `fields` are of FACTS and WORDS. One that stands already is returned
    as it is. Refuses (field "value") what cannot be an address. `client_id` shows the event on that client's pages.
    """
    value = value.strip()
    _refuse_bad_value(kind, value)
    keys = lookups(kind, value)
    pk = new_id()
    try:
        with transaction.atomic():
            standing = ContactPoint.objects.standing().filter(owner=owner.pk, lookup__in=keys).first()
            if standing is not None:
                return standing
            point = ContactPoint.objects.create(
                pk=pk,
                owner_id=owner.pk,
                kind=kind,
                lookup=keys[0],
                **_columns(pk, kind, fields),
                **seal(ContactPoint, pk, value=value),
            )
    except IntegrityError:  # the same form sent twice at once
        return ContactPoint.objects.standing().get(owner=owner.pk, lookup=keys[0])
    audit.record("contact_point.added", by=by, client_id=client_id, subject=point)
    return point


@transaction.atomic
def change_contact_point(
    point: ContactPoint, *, version: int, by: audit.Acts | None, client_id: UUID | None = None, **fields: Any
) -> ContactPoint:
    """`fields` of FACTS and WORDS; the others stay. What is planned already is judged by this when it is due.

    Refuses as Stale what was made from an older version.
    """
    lock_point(point.pk)
    changed = (
        ContactPoint.objects.standing()
        .filter(pk=point.pk, version=version)
        .update(version=F("version") + 1, **_columns(point.pk, point.kind, fields))
    )
    stands = ContactPoint.objects.get(pk=point.pk)
    if not changed:
        raise Stale(_("This was changed in the meantime. Please look at it once more."), stands=stands)
    audit.record("contact_point.changed", by=by, client_id=client_id, subject=stands)
    return stands


@transaction.atomic
def end_contact_point(point: ContactPoint, *, by: audit.Acts | None, client_id: UUID | None = None) -> None:
    """Nothing goes there any more, planned or not. Ending it twice changes nothing."""
    lock_point(point.pk)
    at = now()
    if ContactPoint.objects.standing().filter(pk=point.pk).update(ended_at=at, version=F("version") + 1):
        AddressCode.objects.filter(contact_point=point.pk, ended_at__isnull=True).update(ended_at=at)
        audit.record("contact_point.ended", by=by, client_id=client_id, subject=point)


@transaction.atomic
def prove_contact_point(
    point: ContactPoint, *, may_email: bool, by: audit.Acts | None, client_id: UUID | None = None
) -> None:
    """Its owner opened a link that went nowhere else: as good as a code. `may_email`: they said so there."""
    stands = lock_point(point.pk)
    fresh = ContactPoint.objects.standing().filter(pk=point.pk, verified_at__isnull=True)
    if fresh.update(verified_at=now(), may_email=may_email or stands.may_email, version=F("version") + 1):
        audit.record("contact_point.verified", by=by, client_id=client_id, subject=point)


def lock_point(pk: UUID) -> ContactPoint:
    """Until the end of the transaction nothing begins to be sent there. Order of locks: point, subject, delivery."""
    return ContactPoint.objects.select_for_update(no_key=True).get(pk=pk)


def _columns(pk: UUID, kind: str, fields: dict[str, Any]) -> dict[str, Any]:
    unknown = set(fields) - {*FACTS, *WORDS}
    if unknown:
        raise TypeError(f"a contact point has no {', '.join(sorted(unknown))}")
    _refuse_bad_hours(fields.get("good_from"), fields.get("good_until"))
    facts = {name: value for name, value in fields.items() if name in FACTS}
    for way in WAYS:  # an address takes no calls, a number no mail
        if way in facts and (way == "may_email") is not (kind == ContactPoint.Kind.EMAIL):
            facts[way] = False
    return facts | seal(ContactPoint, pk, **{name: fields[name].strip() for name in WORDS if name in fields})


def _refuse_bad_value(kind: str, value: str) -> None:
    if kind == ContactPoint.Kind.EMAIL:
        try:
            validate_email(value)
        except ValidationError as error:
            raise Refusal(_("This does not look like an e-mail address."), field="value") from error
    elif not 7 <= len(normalized(kind, value).lstrip("+")) <= 15:
        raise Refusal(_("This does not look like a phone number."), field="value")


def _refuse_bad_hours(good_from: time | None, good_until: time | None) -> None:
    if (good_from is None) is not (good_until is None):
        raise Refusal(_("Please give both times, or leave both empty for any hour."), field="good_until")
    if good_from is not None and good_from == good_until:
        raise Refusal(_("These two times are the same. Leave both empty for any hour."), field="good_until")
