"""Rows that hold from a moment on, until they end: roles, supervisions, assignments, openings."""

from datetime import datetime

from django.db.models import Q

from peersupport.lib.clock import now


def open_at(moment: datetime | None = None, prefix: str = "") -> Q:
    """Rows whose `starts_at` has come and whose `ends_at` (NULL: no end known) has not."""
    at = moment or now()
    begun = Q(**{f"{prefix}starts_at__lte": at})
    return begun & (Q(**{f"{prefix}ends_at__isnull": True}) | Q(**{f"{prefix}ends_at__gt": at}))
