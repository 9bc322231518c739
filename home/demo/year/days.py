"""When things happen: so many days ago, on working days, or on the latest such day of the calendar."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from peersupport.lib.clock import now

DAY = timedelta(days=1)
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


@dataclass(frozen=True)
class Days:
    """`today` is a day of the programs' zone; nothing of the year happens later than the evening before."""

    today: date
    zone: ZoneInfo

    @classmethod
    def until_today(cls, zone: str) -> "Days":
        return cls(now().astimezone(ZoneInfo(zone)).date(), ZoneInfo(zone))

    def ago(self, days: int, *, working: bool = False) -> date:
        """So many days ago; `working`: a Saturday becomes the Friday before, a Sunday the Monday after or before."""
        day = self.today - max(days, 1) * DAY
        if working and day.weekday() >= 5:
            after = day + (7 - day.weekday()) * DAY
            day = after if day.weekday() == 6 and after < self.today else day - (day.weekday() - 4) * DAY
        return day

    def latest(self, month_and_day: str) -> date:
        """The last time it was this day of the year, `11-02`, before today."""
        month, day = (int(part) for part in month_and_day.split("-"))
        this = date(self.today.year, month, day)
        return this if this < self.today else date(self.today.year - 1, month, day)

    def moment(self, day: date, at: str) -> datetime:
        """This wall time on that day; `at` is `14:30`."""
        return datetime.combine(day, time.fromisoformat(at), self.zone)

    def in_winter(self, day: date) -> bool:
        """The dark months, when evenings are longer for many."""
        return day.month in {11, 12, 1, 2}


def clock(at: str) -> time:
    return time.fromisoformat(at)
