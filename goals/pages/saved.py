"""What a person sees once they saved: the goal, or both texts where something else was saved there meanwhile."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from accounts.models import Actor
from accounts.signing_in import actor_of
from clients.permissions import is_own
from goals.actions.writing import stayed_out
from goals.models import Goal, Revision, Step
from goals.pages.goal import Unsaved, both_stand, show_goal, stays_as_it_is
from goals.pages.history import button_for
from goals.pages.steps import show_step
from goals.pages.texts import label_of
from goals.permissions.goals import get_goal_words, get_step, history_of
from goals.permissions.rights import step_fields, writable
from goals.rules import TEXTS, stands_beside

_LOOK_BACK = 50  # earlier saves that are read to find what stood there before


@dataclass(frozen=True)
class Undo:
    """One text that was just written over, and what the button says to the server that brings it back."""

    label: Any
    bring: str


def answer_goal_saved(request: HttpRequest, goal: Goal, revision: Revision) -> HttpResponse:
    if not revision.set_beside:
        messages.success(request, _("Saved."))
        hidden = revision.facts.get("lifecycle") == Goal.Lifecycle.ENTERED_IN_ERROR
        return redirect("goals:list", pk=goal.client_id) if hidden else _to_goal(goal, revision)
    fresh = get_goal_words(actor_of(request), goal.pk)
    if any(stands_beside(fresh.beside, name, revision.pk.hex) for name in revision.set_beside):
        return show_goal(request, fresh, Unsaved(both_stand()))
    if stayed_out(revision):
        return show_goal(request, fresh, Unsaved(stays_as_it_is()))
    return redirect("goals:goal", pk=goal.pk)  # sent again after the two texts were settled


def answer_step_saved(request: HttpRequest, goal: Goal, revision: Revision) -> HttpResponse:
    assert revision.step_id is not None
    fresh = get_step(goal, revision.step_id)
    if stands_beside(fresh.beside, "what", revision.pk.hex):
        return show_step(request, goal, fresh, Unsaved(both_stand()))
    if stayed_out(revision):
        return show_step(request, goal, fresh, Unsaved(stays_as_it_is()))
    messages.success(request, _warmly(revision.facts.get("status", "")))
    return _to_goal(goal, revision)


def _warmly(status: str) -> str:
    """Stuck invites talk; a changed mind is a fine ending."""
    if status == Step.Status.STUCK:
        return _("Saved. Being stuck is part of it.")
    if status == Step.Status.CHANGED_MY_MIND:
        return _("Saved. Changing your mind is a fine way to finish a step.")
    return _("Saved.")


def _to_goal(goal: Goal, revision: Revision) -> HttpResponse:
    """The page offers to undo what was just saved."""
    answer = redirect("goals:goal", pk=goal.pk)
    if set(revision.changed) & TEXTS:
        answer["Location"] += f"?saved={revision.pk}"
    return answer


def undo_of(actor: Actor, goal: Goal, save: str) -> list[Undo]:
    """Of a save this person just made: the texts it wrote over, of a goal that was loaded for them.

    What was written as told is not undone so quickly: it is brought back from the history, read back once more.
    """
    try:
        pk = UUID(save)
    except ValueError:
        return []
    rows = history_of(actor, goal)
    saved = rows.filter(pk=pk, author=actor.user, version__isnull=False).first()
    if saved is None:
        return []
    row: Goal | Step = saved.step or goal
    own = is_own(actor, goal.client)
    # Also those this reader may not see: what stood there before is not what they could read before.
    before_it = Revision.objects.of_row(row).filter(version__lt=saved.version).order_by("-version")
    earlier = list(before_it.facts()[:_LOOK_BACK])
    allowed = step_fields(actor, goal.client) if saved.step else writable(actor, goal.client, told=False)
    found = []
    for name in sorted(set(saved.changed) & TEXTS & allowed):
        stood = before_typing(saved, name, earlier)
        before = rows.filter(pk=stood.pk).first() if stood else None
        if before is not None and getattr(before, name) and getattr(row, name) == getattr(saved, name):
            label = _("What the step is") if name == "what" else label_of(name, goal.client, own=own)
            found.append(Undo(label, button_for(before, name, row)))
    return found


def before_typing(saved: Revision, name: str, earlier: list[Revision]) -> Revision | None:
    """The save whose text stood there before they began to type."""
    later = saved
    for save in earlier:
        if name in save.changed:
            if later.continues_id != save.pk:
                return save
            later = save
    return None
