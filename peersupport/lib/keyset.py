"""Paging through time-ordered histories by position, not by count: page 1,000 costs as much as page 1."""

import base64
import binascii
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, TypeVar
from urllib.parse import quote
from uuid import UUID

from django.db.models import Model, Q, QuerySet

Rows = TypeVar("Rows", bound=QuerySet[Any, Any])
Cut = tuple[bool, int, datetime | None, UUID | None]  # newer than the position or older, how many, the position if any


@dataclass(frozen=True)
class Page:
    """Newest first. `older` and `newer` are positions to ask for next, empty where there is nothing."""

    rows: list[Any]
    older: str
    newer: str
    keep: str = ""  # what else stays in the address, ending with "&"

    @property
    def to_older(self) -> str:
        return f"?{self.keep}at={quote(self.older, safe='')}"

    @property
    def to_newer(self) -> str:
        return f"?{self.keep}at={quote(self.newer, safe='')}"


def page(rows: QuerySet[Any, Any], field: str, position: str, size: int) -> Page:
    """`position` is what an earlier Page named, prefixed by < (older than) or > (newer than); else the first page."""
    return page_of(lambda cut: cut_out(rows, field, cut), field, position, size)


def page_of(ask: Callable[[Cut], Iterable[Any]], field: str, position: str, size: int) -> Page:
    """The same, of the rows that `ask` finds, by `cut_out`: for a composed query."""
    cursor = _read(position)
    newer_than = cursor is not None and position.startswith(">")
    found = list(ask((newer_than, size + 1, *(cursor or (None, None)))))
    more, found = len(found) > size, found[:size]
    if newer_than:
        found.reverse()
    older = bool(found) and (more or newer_than)
    newer = bool(found) and (more if newer_than else cursor is not None)
    return Page(
        found,
        older="<" + _write(found[-1], field) if older else "",
        newer=">" + _write(found[0], field) if newer else "",
    )


def cut_out(rows: Rows, field: str, cut: Cut) -> Rows:
    """The rows beside a position, the nearest first."""
    newer_than, most, at, pk = cut
    order = [field, "pk"] if newer_than else [f"-{field}", "-pk"]
    if at is not None:
        side = "gt" if newer_than else "lt"
        rows = rows.filter(Q(**{f"{field}__{side}": at}) | Q(**{field: at, f"pk__{side}": pk}))
    return rows.order_by(*order)[:most]


def _write(row: Model, field: str) -> str:
    at: datetime = getattr(row, field)
    text = f"{at.astimezone(UTC).isoformat()}|{row.pk}"
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def _read(position: str) -> tuple[datetime, UUID] | None:
    if position[:1] not in {"<", ">"}:
        return None
    try:
        text = base64.urlsafe_b64decode(position[1:] + "=" * (-len(position[1:]) % 4)).decode()
        at, _, pk = text.partition("|")
        moment = datetime.fromisoformat(at)
        return (moment.astimezone(UTC), UUID(pk)) if moment.tzinfo and moment.year > 1 else None
    except (ValueError, OverflowError, binascii.Error):
        return None
