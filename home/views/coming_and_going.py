"""Clients come, someone walks with them, they are away, they go, they come back."""

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.models import Actor, Role
from accounts.signing_in import actor_of
from audit import actions as audit
from clients import actions as clients
from clients.models import Assignment, Client, Closing, Pause
from clients.permissions import get_client, is_own, may_write_contacts
from home import actions
from home.forms.clients import AssignForm, ClientForm, CloseForm, EndForm, PauseForm, ReopenForm
from home.pages.managing import add_refusal, day_over, manager_of, today_of
from home.pages.namesakes import all_looked_at, namesakes
from home.permissions import assignments_of_client, holders_of, may_walk_with, standing_pause
from peersupport.lib.fields import posted
from peersupport.lib.refusals import Refusal


@require_http_methods(["GET", "POST"])
def new_client(request: HttpRequest) -> HttpResponse:
    """A name is enough. How they come in themselves, if they want to, is chosen on their page."""
    actor = manager_of(request)
    people = holders_of(actor, Role.Kind.SPECIALIST)
    form = ClientForm(posted(request), people=people, initial={"language": actor.user.language})
    if request.method == "POST" and form.is_valid():
        found = namesakes(actor, form.cleaned_data["first_name"], form.cleaned_data["last_name"])
        if not all_looked_at(found, request.POST.getlist("looked_at")):
            audit.record_list("namesakes", by=actor, count=len(found))
            return render(request, "home/new_client.html", {"form": form, "namesakes": found}, status=409)
        names = {name: form.cleaned_data[name] for name in ("first_name", "last_name", "language")}
        client = actions.add_client(**names, program=actor.role.program, specialist=form.chosen(), by=actor)
        messages.success(request, _("They are here now. Do they want to see and write things themselves? Invite them."))
        return redirect("person", pk=client.user_id)
    return render(request, "home/new_client.html", {"form": form}, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
def assign(request: HttpRequest, pk: UUID) -> HttpResponse:
    actor, client = _managed(request, pk)
    form = AssignForm(posted(request), people=may_walk_with(actor, client), today=today_of(client.program))
    if request.method == "POST" and form.is_valid():
        someone, until = form.chosen(), day_over(form.cleaned_data["until"], client.program)
        assert someone is not None
        try:
            if form.cleaned_data["kind"] == Assignment.Kind.COVER and until is not None:
                clients.assign_cover(client, someone, until=until, by=actor)
            else:
                clients.assign_specialist(client, someone, until=until, by=actor)
        except Refusal as refusal:
            add_refusal(form, refusal, {"instead": "someone"})
        else:
            messages.success(request, _("Saved."))
            return redirect("person", pk=client.user_id)
    return _show(request, "home/assign.html", client, form)


@require_http_methods(["GET", "POST"])
def end_assignment(request: HttpRequest, pk: UUID, row_pk: UUID) -> HttpResponse:
    """Someone stops walking with a client; who comes next is chosen on the person's page."""
    actor, client = _managed(request, pk)
    row = next((row for row in assignments_of_client(client) if row.pk == row_pk and not row.is_over), None)
    if row is None:
        raise Http404
    form = EndForm(posted(request))
    if request.method == "POST" and form.is_valid():
        clients.end_assignment(row, Assignment.EndReason(form.cleaned_data["reason"]), by=actor)
        messages.success(request, _("Saved."))
        return redirect("person", pk=client.user_id)
    return _show(request, "home/end_assignment.html", client, form, assignment=row)


@require_http_methods(["GET", "POST"])
def close(request: HttpRequest, pk: UUID) -> HttpResponse:
    actor, client = _managed(request, pk)
    if client.closed_at is not None:
        return redirect("reopen", pk=pk)
    form = CloseForm(posted(request))
    if request.method == "POST" and form.is_valid():
        try:
            actions.close_client(client, Closing.Reason(form.cleaned_data["reason"]), by=actor)
        except Refusal as refusal:
            add_refusal(form, refusal)
        else:
            messages.success(request, _("Their support is closed. They can still read everything that is theirs."))
            return redirect("person", pk=client.user_id)
    return _show(request, "home/close.html", client, form)


@require_http_methods(["GET", "POST"])
def reopen(request: HttpRequest, pk: UUID) -> HttpResponse:
    actor, client = _managed(request, pk)
    if client.closed_at is None:
        return redirect("person", pk=client.user_id)
    form = ReopenForm(posted(request), people=may_walk_with(actor, client))
    if request.method == "POST" and form.is_valid():
        try:
            actions.reopen_client(client, Closing.Return(form.cleaned_data["reason"]), form.chosen(), by=actor)
        except Refusal as refusal:
            add_refusal(form, refusal, {"instead": "someone"})
        else:
            messages.success(request, _("Welcome back to them. Everything is as it was left."))
            return redirect("person", pk=client.user_id)
    return _show(request, "home/reopen.html", client, form)


@require_http_methods(["GET", "POST"])
def pause(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The client, or whoever walks with them, notes that they are away: check-ins wait."""
    actor, client = _near(request, pk)
    standing = standing_pause(client)
    begin = {"starts_on": today_of(client.user)}
    form = PauseForm(posted(request), initial=_initial(standing) if standing else begin)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            actions.note_pause(client, Pause.Kind(data["kind"]), data["starts_on"], data["ends_on"], by=actor)
        except Refusal as refusal:
            add_refusal(form, refusal)
        else:
            messages.success(request, _("Saved. Check-ins wait in that time."))
            return _back(actor, client)
    return _show(request, "home/pause.html", client, form, pause=standing, own=is_own(actor, client))


@require_POST
def pause_end(request: HttpRequest, pk: UUID) -> HttpResponse:
    """They are back."""
    actor, client = _near(request, pk)
    actions.end_pause(client, by=actor)
    messages.success(request, _("Good to have you back.") if is_own(actor, client) else _("Saved."))
    return _back(actor, client)


def _managed(request: HttpRequest, pk: UUID) -> tuple[Actor, Client]:
    client = get_client(actor_of(request), pk)
    return manager_of(request), client


def _near(request: HttpRequest, pk: UUID) -> tuple[Actor, Client]:
    """The client, and whoever walks with them."""
    actor = actor_of(request)
    client = get_client(actor, pk)
    if not (is_own(actor, client) or may_write_contacts(actor)):
        raise PermissionDenied
    return actor, client


def _initial(standing: Pause) -> dict[str, object]:
    return {name: getattr(standing, name) for name in ("kind", "starts_on", "ends_on")}


def _back(actor: Actor, client: Client) -> HttpResponse:
    return redirect("home") if is_own(actor, client) else redirect("client", pk=client.pk)


def _show(request: HttpRequest, template: str, client: Client, form: object, **context: object) -> HttpResponse:
    errors = getattr(form, "errors", None)
    return render(request, template, {"client": client, "form": form, **context}, status=422 if errors else 200)
