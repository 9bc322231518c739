"""Between the demo's appointments: an idea said in other words, check-ins, a reach-out that was answered."""

from datetime import time

from checkins import actions as checkins
from checkins.rules.terms import Terms
from conversations import actions as conversations
from goals.actions.ideas import Idea, suggest, take
from goals.actions.writing import Sent
from home.demo.cast import Cast
from peersupport.lib.ids import new_id


def seed(cast: Cast) -> None:
    """Call it once, after the goals were seeded."""
    _idea_in_other_words(cast)
    _check_ins(cast)
    _reach_out(cast)


def _idea_in_other_words(cast: Cast) -> None:
    alex, maya = cast.actor("alex"), cast.actor("maya")
    draw = suggest(cast.clients["alex"], Idea("goal", "Draw something every week"), op_id=new_id(), by=maya)
    said = {"in_my_words": "Draw, but at home first", "dimension": "purpose", "visibility": "specialist"}
    take(draw, Sent(said, 1, new_id(), "en"), by=alex)


def _check_ins(cast: Cast) -> None:
    mornings = Terms(
        weekdays=(0, 2, 4), local_time=time(9), channel="app", wording="hello", quiet_from=time(21), quiet_until=time(8)
    )
    checkins.propose(cast.clients["alex"], mornings, op_id=new_id(), by=cast.actor("alex"))
    sundays = Terms(weekdays=(6,), local_time=time(18), channel="app", wording="hello")
    checkins.propose(cast.clients["luz"], sundays, op_id=new_id(), by=cast.actor("sam"))


def _reach_out(cast: Cast) -> None:
    alex, maya = cast.actor("alex"), cast.actor("maya")
    row = conversations.open_reach_out(
        cast.clients["alex"],
        "talk",
        "The letter came. Not urgent.",
        wants="call",
        op_id=new_id(),
        language="en",
        by=alex,
    )
    conversations.answer(row, "called", language="en", by=maya)
