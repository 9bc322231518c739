"""Who may change what of a goal, its steps and ideas."""

from accounts.models import Actor, Role
from clients.models import Client
from clients.permissions import is_own
from goals.models import Goal
from goals.models.goals import (
    GOAL_FACTS,
    GOAL_TEXTS,
    SHARED_TEXTS,
    STEP_FACTS,
    STEP_TEXTS,
    Visibility,
)


def may_write_here(actor: Actor, client: Client) -> bool:
    """The client, and the specialists who walk with them, of goals they see."""
    return is_own(actor, client) or actor.wears(Role.Kind.SPECIALIST)


def may_write_down(actor: Actor, client: Client) -> bool:
    """A new goal as the client told it, read back to them."""
    return actor.wears(Role.Kind.SPECIALIST) and not is_own(actor, client)


def may_write_as_told(actor: Actor, client: Client) -> bool:
    """Changes of a goal, as told: only where the client has no way to make them alone."""
    return may_write_down(actor, client) and not client.user.can_sign_in


def may_suggest(actor: Actor, client: Client) -> bool:
    return may_write_down(actor, client)


def may_answer(actor: Actor, client: Client, *, told: bool) -> bool:
    """Say yes or no to what is offered: the client alone, or in the presence of whoever walks with them."""
    return is_own(actor, client) or (told and may_write_down(actor, client))


def may_hand_over(actor: Actor, goal: Goal) -> bool:
    """What was written down as told and waits for the client's own yes."""
    return may_write_down(actor, goal.client) and goal.lifecycle == Goal.Lifecycle.PROPOSED


def writable(actor: Actor, client: Client, *, told: bool, answering: bool = False) -> frozenset[str]:
    """The fields of a goal this hat may write. `told`: in the client's name, as they said it.

    `answering`: it is their answer to what is offered to them, which anyone can give in someone's presence.
    """
    as_said = told and (may_write_down(actor, client) if answering else may_write_as_told(actor, client))
    if is_own(actor, client) or as_said:
        return frozenset((*GOAL_TEXTS, *GOAL_FACTS))
    return frozenset(SHARED_TEXTS if actor.wears(Role.Kind.SPECIALIST) and not told else ())


def step_fields(actor: Actor, client: Client) -> frozenset[str]:
    return frozenset((*STEP_TEXTS, *STEP_FACTS) if may_write_here(actor, client) else ())


def is_private(goal: Goal) -> bool:
    return goal.visibility == Visibility.JUST_ME
