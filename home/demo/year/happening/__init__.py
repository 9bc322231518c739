"""What happens on a day of the year, by the actions a person would use."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class Happening:
    """Something that is done at this moment."""

    at: datetime
    do: Callable[[], object]


Happenings = Iterator[Happening]
