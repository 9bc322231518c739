"""Everything that changes people, roles and programs."""

from accounts.actions.codes import plan_asked_codes
from accounts.actions.hours import set_contact_hours, set_program_hours
from accounts.actions.invitations import accept_invitation, invite, withdraw_invitations
from accounts.actions.passwords import change_password, reset_password, reset_password_from_paper
from accounts.actions.people import (
    change_language,
    change_person,
    change_sign_in_name,
    change_time_zone,
    close_sign_in,
    create_person,
)
from accounts.actions.programs import add_line, change_line, change_program, create_program, remove_line
from accounts.actions.roles import LastManager, end_role, end_supervision, give_role, start_supervision
from accounts.actions.sign_ins import end_sign_in, end_sign_ins, forget_ended
from accounts.actions.way_back import help_back_in, make_sheet, throw_sheet_away

__all__ = [
    "LastManager",
    "accept_invitation",
    "add_line",
    "change_language",
    "change_line",
    "change_password",
    "change_person",
    "change_program",
    "change_sign_in_name",
    "change_time_zone",
    "close_sign_in",
    "create_person",
    "create_program",
    "end_role",
    "end_sign_in",
    "end_sign_ins",
    "end_supervision",
    "forget_ended",
    "give_role",
    "help_back_in",
    "invite",
    "make_sheet",
    "plan_asked_codes",
    "remove_line",
    "reset_password",
    "reset_password_from_paper",
    "set_contact_hours",
    "set_program_hours",
    "start_supervision",
    "throw_sheet_away",
    "withdraw_invitations",
]
