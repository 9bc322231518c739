"""What a report was asked for: of which days, whose people, in which state, and what stands beside."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cached_property
from urllib.parse import urlencode
from uuid import UUID
from zoneinfo import ZoneInfo

from peersupport.lib.clock import now

DAYS = 30  # if nothing else is asked for
LONGEST = 731  # two years

OPEN, CLOSED, BOTH = "open", "closed", "both"
MODES, BEGUN, MEETINGS, CHECK_INS = "modes", "begun", "meetings", "check-ins"


@dataclass(frozen=True)
class Span:
    """From the first instant to the first one that no longer belongs to it; may go into a composed query."""

    begins: datetime
    ends: datetime

    @property
    def parts(self) -> tuple[datetime, datetime]:
        return self.begins, self.ends

    @classmethod
    def of_parts(cls, parts: tuple[datetime, datetime]) -> "Span":
        return cls(*parts)


@dataclass(frozen=True)
class Chosen:
    """Days are the program's local days, the last one included."""

    first: date
    last: date
    zone: ZoneInfo
    state: str = OPEN
    specialist: UUID | None = None
    name: str = ""  # as typed; never in an address, a file or an event
    name_key: str = ""  # under which the person's own session keeps it
    also: frozenset[str] = frozenset()

    @property
    def begins(self) -> datetime:
        return datetime.combine(self.first, time.min, self.zone)

    @property
    def ends(self) -> datetime:
        """The first instant that no longer belongs to it."""
        return datetime.combine(self.last + timedelta(days=1), time.min, self.zone)

    @property
    def span(self) -> Span:
        return Span(self.begins, self.ends)

    def query(self, **more: str) -> str:
        """For addresses: only what differs from nothing; `more` comes last."""
        asked = {name: value for name, value in more.items() if value}
        return f"{self._query}&{urlencode(asked)}" if asked else self._query

    @cached_property
    def _query(self) -> str:
        pairs = [("since", self.first.isoformat()), ("until", self.last.isoformat()), ("state", self.state)]
        pairs += [("specialist", str(self.specialist))] if self.specialist else []
        pairs += [("name", self.name_key)] if self.name_key else []
        pairs += [("also", one) for one in sorted(self.also)]
        return urlencode(pairs)

    def in_codes(self, **more: object) -> str:
        """For the audit: dates, codes and ids; of a name only that one was searched for."""
        parts = [f"{self.first}..{self.last}", self.state]
        parts += [f"specialist={self.specialist.hex}"] if self.specialist else []
        parts += ["name"] if self.name else []
        parts += [f"{name}={value.hex if isinstance(value, UUID) else value}" for name, value in more.items() if value]
        return " ".join(parts)


def today_in(zone: ZoneInfo) -> date:
    return now().astimezone(zone).date()


def last_days(zone: ZoneInfo, days: int = DAYS) -> tuple[date, date]:
    """So many days, today the last one."""
    today = today_in(zone)
    return today - timedelta(days=days - 1), today


def weeks_of(chosen: Chosen) -> Iterable[date]:
    """The Monday of each week that has a day in the period."""
    monday = chosen.first - timedelta(days=chosen.first.weekday())
    while monday <= chosen.last:
        yield monday
        monday += timedelta(days=7)
