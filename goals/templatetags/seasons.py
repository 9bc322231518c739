"""When something went right, as one would say it to a friend."""

from datetime import date, timedelta

from django import template
from django.utils.formats import date_format
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from goals.models import Victory
from peersupport.lib.clock import now
from peersupport.lib.when import day_in_words

register = template.Library()
LATELY = timedelta(days=31)


@register.simple_tag
def better_day(victory: Victory) -> str:
    """ "You wrote this in April."; lately, or in the same month, with its day."""
    day, today = victory.happened_on, localdate(now())
    when = _lately(day) if today - day < LATELY else _in_month(day, today)
    if victory.told_to is None:
        return _("You wrote this %(when)s.") % {"when": when}
    return _("You told %(name)s this %(when)s.") % {"name": victory.told_to.first_name, "when": when}


def _lately(day: date) -> str:
    return pgettext("You wrote this …", "on %(day)s") % {"day": day_in_words(day)}


def _in_month(day: date, today: date) -> str:
    month = date_format(day, "F")
    if day.year == today.year:
        return pgettext("You wrote this …", "in %(month)s") % {"month": month}
    return pgettext("You wrote this …", "in %(month)s %(year)s") % {"month": month, "year": day.year}
