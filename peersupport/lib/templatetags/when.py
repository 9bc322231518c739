from datetime import date, datetime, time

from django import template

from peersupport.lib import when

register = template.Library()


@register.filter
def in_words(moment: date | datetime) -> str:
    """ "3:20 PM" or "Monday, 9:40 AM" for an instant, "Saturday, November 14" for a day; in the reader's zone."""
    return when.moment_in_words(moment) if isinstance(moment, datetime) else when.day_in_words(moment)


@register.filter
def clock_time(moment: time | datetime) -> str:
    """ "9 AM", "2:15 PM" for a wall time, or for a datetime in the reader's zone already."""
    return when.clock_time(moment)
