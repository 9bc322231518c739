"""How days and times of day are written in a sentence."""

from datetime import date, datetime, time

from django.utils.formats import date_format, time_format
from django.utils.timezone import localdate
from django.utils.translation import pgettext

from peersupport.lib.clock import now


def clock_time(moment: time | datetime) -> str:
    """ "9 AM", "2:15 PM". A datetime must be in the reader's zone already."""
    return time_format(moment, "g:i A" if moment.minute else "g A")


def day_in_words(day: date) -> str:
    """ "Saturday, November 14"; with the year if it is not the reader's current one."""
    if day.year == localdate(now()).year:
        return date_format(day, pgettext("format of a day", "l, F j"))
    return date_format(day, pgettext("format of a day with its year", "l, F j, Y"))
