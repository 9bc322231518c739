"""What joins several apps: the clockwork's tick, changes that planning follows, people coming in and going."""

from home.actions.coming_and_going import add_client, close_client, end_pause, note_pause, reopen_client
from home.actions.joining import (
    LAST_TICK,
    change_contact_point,
    change_sign_in_name,
    change_time_zone,
    confirm_code,
    end_contact_point,
    tick,
)
from home.actions.offboarding import offboard, resting_on
from home.actions.people import change_person, end_one_hat, invite_person, invite_staff

__all__ = [
    "LAST_TICK",
    "add_client",
    "change_contact_point",
    "change_person",
    "change_sign_in_name",
    "change_time_zone",
    "close_client",
    "confirm_code",
    "end_contact_point",
    "end_one_hat",
    "end_pause",
    "invite_person",
    "invite_staff",
    "note_pause",
    "offboard",
    "reopen_client",
    "resting_on",
    "tick",
]
