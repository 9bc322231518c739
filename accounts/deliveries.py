"""What this app sends: the code that opens a sign-in, and the invitation: it may go to an address nobody proved yet."""

from datetime import timedelta

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import Invitation, SignInCode
from accounts.rules.invitations import KIND as INVITATION
from notifications.kinds import Kind, Message, Verdict, register
from notifications.models import Delivery
from peersupport.lib.clock import now

GRACE = timedelta(minutes=10)
INVITATION_GRACE = timedelta(hours=24)


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


def recheck_invitation(delivery: Delivery) -> Verdict:
    found = Invitation.objects.select_for_update(no_key=True, of=("self",)).select_related("contact_point")
    invitation = found.get(pk=delivery.subject_id)
    if not invitation.is_open:
        return "invitation-over"
    point = invitation.contact_point
    return "only-they-reach-out" if point is None or point.only_i_reach_out else None


def render_invitation(delivery: Delivery) -> Message:
    """Says neither who invites nor to what: whoever else reads this mailbox learns nothing."""
    return Message(subject=_("An invitation for you"), text=_text(Invitation.objects.get(pk=delivery.subject_id)))


def link_of(invitation: Invitation) -> str:
    return f"{settings.PUBLIC_URL}{reverse('invitation', args=[invitation.code])}"


def _text(invitation: Invitation) -> str:
    return _(
        "You were told that this message would come. This link opens a page where you choose your password. "
        "It works once:\n\n%(link)s\n\n"
        "If you do not know what this is about, you can ignore this message."
    ) % {"link": link_of(invitation)}


# Twice the same code or link confuses nobody; none at all does.
register(Kind("sign-in-code", GRACE, recheck, render, repeats_when_unsure=True, asked_for=True))
register(
    Kind(INVITATION, INVITATION_GRACE, recheck_invitation, render_invitation, repeats_when_unsure=True, asked_for=True)
)
