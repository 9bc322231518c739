"""Everything that changes what someone may be here, and who answers for whom."""

from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import Actor, Program, Role, Supervision, User
from audit import actions as audit
from peersupport.lib.clock import now
from peersupport.lib.refusals import Refusal


@transaction.atomic
def give_role(
    user: User,
    kind: Role.Kind,
    *,
    program: Program,
    credential: str = "",
    starts_at: datetime | None = None,
    by: audit.Acts | None,
) -> Role:
    try:
        with transaction.atomic():
            role = Role.objects.create(
                user=user, kind=kind, program=program, credential=credential, starts_at=starts_at or now()
            )
    except IntegrityError as error:
        raise Refusal(_("They have this role here already."), field="kind") from error
    audit.record("role.given", by=by, subject=role)
    return role


class LastManager(Refusal):
    """A program that nobody runs could never get anyone to run it again."""

    def __init__(self) -> None:
        super().__init__(_("Nobody else runs this program. Please make someone else a manager first."))


@transaction.atomic
def end_role(role: Role, *, by: Actor | None) -> None:
    """Rights of this hat end with the next request. Refuses for the last manager of a program who can sign in."""
    if role.kind == Role.Kind.MANAGER:
        _refuse_last_manager(role)
    if Role.objects.filter(pk=role.pk, ends_at__isnull=True).update(ends_at=now()):
        audit.record("role.ended", by=by, subject=role)


@transaction.atomic
def start_supervision(
    supervisor: User, specialist: User, *, starts_at: datetime | None = None, by: Actor | None
) -> Supervision:
    """Refuses (field "person") what stands already, and nobody answers for themselves."""
    try:
        with transaction.atomic():
            supervision = Supervision.objects.create(
                supervisor=supervisor, specialist=specialist, starts_at=starts_at or now()
            )
    except IntegrityError as error:
        sentence = _("They answer for them already, or this is the same person.")
        raise Refusal(sentence, field="person") from error
    audit.record("supervision.started", by=by, subject=supervision)
    return supervision


@transaction.atomic
def end_supervision(supervision: Supervision, *, by: Actor | None) -> None:
    if Supervision.objects.filter(pk=supervision.pk, ends_at__isnull=True).update(ends_at=now()):
        audit.record("supervision.ended", by=by, subject=supervision)


def _refuse_last_manager(role: Role) -> None:
    """Under the program's lock: two managers who remove each other at the same moment come one after the other."""
    Program.objects.select_for_update().get(pk=role.program_id)
    others = Role.objects.open().filter(program=role.program_id, kind=Role.Kind.MANAGER).exclude(user=role.user_id)
    if not any(other.user.can_sign_in for other in others.select_related("user")):
        raise LastManager
