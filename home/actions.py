"""What joins several apps and runs unattended."""

from django.core.cache import cache
from django.core.management import call_command

from accounts import actions as accounts
from accounts.models import Actor, User
from clients import actions as clients
from peersupport.lib.clock import now

LAST_TICK = "last_tick"


def tick() -> None:
    """One pass over due work. That the clockwork runs is noted for `/readyz`."""
    clients.honour_wishes()
    call_command("clearsessions")  # what was kept for someone signed out ends with their session
    cache.set(LAST_TICK, now().isoformat(), timeout=3600)


def change_time_zone(user: User, time_zone: str, *, by: Actor) -> None:
    """A person's clock moves; whatever apps plan by it is planned anew here."""
    accounts.change_time_zone(user, time_zone, by=by)
