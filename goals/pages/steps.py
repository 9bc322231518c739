"""One step of a goal, and the order of them all."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from accounts.signing_in import actor_of
from clients.permissions import is_own
from goals.models import Goal, Step
from goals.pages.comments import talk_about_step
from goals.pages.goal import Unsaved, helpers_for, note_look, reads_line, status_of
from goals.pages.live import OpenPage, drawn, live_page
from goals.pages.texts import rivals_of, step_text
from goals.permissions.goals import steps_of
from goals.trust import who_names
from peersupport.lib.ids import new_id
from peersupport.lib.refusals import Refusal


def show_step(
    request: HttpRequest, goal: Goal, step: Step, unsaved: Unsaved | None = None, opened: OpenPage | None = None
) -> HttpResponse:
    """`goal` is loaded with its words for this reader."""
    actor, client, unsaved = actor_of(request), goal.client, unsaved or Unsaved()
    note_look(actor, goal)
    helpers = helpers_for(actor, goal)
    names = who_names(helpers, client_name=client.user.first_name, own=is_own(actor, client))
    text = step_text(step, actor, client, rivals=rivals_of(actor, [step]))
    text.typed, text.saves_from = (unsaved.typed or {}).get("what"), unsaved.version or step.version
    context: dict[str, Any] = {
        "client": client,
        "goal": goal,
        "own": is_own(actor, client),
        "step": step,
        "text": text,
        "names": list(names.items()),
        "who": names[step.who],
        "statuses": Step.Status.choices,
        "version": unsaved.version or step.version,
        "op_id": new_id(),
        "refusal": unsaved.refusal,
        "form": unsaved.form,
        "who_reads": reads_line(actor, goal, helpers),
        **talk_about_step(actor, goal, step, helpers),
        "live": live_page(actor, goal, step),
        **drawn(goal, [client.user, *(helper.person for helper in helpers)], opened),
    }
    return render(request, "goals/step.html", context, status=status_of(unsaved))


def show_order(request: HttpRequest, goal: Goal, refusal: Refusal | None = None) -> HttpResponse:
    """The steps ahead, each with a button that moves it one place."""
    actor = actor_of(request)
    note_look(actor, goal)
    steps = [step for step in steps_of([goal])[goal.pk] if not step.behind]
    context = {
        "client": goal.client,
        "goal": goal,
        "own": is_own(actor, goal.client),
        "steps": [(step, step.what_by_id == goal.client.user_id) for step in steps],
        "op_id": new_id(),
        "refusal": refusal,
        "form": None,
        "who_reads": reads_line(actor, goal, helpers_for(actor, goal)),
    }
    return render(request, "goals/order.html", context, status=status_of(Unsaved(refusal)))
