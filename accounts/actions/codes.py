"""A code by e-mail instead of a password: asked for, planned, and typed."""

import secrets
from datetime import timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import F

from accounts.models import SignInCode, User
from accounts.models.sign_ins import TRIES
from accounts.permissions import may_enter_with_code, person_called
from audit import actions as audit
from notifications.actions import plan_delivery
from notifications.permissions import email_point_of
from peersupport.lib.clock import now
from peersupport.lib.ids import new_id
from peersupport.lib.sealed import seal

KIND = "sign-in-code"
LASTS = timedelta(minutes=10)
FORGOTTEN_AFTER = timedelta(days=1)


@transaction.atomic
def ask_for_sign_in_code(typed: str) -> SignInCode:
    """The same work whether anybody signs in with this address or not. The tick finds out, and sends."""
    pk, at = new_id(), now()
    code = SignInCode.objects.create(
        pk=pk,
        created_at=at,
        expires_at=at + LASTS,
        **seal(SignInCode, pk, typed=typed, code=f"{secrets.randbelow(10**8):08}"),
    )
    audit.record("sign_in_code.asked", by=None, subject=code)
    return code


def plan_asked_codes() -> None:
    """Whatever was asked for and not looked at yet, each in its own transaction; what is old is forgotten."""
    at = now()
    for pk in SignInCode.objects.filter(planned_at__isnull=True, expires_at__gt=at).values_list("pk", flat=True):
        _plan(pk)
    SignInCode.objects.filter(created_at__lt=at - FORGOTTEN_AFTER).delete()


def try_sign_in_code(pk: UUID, typed: str) -> User | None:
    """Whose code this is: once, and for ten minutes. A wrong one is counted; five end it.

    Not to be called inside a transaction of the caller: the count must stand.
    """
    with transaction.atomic():
        open_codes = SignInCode.objects.filter(pk=pk, ended_at__isnull=True, expires_at__gt=now(), tries__lt=TRIES)
        code = open_codes.select_for_update(of=("self",)).select_related("user").first()
        if code is None:
            return None
        right = secrets.compare_digest(code.code.encode(), typed.encode())
        if not right or code.user is None or not may_enter_with_code(code.user):
            open_codes.update(tries=F("tries") + 1)
            return None
        open_codes.update(ended_at=now())
        audit.record("sign_in_code.used", by=None, subject=code.user)
        return code.user


@transaction.atomic
def _plan(pk: UUID) -> None:
    code = SignInCode.objects.select_for_update(no_key=True).get(pk=pk)
    user = person_called(code.typed)
    point = email_point_of(user) if user is not None and may_enter_with_code(user) else None
    at = now()
    mine = SignInCode.objects.filter(pk=pk, planned_at__isnull=True)
    if mine.update(planned_at=at, user=user if point else None) and user is not None and point is not None:
        plan_delivery(
            KIND,
            subject_id=pk,
            recipient=user,
            channel=point.kind,
            due_at=at,
            expires_at=code.expires_at,
            contact_point=point,
        )
