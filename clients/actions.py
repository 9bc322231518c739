"""Everything that changes who supports a client, and who may look."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import IntegrityError, connection, transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import Actor, Program, User
from audit import actions as audit
from clients.models import Assignment, Client, ImportedAs, KeptFrom, Opening, Visit
from clients.permissions import rests_on
from peersupport.lib.clock import now
from peersupport.lib.ids import new_id
from peersupport.lib.refusals import Refusal
from peersupport.lib.sealed import seal

OPENING_LASTS = timedelta(minutes=60)
AWAY_AFTER = timedelta(minutes=30)


@transaction.atomic
def open_client(user: User, program: Program, *, opened_at: datetime | None = None, by: Actor | None) -> Client:
    """Begins the record of a person's support."""
    client = Client.objects.create(user=user, program=program, opened_at=opened_at or now())
    audit.record("client.opened", by=by, client_id=client.pk, subject=client)
    return client


@transaction.atomic
def set_quiet_mark(client: Client, days: int | None, *, by: Actor) -> None:
    """After how many days without a talk the client would like to hear from someone; None: no mark."""
    if Client.objects.filter(pk=client.pk).exclude(quiet_after_days=days).update(quiet_after_days=days):
        audit.record("quiet_mark.set", by=by, client_id=client.pk, subject=client)


@transaction.atomic
def note_import(client: Client, digests: dict[ImportedAs.By, str], *, by: Actor | None) -> None:
    """The client came from a spreadsheet, and by these digests the same row is known again."""
    ImportedAs.objects.bulk_create(
        ImportedAs(client=client, by=kind, digest=digest) for kind, digest in digests.items()
    )
    audit.record("client.imported", by=by, client_id=client.pk, subject=client)


@transaction.atomic
def assign_specialist(
    client: Client, specialist: User, *, starts_at: datetime | None = None, by: Actor | None
) -> Assignment:
    """The client's one primary specialist from now on. Refused while the client keeps that person away."""
    _lock(client)
    _refuse_kept_away(client, specialist)
    try:
        with transaction.atomic():
            assignment = Assignment.objects.create(client=client, specialist=specialist, starts_at=starts_at or now())
    except IntegrityError as error:
        raise Refusal(_("Someone already walks with this person. Please end that first.")) from error
    audit.record("assignment.started", by=by, client_id=client.pk, subject=assignment)
    return assignment


@transaction.atomic
def assign_cover(
    client: Client, specialist: User, *, until: datetime, starts_at: datetime | None = None, by: Actor | None
) -> Assignment:
    """Someone who stands in, for a span that is known from the start."""
    _lock(client)
    _refuse_kept_away(client, specialist)
    assignment = Assignment.objects.create(
        client=client,
        specialist=specialist,
        kind=Assignment.Kind.COVER,
        starts_at=starts_at or now(),
        ends_at=until,
        end_reason=Assignment.EndReason.COVER_OVER,
    )
    audit.record("assignment.started", by=by, client_id=client.pk, subject=assignment)
    return assignment


@transaction.atomic
def end_assignment(assignment: Assignment, reason: Assignment.EndReason, *, by: Actor | None) -> None:
    """The specialist's rights end with their next request."""
    at = now()
    changed = Assignment.objects.open().filter(pk=assignment.pk).update(ends_at=at, end_reason=reason)
    if changed:
        audit.record("assignment.ended", by=by, client_id=assignment.client_id, subject=assignment)


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


@transaction.atomic
def keep_away(client: Client, person: User, *, by: Actor) -> KeptFrom:
    """The client names someone who may never see the record. Naming them twice changes nothing."""
    _lock(client)
    standing = KeptFrom.objects.filter(client=client, person=person, ended_at__isnull=True).first()
    if standing is not None:
        return standing
    at = now()
    kept = KeptFrom.objects.create(
        client=client, person=person, asked_at=at, in_force_since=None if rests_on(client, person) else at
    )
    audit.record("kept_away.in_force" if kept.in_force_since else "kept_away.asked", by=by, client_id=client.pk)
    return kept


@transaction.atomic
def let_back(kept: KeptFrom, *, by: Actor) -> None:
    """The client takes it back."""
    if KeptFrom.objects.filter(pk=kept.pk, ended_at__isnull=True).update(ended_at=now()):
        audit.record("kept_away.ended", by=by, client_id=kept.client_id)


@transaction.atomic
def settle_kept_away(kept: KeptFrom, *, instead: User | None, by: Actor) -> None:
    """A manager answers: `instead` takes over from the specialist named, or a cover or supervisor just leaves."""
    _lock(kept.client)
    asked = KeptFrom.objects.asked().filter(pk=kept.pk).first()
    if asked is None:
        return
    held = list(Assignment.objects.open().filter(client=asked.client_id, specialist=asked.person_id))
    primary = any(assignment.kind == Assignment.Kind.PRIMARY for assignment in held)
    if primary and instead is None:
        raise Refusal(_("Please choose who walks with them from now on."), field="instead")
    for assignment in held:
        end_assignment(assignment, Assignment.EndReason.CLIENT_ASKED, by=by)
    if primary and instead is not None:
        assign_specialist(asked.client, instead, by=by)
    _take_hold(asked, by=by)


@transaction.atomic
def honour_wishes() -> int:
    """A wish whose reason to wait has gone by itself (a cover ended, another supervisor came) takes hold now."""
    held = 0
    for kept in KeptFrom.objects.asked().select_related("client", "person").order_by("asked_at"):
        if not rests_on(kept.client, kept.person):
            _take_hold(kept, by=None)
            held += 1
    return held


def _take_hold(kept: KeptFrom, *, by: Actor | None) -> None:
    if KeptFrom.objects.asked().filter(pk=kept.pk).update(in_force_since=now()):
        audit.record("kept_away.in_force", by=by, client_id=kept.client_id)


def _lock(client: Client) -> None:
    """Whoever changes who supports a client, or who is kept away, waits here for the other."""
    Client.objects.select_for_update().get(pk=client.pk)


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


def _column(name: str, value: Any) -> Any:
    field = Visit._meta.get_field(name)
    return field.get_db_prep_value(value, connection)  # type: ignore[union-attr]


def _refuse_kept_away(client: Client, specialist: User) -> None:
    if KeptFrom.objects.standing().filter(client=client, person=specialist).exists():
        raise Refusal(_("This person asked not to be supported by them."), field="instead")
