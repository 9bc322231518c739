"""People come in: invited, and accepting once."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.contrib.auth.hashers import make_password
from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from accounts.actions.roles import give_role
from accounts.models import Actor, Invitation, Program, Role, User
from accounts.rules.invitations import CLIENT_LASTS, KIND, STAFF_LASTS, lookups, new_code
from audit import actions as audit
from notifications import actions as notifications
from notifications.actions.contact_points import lock_point
from notifications.models import ContactPoint
from peersupport.lib.clock import now
from peersupport.lib.ids import new_id
from peersupport.lib.refusals import Refusal
from peersupport.lib.sealed import seal


@dataclass(frozen=True)
class Invited:
    """Who accepts an invitation is not signed in yet; the hat says so in the audit."""

    person_id: UUID
    hat: str = "invitation"


@transaction.atomic
def invite(
    user: User,
    kind: Role.Kind,
    *,
    program: Program,
    credential: str = "",
    point: ContactPoint | None = None,
    client_id: UUID | None = None,
    by: Actor | None,
) -> Invitation:
    """A link to `point`, or without one a code for paper; what was sent before stops working.

    Refuses whoever can sign in already (field "how"), and an address that cannot be used (field "address").
    """
    person = User.objects.select_for_update().get(pk=user.pk)
    if person.can_sign_in:
        raise Refusal(_("They can sign in already."), field="how")
    if point is not None:
        _refuse_bad_address(person, point)
    if not person.is_active:  # someone who left, and comes back by this invitation
        User.objects.filter(pk=person.pk).update(is_active=True, password=make_password(None))
    at, pk, code = now(), new_id(), new_code()
    _withdraw_standing(person, at)
    invitation = Invitation.objects.create(
        pk=pk,
        user=person,
        program=program,
        kind=kind,
        credential=credential,
        invited_by=by.user if by else None,
        contact_point=point,
        lookup=lookups(code)[0],
        created_at=at,
        expires_at=at + (CLIENT_LASTS if kind == Role.Kind.CLIENT else STAFF_LASTS),
        **seal(Invitation, pk, code=code),
    )
    if point is not None:
        _send(invitation, point)
    audit.record("invitation.made", by=by, client_id=client_id, subject=invitation)
    return invitation


@transaction.atomic
def withdraw_invitations(user: User, *, client_id: UUID | None = None, by: Actor | None) -> None:
    """Whatever stands open for this person leads nowhere any more. Twice is harmless."""
    User.objects.select_for_update().get(pk=user.pk)
    for invitation in _withdraw_standing(user, now()):
        audit.record("invitation.withdrawn", by=by, client_id=client_id, subject=invitation)


@transaction.atomic
def accept_invitation(invitation: Invitation, *, password: str, email: str = "", may_email: bool = False) -> User:
    """Once: the password is set, the address proved, the role opened. `email` only where none was written to.

    Refuses a second time, a late one, and (field "email") an address someone signs in with.
    """
    if invitation.contact_point_id is not None:  # order of locks: point, person, invitation
        lock_point(invitation.contact_point_id)
    person = User.objects.select_for_update().get(pk=invitation.user_id)
    current = Invitation.objects.select_related("program", "contact_point").get(pk=invitation.pk)
    if not Invitation.objects.open().filter(pk=current.pk).update(accepted_at=now()):
        raise Refusal(_("This invitation is over."))
    point = current.contact_point
    acts = Invited(person.pk)
    address = (point.value if point else email).strip().lower()
    try:
        with transaction.atomic():
            columns = {"email": address, "password": make_password(password), "is_active": True}
            User.objects.filter(pk=person.pk).update(**columns)
    except IntegrityError as error:
        sentence = _("This address cannot be used here. Please take another one, or ask whoever invited you.")
        raise Refusal(sentence, field="email") from error
    if point is not None:
        notifications.prove_contact_point(point, may_email=may_email, by=acts)
    held = Role.objects.open().filter(user=person, program=current.program_id, kind=current.kind)
    if not held.exists():
        kind = Role.Kind(current.kind)
        give_role(person, kind, program=current.program, credential=current.credential, by=acts)
    audit.record("invitation.accepted", by=acts, subject=current)
    return User.objects.get(pk=person.pk)


def _send(invitation: Invitation, point: ContactPoint) -> None:
    notifications.plan_delivery(
        KIND,
        subject_id=invitation.pk,
        recipient=invitation.user,
        channel=point.kind,
        due_at=invitation.created_at,
        expires_at=invitation.expires_at,
        contact_point=point,
    )


def _withdraw_standing(user: User, at: datetime) -> list[Invitation]:
    standing = list(Invitation.objects.standing().filter(user=user).select_for_update())
    ids = [invitation.pk for invitation in standing]
    Invitation.objects.standing().filter(pk__in=ids).update(withdrawn_at=at)
    notifications.cancel_unsent(KIND, ids, reason="withdrawn")
    return standing


def _refuse_bad_address(person: User, point: ContactPoint) -> None:
    if point.owner_id != person.pk or point.kind != ContactPoint.Kind.EMAIL:
        raise ValueError("an invitation goes to an e-mail address of its own person")
    if point.only_i_reach_out:
        sentence = _("They asked that nothing is sent to this address. Please give them a printed code.")
        raise Refusal(sentence, field="address")
    if User.objects.filter(email=point.value.lower()).exclude(pk=person.pk).exists():
        raise Refusal(_("Someone here signs in with this address already."), field="address")
