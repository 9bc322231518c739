"""The year itself: everything that happens, in its order, with the clock standing at each moment."""

from collections.abc import Iterator
from datetime import timedelta

from home.demo.year.happening import Happening, coming, goals, looking, support, times, victories
from home.demo.year.people import Place
from peersupport.lib.clock import standing_at

A_SECOND = timedelta(seconds=1)


def unfold(place: Place) -> None:
    midnight = place.days.moment(place.days.today, "00:00")  # what would come later has not happened yet
    for happening in sorted(_everything(place), key=lambda one: one.at):
        if happening.at < midnight:
            with standing_at(happening.at):
                happening.do()


def _everything(place: Place) -> Iterator[Happening]:
    for key, person in place.told.items():
        for chapter in (times, goals, victories, support, looking, coming):
            yield from chapter.of(place, key, person)
    yield from support.ticks(place)
