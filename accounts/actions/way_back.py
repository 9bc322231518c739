"""A client's way back in: a sheet of codes on paper, or one code from a manager who met them.

Using one: accounts/actions/passwords.py.
"""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import Actor, User, WayBackCode, WayBackHelp
from accounts.models.way_back import ON_A_SHEET
from accounts.permissions import is_client_only, open_roles_of, way_back_code
from accounts.rules.invitations import new_code
from accounts.rules.way_back import HELP_LASTS, lookups
from audit import actions as audit
from peersupport.lib.clock import now
from peersupport.lib.ids import new_id
from peersupport.lib.refusals import Refusal
from peersupport.lib.sealed import seal


@transaction.atomic
def make_sheet(user: User, *, by: Actor) -> list[str]:
    """Its codes, which nobody can read again. What was given before ends. Refuses for whoever works here."""
    User.objects.select_for_update().get(pk=user.pk)
    if not is_client_only(open_roles_of(user)):
        raise Refusal(_("Whoever works here has recovery codes instead."))
    at, codes = now(), [new_code() for _number in range(ON_A_SHEET)]
    _end(user, at)
    WayBackCode.objects.bulk_create(
        WayBackCode(user=user, lookup=lookups(code)[0], number=number, made_at=at)
        for number, code in enumerate(codes, start=1)
    )
    audit.record("way_back.made", by=by, subject=user)
    return codes


@transaction.atomic
def throw_sheet_away(user: User, *, by: Actor) -> None:
    """Its codes open nothing any more. Twice is harmless."""
    User.objects.select_for_update().get(pk=user.pk)
    if _end(user, now()):
        audit.record("way_back.thrown_away", by=by, subject=user)


@transaction.atomic
def help_back_in(user: User, how_proved: str, *, language: str, client_id: UUID, by: Actor) -> str:
    """One code for an hour, to be handed to a client who proved in person who they are. The one before ends.

    Whoever calls knows that `by` runs the client's program and does not walk with them. Refuses whoever works here, a
    closed sign-in, and (field "how_proved") to do it without saying how.
    """
    if not how_proved.strip():
        raise Refusal(_("Please write how you made sure who they are."), field="how_proved")
    person = User.objects.select_for_update().get(pk=user.pk)
    if person.pk == by.person_id or not is_client_only(open_roles_of(person)):
        raise Refusal(_("This way back in is for the people who are supported here."))
    if not person.is_active or person.email is None:
        raise Refusal(_("They have no sign-in. Please invite them instead."))
    at, pk, code = now(), new_id(), new_code()
    WayBackHelp.objects.standing().filter(user=user).update(ended_at=at)
    given = WayBackHelp.objects.create(
        pk=pk,
        user=person,
        by=by.user,
        language=language,
        lookup=lookups(code)[0],
        given_at=at,
        expires_at=at + HELP_LASTS,
        **seal(WayBackHelp, pk, how_proved=how_proved.strip()),
    )
    audit.record("way_back.given", by=by, client_id=client_id, subject=given)
    return code


def use_way_back(login: str, typed: str) -> User | None:
    """Whose code this is, once. To be called inside the transaction of what it opens.

    For whatever is wrong the same queries. Order of locks: person, code; making a sheet takes them in the same order.
    """
    found = way_back_code(login, typed)
    if found is None:
        return None
    user = User.objects.select_for_update().get(pk=found.user_id)
    at = now()  # before the question whether it still is open: used in time
    if not type(found).objects.open().filter(pk=found.pk).update(used_at=at):
        return None  # someone was quicker
    audit.record("way_back.used", by=None, subject=found)
    return user


def _end(user: User, at: datetime) -> int:
    helped = WayBackHelp.objects.standing().filter(user=user).update(ended_at=at)
    return helped + WayBackCode.objects.current().filter(user=user).update(ended_at=at)
