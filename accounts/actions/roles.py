"""Everything that changes what someone may be here, and who answers for whom."""

from datetime import datetime

from django.db import transaction

from accounts.models import Actor, Program, Role, Supervision, User
from audit import actions as audit
from peersupport.lib.clock import now


@transaction.atomic
def give_role(
    user: User,
    kind: Role.Kind,
    *,
    program: Program,
    credential: str = "",
    starts_at: datetime | None = None,
    by: Actor | None,
) -> Role:
    role = Role.objects.create(
        user=user, kind=kind, program=program, credential=credential, starts_at=starts_at or now()
    )
    audit.record("role.given", by=by, subject=role)
    return role


@transaction.atomic
def end_role(role: Role, *, by: Actor | None) -> None:
    """Rights of this hat end with the next request."""
    if Role.objects.filter(pk=role.pk, ends_at__isnull=True).update(ends_at=now()):
        audit.record("role.ended", by=by, subject=role)


@transaction.atomic
def start_supervision(
    supervisor: User, specialist: User, *, starts_at: datetime | None = None, by: Actor | None
) -> Supervision:
    supervision = Supervision.objects.create(supervisor=supervisor, specialist=specialist, starts_at=starts_at or now())
    audit.record("supervision.started", by=by, subject=supervision)
    return supervision


@transaction.atomic
def end_supervision(supervision: Supervision, *, by: Actor | None) -> None:
    if Supervision.objects.filter(pk=supervision.pk, ends_at__isnull=True).update(ends_at=now()):
        audit.record("supervision.ended", by=by, subject=supervision)
