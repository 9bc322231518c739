"""Who a person is here, and what any hat may do with their own account."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.contrib.auth import HASH_SESSION_KEY
from django.contrib.sessions.models import Session as StoredSignIn
from django.core.exceptions import PermissionDenied
from django.db.models import Exists, OuterRef, Q
from django.http import Http404

from accounts.models import (
    Actor,
    ContactHours,
    Line,
    Program,
    ProgramHours,
    Role,
    SecondFactorReset,
    User,
    WayBackCode,
    WayBackHelp,
)
from accounts.rules.invitations import read_code
from accounts.rules.way_back import lookups
from peersupport.lib.clock import now
from peersupport.lib.sealed import words_of


def hats_of(user: User) -> list[Role]:
    """The roles a person holds now; clients first, then by the order of Role.Kind."""
    order = [kind.value for kind in Role.Kind]
    roles = user.open_roles
    if roles is None:
        roles = list(Role.objects.open().filter(user=user).select_related("program"))
    return sorted(roles, key=lambda role: (order.index(role.kind), role.starts_at))


def wearing(user: User, hats: list[Role], chosen: str | None) -> Actor | None:
    """The person under the chosen hat, or under their first one. None for a person who has no role here now."""
    for role in hats:
        if str(role.pk) == chosen:
            return Actor(user, role)
    return Actor(user, hats[0]) if hats else None


def staff_of(program: Program) -> list[Role]:
    """Everyone who works in a program now, by name."""
    roles = Role.objects.open().filter(program=program).exclude(kind=Role.Kind.CLIENT).select_related("user")
    return list(roles.order_by("user__first_name", "user__pk", "kind"))


def works_here(hats: list[Role]) -> bool:
    """Whether one of these is a staff role, whichever is worn."""
    return any(role.kind != Role.Kind.CLIENT for role in hats)


def is_client_only(hats: list[Role]) -> bool:
    """Whether someone is supported here and has no staff role besides."""
    return bool(hats) and not works_here(hats)


def open_roles_of(user: User) -> list[Role]:
    """As they stand now, whatever was loaded before."""
    return list(Role.objects.open().filter(user=user))


def second_factor_of(user: User) -> Authenticator | None:
    return Authenticator.objects.filter(user=user, type=Authenticator.Type.TOTP).first()


def recovery_codes_of(user: User) -> list[str]:
    """Those not used yet."""
    found = Authenticator.objects.filter(user=user, type=Authenticator.Type.RECOVERY_CODES).first()
    codes: list[str] = found.wrap().get_unused_codes() if found else []
    return codes


def untold_resets(user: User) -> list[SecondFactorReset]:
    """When somebody took this person's second factor off, and they were not told yet."""
    found = SecondFactorReset.objects.filter(user=user, told_at__isnull=True).select_related("by")
    return list(found.order_by("at"))


def get_bearer(actor: Actor, pk: UUID) -> User:
    """Someone of the manager's program who needs a second factor, or has one still. 403 for other hats."""
    if not actor.wears(Role.Kind.MANAGER):
        raise PermissionDenied
    roles = list(Role.objects.open().filter(user=pk, program=actor.role.program).select_related("user"))
    if not roles or not (works_here(roles) or second_factor_of(roles[0].user)):
        raise Http404
    return roles[0].user


def person_called(email: str) -> User | None:
    """Who signs in with this address."""
    return User.objects.filter(email=email.strip().lower()).first() if email.strip() else None


def may_enter_with_code(user: User) -> bool:
    """Whether a mailbox may stand for the password: for clients, and for staff whose second factor comes on top."""
    hats = open_roles_of(user)
    if not user.is_active or not hats:
        return False
    return not works_here(hats) or second_factor_of(user) is not None


@dataclass(frozen=True)
class Sheet:
    """The codes someone put away on paper: when they were made, and how many were not used yet."""

    made_at: datetime
    left: int


def sheet_of(user: User) -> Sheet | None:
    rows = list(WayBackCode.objects.current().filter(user=user).values_list("made_at", "used_at"))
    return Sheet(rows[0][0], sum(used_at is None for _made_at, used_at in rows)) if rows else None


def still_opens(user: User, codes: list[str]) -> bool:
    """Whether these are the codes that count now: another window may have made new ones."""
    rows = {"user": user, "lookup__in": lookups(codes[0]) if codes else []}
    return WayBackCode.objects.current().filter(**rows).exists() or WayBackHelp.objects.open().filter(**rows).exists()


def ways_back_used(user: User) -> list[datetime]:
    """When one of their own codes opened this account, of whichever sheet; the last one first."""
    found = WayBackCode.objects.filter(user=user, used_at__isnull=False).order_by("-used_at", "-pk")
    return [at for at in found.values_list("used_at", flat=True)[:5] if at is not None]


def ways_back_helped(user: User) -> list[WayBackHelp]:
    """Who gave this person a code to come back in, and how they made sure; the last one first. For their own eyes."""
    return list(WayBackHelp.objects.filter(user=user).select_related("by").order_by("-given_at", "-pk")[:5])


def way_back_code(login: str, typed: str) -> WayBackCode | WayBackHelp | None:
    """What is on the paper of whoever signs in with `login`: not used, not ended, of a client. Staff never come in so.

    The same two queries, whatever is wrong, so that nobody learns from it who is here.
    """
    roles = Role.objects.open().filter(user=OuterRef("user"))
    works = Exists(roles.exclude(kind=Role.Kind.CLIENT))
    theirs = Q(user__email=login.strip().lower(), user__is_active=True, lookup__in=lookups(read_code(typed)))
    own = WayBackCode.objects.open().filter(theirs, ~works, Exists(roles)).first()
    given = WayBackHelp.objects.open().filter(theirs, ~works, Exists(roles))
    return own or given.defer(*words_of(WayBackHelp)).first()


def sign_ins_of(user: User) -> list[tuple[UserSession, dict[str, Any]]]:
    """Where this person is signed in, with what each sign-in carries; the oldest first."""
    records = {row.session_key: row for row in UserSession.objects.filter(user=user).order_by("created_at", "pk")}
    alive = StoredSignIn.objects.filter(session_key__in=list(records), expire_date__gt=now())
    carried = {stored.session_key: stored.get_decoded() for stored in alive}
    valid = user.get_session_auth_hash()
    return [
        (row, carried[key])
        for key, row in records.items()
        if key in carried and carried[key].get(HASH_SESSION_KEY) == valid
    ]


def runs(actor: Actor, program_id: UUID) -> Program:
    """The program of the worn manager's hat. Http404 for any other one; PermissionDenied under another hat."""
    if not actor.wears(Role.Kind.MANAGER):
        raise PermissionDenied
    if actor.role.program_id != program_id:
        raise Http404
    return Program.objects.get(pk=program_id)  # as it stands now, with its version


def hours_of_program(program: Program) -> list[ProgramHours]:
    return list(ProgramHours.objects.filter(program=program))


def hours_of_person(user: User) -> list[ContactHours]:
    return list(ContactHours.objects.filter(specialist=user))


def get_line(program: Program, pk: UUID) -> Line:
    found = Line.objects.select_related("program").filter(program=program, pk=pk).first()
    if found is None:
        raise Http404
    return found


def named_lines(program: Program) -> list[Line]:
    return list(Line.objects.filter(program=program))
