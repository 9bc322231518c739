"""The code that opens a sign-in."""

from datetime import timedelta

from django.utils.translation import gettext as _

from accounts.models import SignInCode
from notifications.kinds import Kind, Message, Verdict, register
from notifications.models import Delivery
from peersupport.lib.clock import now

GRACE = timedelta(minutes=10)


def recheck(delivery: Delivery) -> Verdict:
    """Asked for a moment ago, so at any hour; but by whom nobody knows, so only where its owner agreed to mail."""
    code = SignInCode.objects.select_for_update(no_key=True).filter(pk=delivery.subject_id).first()
    if code is None or code.expires_at <= now():
        return "too-old"
    if code.ended_at is not None:
        return "not-wanted-any-more"
    point = delivery.contact_point
    if point is None or point.verified_at is None:
        return "address-not-verified"
    return None if point.may_email and not point.only_i_reach_out else "not-agreed-there"


def render(delivery: Delivery) -> Message:
    code = SignInCode.objects.get(pk=delivery.subject_id)
    return Message(
        subject=_("Your code"),
        text=_(
            "Your code is %(code)s. It works for 10 minutes.\n\n"
            "If you did not ask for a code, you can ignore this message."
        )
        % {"code": code.code},
    )


# Twice the same code confuses nobody; none at all does.
register(Kind("sign-in-code", GRACE, recheck, render, repeats_when_unsure=True, asked_for=True))
