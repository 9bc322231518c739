"""Paging through time-ordered histories by position, not by count: page 1,000 costs as much as page 1."""

import base64
import binascii
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, TypeVar
from uuid import UUID

from django.db.models import Model, Q, QuerySet

Row = TypeVar("Row", bound=Model)


@dataclass(frozen=True)
class Page:
    """Newest first. `older` and `newer` are positions to ask for next, empty where there is nothing."""

    rows: list[Any]
    older: str
    newer: str


def page(rows: QuerySet[Row], field: str, position: str, size: int) -> Page:
    """`position` is what an earlier Page named, prefixed by < (older than) or > (newer than); else the first page."""
    cursor = _read(position)
    newer_than = cursor is not None and position.startswith(">")
    order = [field, "pk"] if newer_than else [f"-{field}", "-pk"]
    if cursor is not None:
        at, pk = cursor
        side = "gt" if newer_than else "lt"
        rows = rows.filter(Q(**{f"{field}__{side}": at}) | Q(**{field: at, f"pk__{side}": pk}))
    found = list(rows.order_by(*order)[: size + 1])
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
