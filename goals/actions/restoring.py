"""Any text that was ever typed here can be brought back: as a new save, handled like any other."""

from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import Actor
from goals.actions.goals import change_goal
from goals.actions.steps import change_step
from goals.actions.writing import Sent
from goals.models import Goal, Revision
from goals.permissions.goals import get_save, hold_goal
from goals.rules import TEXTS
from peersupport.lib.refusals import Refusal


@transaction.atomic
def restore_text(
    goal: Goal, name: str, save: UUID, *, base: int, op_id: UUID, told: bool = False, by: Actor
) -> Revision:
    """The text that this save brought to the field `name`, once more. It keeps the voice of whoever typed it.

    `base`: the version of the goal, or of the step, that the page showed: what someone wrote meanwhile is never lost.
    """
    goal = hold_goal(by, goal.pk)
    found = get_save(by, goal, save)
    text = getattr(found, name) if name in TEXTS and name in (*found.changed, *found.set_beside) else ""
    if not text:
        raise Refusal(_("That text is not there. Here it is as it stands now."))
    said_by, first = found.voice(goal.client), first_of(found, name)
    sent = Sent({name: text}, base, op_id, found.language_of(name), told, said_by=said_by, restores=first)
    if found.step is None:
        return change_goal(goal, sent, by=by)
    return change_step(found.step, sent, by=by)


def first_of(save: Revision, name: str) -> Revision:
    """The save in which this text was typed: not one that chose it or brought it back."""
    if save.settles is not None and name in save.changed:
        save = save.settles
    return save.restores or save
