from accounts.models.invitations import Invitation
from accounts.models.people import Actor, ContactHours, Role, Supervision, SupervisionQuerySet, User
from accounts.models.programs import Line, Program, ProgramHours, WeeklyHours
from accounts.models.sign_ins import SecondFactorReset, SignInCode
from accounts.models.way_back import WayBackCode, WayBackHelp

__all__ = [
    "Actor",
    "ContactHours",
    "Invitation",
    "Line",
    "Program",
    "ProgramHours",
    "Role",
    "SecondFactorReset",
    "SignInCode",
    "Supervision",
    "SupervisionQuerySet",
    "User",
    "WayBackCode",
    "WayBackHelp",
    "WeeklyHours",
]
