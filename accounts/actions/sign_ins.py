"""What ends sign-ins."""

from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session as StoredSignIn
from django.db import transaction
from django.db.models import F

from accounts.models import Actor, User
from audit import actions as audit
from peersupport.lib.clock import now


@transaction.atomic
def end_sign_ins(user: User, *, by: Actor | None, besides: str = "") -> None:
    """Every browser in which this person is signed in is signed out, recorded or not.

    `besides` is the key of the one that shall stay; whoever calls renews what it carries, see `staying.keep_this`.
    """
    User.objects.filter(pk=user.pk).update(sign_in_round=F("sign_in_round") + 1)
    _end(list(UserSession.objects.filter(user=user).exclude(session_key=besides)))
    audit.record("sign_ins.ended", by=by, subject=user)


@transaction.atomic
def end_sign_in(user: User, pk: int, *, by: Actor, besides: str = "") -> bool:
    """One of a person's own sign-ins, in another browser. False if it has ended already or is not theirs."""
    found = list(UserSession.objects.filter(user=user, pk=pk).exclude(session_key=besides))
    _end(found)
    if found:
        audit.record("sign_in.ended", by=by, subject=user)
    return bool(found)


def forget_ended() -> None:
    """Records of sign-ins that have run out say where someone was: they go with them."""
    alive = StoredSignIn.objects.filter(expire_date__gt=now()).values("session_key")
    UserSession.objects.exclude(session_key__in=alive).delete()


def _end(sign_ins: list[UserSession]) -> None:
    for sign_in in sign_ins:
        sign_in.end()
