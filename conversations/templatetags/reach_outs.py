"""Sentences about a reach-out, in templates."""

from datetime import datetime

from django import template
from django.utils.timezone import localtime

from conversations import trust
from conversations.models import ReachOut
from peersupport.lib.when import clock_time

register = template.Library()


@register.filter
def clock_now(moment: datetime) -> str:
    """ "2:04 AM", in the reader's zone."""
    return clock_time(localtime(moment))


@register.simple_tag
def headline(row: ReachOut) -> str:
    return trust.headline(row)


@register.simple_tag
def told_to_client(row: ReachOut) -> list[str]:
    """Needs the row with its words."""
    return trust.told_to_client(row)


@register.simple_tag
def told_to_staff(row: ReachOut) -> list[str]:
    return trust.told_to_staff(row)
