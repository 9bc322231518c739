"""The only way to read events."""

from datetime import datetime
from uuid import UUID

from audit.models import Event


def looks_at(client_id: UUID, *, since: datetime, besides: UUID) -> list[Event]:
    """Who looked at a client's page or words since then, newest first; `besides` the client's own person id."""
    return list(
        Event.objects.filter(client_id=client_id, bucket__isnull=False, at__gte=since)
        .exclude(actor_id=besides)
        .order_by("-at", "-pk")
    )
