"""One of each thing a URL can be about, all of it Alex's."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from accounts.actions import invite
from accounts.models import Role
from checkins.rules.tokens import token_of
from clients.actions import keep_away, plan_handover
from clients.models import Handover
from conversations.actions import open_reach_out
from goals.actions.goals import add_goal
from goals.actions.writing import Sent
from goals.models import Goal
from goals.rules import OWN_HAND
from home.demo.cast import Cast
from notifications.actions import add_contact_point
from peersupport.lib.clock import now
from peersupport.lib.ids import new_id
from sessions import actions
from sessions.models import ClientWord
from tests.checking_in import with_check_ins


@pytest.fixture
def right(write_victory: Callable[..., Any], say_back: Callable[..., Any]) -> dict[str, Any]:
    """A victory everyone may know of, and a word back."""
    victory = write_victory(visibility="support")
    return {"victory": victory.pk, "cheer": say_back(victory).pk}


@pytest.fixture
def wanted(
    write_goal: Callable[..., Any],
    write_step: Callable[..., Any],
    offer: Callable[..., Any],
    comment_on: Callable[..., Any],
    right: dict[str, Any],
) -> dict[str, Any]:
    """What hangs on a goal that everyone may know of."""
    goal = write_goal(visibility="support")
    comment = comment_on(goal, "maya", "ours")
    return {"goal": goal.pk, "step": write_step(goal).pk, "idea": offer().pk, "comment": comment.pk, **right}


@pytest.fixture
def alexs(cast: Cast, write_log: Callable[..., Any], wanted: dict[str, Any]) -> dict[str, Any]:
    """Ids of Alex's things, by the name a Row asks for."""
    log = write_log("alex", "maya", signed=True, what_we_did="walked")
    word = actions.add_words(
        log, ClientWord.Kind.IN_MY_WORDS, "mine", op_id=new_id(), language="en", by=cast.actor("alex")
    )
    reach_out = open_reach_out(
        cast.clients["alex"], "talk", "mine", op_id=new_id(), language="en", by=cast.actor("alex")
    )
    point = add_contact_point(cast.alex, "email", "alex.private@example.org", by=cast.actor("alex"))
    check_in, agreement, check_in_idea = with_check_ins(cast)
    return {
        "client": cast.clients["alex"].pk,
        "staff_member": cast.maya.pk,
        "program": cast.program.pk,
        **invited(cast),
        "line": cast.program.lines.all()[0].pk,
        "log": log.pk,
        "draft": write_log("alex", "maya").pk,
        "word": word.pk,
        "kept": keep_away(cast.clients["alex"], cast.maya, by=cast.actor("alex")).pk,
        "reach_out": reach_out.pk,
        "point": point.pk,
        "told_goal": waiting_for_a_yes(cast).pk,
        **wanted,
        "check_in": check_in.pk,
        "agreement": agreement.pk,
        "check_in_idea": check_in_idea.pk,
        "figure": "contacts",
        "token": token_of(check_in.pk, check_in.nonce, check_in.token_lookup),
    }


def waiting_for_a_yes(cast: Cast) -> Goal:
    """Written down by Maya as Alex said it; not agreed yet."""
    fields = {"in_my_words": "Sing with the others", "visibility": "support"}
    sent = Sent(fields, 0, new_id(), told=True, way=OWN_HAND)
    return add_goal(cast.clients["alex"], sent, agreed=False, by=cast.actor("maya"))


def invited(cast: Cast) -> dict[str, Any]:
    """People for the manager's pages: Toni has a code on paper, Maya works here."""
    invitation = invite(cast.toni, Role.Kind.CLIENT, program=cast.program, by=cast.actor("omar"))
    omar, later = cast.actor("omar"), now() + timedelta(days=20)
    planned = plan_handover(cast.clients["alex"], cast.sam, Handover.Why.TIME, at=later, told_in_person=False, by=omar)
    return {
        "planned": planned.client_id,
        "person": cast.alex.pk,
        "invited": cast.toni.pk,
        "code": invitation.code,
        "staff": cast.maya.pk,
        "assignment": cast.clients["alex"].assignments.filter(kind="primary").earliest("starts_at").pk,
        "role": cast.maya.roles.get().pk,
        "supervision": cast.maya.supervised_by.get().pk,
    }
