"""What joins several apps and runs unattended."""

from django.core.cache import cache

from accounts import actions as accounts
from accounts.models import Actor, User
from peersupport.lib.clock import now

LAST_TICK = "last_tick"


def tick() -> None:
    """One pass over due work. Nothing is due yet; that the clockwork runs is noted for `/readyz`."""
    cache.set(LAST_TICK, now().isoformat(), timeout=3600)


def change_time_zone(user: User, time_zone: str, *, by: Actor) -> None:
    """A person's clock moves; whatever apps plan by it is planned anew here."""
    accounts.change_time_zone(user, time_zone, by=by)
