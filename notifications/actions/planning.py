"""Deliveries are planned and stopped here; dispatching sends them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction

from notifications.kinds import IN_APP, channel_names, kind_of
from notifications.models import ContactPoint, Delivery
from notifications.permissions import Person
from peersupport.lib.clock import now


@dataclass(frozen=True)
class Plan:
    """One delivery to be. Without `expires_at` it is stale after the grace of its kind.

    Planning the same `key` again changes nothing, whatever has become of that delivery. What was cancelled and shall
    go out after all is planned with another key. Default key: kind, subject, channel.
    """

    kind: str
    subject_id: UUID
    recipient: Person
    channel: str
    due_at: datetime
    expires_at: datetime | None = None
    contact_point: ContactPoint | None = None
    key: str | None = None

    @property
    def whole_key(self) -> str:
        return self.key or f"{self.kind}:{self.subject_id}:{self.channel}"

    def row(self) -> Delivery:
        """Raises ValueError for what could never be sent."""
        kind = kind_of(self.kind)
        if self.channel not in channel_names():
            raise ValueError(f"there is no channel {self.channel}")
        if (self.contact_point is None) is not (self.channel == IN_APP):
            raise ValueError("a delivery goes to a contact point unless it is in-app")
        if self.contact_point is not None and self.contact_point.owner_id != self.recipient.pk:
            raise ValueError("a delivery goes to a contact point of its recipient")
        return Delivery(
            kind=self.kind,
            subject_id=self.subject_id,
            recipient_id=self.recipient.pk,
            contact_point=self.contact_point,
            channel=self.channel,
            key=self.whole_key,
            due_at=self.due_at,
            try_at=self.due_at,
            expires_at=self.expires_at or self.due_at + kind.grace,
            planned_zone=self.recipient.time_zone,
        )


def plan_delivery(
    kind: str,
    *,
    subject_id: UUID,
    recipient: Person,
    channel: str,
    due_at: datetime,
    expires_at: datetime | None = None,
    contact_point: ContactPoint | None = None,
    key: str | None = None,
) -> Delivery:
    """The row of this delivery, planned now or before; see `Plan`."""
    plan = Plan(kind, subject_id, recipient, channel, due_at, expires_at, contact_point, key)
    plan_deliveries([plan])
    return Delivery.objects.get(key=plan.whole_key)


def plan_deliveries(plans: Iterable[Plan]) -> None:
    """All of them in one statement; what is planned already stays as it is."""
    Delivery.objects.bulk_create([plan.row() for plan in plans], ignore_conflicts=True, batch_size=1000)


@transaction.atomic
def cancel_unsent(kind: str, subject_ids: Iterable[UUID], *, reason: str) -> int:
    """Whatever of these subjects has not left yet never will; how many that were.

    The caller holds the lock on the subjects' rows. What is being sent at this moment has passed `recheck` before the
    lock was taken and is not undone; a second try of it meets `recheck` again.
    """
    unsent = Delivery.objects.filter(subject_id__in=list(subject_ids), kind=kind, state__in=Delivery.UNSENT)
    return unsent.update(state=Delivery.State.CANCELLED, reason=reason, lease_until=None, ended_at=now())
