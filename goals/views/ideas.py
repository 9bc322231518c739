"""Ideas: a specialist offers one, the client answers in one of four ways."""

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.models import Actor
from accounts.signing_in import actor_of
from clients.models import Client
from clients.permissions import get_client, is_own
from goals.actions import ideas as actions
from goals.forms.consent import ToldAnswerForm
from goals.forms.ideas import AnswerForm
from goals.models import Goal, Suggestion
from goals.pages.gone import polite
from goals.pages.ideas import (
    idea_form,
    my_way_form,
    said_my_way,
    show_idea_form,
    show_my_way,
    show_told_answer,
    taking,
)
from goals.pages.ideas import told_answer as said_answer
from goals.pages.lists import show_list
from goals.permissions.goals import get_goal_to_write
from goals.permissions.ideas import get_idea
from goals.permissions.rights import may_suggest, may_write_down
from peersupport.lib.fields import posted, with_new_op_id
from peersupport.lib.refusals import Refusal, UsedForm


@require_http_methods(["GET", "POST"])
@polite
def suggest_goal(request: HttpRequest, pk: UUID) -> HttpResponse:
    """An idea for a whole goal."""
    return _suggest(request, get_client(actor_of(request), pk), None)


@require_http_methods(["GET", "POST"])
@polite
def suggest(request: HttpRequest, pk: UUID) -> HttpResponse:
    """An idea for a step of a goal, or for other words in it."""
    actor = actor_of(request)
    goal = get_goal_to_write(actor, pk)
    return _suggest(request, goal.client, goal)


@require_POST
@polite
def answer(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Yes, this is mine; not now; no thanks."""
    actor = actor_of(request)
    idea = _own_idea(actor, pk)
    form = AnswerForm(request.POST)
    if not form.is_valid():
        again = Refusal(_("This page was too old. Please choose once more."))
        return show_list(request, idea.client, put_away=False, refusal=again)
    try:
        return _answered(request, idea, form.cleaned_data["answer"], form.cleaned_data["version"], by=actor)
    except Refusal as refusal:
        return show_list(request, idea.client, put_away=False, refusal=refusal)


@require_http_methods(["GET", "POST"])
@polite
def my_way(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The client takes an idea up in words of their own."""
    actor = actor_of(request)
    idea = _own_idea(actor, pk)
    form = my_way_form(request, idea)
    if request.method == "GET" or not form.is_valid():
        return show_my_way(request, idea, form)
    try:
        taken = actions.take(idea, said_my_way(form, idea), by=actor)
    except UsedForm as refusal:
        return show_my_way(request, idea, with_new_op_id(form), refusal)
    except Refusal as refusal:
        return show_my_way(request, idea, form, refusal)
    messages.success(request, _("It is yours. You can change every word."))
    return redirect("goals:goal", pk=taken.made_goal_id or taken.goal_id)


@require_POST
@polite
def offer_again(request: HttpRequest, pk: UUID) -> HttpResponse:
    """30 days after "not now"."""
    actor = actor_of(request)
    idea = get_idea(actor, pk)
    if not may_suggest(actor, idea.client):
        raise PermissionDenied
    try:
        actions.offer_again(idea, by=actor)
    except Refusal as refusal:
        return show_list(request, idea.client, put_away=False, refusal=refusal)
    messages.success(request, _("It is offered once more."))
    return redirect("goals:list", pk=idea.client_id)


@require_http_methods(["GET", "POST"])
@polite
def told_answer(request: HttpRequest, pk: UUID) -> HttpResponse:
    """What the client answered: said and read back, or on paper. The specialist writes it down."""
    actor = actor_of(request)
    idea = get_idea(actor, pk)
    if not may_write_down(actor, idea.client):
        raise PermissionDenied
    form = ToldAnswerForm(posted(request), initial={"version": idea.goal.version if idea.goal else 1})
    if request.method == "GET" or not form.is_valid():
        return show_told_answer(request, idea, form)
    try:
        _write_answer(idea, form, by=actor)
    except UsedForm as refusal:
        return show_told_answer(request, idea, with_new_op_id(form), refusal)
    except Refusal as refusal:
        return show_told_answer(request, idea, form, refusal)
    messages.success(request, _("Written down."))
    return redirect("goals:goal", pk=idea.goal_id) if idea.goal_id else redirect("goals:list", pk=idea.client_id)


def _write_answer(idea: Suggestion, form: ToldAnswerForm, *, by: Actor) -> None:
    answer, sent = form.cleaned_data["answer"], said_answer(form, idea)
    if answer == "not-now":
        actions.put_off(idea, way=sent.way, by=by)
    elif answer == "no-thanks":
        actions.decline(idea, way=sent.way, by=by)
    else:
        actions.take(idea, sent, by=by)


def _suggest(request: HttpRequest, client: Client, goal: Goal | None) -> HttpResponse:
    actor, refusal = actor_of(request), None
    if not may_suggest(actor, client):
        raise PermissionDenied
    form = idea_form(request, client, goal)
    if request.method == "POST" and form.is_valid():
        idea = form.idea(get_language() or "en")
        try:
            actions.suggest(client, idea, goal=goal, op_id=form.cleaned_data["op_id"], by=actor)
        except UsedForm as error:
            form, refusal = with_new_op_id(form), error
        except Refusal as error:
            form.add_error(error.field if error.field in form.fields else None, str(error.sentence))
        else:
            sentence = _("Offered. %(name)s decides.") % {"name": client.user.first_name}
            messages.success(request, sentence)
            return redirect("goals:goal", pk=goal.pk) if goal else redirect("goals:list", pk=client.pk)
    return show_idea_form(request, client, form, goal=goal, refusal=refusal)


def _own_idea(actor: Actor, pk: UUID) -> Suggestion:
    idea = get_idea(actor, pk)
    if not is_own(actor, idea.client):
        raise PermissionDenied
    return idea


def _answered(request: HttpRequest, idea: Suggestion, answer: str, version: int, *, by: Actor) -> HttpResponse:
    if answer == "yes":
        taken = actions.take(idea, taking(idea, version), by=by)
        messages.success(request, _("It is yours. You can change every word."))
        return redirect("goals:goal", pk=taken.made_goal_id or taken.goal_id)
    if answer == "not-now":
        actions.put_off(idea, by=by)
        messages.success(request, _("It can wait. You find it again below, whenever you like."))
    else:
        actions.decline(idea, by=by)
        messages.success(request, _("All right. That is settled."))
    return redirect("goals:list", pk=idea.client_id)
