"""Programs, their rules and hours, the phone lines they name, and the first steps of a new one. For managers."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from accounts import actions
from accounts.models import Role
from accounts.permissions import get_line, hours_of_program, named_lines, runs
from accounts.signing_in import actor_of
from home.forms.programs import LineForm, NewProgramForm, ProgramForm, initial_of, initial_of_line
from home.pages.managing import manager_of, stale_page
from home.pages.setup import first_steps
from peersupport.lib.fields import posted
from peersupport.lib.refusals import Stale


@require_GET
def setup(request: HttpRequest) -> HttpResponse:
    """What a new program still needs."""
    return render(request, "home/setup.html", {"steps": first_steps(manager_of(request))})


@require_http_methods(["GET", "POST"])
def programs(request: HttpRequest) -> HttpResponse:
    """Those this person runs, and a form for one more: they wear another hat there."""
    actor = manager_of(request)
    form = NewProgramForm(posted(request))
    if request.method == "POST" and form.is_valid():
        actions.create_program(form.cleaned_data["name"], time_zone=actor.role.program.time_zone, by=actor)
        messages.success(request, _("The program is there. Switch to it under “Here as” to set it up."))
        return redirect("more")
    hats = [role for role in request.hats if role.kind == Role.Kind.MANAGER]  # type: ignore[attr-defined]
    context = {"form": form, "roles": hats}
    return render(request, "home/programs.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
def program(request: HttpRequest, pk: UUID) -> HttpResponse:
    actor = actor_of(request)
    found = runs(actor, pk)
    hours = hours_of_program(found)
    form = ProgramForm(posted(request), program=found, initial=initial_of(found, hours))
    if request.method == "POST" and form.is_valid():
        try:
            actions.change_program(found, **form.changes(), by=actor)
        except Stale as refusal:
            return stale_page(request, "home/program.html", form, refusal, program=refusal.stands)
        messages.success(request, _("Saved."))
        return redirect("setup")
    context = {"program": found, "form": form, "refusal": None}
    return render(request, "home/program.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
def lines(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The lines a program names, in the order pages show them, and a form for one more."""
    actor = actor_of(request)
    found = runs(actor, pk)
    form = LineForm(posted(request), initial={"version": found.version})
    if request.method == "POST" and form.is_valid():
        try:
            actions.add_line(found, version=form.cleaned_data["version"], **form.about(), by=actor)
        except Stale as refusal:
            return stale_page(
                request, "home/lines.html", form, refusal, program=refusal.stands, lines=named_lines(found)
            )
        messages.success(request, _("Saved."))
        return redirect("lines", pk=pk)
    context = {"program": found, "lines": named_lines(found), "form": form, "refusal": None}
    return render(request, "home/lines.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
def line(request: HttpRequest, pk: UUID, line_pk: UUID) -> HttpResponse:
    """One line: changed, or taken out."""
    actor = actor_of(request)
    found = get_line(runs(actor, pk), line_pk)
    form = LineForm(posted(request), initial=initial_of_line(found))
    removes = "remove" in request.POST
    if request.method == "POST" and (form.is_valid() or (removes and "version" not in form.errors)):
        version = form.cleaned_data["version"]
        try:
            if removes:
                actions.remove_line(found, version=version, by=actor)
            else:
                actions.change_line(found, version=version, **form.about(), by=actor)
        except Stale as refusal:
            return stale_page(request, "home/line.html", form, refusal, program=refusal.stands, line=found)
        messages.success(request, _("Saved."))
        return redirect("lines", pk=pk)
    context = {"program": found.program, "line": found, "form": form, "refusal": None}
    return render(request, "home/line.html", context, status=422 if form.errors else 200)
