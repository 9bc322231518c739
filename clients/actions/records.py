"""The record of a person's support: begun, brought in, marked."""

from datetime import datetime

from django.db import transaction

from accounts.models import Actor, Program, User
from audit import actions as audit
from clients.models import Client, ImportedAs
from peersupport.lib.clock import now


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
