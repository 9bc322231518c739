"""The seasons of a year, by month, as people here say them."""

from collections.abc import Iterable, Iterator
from datetime import date
from itertools import groupby

from django.utils.translation import gettext as _

from goals.models import Victory

WINTER, SPRING, SUMMER, FALL = range(4)


def season_of(day: date) -> tuple[int, int]:
    """(year, season). A winter counts for the year in which it ends."""
    return (day.year + (day.month == 12), day.month % 12 // 3)


def season_in_words(season: tuple[int, int]) -> str:
    year, part = season
    years = {"year": year, "before": year - 1}
    return {
        WINTER: _("Winter %(before)s to %(year)s"),
        SPRING: _("Spring %(year)s"),
        SUMMER: _("Summer %(year)s"),
        FALL: _("Fall %(year)s"),
    }[part] % years


def months_in_words(season: tuple[int, int]) -> str:
    return {
        WINTER: _("December to February"),
        SPRING: _("March to May"),
        SUMMER: _("June to August"),
        FALL: _("September to November"),
    }[season[1]]


def by_season(victories: Iterable[Victory]) -> Iterator[tuple[tuple[int, int], list[Victory]]]:
    """Of victories in the order of their days."""
    for season, rows in groupby(victories, key=lambda victory: season_of(victory.happened_on)):
        yield season, list(rows)
