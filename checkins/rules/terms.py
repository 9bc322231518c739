"""What two people agree on, apart from the row it is stored in; and whether it can come when it says it comes."""

from dataclasses import dataclass, fields
from datetime import UTC, date, datetime, time
from typing import Any
from uuid import UUID

from checkins.models import CheckInAgreement
from checkins.models.agreements import days_of
from notifications.rules import allowed_at
from peersupport.lib.sealed import fingerprint

Span = tuple[time, time]  # from, until; over midnight where the second is the smaller one
_ANY_DAY = date(2026, 1, 1)


@dataclass(frozen=True)
class Terms:
    """Times are of the client's own clock; Monday is 0."""

    weekdays: tuple[int, ...]
    local_time: time
    channel: str
    wording: str
    quiet_from: time | None = None
    quiet_until: time | None = None
    first_name: bool = False

    def columns(self) -> dict[str, Any]:
        same = {field.name: getattr(self, field.name) for field in fields(self) if field.name != "weekdays"}
        return {**same, "days": days_of(list(self.weekdays))}

    def fingerprint(self, client_id: UUID, told: bool) -> str:
        columns = self.columns()
        return fingerprint(client_id.hex, str(told), *(f"{name}={columns[name]}" for name in sorted(columns)))

    @property
    def quiet(self) -> Span | None:
        return None if self.quiet_from is None or self.quiet_until is None else (self.quiet_from, self.quiet_until)

    def may_come(self, *, good: Span | None) -> bool:
        """Whether the agreed time lies within `good` (None: any hour) and outside the quiet hours."""
        return allowed_at(datetime.combine(_ANY_DAY, self.local_time, UTC), "UTC", good=good, quiet=self.quiet)


def terms_of(agreement: CheckInAgreement) -> Terms:
    same = {field.name: getattr(agreement, field.name) for field in fields(Terms) if field.name != "weekdays"}
    return Terms(weekdays=tuple(agreement.weekdays), **same)
