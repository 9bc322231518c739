"""`/`: the home of the worn hat."""

from collections.abc import Callable
from itertools import groupby

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from accounts.lines import lines_of
from accounts.models import Actor, Role
from accounts.permissions import staff_of
from accounts.signing_in import actor_of
from audit import actions as audit
from clients.actions import look_at
from clients.models import Assignment, Client, KeptFrom
from clients.permissions import last_time, may_take_over
from home.context import own_client
from peersupport.lib.clock import now
from sessions.models import ClientWord, ContactLog
from sessions.permissions import logs_of, read_entries

SHOWN = 3


@require_GET
def home(request: HttpRequest) -> HttpResponse:
    actor = actor_of(request)
    return _HOMES[Role.Kind(actor.role.kind)](request, actor)


def _client(request: HttpRequest, actor: Actor) -> HttpResponse:
    client = own_client(request)
    if client is None:
        raise Http404
    look_at(client, ["home"], by=actor)
    since = last_time(client, "home", by=actor)
    rows = list(logs_of(actor, client).newest_form().order_by("-occurred_at", "-pk")[:SHOWN])
    entries = read_entries(actor, client, rows)
    context = {"client": client, "entries": entries, "since": since, "lines": lines_of(client.program), "now": now()}
    return render(request, "home/client.html", context)


def _specialist(request: HttpRequest, actor: Actor) -> HttpResponse:
    unfinished = list(
        ContactLog.objects.visible_to(actor)
        .by(actor)
        .unfinished()
        .facts()
        .select_related("client__user", "author")
        .order_by("occurred_at", "pk")[:50]
    )
    said = list(
        ClientWord.objects.visible_to(actor)
        .unread_by(actor)
        .select_related("log__client__user")
        .defer("text_sealed")
        .order_by("at", "pk")[:50]
    )
    people = list(Client.objects.visible_to(actor).active().by_name()[:50])
    audit.record_list("today", by=actor, count=len(people))
    return render(request, "home/today.html", {"unfinished": unfinished, "said": said, "people": people, "now": now()})


def _supervisor(request: HttpRequest, actor: Actor) -> HttpResponse:
    found = (
        Assignment.objects.visible_to(actor)
        .open()
        .filter(specialist__supervised_by__in=actor.user.supervises.open())
        .select_related("specialist", "client__user")
        .order_by("specialist__first_name", "specialist__pk", "client__user__first_name", "client__pk")
    )
    groups = [(person, list(rows)) for person, rows in groupby(found, key=lambda row: row.specialist)]
    audit.record_list("caseloads", by=actor, count=sum(len(rows) for _person, rows in groups))
    return render(request, "home/supervisor.html", {"groups": groups})


def _manager(request: HttpRequest, actor: Actor) -> HttpResponse:
    asked = list(
        KeptFrom.objects.visible_to(actor).asked().select_related("client__user", "person").order_by("asked_at")[:50]
    )
    wishes = may_take_over(asked)
    staff = staff_of(actor.role.program)
    audit.record_list("people", by=actor, count=len(staff))
    audit.record_reads({(kept.client_id, "wish") for kept in asked}, by=actor)
    return render(request, "home/manager.html", {"asked": wishes, "staff": staff})


_HOMES: dict[Role.Kind, Callable[[HttpRequest, Actor], HttpResponse]] = {
    Role.Kind.CLIENT: _client,
    Role.Kind.SPECIALIST: _specialist,
    Role.Kind.SUPERVISOR: _supervisor,
    Role.Kind.MANAGER: _manager,
}
