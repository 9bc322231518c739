"""One goal: read it, change any of its fields, settle two texts."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.signing_in import actor_of
from clients.permissions import OpeningNeeded
from goals.actions.goals import change_goal, settle_texts
from goals.actions.writing import Sent
from goals.forms.goals import GoalForm, SettleForm
from goals.forms.saved import typed_in
from goals.models import Goal
from goals.pages.goal import Unsaved, show_facts, show_goal
from goals.pages.gone import by_itself, polite
from goals.pages.saved import answer_goal_saved, undo_of
from goals.pages.typing import answer_typing
from goals.permissions.goals import get_goal, get_goal_to_write, get_goal_words
from peersupport.lib.refusals import Refusal, UsedForm


@require_http_methods(["GET", "POST"])
@polite
def goal(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Its words for whoever may read them; a POST saves the fields it holds."""
    actor = actor_of(request)
    if request.method == "POST":
        return _save(request, get_goal_to_write(actor, pk))
    try:
        goal = get_goal_words(actor, pk)
    except OpeningNeeded:
        return show_facts(request, get_goal(actor, pk))
    saved = request.GET.get("saved", "")
    return show_goal(request, goal, undo=undo_of(actor, goal, saved) if saved else [])


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
    return answer_goal_saved(request, goal, revision)


def _refused(refusal: Refusal, sent: Sent, typed: dict[str, str]) -> Unsaved:
    """What was typed stands. A form that was merely used before keeps what it was based on, too."""
    version = sent.base if isinstance(refusal, UsedForm) else None
    return Unsaved(refusal, typed=typed, version=version)
