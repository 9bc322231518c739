"""What the engine calls a check-in, and how one delivery of it is told from another."""

from checkins.models import CheckIn

KIND = "check-in"
AWAY = "client-away"  # they noted that they are away on that day
ALREADY_TALKED = "already-talked"  # why one stayed quiet on purpose


def key_of(check_in: CheckIn, channel: str) -> str:
    """A check-in that was called off and planned anew goes out under another key."""
    return f"{KIND}:{check_in.pk}:{channel}:{check_in.planning}"
