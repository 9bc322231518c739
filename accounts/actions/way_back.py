"""A client's way back in: a sheet of codes on paper, made and thrown away. Using one: accounts/actions/passwords.py."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import Actor, User, WayBackCode
from accounts.models.way_back import ON_A_SHEET
from accounts.permissions import is_client_only, open_roles_of, way_back_code
from accounts.rules.invitations import new_code
from accounts.rules.way_back import lookups
from audit import actions as audit
from peersupport.lib.clock import now
from peersupport.lib.refusals import Refusal


@transaction.atomic
def make_sheet(user: User, *, by: Actor) -> list[str]:
    """Its codes, which nobody can read again. The sheet before ends. Refuses for whoever works here."""
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


def use_way_back(login: str, typed: str) -> User | None:
    """Whose code this is, once. To be called inside the transaction of what it opens.

    For whatever is wrong the same query. Order of locks: person, code; making a sheet takes them in the same order.
    """
    found = way_back_code(login, typed)
    if found is None:
        return None
    user = User.objects.select_for_update().get(pk=found.user_id)
    if not WayBackCode.objects.open().filter(pk=found.pk).update(used_at=now()):
        return None  # someone was quicker
    audit.record("way_back.used", by=None, subject=found)
    return user


def _end(user: User, at: datetime) -> int:
    return WayBackCode.objects.current().filter(user=user).update(ended_at=at)
