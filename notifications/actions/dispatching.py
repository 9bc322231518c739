"""One pass over what is due. Any number of passes at once are safe; none for hours only delays."""

from random import shuffle
from time import monotonic

from django.conf import settings

from notifications.actions import moves, sending
from notifications.kinds import channels


def dispatch() -> int:
    """Notices lost leases, expires what is stale, and sends what is due; how many rows were claimed.

    Ends when nothing is due, or after a third of a lease: the next tick goes on.
    """
    until = monotonic() + settings.DELIVERY_LEASE_SECONDS / 3
    moves.notice_lost()
    moves.expire_due()
    claimed = 0
    here, open_ways = True, channels()
    shuffle(open_ways)  # one that is slow must not always come before the same other one
    while (here or open_ways) and monotonic() < until:
        if here:
            count = sending.deliver_in_app()
            here, claimed = count > 0, claimed + count
        for channel in list(open_ways):
            count = sending.send_some(channel, until)
            claimed += count
            if not count:
                open_ways.remove(channel)
    return claimed
