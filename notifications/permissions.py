"""The only loaders of contact points and deliveries. Whose they are to see is for the pages, which know the hats."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Protocol
from uuid import UUID

from django.db.models import Min, QuerySet
from django.http import Http404

from notifications.kinds import channel_names
from notifications.models import ContactPoint, Delivery
from peersupport.lib.clock import now
from peersupport.lib.sealed import words_of


class Person(Protocol):
    """Who can be reached. `accounts.models.User` is the one that exists."""

    @property
    def pk(self) -> UUID: ...
    @property
    def time_zone(self) -> str: ...


def contact_points_of(owner: Person) -> list[ContactPoint]:
    """Facts of the standing ones, oldest first: touching an address or a word raises."""
    return list(_points(owner).defer(*words_of(ContactPoint)))


def contact_points_words_of(owner: Person) -> list[ContactPoint]:
    """With addresses and words."""
    return list(_points(owner))


def get_contact_point(owner: Person, pk: UUID) -> ContactPoint:
    """A standing one with its address and words. Http404 if it is not this person's."""
    point = _points(owner).filter(pk=pk).first()
    if point is None:
        raise Http404
    return point


def email_point_of(user: Person) -> ContactPoint | None:
    """The address to write to: verified and not ended, the one verified last. Facts only."""
    found = ContactPoint.objects.verified().filter(owner=user.pk, kind=ContactPoint.Kind.EMAIL)
    return found.defer(*words_of(ContactPoint)).order_by("-verified_at", "-pk").first()


def email_points_of(owners: Iterable[UUID]) -> dict[UUID, ContactPoint]:
    """The same for many; whether it may be used is the engine's question."""
    found = ContactPoint.objects.verified().filter(owner__in=list(owners), kind=ContactPoint.Kind.EMAIL)
    return {point.owner_id: point for point in found.defer(*words_of(ContactPoint)).order_by("verified_at", "pk")}


def failed_for(recipients: Iterable[UUID]) -> QuerySet[Delivery]:
    """What did not reach these people (ids) or may not have, newest first: failed, bounced, and nobody knows."""
    wrong = Delivery.objects.filter(recipient__in=list(recipients), state__in=Delivery.WENT_WRONG)
    return wrong.order_by("-ended_at", "-pk")


def expired_for(recipients: Iterable[UUID], since: datetime) -> QuerySet[Delivery]:
    """What was too old to be sent since then, newest first: after an outage, one digest for whoever supports them."""
    stale = Delivery.objects.filter(recipient__in=list(recipients), state=Delivery.State.EXPIRED, ended_at__gte=since)
    return stale.order_by("-ended_at", "-pk")


def deliveries_of(kind: str, subject_ids: Iterable[UUID]) -> QuerySet[Delivery]:
    """Where the messages about these subjects are, oldest first."""
    return Delivery.objects.filter(subject_id__in=list(subject_ids), kind=kind).order_by("created_at", "pk")


def overdue_since(patience: timedelta = timedelta(minutes=5)) -> datetime | None:
    """Since when something is due that nobody looks after: the oldest moment further back than `patience`, or None."""
    limit = now() - patience
    waiting = Delivery.objects.filter(
        state=Delivery.State.PENDING, channel__in=channel_names(), try_at__lt=limit
    ).aggregate(at=Min("try_at"))["at"]
    left = Delivery.objects.filter(lease_until__lt=limit).aggregate(at=Min("lease_until"))["at"]
    return min(filter(None, (waiting, left)), default=None)


def _points(owner: Person) -> QuerySet[ContactPoint]:
    return ContactPoint.objects.standing().filter(owner=owner.pk).order_by("created_at", "pk")
