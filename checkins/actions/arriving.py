"""What could never arrive, or only against the client's own hours, is said while it is being agreed on."""

from datetime import time

from django.utils.translation import gettext_lazy as _

from checkins.models import CheckInAgreement
from checkins.rules.terms import Span, Terms
from clients.models import Client
from notifications.models import ContactPoint
from notifications.permissions import email_points_of
from peersupport.lib.refusals import Refusal
from peersupport.lib.when import clock_time


def refuse_what_cannot_come(client: Client, terms: Terms) -> None:
    """Refusal, with the form field it belongs to."""
    good = None
    if terms.channel == CheckInAgreement.Channel.EMAIL:
        point = _usable(email_points_of([client.user_id]).get(client.user_id))
        good = _good(point)
    elif not client.user.can_sign_in:
        raise Refusal(
            _("%(name)s does not sign in here, so nobody would see it. E-mail can work.")
            % {"name": client.user.first_name},
            field="channel",
        )
    if terms.quiet is not None and not terms.may_come(good=None):
        raise Refusal(
            _("This time is in the quiet hours, %(begin)s to %(end)s. Please change one of them.") % _span(terms.quiet),
            field="local_time",
        )
    if good is not None and not terms.may_come(good=good):
        raise Refusal(
            _(
                "E-mail is welcome from %(begin)s to %(end)s only. Please choose a time within that, or change those "
                "hours under “How to reach me safely”."
            )
            % _span(good),
            field="local_time",
        )


def _usable(point: ContactPoint | None) -> ContactPoint:
    if point is None or not point.may_email:
        raise Refusal(
            _(
                "There is no e-mail address yet that was checked and may be written to. "
                "It is set under “How to reach me safely”."
            ),
            field="channel",
        )
    if point.only_i_reach_out:
        raise Refusal(
            _("This address says: do not contact me, I contact you. It is set under “How to reach me safely”."),
            field="channel",
        )
    return point


def _good(point: ContactPoint) -> Span | None:
    return None if point.good_from is None or point.good_until is None else (point.good_from, point.good_until)


def _span(span: tuple[time, time]) -> dict[str, str]:
    return {"begin": clock_time(span[0]), "end": clock_time(span[1])}
