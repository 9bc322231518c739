"""How days and times of day are written in a sentence."""

from collections.abc import Iterable
from datetime import date, datetime, time
from functools import lru_cache
from itertools import groupby

from django.utils.dates import WEEKDAYS
from django.utils.formats import date_format, time_format
from django.utils.text import get_text_list
from django.utils.timezone import localdate, localtime
from django.utils.translation import get_language, gettext, pgettext

from peersupport.lib.clock import now


def clock_time(moment: time | datetime) -> str:
    """ "9 AM", "2:15 PM". A datetime must be in the reader's zone already."""
    return _clock_time(moment.hour, moment.minute, get_language())


@lru_cache(maxsize=4096)
def _clock_time(hour: int, minute: int, _language: str | None) -> str:
    """Kept for each language: a timeline says many times and days, and saying one takes longer than loading it."""
    return time_format(time(hour, minute), "g:i A" if minute else "g A")


def day_in_words(day: date) -> str:
    """ "Saturday, November 14"; with the year if it is not the reader's current one."""
    return _day_in_words(day, day.year == localdate(now()).year, get_language())


@lru_cache(maxsize=4096)
def _day_in_words(day: date, this_year: bool, _language: str | None) -> str:
    if this_year:
        return date_format(day, pgettext("format of a day", "l, F j"))
    return date_format(day, pgettext("format of a day with its year", "l, F j, Y"))


def moment_in_words(moment: datetime) -> str:
    """ "3:20 PM" today, "Monday, 9:40 AM" within a week, else with the day; in the reader's zone."""
    local = localtime(moment)
    away = (local.date() - localdate(now())).days
    if away == 0:
        return clock_time(local)
    day = date_format(local, "l") if 0 < away < 7 else day_in_words(local.date())
    return pgettext("day and time", "%(day)s, %(time)s") % {"day": day, "time": clock_time(local)}


def days_in_words(days: Iterable[int]) -> str:
    """ "Monday to Friday", "Tuesday and Thursday", "every day"; Monday is 0."""
    runs: list[str] = []
    for _offset, run in groupby(enumerate(sorted(days)), key=lambda pair: pair[1] - pair[0]):
        found = [str(WEEKDAYS[day]) for _position, day in run]
        if len(found) == len(WEEKDAYS):
            return gettext("every day")
        if len(found) > 2:
            found = [gettext("%(first)s to %(last)s") % {"first": found[0], "last": found[-1]}]
        runs += found
    return in_a_row(runs)


def in_a_row(parts: Iterable[str]) -> str:
    """ "a, b and c"."""
    found = [str(part) for part in parts]
    last = found[-1].lower() if found else ""
    before_i = last.startswith(("i", "í", "hi")) and not last.startswith("hie")  # Spanish: "Maya e Inés"
    joint = pgettext("before a word that starts like i", "and") if before_i else gettext("and")
    return str(get_text_list(found, joint))
