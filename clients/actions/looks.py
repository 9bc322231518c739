"""Who looks: a supervisor with a reason, and everyone at their own pages."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import IntegrityError, connection, transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import Actor
from audit import actions as audit
from clients.models import Client, Opening, Visit
from peersupport.lib.clock import now
from peersupport.lib.ids import new_id
from peersupport.lib.refusals import Refusal
from peersupport.lib.sealed import seal

OPENING_LASTS = timedelta(minutes=60)
AWAY_AFTER = timedelta(minutes=30)


@transaction.atomic
def open_words(
    client: Client, reason: str, *, op_id: UUID, subject_id: UUID | None = None, language: str, by: Actor
) -> Opening:
    """A supervisor opens a client's words (or one log's) for 60 minutes. The client sees who, when and why.

    The same form sent again is the same opening, as it was made.
    """
    if not reason.strip():
        raise Refusal(_("Please say why. They will read it."), field="reason")
    pk, at = new_id(), now()
    try:
        with transaction.atomic():
            opening = Opening.objects.create(
                pk=pk,
                client=client,
                supervisor=by.user,
                op_id=op_id,
                subject_id=subject_id,
                language=language,
                starts_at=at,
                ends_at=at + OPENING_LASTS,
                **seal(Opening, pk, reason=reason),
            )
    except IntegrityError:
        return Opening.objects.get(supervisor=by.user, op_id=op_id)
    audit.record("words.opened", by=by, client_id=client.pk, subject=opening)
    return opening


_LOOK = """
INSERT INTO clients_visit (id, user_id, client_id, page, looked_at, before) VALUES {rows}
ON CONFLICT (client_id, page, user_id) DO UPDATE SET
before = CASE WHEN clients_visit.looked_at < %s THEN clients_visit.looked_at ELSE clients_visit.before END,
looked_at = excluded.looked_at RETURNING id, page, before
"""


def look_at(client: Client, pages: Iterable[str], *, by: Actor) -> dict[str, datetime | None]:
    """Notes that a person looks at these pages now, and says when they looked before: what is younger is new to them.

    One statement, harmless to repeat, its own record.
    """
    at = now()
    rows: list[Any] = []
    for page in dict.fromkeys(pages):
        rows += [_column("id", new_id()), _column("user", by.person_id), _column("client", client.pk), page]
        rows += [_column("looked_at", at), None]
    if not rows:
        return {}
    places = ", ".join(["(%s, %s, %s, %s, %s, %s)"] * (len(rows) // 6))
    visits = Visit.objects.raw(_LOOK.format(rows=places), [*rows, _column("looked_at", at - AWAY_AFTER)])
    return {visit.page: visit.before for visit in visits}


def hold_unseen(client: Client, page: str) -> bool:
    """Whether the client has not looked at it yet; a first look then waits until this transaction ends.

    The constraint on visits decides which of the two came first: the same row is begun here, and not left behind.
    """
    try:
        with transaction.atomic():
            begun = Visit.objects.create(user_id=client.user_id, client=client, page=page, looked_at=now())
    except IntegrityError:
        return False
    begun.delete()
    return True


def _column(name: str, value: Any) -> Any:
    field = Visit._meta.get_field(name)
    return field.get_db_prep_value(value, connection)  # type: ignore[union-attr]
