"""What this app sends: that there is something new to read, and never what."""

from datetime import timedelta

from django.conf import settings
from django.utils.translation import gettext as _

from clients.kinds import NEWS
from clients.models import Handover
from notifications.kinds import Kind, Message, Verdict, register
from notifications.models import Delivery

GRACE = timedelta(days=2)


def recheck_news(delivery: Delivery) -> Verdict:
    found = Handover.objects.select_for_update(no_key=True, of=("self",)).select_related("client")
    handover = found.get(pk=delivery.subject_id)
    against = {
        "called-off": handover.called_off_at is not None,
        "read-already": handover.read_at is not None,
        "closed": handover.client.closed_at is not None,
    }
    return next((reason for reason, holds in against.items() if holds), None)


def render_news(_delivery: Delivery) -> Message:
    text = _("There is something new for you to read. Sign in when it suits you:\n\n%(link)s")
    return Message(subject=_("Something new for you"), text=text % {"link": f"{settings.PUBLIC_URL}/"})


register(Kind(NEWS, GRACE, recheck_news, render_news))
