"""Victories: the client writes down what went right; a word comes back."""

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.models import Actor
from accounts.signing_in import actor_of
from clients.models import Client
from clients.permissions import OpeningNeeded, get_client, is_own, may_read_facts, specialists_of
from goals.actions import victories as actions
from goals.forms.victories import CheerForm, ShareForm
from goals.models import Goal, Victory
from goals.pages.gone import polite
from goals.pages.victories import show_victories, victory_form
from goals.permissions.goals import get_goal, get_goal_words
from goals.permissions.victories import get_cheer, get_victory, may_cheer, may_write
from peersupport.lib.fields import with_new_op_id
from peersupport.lib.refusals import Refusal, UsedForm


@require_http_methods(["GET", "POST"])
@polite
def victories(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Look how far; and a new one."""
    actor = actor_of(request)
    client = get_client(actor, pk)
    if not may_read_facts(actor) or (request.method == "POST" and not may_write(actor, client)):
        raise PermissionDenied
    if request.method == "POST":
        return _write(request, actor, client)
    return show_victories(request, client, goal=_goal(actor, client, request.GET.get("goal", "")))


@require_POST
@polite
def share(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Who may see it, chosen anew."""
    actor = actor_of(request)
    victory = _own(actor, pk)
    form = ShareForm(request.POST)
    if not form.is_valid():
        again = Refusal(_("This page was too old. Please choose once more."))
        return show_victories(request, victory.client, refusal=again)
    data = form.cleaned_data
    try:
        actions.share_victory(victory, data["visibility"], version=data["version"], by=actor)
    except Refusal as refusal:
        return show_victories(request, victory.client, refusal=refusal)
    messages.success(request, _("Saved."))
    return redirect("goals:victories", pk=victory.client_id)


@require_POST
@polite
def put_away(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Out of sight, or back again."""
    actor = actor_of(request)
    victory = _own(actor, pk)
    if request.POST.get("back"):
        actions.bring_back(victory, by=actor)
        messages.success(request, _("It is back."))
    else:
        actions.put_away(victory, by=actor)
        messages.success(request, _("Put away. You find it below, whenever you like."))
    return redirect("goals:victories", pk=victory.client_id)


@require_POST
@polite
def cheer(request: HttpRequest, pk: UUID) -> HttpResponse:
    """A word back from whoever walks with them."""
    actor = actor_of(request)
    victory = get_victory(actor, pk)
    if not may_cheer(actor, victory.client):
        raise PermissionDenied
    form, refusal = CheerForm(request.POST), None
    if form.is_valid():
        data = form.cleaned_data
        try:
            actions.cheer(victory, data["text"], op_id=data["op_id"], language=get_language() or "en", by=actor)
        except UsedForm as error:
            form, refusal = with_new_op_id(form), error
        else:
            messages.success(request, _("Said. %(name)s reads it here.") % {"name": victory.client.user.first_name})
            return redirect("goals:victories", pk=victory.client_id)
    if "op_id" in form.errors:
        form = with_new_op_id(form)
    return show_victories(request, victory.client, cheer_form=(victory.pk, form), refusal=refusal)


@require_POST
@polite
def take_back(request: HttpRequest, pk: UUID) -> HttpResponse:
    """A word back that nobody has read yet."""
    actor = actor_of(request)
    row = get_cheer(actor, pk)
    if row.author_id != actor.person_id or not may_cheer(actor, row.victory.client):
        raise PermissionDenied
    try:
        actions.take_back_cheer(row, by=actor)
    except Refusal as refusal:
        return show_victories(request, row.victory.client, refusal=refusal)
    messages.success(request, _("Taken back."))
    return redirect("goals:victories", pk=row.victory.client_id)


def _write(request: HttpRequest, actor: Actor, client: Client) -> HttpResponse:
    form, refusal = victory_form(actor, client, specialists_of(client), request.POST), None
    goal = _goal(actor, client, request.POST.get("goal", ""))
    if form.is_valid():
        data = form.cleaned_data
        told = actions.Told(data["text"], data["visibility"], data["on"], goal, get_language() or "en")
        try:
            actions.write_victory(client, told, op_id=data["op_id"], by=actor)
        except UsedForm as error:
            form, refusal = with_new_op_id(form), error
        except Refusal as error:
            form.add_error(error.field if error.field in form.fields else None, str(error.sentence))
        else:
            own = is_own(actor, client)
            messages.success(request, _("Kept. It is yours.") if own else _("Written down."))
            return redirect("goals:goal", pk=goal.pk) if goal else redirect("goals:victories", pk=client.pk)
    if "op_id" in form.errors:
        form = with_new_op_id(form)
    return show_victories(request, client, goal=goal, form=form, refusal=refusal)


def _own(actor: Actor, pk: UUID) -> Victory:
    victory = get_victory(actor, pk)
    if not may_write(actor, victory.client):
        raise PermissionDenied
    return victory


def _goal(actor: Actor, client: Client, asked: str) -> Goal | None:
    """The goal an address or a form names: Http404 unless it exists for this reader and is this client's."""
    if not asked:
        return None
    try:
        pk = UUID(asked)
    except ValueError:
        raise Http404 from None
    try:
        goal = get_goal_words(actor, pk)
    except OpeningNeeded:
        goal = get_goal(actor, pk)
    if goal.client_id != client.pk:
        raise Http404
    return goal
