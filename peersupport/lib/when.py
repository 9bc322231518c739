"""How a time of day is written in a sentence: short, and without a full stop of its own."""

from datetime import datetime, time

from django.utils.formats import time_format


def clock_time(moment: time | datetime) -> str:
    """ "9 AM", "2:15 PM". A datetime must be in the reader's zone already."""
    return time_format(moment, "g:i A" if moment.minute else "g A")
