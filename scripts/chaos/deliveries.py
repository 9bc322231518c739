"""Kinds of deliveries whose subject is a role: it is withdrawn by ending the role."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from uuid import UUID

from accounts.models import Role
from notifications.kinds import Kind, Message, Verdict, register
from notifications.models import Delivery

GRACE = timedelta(hours=4)
LETTER = Message("A letter", "Nothing in particular.")


def recheck(delivery: Delivery) -> Verdict:
    return recheck_many([delivery])[delivery.pk]


def recheck_many(deliveries: Sequence[Delivery]) -> Mapping[UUID, Verdict]:
    subjects = Role.objects.filter(pk__in={delivery.subject_id for delivery in deliveries}).order_by("pk")
    ended = {role.pk for role in subjects.select_for_update(no_key=True) if role.ends_at is not None}
    return {delivery.pk: "withdrawn" if delivery.subject_id in ended else None for delivery in deliveries}


def render(_delivery: Delivery) -> Message:
    return LETTER


register(Kind("chaos", GRACE, recheck, render, repeats_when_unsure=True, recheck_many=recheck_many))
register(Kind("chaos-once", GRACE, recheck, render))
