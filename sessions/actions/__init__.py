"""Everything that changes a contact log, what it counts as, and what clients say about one."""

from sessions.actions.logs import (
    WORDS,
    Contact,
    add_words,
    change_log,
    contact_of,
    correct_log,
    enter_in_error,
    sign_log,
    start_log,
    take_back,
)
from sessions.actions.tallies import mend_tallies, tally_missing, wrong_tallies

__all__ = [
    "WORDS",
    "Contact",
    "add_words",
    "change_log",
    "contact_of",
    "correct_log",
    "enter_in_error",
    "mend_tallies",
    "sign_log",
    "start_log",
    "take_back",
    "tally_missing",
    "wrong_tallies",
]
