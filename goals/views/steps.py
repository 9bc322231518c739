"""Steps of a goal: add one, change any of its fields."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.signing_in import actor_of
from clients.permissions import is_own
from goals.actions.steps import add_step, change_step, move_step
from goals.actions.writing import Sent
from goals.forms.history import OrderForm
from goals.forms.saved import typed_in
from goals.forms.steps import NewStepForm, StepForm
from goals.models import Step
from goals.pages.goal import Unsaved, helpers_for, note_look, reads_line
from goals.pages.gone import by_itself, polite
from goals.pages.saved import answer_step_saved
from goals.pages.steps import show_order, show_step
from goals.pages.typing import answer_typing
from goals.permissions.goals import get_goal_to_write, get_step
from goals.rules import EARLIER, LATER
from goals.trust import who_names
from peersupport.lib.fields import posted, with_new_op_id
from peersupport.lib.refusals import Refusal, UsedForm


@require_http_methods(["GET", "POST"])
@polite
def new_step(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Either of the two adds a step."""
    actor = actor_of(request)
    goal, refusal = get_goal_to_write(actor, pk), None
    helpers = helpers_for(actor, goal)
    own = is_own(actor, goal.client)
    names = who_names(helpers, client_name=goal.client.user.first_name, own=own)
    form = NewStepForm(posted(request), names=names, initial={"who": Step.Who.ME} if own else None)
    if request.method == "POST" and form.is_valid():
        try:
            add_step(goal, form.sent(get_language() or "en"), by=actor)
        except UsedForm as error:
            form, refusal = with_new_op_id(form), error
        else:
            messages.success(request, _("Added."))
            return redirect("goals:goal", pk=pk)
    if "op_id" in form.errors:
        form = with_new_op_id(form)
    note_look(actor, goal)
    context = {
        "client": goal.client,
        "goal": goal,
        "form": form,
        "refusal": refusal,
        "own": own,
        "who_reads": reads_line(actor, goal, helpers),
    }
    return render(request, "goals/new_step.html", context, status=409 if refusal else 422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
@polite
def step(request: HttpRequest, pk: UUID, step_pk: UUID) -> HttpResponse:
    """How it is going, and its words."""
    actor = actor_of(request)
    goal = get_goal_to_write(actor, pk)
    found = get_step(goal, step_pk)
    if request.method == "GET":
        return show_step(request, goal, found)
    form, typed = StepForm(request.POST), typed_in(request.POST)
    if by_itself(request):
        return answer_typing(form, lambda sent: change_step(found, sent, by=actor))
    if not form.is_valid():
        unsaved = Unsaved(form=form, typed=typed, version=form.cleaned_data.get("version"))
        return show_step(request, goal, found, unsaved)
    sent = form.sent(get_language() or "en")
    try:
        revision = change_step(found, sent, by=actor)
    except Refusal as refusal:
        version = sent.base if isinstance(refusal, UsedForm) else None
        return show_step(request, goal, get_step(goal, step_pk), Unsaved(refusal, typed=typed, version=version))
    return answer_step_saved(request, goal, revision)


@require_http_methods(["GET", "POST"])
@polite
def order(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Each step ahead can go one place towards the beginning or the end."""
    actor = actor_of(request)
    goal = get_goal_to_write(actor, pk)
    if request.method == "GET":
        return show_order(request, goal)
    form = OrderForm(request.POST)
    if not form.is_valid():
        return show_order(request, goal, Refusal(_("This page was too old. Please choose once more.")))
    data = form.cleaned_data
    way = EARLIER if data[EARLIER] else LATER
    found = get_step(goal, data[way])
    try:
        move_step(found, way, Sent({}, found.version, data["op_id"], get_language() or "en"), by=actor)
    except Refusal as refusal:
        return show_order(request, goal, refusal)
    return redirect(f"{reverse('goals:order', args=[pk])}#s-{found.pk.hex}")
