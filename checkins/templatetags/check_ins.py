"""Sentences about check-ins, in templates."""

from typing import Any

from django import template
from django.utils.translation import gettext as _

from checkins.kinds import ALREADY_TALKED, AWAY
from checkins.models import CheckIn, CheckInAgreement
from checkins.permissions import Told
from peersupport.lib.when import clock_time, days_in_words

register = template.Library()


@register.simple_tag
def check_in_terms(agreement: CheckInAgreement) -> str:
    """ "Monday to Friday, 9 AM, by e-mail" """
    said = _("%(days)s, %(time)s, %(where)s") % {
        "days": days_in_words(agreement.weekdays),
        "time": clock_time(agreement.local_time),
        "where": agreement.get_channel_display(),
    }
    return said[:1].upper() + said[1:]


@register.simple_tag
def check_in_quiet_hours(agreement: CheckInAgreement) -> str:
    """ "Nothing comes from 10 PM to 7 AM." Empty without quiet hours."""
    if agreement.quiet_from is None or agreement.quiet_until is None:
        return ""
    span = {"begin": clock_time(agreement.quiet_from), "end": clock_time(agreement.quiet_until)}
    return _("Nothing comes from %(begin)s to %(end)s.") % span


@register.simple_tag
def check_in_answer(check_in: CheckIn) -> Any:
    """Needs the row with its words."""
    return CheckIn.Answer(check_in.answer).label


@register.simple_tag
def check_in_not_sent(entry: Told) -> str:
    """Why it did not come, in words for both of them."""
    if entry.why == ALREADY_TALKED:
        return _("There had been a talk that day, so it stayed quiet.")
    if entry.why == AWAY:
        return _("It waited, because of a break.")
    if entry.why in {"no-good-time-left", "quiet-hours"}:
        return _("It would have come in quiet hours.")
    if entry.why in {"expired", "stale"}:
        return _("It would have come too late, so it did not.")
    return _("It did not get through.")
