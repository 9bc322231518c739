"""The only writers of audit events. They join the caller's transaction: no event, no effect."""

from collections.abc import Iterable
from typing import Any, Protocol
from uuid import UUID

from django.db import connection, models

from peersupport.lib.clock import now
from peersupport.lib.composed import adapt
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
    _put([_event(verb, by, client_id=client_id, subject=subject)])


def record_read(page: str, *, by: Acts, client_id: UUID, subject: models.Model | None = None) -> None:
    """A look at one client's page or words by someone else; one event for each 10 minutes."""
    _record_looks([(client_id, page)], subject, by)


def record_reads(looks: Iterable[tuple[UUID, str]], *, by: Acts) -> None:
    """Several looks at once, as (client, page)."""
    _record_looks(list(looks), None, by)


def _record_looks(looks: list[tuple[UUID, str]], subject: models.Model | None, by: Acts) -> None:
    """One statement, and no transaction of its own around it: this is on the way to every page about a client."""
    bucket = int(now().timestamp()) // BUCKET
    told = [_event("read", by, client_id=client, subject=subject, page=page, bucket=bucket) for client, page in looks]
    if told:
        _put(told, unless="ON CONFLICT DO NOTHING")


_COLUMNS = (
    *("id", "at", "actor_id", "hat", "verb", "client_id", "subject_type", "subject_id"),
    *("page", "bucket", "count", "narrowed_by"),
)
_PUT = "INSERT INTO audit_event ({columns}) VALUES {rows} {unless}"
_ROW = f"({', '.join(['%s'] * len(_COLUMNS))})"


def _event(
    verb: str,
    by: Acts | None,
    *,
    client_id: UUID | None = None,
    subject: models.Model | None = None,
    page: str = "",
    bucket: int | None = None,
    count: int | None = None,
    narrowed_by: str = "",
) -> list[Any]:
    """Its columns."""
    about = (subject._meta.model_name or "", subject.pk) if subject else ("", None)
    who = (by.person_id, by.hat) if by else (None, "system")
    told = (new_id(), now(), *who, verb, client_id, *about, page, bucket, count, narrowed_by)
    return [adapt(value, connection) for value in told]


def _put(events: list[list[Any]], unless: str = "") -> None:
    """Written out: events are on the way to nearly every page, and Django's way there costs more than the insert."""
    statement = _PUT.format(columns=", ".join(_COLUMNS), rows=", ".join([_ROW] * len(events)), unless=unless)
    with connection.cursor() as cursor:
        cursor.execute(statement, [value for event in events for value in event])


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
    own = [adapt(at, connection), adapt(by.person_id, connection), by.hat, page, int(at.timestamp()) // BUCKET]
    with connection.cursor() as cursor:
        cursor.execute(statement, [*values, *own])


def record_list(page: str, *, by: Acts, count: int, narrowed_by: str = "") -> None:
    """A look at a list or report: one event with how many rows it showed and what narrowed it."""
    _put([_event("list", by, page=page, count=count, narrowed_by=narrowed_by[:200])])
