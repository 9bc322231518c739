"""All that was said on one goal and its steps, newest first."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from accounts.signing_in import actor_of
from clients.pages import note_own
from clients.permissions import is_own
from goals.forms.comments import CommentForm
from goals.models import Goal
from goals.pages.comments import cheers_for, views_of, write_to
from goals.pages.goal import helpers_for, note_look, reads_line
from goals.permissions.comments import comments_on
from goals.permissions.goals import steps_of
from peersupport.lib.fields import posted, with_new_op_id
from peersupport.lib.keyset import page
from peersupport.lib.refusals import Refusal

SIZE = 20


def comment_form(request: HttpRequest, goal: Goal) -> CommentForm:
    return CommentForm(posted(request), cheers=cheers_for(actor_of(request), goal))


def show_talk(request: HttpRequest, goal: Goal, form: CommentForm, refusal: Refusal | None = None) -> HttpResponse:
    """`form`: bound, what it held stands in the box once more."""
    actor = actor_of(request)
    note_look(actor, goal)
    helpers = helpers_for(actor, goal)
    note_own(request, goal.client, helpers)
    if refusal is not None or "op_id" in form.errors:
        form = with_new_op_id(form)
    steps = {step.pk: step for step in steps_of([goal])[goal.pk]}
    found = page(comments_on(actor, goal), "at", request.GET.get("at", ""), SIZE)
    context: dict[str, Any] = {
        "client": goal.client,
        "goal": goal,
        "own": is_own(actor, goal.client),
        "comments": views_of(actor, goal, found.rows, steps),
        "page": found,
        "form": form,
        "refusal": refusal,
        "typed": form["text"].value() or "",
        "who_reads": reads_line(actor, goal, helpers),
        **write_to(actor, goal, helpers),
        "about": next((step for pk, step in steps.items() if str(pk) == str(form["step"].value() or "")), None),
    }
    status = 409 if refusal else 422 if form.is_bound and form.errors else 200
    return render(request, "goals/talk.html", context, status=status)
