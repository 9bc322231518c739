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


# Sixteen random bytes as text, for the part of a UUIDv7 that is not its time.
_DICE = {"sqlite": "lower(hex(randomblob(16)))", "postgresql": "replace(CAST(gen_random_uuid() AS text), '-', '')"}
_ID = {"sqlite": "{id}", "postgresql": "CAST({id} AS uuid)"}
_EXPORTS = """
WITH asked (client_id) AS ({clients}), rolled AS (SELECT client_id, {dice} AS dice FROM asked)
INSERT INTO audit_event (id, at, actor_id, hat, verb, client_id, subject_type, page, bucket, narrowed_by)
SELECT {id}, %s, %s, %s, 'export', client_id, '', %s, %s, '' FROM rolled WHERE client_id IS NOT NULL
ON CONFLICT DO NOTHING
"""


def record_exports(page: str, clients: models.QuerySet[Any, Any], *, by: Acts) -> None:
    """What is known of these clients (a query of their ids) leaves in a file: one event each, by one statement."""
    at, vendor = now(), connection.vendor
    chosen, values = clients.query.get_compiler(connection=connection, elide_empty=False).as_sql()
    made_of_time = f"'{int(at.timestamp() * 1000):012x}7' || substr(dice, 1, 3) || '8' || substr(dice, 18, 15)"
    statement = _EXPORTS.format(clients=chosen, dice=_DICE[vendor], id=_ID[vendor].format(id=made_of_time))
    own = [_column("at", at), _column("actor_id", by.person_id), by.hat, page, int(at.timestamp()) // BUCKET]
    with connection.cursor() as cursor:
        cursor.execute(statement, [*values, *own])


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
