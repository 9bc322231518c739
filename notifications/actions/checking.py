"""What is asked of every delivery at the moment it would leave: by its kind, and by the engine whatever its kind."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from django.utils import translation

from notifications.kinds import Channel, Kind, Later, Parcel, Verdict
from notifications.models import ContactPoint, Delivery
from notifications.rules import allowed_at, next_allowed
from peersupport.lib.clock import now

SOON = timedelta(seconds=30)  # "not yet" lasts at least so long: a verdict must not keep a worker busy
STALE = "stale"


@dataclass(frozen=True)
class Recipient:
    language: str
    time_zone: str
    is_active: bool


@dataclass
class Judged:
    """What may leave now, what may not and why, and what is needed to make the letters."""

    kind: Kind
    points: dict[UUID, ContactPoint]
    people: dict[UUID, Recipient]  # by delivery
    fit: list[Delivery] = field(default_factory=list)
    unfit: dict[str | Later, list[Delivery]] = field(default_factory=lambda: defaultdict(list))

    def parcel(self, row: Delivery) -> Parcel:
        assert row.contact_point_id is not None
        with translation.override(self.people[row.pk].language):
            return Parcel(row.pk, self.points[row.contact_point_id].value, self.kind.render(row))


def judged(kind: Kind, channel: Channel | None, rows: Sequence[Delivery]) -> Judged:
    """Inside the transaction in which sending begins; `channel` None is in-app.

    Locks contact points first, then subjects (the kind does), and reads everything else after that. What was withdrawn
    before is seen here or has ended the row; a withdrawal from now on waits, and comes after sending has begun.
    """
    points = _lock_points(rows)
    verdicts = kind.recheck_many(rows) if kind.recheck_many and len(rows) > 1 else {r.pk: kind.recheck(r) for r in rows}
    found = Judged(kind, points, _recipients(rows))
    at = now()
    for row in rows:
        point = points[row.contact_point_id] if row.contact_point_id else None
        verdict = verdicts.get(row.pk) or _verdict(kind, channel, found.people[row.pk], point, at)
        verdict = _settled(verdict, row.expires_at, at)
        (found.fit if verdict is None else found.unfit[verdict]).append(row)
    return found


def _lock_points(rows: Sequence[Delivery]) -> dict[UUID, ContactPoint]:
    ids = {row.contact_point_id for row in rows if row.contact_point_id}
    if not ids:
        return {}
    points = ContactPoint.objects.filter(pk__in=ids).defer("name_to_say_sealed", "who_else_sees_sealed")
    return {point.pk: point for point in points.order_by("pk").select_for_update(no_key=True)}


def _recipients(rows: Sequence[Delivery]) -> dict[UUID, Recipient]:
    """Read after the subject is locked: whoever changes a zone and holds that lock is seen as a whole or not at all."""
    found = Delivery.objects.filter(pk__in=[row.pk for row in rows]).values_list(
        "pk", "recipient__language", "recipient__time_zone", "recipient__is_active"
    )
    return {pk: Recipient(language, zone, active) for pk, language, zone, active in found}


def _verdict(
    kind: Kind, channel: Channel | None, recipient: Recipient, point: ContactPoint | None, at: datetime
) -> Verdict:
    if not recipient.is_active:
        return "account-closed"
    if channel is None or point is None:
        return None
    if point.ended_at is not None:
        return "address-ended"
    if kind.asked_for:
        return None
    return _not_agreed(point, channel) or _not_now(point, recipient.time_zone, at)


def _not_agreed(point: ContactPoint, channel: Channel) -> str | None:
    if point.verified_at is None:
        return "address-not-verified"
    if point.only_i_reach_out:
        return "only-they-reach-out"
    return None if getattr(point, channel.permission) else "not-agreed-there"


def _not_now(point: ContactPoint, zone: str, at: datetime) -> Verdict:
    if point.good_from is None or point.good_until is None:
        return None
    good = (point.good_from, point.good_until)
    if allowed_at(at, zone, good=good):
        return None
    then = next_allowed(at, zone, good=good)
    return Later(then) if then is not None else "no-good-time-left"


def _settled(verdict: Verdict, expires_at: datetime, at: datetime) -> Verdict:
    """A "not yet" that would come too late is a no."""
    if isinstance(verdict, Later):
        moment = max(verdict.moment, at + SOON)
        return Later(moment) if moment < expires_at else "no-good-time-left"
    return STALE if verdict is None and expires_at <= at else verdict
