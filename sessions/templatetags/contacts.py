"""The facts of one contact as a sentence, as this reader would say it."""

from functools import cache
from uuid import UUID

from django import template
from django.urls import get_script_prefix, reverse
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from peersupport.lib.when import clock_time, day_in_words
from sessions.models import ContactLog

register = template.Library()
_ANY = UUID(int=0)
Who = ContactLog.WhoReachedOut
Outcome = ContactLog.Outcome


@register.simple_tag
def contact_url(log: ContactLog) -> str:
    """A timeline has many: the address is looked up once, not for each."""
    return _address(get_script_prefix()).replace(str(_ANY), str(log.pk))


@cache
def _address(_prefix: str) -> str:
    return reverse("contacts:log", args=[_ANY])


@register.simple_tag
def contact_day(log: ContactLog) -> str:
    """ "Thursday, November 12, 2 PM" """
    day = day_in_words(log.happened_on)
    if log.started_at is None:
        return day
    return _("%(day)s, %(time)s") % {"day": day, "time": clock_time(localtime(log.started_at))}


@register.simple_tag
def contact_facts(log: ContactLog, own: bool = False) -> str:
    """ "in person · 30 minutes · you reached out". `own`: the reader is the client."""
    parts = [str(ContactLog.Mode(log.mode).label)]  # get_mode_display() builds its table anew each time
    if not log.connected:
        parts.append(how_it_ended(log, own))
    if log.minutes_direct:
        parts.append(
            ngettext("%(count)d minute", "%(count)d minutes", log.minutes_direct) % {"count": log.minutes_direct}
        )
    parts.append(who_began(log, own))
    return " · ".join(parts)


def how_it_ended(log: ContactLog, own: bool) -> str:
    if log.outcome == Outcome.CANCELLED_BY_CLIENT:
        return _("you called it off") if own else _("%(name)s called it off") % {"name": log.client.user.first_name}
    if log.outcome == Outcome.CANCELLED_BY_SPECIALIST:
        return _("%(name)s called it off") % {"name": log.author.first_name}
    return str(log.get_outcome_display())


def who_began(log: ContactLog, own: bool) -> str:
    if log.who_reached_out == Who.NOBODY:
        return _("planned")
    if log.who_reached_out == Who.CLIENT:
        return _("you reached out") if own else _("%(name)s reached out") % {"name": log.client.user.first_name}
    if log.who_reached_out == Who.SPECIALIST:
        return _("%(name)s reached out") % {"name": log.author.first_name}
    if log.who_reached_out == Who.SUPPORTER:
        return _("a friend or relative reached out")
    return _("another service reached out")
