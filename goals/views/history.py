"""Who changed what, and bringing any of it back."""

from dataclasses import replace
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from accounts.signing_in import actor_of
from clients.pages import note_own
from clients.permissions import OpeningNeeded, is_own, may_open_words
from goals.actions.restoring import restore_text
from goals.forms.history import RestoreForm
from goals.pages.folding import page_of_saves
from goals.pages.goal import Unsaved, helpers_for, note_look, reads_line, show_goal
from goals.pages.gone import polite
from goals.pages.history import Reader, entries_of, with_texts
from goals.pages.saved import answer_goal_saved, answer_step_saved
from goals.permissions.goals import get_goal, get_goal_to_write, get_goal_words, history_of
from goals.permissions.rights import may_write_as_told, may_write_here
from goals.trust import own_specialist
from peersupport.lib.ids import new_id
from peersupport.lib.refusals import Refusal


@require_GET
def history(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Newest first. `?only=aside`: texts that do not stand in the goal now."""
    actor = actor_of(request)
    try:
        goal, words = get_goal_words(actor, pk), True
    except OpeningNeeded:
        goal, words = get_goal(actor, pk), False
    note_look(actor, goal, f"{'' if words else 'facts-'}goal-history:{goal.pk.hex}")
    aside = words and request.GET.get("only") == "aside"
    helpers = helpers_for(actor, goal)
    note_own(request, goal.client, helpers)
    rows = history_of(actor, goal)
    found = page_of_saves(with_texts(rows.with_texts() if aside else rows, words=words), request.GET.get("at", ""))
    context = {
        "client": goal.client,
        "goal": goal,
        "own": is_own(actor, goal.client),
        "words": words,
        "aside": aside,
        "entries": entries_of(Reader(actor, goal, words, own_specialist(helpers)), found.rows, aside=aside),
        "page": replace(found, keep="only=aside&" if aside else ""),
        "op_id": new_id(),
        "may_write": words and may_write_here(actor, goal.client),
        "told": may_write_as_told(actor, goal.client),
        "may_open": may_open_words(actor) and not words,
        "who_reads": reads_line(actor, goal, helpers),
    }
    return render(request, "goals/history.html", context)


@require_POST
@polite
def restore(request: HttpRequest, pk: UUID) -> HttpResponse:
    """An earlier text stands again, as a new save. What somebody wrote meanwhile stands beside it."""
    actor = actor_of(request)
    goal = get_goal_to_write(actor, pk)
    form = RestoreForm(request.POST)
    if not form.is_valid():
        return show_goal(request, goal, Unsaved(Refusal(_("This page was too old. Please choose once more."))))
    data = form.cleaned_data
    save, name, version = data["bring"]
    try:
        revision = restore_text(goal, name, save, base=version, op_id=data["op_id"], told=data["told"], by=actor)
    except Refusal as refusal:
        return show_goal(request, get_goal_words(actor, pk), Unsaved(refusal))
    return (answer_step_saved if revision.step_id else answer_goal_saved)(request, goal, revision)
