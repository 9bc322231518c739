"""One goal: read it, change any of its fields, settle two texts, see its history."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.signing_in import actor_of
from clients.permissions import OpeningNeeded, is_own, may_open_words
from goals.actions.goals import change_goal, settle_texts
from goals.actions.writing import Sent, stayed_out
from goals.forms.goals import GoalForm, SettleForm
from goals.forms.saved import typed_in
from goals.models import Goal, Revision
from goals.pages.goal import (
    Unsaved,
    both_stand,
    helpers_for,
    note_look,
    reads_line,
    show_facts,
    show_goal,
    stays_as_it_is,
)
from goals.pages.gone import by_itself, polite
from goals.pages.history import entries_of, with_texts
from goals.pages.typing import answer_typing
from goals.permissions.goals import get_goal, get_goal_to_write, get_goal_words, history_of
from goals.rules import stands_beside
from peersupport.lib.keyset import page
from peersupport.lib.refusals import Refusal, UsedForm

HISTORY_SIZE = 20


@require_http_methods(["GET", "POST"])
@polite
def goal(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Its words for whoever may read them; a POST saves the fields it holds."""
    actor = actor_of(request)
    if request.method == "POST":
        return _save(request, get_goal_to_write(actor, pk))
    try:
        return show_goal(request, get_goal_words(actor, pk))
    except OpeningNeeded:
        return show_facts(request, get_goal(actor, pk))


@require_POST
@polite
def settle(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Two texts stand in one field: one stays, or both."""
    actor = actor_of(request)
    goal = get_goal_to_write(actor, pk)
    form = SettleForm(request.POST)
    if not form.is_valid():
        return show_goal(request, goal, Unsaved(Refusal(_("This page was too old. Please choose once more."))))
    data = form.cleaned_data
    sent = Sent({}, data["version"], data["op_id"], get_language() or "en", data["told"])
    try:
        settle_texts(goal, data["field"], data["rival"], data["keep"], step=data["step"], sent=sent, by=actor)
    except Refusal as refusal:
        return show_goal(request, get_goal_words(actor, pk), Unsaved(refusal))
    return redirect("goals:goal", pk=pk)


@require_GET
def history(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Who changed what, when; newest first."""
    actor = actor_of(request)
    try:
        goal, words = get_goal_words(actor, pk), True
    except OpeningNeeded:
        goal, words = get_goal(actor, pk), False
    note_look(actor, goal, f"{'' if words else 'facts-'}goal-history:{goal.pk.hex}")
    rows = with_texts(history_of(actor, goal), words=words)
    found = page(rows, "at", request.GET.get("at", ""), HISTORY_SIZE)
    context = {
        "client": goal.client,
        "goal": goal,
        "own": is_own(actor, goal.client),
        "words": words,
        "entries": entries_of(actor, goal, found.rows, words=words),
        "page": found,
        "may_open": may_open_words(actor) and not words,
        "who_reads": reads_line(actor, goal, helpers_for(actor, goal)),
    }
    return render(request, "goals/history.html", context)


def _save(request: HttpRequest, goal: Goal) -> HttpResponse:
    actor, form = actor_of(request), GoalForm(request.POST)
    if by_itself(request):
        return answer_typing(form, lambda sent: change_goal(goal, sent, by=actor))
    typed = typed_in(request.POST)
    if not form.is_valid():
        version = form.cleaned_data.get("version")
        return show_goal(request, goal, Unsaved(form=form, typed=typed, version=version))
    sent = form.sent(get_language() or "en")
    try:
        revision = change_goal(goal, sent, by=actor)
    except Refusal as refusal:
        return show_goal(request, get_goal_words(actor, goal.pk), _refused(refusal, sent, typed))
    return _saved(request, goal, revision)


def _refused(refusal: Refusal, sent: Sent, typed: dict[str, str]) -> Unsaved:
    """What was typed stands. A form that was merely used before keeps what it was based on, too."""
    version = sent.base if isinstance(refusal, UsedForm) else None
    return Unsaved(refusal, typed=typed, version=version)


def _saved(request: HttpRequest, goal: Goal, revision: Revision) -> HttpResponse:
    if not revision.set_beside:
        messages.success(request, _("Saved."))
        hidden = revision.facts.get("lifecycle") == Goal.Lifecycle.ENTERED_IN_ERROR
        return redirect("goals:list", pk=goal.client_id) if hidden else redirect("goals:goal", pk=goal.pk)
    fresh = get_goal_words(actor_of(request), goal.pk)
    if any(stands_beside(fresh.beside, name, revision.pk.hex) for name in revision.set_beside):
        return show_goal(request, fresh, Unsaved(both_stand()))
    if stayed_out(revision):
        return show_goal(request, fresh, Unsaved(stays_as_it_is()))
    return redirect("goals:goal", pk=goal.pk)  # sent again after the two texts were settled
