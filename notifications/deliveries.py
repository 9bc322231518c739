"""The one kind of delivery that belongs to this app: the code that proves an address."""

from datetime import timedelta

from django.utils.translation import gettext as _

from notifications.kinds import Kind, Message, Verdict, register
from notifications.models import AddressCode, Delivery
from peersupport.lib.clock import now

GRACE = timedelta(minutes=15)


def recheck(delivery: Delivery) -> Verdict:
    code = AddressCode.objects.select_for_update(no_key=True).get(pk=delivery.subject_id)
    if code.ended_at is not None:
        return "not-wanted-any-more"
    return "too-old" if code.expires_at <= now() else None


def render(delivery: Delivery) -> Message:
    code = AddressCode.objects.get(pk=delivery.subject_id)
    return Message(
        subject=_("Your code"),
        text=_(
            "Your code is %(code)s. It works for 15 minutes.\n\n"
            "If you did not ask for a code, you can ignore this message."
        )
        % {"code": code.code},
    )


# Twice the same code confuses nobody; none at all does.
register(Kind("address-code", GRACE, recheck, render, repeats_when_unsure=True, asked_for=True))
