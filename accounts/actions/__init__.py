"""Everything that changes people, roles and programs."""

from accounts.actions.hours import set_contact_hours, set_program_hours
from accounts.actions.people import change_language, change_time_zone, create_person
from accounts.actions.roles import end_role, end_supervision, give_role, start_supervision

__all__ = [
    "change_language",
    "change_time_zone",
    "create_person",
    "end_role",
    "end_supervision",
    "give_role",
    "set_contact_hours",
    "set_program_hours",
    "start_supervision",
]
