from accounts.models.people import Actor, ContactHours, Role, Supervision, SupervisionQuerySet, User
from accounts.models.programs import Line, Program, ProgramHours, WeeklyHours

__all__ = [
    "Actor",
    "ContactHours",
    "Line",
    "Program",
    "ProgramHours",
    "Role",
    "Supervision",
    "SupervisionQuerySet",
    "User",
    "WeeklyHours",
]
