"""The ways out of here."""

from notifications.channels.email import Email
from notifications.kinds import register_channel

register_channel(Email())
