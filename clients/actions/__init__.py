"""Everything that changes who supports a client, and who may look."""

from clients.actions.assignments import assign_cover, assign_specialist, end_assignment
from clients.actions.comings import close_client, end_pause, note_pause, reopen_client
from clients.actions.handovers import call_off_handover, plan_handover, read_handover
from clients.actions.keeping_away import honour_wishes, keep_away, let_back, settle_kept_away
from clients.actions.looks import AWAY_AFTER, OPENING_LASTS, hold_unseen, look_at, open_words
from clients.actions.records import note_import, open_client, set_quiet_mark

__all__ = [
    "AWAY_AFTER",
    "OPENING_LASTS",
    "assign_cover",
    "assign_specialist",
    "call_off_handover",
    "close_client",
    "end_assignment",
    "end_pause",
    "hold_unseen",
    "honour_wishes",
    "keep_away",
    "let_back",
    "look_at",
    "note_import",
    "note_pause",
    "open_client",
    "open_words",
    "plan_handover",
    "read_handover",
    "reopen_client",
    "set_quiet_mark",
    "settle_kept_away",
]
