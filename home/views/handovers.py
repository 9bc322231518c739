"""Someone else walks with a client from a day on. One address: a manager plans it there, the client reads of it."""

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.models import Actor
from accounts.signing_in import actor_of
from clients import actions
from clients.models import Client, Handover
from clients.permissions import get_client, is_own
from home.forms.clients import HandoverForm
from home.pages.managing import add_refusal, day_begins, manager_of, today_of
from home.permissions import latest_handover, may_walk_with
from peersupport.lib.fields import posted
from peersupport.lib.refusals import Refusal


@require_http_methods(["GET", "POST"])
def handover(request: HttpRequest, pk: UUID) -> HttpResponse:
    actor = actor_of(request)
    client = get_client(actor, pk)
    found = latest_handover(client)
    if is_own(actor, client):
        if request.method == "POST":
            raise PermissionDenied
        return render(request, "home/handover.html", {"client": client, "handover": found})
    return _plan(request, manager_of(request), client, found)


@require_POST
def read(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The client says that they read it."""
    actor = actor_of(request)
    client = get_client(actor, pk)
    if not is_own(actor, client):
        raise PermissionDenied
    found = latest_handover(client)
    if found is None:
        raise Http404
    actions.read_handover(found, by=actor)
    return redirect("home")


@require_POST
def call_off(request: HttpRequest, pk: UUID) -> HttpResponse:
    actor = actor_of(request)
    client = get_client(actor, pk)
    manager_of(request)
    found = latest_handover(client)
    if found is None:
        raise Http404
    try:
        actions.call_off_handover(found, by=actor)
        messages.success(request, _("It is called off. Everything stays as it was."))
    except Refusal as refusal:
        messages.error(request, str(refusal.sentence))
    return redirect("person", pk=client.user_id)


def _plan(request: HttpRequest, actor: Actor, client: Client, found: Handover | None) -> HttpResponse:
    today = today_of(client.program)
    people = may_walk_with(actor, client)
    form = HandoverForm(posted(request), people=people, today=today, reads_here=client.user.can_sign_in)
    if request.method == "POST" and form.is_valid():
        data, someone = form.cleaned_data, form.chosen()
        assert someone is not None
        at = day_begins(data["day"], client.program) if data["day"] > today else None
        why = Handover.Why(data["why"])
        try:
            actions.plan_handover(client, someone, why, at=at, told_in_person=data["told"], by=actor)
        except Refusal as refusal:
            add_refusal(form, refusal, {"instead": "someone"})
        else:
            messages.success(request, _("It is planned. They can read it from now on."))
            return redirect("person", pk=client.user_id)
    planned = found if found and found.is_to_come else None
    context = {"client": client, "form": form, "planned": planned}
    return render(request, "home/plan_handover.html", context, status=422 if form.errors else 200)
