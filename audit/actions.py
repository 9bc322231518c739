"""The only writers of audit events. They join the caller's transaction: no event, no effect."""

from collections.abc import Iterable
from typing import Any, Protocol
from uuid import UUID

from django.db import connection, models

from audit.models import Event
from peersupport.lib.clock import now
from peersupport.lib.ids import new_id

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
    _record_looks([(client_id, page)], subject, by)


def record_reads(looks: Iterable[tuple[UUID, str]], *, by: Acts) -> None:
    """Several looks at once, as (client, page)."""
    _record_looks(list(looks), None, by)


_LOOKS = """
INSERT INTO audit_event (id, at, actor_id, hat, verb, client_id, subject_type, subject_id, page, bucket, narrowed_by)
VALUES {rows} ON CONFLICT DO NOTHING
"""


def _record_looks(looks: list[tuple[UUID, str]], subject: models.Model | None, by: Acts) -> None:
    """One statement, and no transaction of its own around it: this is on the way to every page about a client."""
    at, values = now(), []
    for client_id, page in looks:
        values += [_column("id", new_id()), _column("at", at), _column("actor_id", by.person_id), by.hat, "read"]
        values += [_column("client_id", client_id), subject._meta.model_name or "" if subject else ""]
        values += [_column("subject_id", subject.pk if subject else None), page, int(at.timestamp()) // BUCKET, ""]
    if looks:
        places = ", ".join(["(%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)"] * len(looks))
        with connection.cursor() as cursor:
            cursor.execute(_LOOKS.format(rows=places), values)


def _column(name: str, value: Any) -> Any:
    field: Any = Event._meta.get_field(name)
    return field.get_db_prep_value(value, connection)


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
