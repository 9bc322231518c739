"""The only writers of audit events. They join the caller's transaction: no event, no effect."""

from typing import Protocol
from uuid import UUID

from django.db import models

from audit.models import Event
from peersupport.lib.clock import now

BUCKET = 600  # seconds in which looking at the same page again is the same look


class Acts(Protocol):
    """Whoever acts: a person under one hat. `accounts.models.Actor` is the one that exists."""

    @property
    def person_id(self) -> UUID: ...
    @property
    def hat(self) -> str: ...


def record(verb: str, *, by: Acts | None, client_id: UUID | None = None, subject: models.Model | None = None) -> None:
    """A write. `by=None` is the system."""
    Event.objects.create(
        verb=verb,
        actor_id=by.person_id if by else None,
        hat=by.hat if by else "system",
        client_id=client_id,
        subject_type=subject._meta.model_name or "" if subject else "",
        subject_id=subject.pk if subject else None,
    )


def record_read(page: str, *, by: Acts, client_id: UUID, subject: models.Model | None = None) -> None:
    """A look at one client's page or words by someone else; one event for each 10 minutes."""
    at = now()
    event = Event(
        at=at,
        verb="read",
        actor_id=by.person_id,
        hat=by.hat,
        client_id=client_id,
        subject_type=subject._meta.model_name or "" if subject else "",
        subject_id=subject.pk if subject else None,
        page=page,
        bucket=int(at.timestamp()) // BUCKET,
    )
    Event.objects.bulk_create([event], ignore_conflicts=True)


def record_list(page: str, *, by: Acts, count: int, narrowed_by: str = "") -> None:
    """A look at a list or report: one event with how many rows it showed and what narrowed it."""
    Event.objects.create(
        verb="list",
        actor_id=by.person_id,
        hat=by.hat,
        page=page,
        count=count,
        narrowed_by=narrowed_by[:200],
    )
