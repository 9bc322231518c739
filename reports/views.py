"""The caseload report, the rows behind its numbers, both as files, and how everything is counted."""

from django.db import transaction
from django.http import HttpRequest, HttpResponse, QueryDict
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from audit import actions as audit
from reports.figures.counting import Report, count
from reports.figures.definitions import FIGURES
from reports.forms import NameForm
from reports.pages.asking import Asked, ask, ask_by_name, keep_name, supervisor_of
from reports.pages.behind import behind_of
from reports.pages.files import as_file, lines_of_rows, lines_of_table, lines_without_numbers
from reports.pages.frames import around, frame_of
from reports.pages.tables import Table, only_totals, table_of
from reports.permissions import still_seen


@require_GET
def caseload(request: HttpRequest) -> HttpResponse:
    asked = ask(request)
    if asked.chosen is None:
        return _not_counted(request, asked)
    report = count(asked.actor, asked.caseload, asked.chosen)
    table = _table(request, asked, report)
    audit.record_list("caseload", by=asked.actor, count=len(report.people), narrowed_by=asked.chosen.in_codes())
    return render(request, "reports/caseload.html", frame_of(asked, report, table))


@require_GET
def caseload_file(request: HttpRequest) -> HttpResponseBase:
    """Everyone the page is about, on however many pages it stands."""
    asked = ask(request)
    if asked.chosen is None:
        return _not_counted(request, asked)
    report = count(asked.actor, asked.caseload, asked.chosen)
    table = _table(request, asked, report, page="all")
    people = still_seen(asked.actor, [] if asked.totals_only else report.people)
    with transaction.atomic():
        codes = asked.chosen.in_codes()
        audit.record_list("export-caseload", by=asked.actor, count=len(table.rows), narrowed_by=codes)
        audit.record_exports("export-caseload", people.values("pk"), by=asked.actor)
    lines = lines_without_numbers(asked) if asked.tells_too_much(report) else lines_of_table(asked, table)
    return as_file(lines, "caseload", asked.chosen)


@require_POST
def find(request: HttpRequest) -> HttpResponse:
    """By name; what is typed goes into the session, so that no address ever holds a name."""
    query = QueryDict(request.POST.get("query", ""), mutable=True)
    query.pop("name", None)
    asked = ask_by_name(request, query)
    form = NameForm(request.POST)
    if asked.chosen is None:
        return redirect("reports:caseload")
    if not form.is_valid():
        report = count(asked.actor, asked.caseload, asked.chosen)
        context = frame_of(asked, report, _table(request, asked, report), names=form)
        audit.record_list("caseload", by=asked.actor, count=len(report.people), narrowed_by=asked.chosen.in_codes())
        return render(request, "reports/caseload.html", context, status=422)
    sought = form.cleaned_data["sought"]
    more = {"name": keep_name(request, sought)} if sought else {}
    return redirect(f"{reverse('reports:caseload')}?{asked.chosen.query(**more)}")


@require_GET
def rows(request: HttpRequest, name: str) -> HttpResponse:
    asked = ask_by_name(request)
    if asked.chosen is None:
        return _not_counted(request, asked)
    behind = behind_of(request, asked, name)
    shown = behind.page(request.GET.get("at", ""))
    if behind.client is not None:
        audit.record_read("rows", by=asked.actor, client_id=behind.client)
    audit.record_list(f"rows-{name}", by=asked.actor, count=behind.number, narrowed_by=behind.in_codes)
    return render(request, "reports/rows.html", {**around(asked, request.path), "behind": behind, **shown})


@require_GET
def rows_file(request: HttpRequest, name: str) -> HttpResponseBase:
    asked = ask_by_name(request)
    if asked.chosen is None:
        return _not_counted(request, asked)
    behind = behind_of(request, asked, name)
    with transaction.atomic():
        audit.record_list(f"export-{name}", by=asked.actor, count=behind.number, narrowed_by=behind.in_codes)
        audit.record_exports("export-rows", behind.clients, by=asked.actor)
    return as_file(lines_of_rows(asked, behind), f"rows-{name}", asked.chosen)


@require_GET
def how_we_count(request: HttpRequest) -> HttpResponse:
    actor = supervisor_of(request)
    figures = [figure for figure in FIGURES.values() if not figure.name.startswith("mode-")]
    return render(request, "reports/how_we_count.html", {"figures": figures, "program": actor.role.program})


def _table(request: HttpRequest, asked: Asked, report: Report, page: str = "") -> Table:
    if asked.totals_only:
        return only_totals(report)
    page = page or request.GET.get("page", "")
    return table_of(report, request.GET.get("by", ""), request.GET.get("sort", ""), page)


def _not_counted(request: HttpRequest, asked: Asked) -> HttpResponse:
    """What was asked for cannot be; the form says why and keeps it."""
    return render(request, "reports/asked.html", around(asked, request.path), status=422)
