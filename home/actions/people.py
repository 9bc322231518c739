"""People coming in, and what is put right about them."""

from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts import actions as accounts
from accounts.models import Actor, Invitation, Program, Role, Supervision, User
from checkins import actions as checkins
from clients.models import Assignment, Client
from notifications import actions as notifications
from notifications.models import ContactPoint
from peersupport.lib.refusals import Refusal


@transaction.atomic
def invite_staff(about: dict[str, Any], *, by: Actor) -> User:
    """Someone new who will work in the manager's program. They are nobody here before they accept."""
    if User.objects.filter(email=about["email"].lower()).exists():
        raise Refusal(_("Someone here signs in with this address already."), field="email")
    program = by.role.program
    user = accounts.create_person(
        first_name=about["first_name"],
        last_name=about["last_name"],
        language=about["language"],
        time_zone=program.time_zone,
        by=by,
    )
    invite_person(user, Role.Kind(about["kind"]), about["email"], credential=about["credential"], by=by)
    return user


@transaction.atomic
def invite_person(
    user: User, kind: Role.Kind, address: str = "", *, client: Client | None = None, credential: str = "", by: Actor
) -> Invitation:
    """To this address, or on paper. A client's address allows nothing more by it: that is theirs to say."""
    client_id = client.pk if client else None
    point = None
    if address:
        ways = {} if kind == Role.Kind.CLIENT else {"may_email": True}
        email = ContactPoint.Kind.EMAIL
        point = notifications.add_contact_point(user, email, address, by=by, client_id=client_id, **ways)
    return accounts.invite(
        user, kind, program=by.role.program, credential=credential, point=point, client_id=client_id, by=by
    )


@transaction.atomic
def change_person(user: User, about: dict[str, Any], *, client: Client | None, by: Actor) -> None:
    """What is planned by their clock follows it."""
    accounts.change_person(user, **about, client_id=client.pk if client else None, by=by)
    if about["time_zone"] != user.time_zone:
        checkins.replan_for(user, by=by)


@transaction.atomic
def end_one_hat(role: Role, *, by: Actor) -> None:
    """Refuses for whoever still walks with someone in this program: those people come first."""
    Program.objects.select_for_update().get(pk=role.program_id)
    if role.kind == Role.Kind.SPECIALIST and _walks_with_anyone(role):
        raise Refusal(_("They still walk with people here. Please find someone else for each of them first."))
    supervisions = supervisions_on(role)
    accounts.end_role(role, by=by)
    for supervision in supervisions:
        accounts.end_supervision(supervision, by=by)


def _walks_with_anyone(role: Role) -> bool:
    rows = Assignment.objects.not_over().filter(specialist=role.user_id, client__program=role.program_id)
    return rows.filter(client__closed_at__isnull=True).exists()


def supervisions_on(role: Role) -> list[Supervision]:
    """What rests on this hat, unless they wear the same one in another program too."""
    elsewhere = Role.objects.open().filter(user=role.user_id, kind=role.kind).exclude(pk=role.pk)
    side = {Role.Kind.SUPERVISOR.value: "supervisor", Role.Kind.SPECIALIST.value: "specialist"}.get(role.kind)
    if side is None or elsewhere.exists():
        return []
    return list(Supervision.objects.open().filter(**{side: role.user_id}).select_related("supervisor", "specialist"))
