"""Everything that changes agreements, check-ins and answers."""

from checkins.actions.agreements import agree, change, end, pause, propose, resume, say_no, take_back
from checkins.actions.answers import answer
from checkins.actions.planning import plan_due, replan_for

__all__ = [
    "agree",
    "answer",
    "change",
    "end",
    "pause",
    "plan_due",
    "propose",
    "replan_for",
    "resume",
    "say_no",
    "take_back",
]
