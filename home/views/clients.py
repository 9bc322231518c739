"""Everyone the worn hat sees, and the page of one of them."""

from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET

from accounts.models import Role
from accounts.signing_in import actor_of
from audit import actions as audit
from clients.models import Client
from clients.pages import trust
from clients.permissions import (
    get_client,
    is_own,
    may_open_words,
    may_read_facts,
    may_write_contacts,
)
from home.permissions import latest_handover, standing_pause, without_specialist
from sessions.pages import note_reading
from sessions.permissions import read_entries, timeline

PAGE_SIZE = 10


@require_GET
def clients(request: HttpRequest) -> HttpResponse:
    actor = actor_of(request)
    if actor.wears(Role.Kind.CLIENT):
        return redirect("/")
    found = list(Client.objects.visible_to(actor).active().by_name())
    audit.record_list("clients", by=actor, count=len(found))
    manages = actor.wears(Role.Kind.MANAGER)
    context = {
        "clients": found,
        "may_read_facts": may_read_facts(actor),
        "may_log": may_write_contacts(actor),
        "may_manage": manages,
        "waiting": {client.pk for client in without_specialist(actor)} if manages else set(),
        "closed": Client.objects.visible_to(actor).closed().by_name()[:100] if manages else [],
    }
    return render(request, "home/clients.html", context)


@require_GET
def client_page(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One timeline of what happened between two people, newest first."""
    actor = actor_of(request)
    client = get_client(actor, pk)
    if is_own(actor, client):
        return redirect("/")
    if not may_read_facts(actor):
        raise PermissionDenied
    found = timeline(actor, client, request.GET.get("at", ""), PAGE_SIZE)
    entries = read_entries(actor, client, found.rows)
    since = note_reading(actor, client, entries, "client")
    handover = latest_handover(client)
    context = {
        "client": client,
        "pause": standing_pause(client),
        "handover": handover if handover and handover.is_to_come else None,
        "since": since if may_write_contacts(actor) else None,
        "entries": entries,
        "page": found,
        "may_log": may_write_contacts(actor),
        "may_open": may_open_words(actor) and not any(entry.shows_words for entry in entries),
        **trust(request, client),
    }
    return render(request, "home/client_page.html", context)
