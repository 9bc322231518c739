"""`/`: the home of the worn hat."""

from collections.abc import Callable
from datetime import datetime, timedelta
from itertools import groupby
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from accounts.lines import lines_of
from accounts.models import Actor, Role
from accounts.permissions import staff_of
from accounts.signing_in import actor_of
from audit import actions as audit
from checkins.pages import PAGE as CHECK_INS
from checkins.pages import home_of, looks_at
from checkins.permissions import answers_for
from clients.actions import look_at
from clients.models import Assignment, Client, KeptFrom, Visit
from clients.pages import own_client
from clients.permissions import may_take_over, specialists_of
from conversations.permissions import latest_for_home, past_promise, taken_back_lately, waiting_for
from conversations.trust import outlook
from goals.kinds import HOME
from goals.models import Cheer, Goal
from goals.pages.lists import cards_of
from goals.pages.victories import victory_form
from goals.permissions.consent import agreed_without_own_sign_in
from goals.permissions.goals import current_goals
from goals.permissions.ideas import answered_since, ideas_waiting
from goals.permissions.news import changes_for
from goals.permissions.victories import new_cheers, still_given, victories_unseen
from home.context import foot
from home.pages.handovers import handovers_of, with_followers
from home.pages.setup import first_steps
from home.permissions import assignments_ending, handover_to_show, open_invitations, standing_pause, without_specialist
from notifications.permissions import failed_for
from peersupport.lib.clock import now
from peersupport.lib.composed import composed
from reports.figures.worklist import worklist_of
from sessions.models import ClientWord, ContactLog
from sessions.permissions import latest_log

SHOWN = 3
UNDELIVERED_SINCE = timedelta(days=7)


@require_GET
def home(request: HttpRequest) -> HttpResponse:
    actor = actor_of(request)
    return _HOMES[Role.Kind(actor.role.kind)](request, actor)


def _client(request: HttpRequest, actor: Actor) -> HttpResponse:
    client = own_client(request)
    if client is None:
        raise Http404
    cheers, since = _look_home(client, actor)
    helpers = specialists_of(client)
    ahead = outlook(client, helpers)
    goals = _newest_first(current_goals(actor, client))
    context = {
        "client": client,
        "ideas": ideas_waiting(client),
        "said_yes": agreed_without_own_sign_in(client),
        "cheers": cheers,
        "changed": [goal for goal in goals[1:] if goal.changed][:SHOWN],
        "cards": cards_of(actor, client, goals[:1]),
        "more_goals": len(goals) > 1,
        "latest": latest_for_home(client),
        "outlook": ahead,
        "footer_line": foot(ahead.usually),
        "log": _latest_log(client, actor),
        "since": since,
        "lines": lines_of(client.program),
        "now": now(),
        "pause": standing_pause(client),
        "handover": handover_to_show(client),
        "form": victory_form(actor, client, helpers, short=True),
        **home_of(client, helpers),
    }
    return render(request, "home/client.html", context)


def _look_home(client: Client, actor: Actor) -> tuple[list[Cheer], datetime | None]:
    """The words that came back, and when they looked at their home before; that they are shown is noted first."""
    cheers = new_cheers(client)
    since = look_at(client, [HOME, *(cheer.page for cheer in cheers)], by=actor)[HOME]
    return still_given(cheers), since


def _latest_log(client: Client, actor: Actor) -> ContactLog | None:
    log = latest_log(actor, client)
    if log is not None:
        log.client = client
    return log


def _newest_first(goals: list[Goal]) -> list[Goal]:
    """One goal stands on the home: one that someone else changed since, else the newest."""
    return sorted(goals, key=lambda goal: not goal.changed)


def _specialist(request: HttpRequest, actor: Actor) -> HttpResponse:
    people = _people(actor)
    waits: dict[str, list[Any]] = {
        "waiting": waiting_for(actor),
        "answers": answers_for(actor),
        "answered_ideas": answered_since(actor),
        "victories": victories_unseen(actor),
        "changes": changes_for(actor),
        "undelivered": _undelivered(actor, people),
        "taken_back": taken_back_lately(actor),
        "unfinished": _unfinished(actor),
        "said": _said(actor),  # facts only: what they have not read yet
    }
    audit.record_list("today", by=actor, count=len(people))
    shown = {(one.client.pk, row.page) for one in waits["waiting"] for row in one.shown}
    audit.record_reads(shown | looks_at(waits["answers"]), by=actor)
    context = {**waits, "nothing_waits": not any(waits.values()), "people": people, "now": now()}
    context["handovers"] = handovers_of(actor)
    return render(request, "home/today.html", context)


@composed
def _people(actor: Actor) -> QuerySet[Client]:
    return Client.objects.visible_to(actor).active().by_name()[:50]


@composed
def _unfinished(actor: Actor) -> QuerySet[ContactLog]:
    rows = ContactLog.objects.visible_to(actor).by(actor).unfinished().facts().select_related("client__user", "author")
    return rows.order_by("occurred_at", "pk")[:50]


@composed
def _said(actor: Actor) -> QuerySet[ClientWord]:
    rows = ClientWord.objects.visible_to(actor).unread_by(actor).select_related("log__client__user")
    return rows.defer("text_sealed").order_by("at", "pk")[:50]


def _undelivered(actor: Actor, people: list[Client]) -> list[tuple[Client, datetime]]:
    """To whom a message did not get through this week, and since when; until the check-ins page was looked at."""
    clients = {client.user_id: client for client in people}
    wrong = failed_for(clients).filter(ended_at__gt=now() - UNDELIVERED_SINCE).values_list("recipient", "ended_at")
    newest: dict[UUID, datetime] = {}
    for recipient, at in wrong:
        if at is not None:
            newest.setdefault(recipient, at)
    looks = Visit.objects.visible_to(actor).filter(user=actor.user, page=CHECK_INS, client__user__in=newest)
    looked = {visit.client_id: visit.looked_at for visit in looks} if newest else {}
    found = [(clients[recipient], at) for recipient, at in newest.items()]
    return [(client, at) for client, at in found if client.pk not in looked or looked[client.pk] < at]


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
    late, work = past_promise(actor), worklist_of(actor)
    context = {"groups": groups, "late": late, "work": work, "ending": with_followers(work.ending)}
    context["totals_only"] = actor.role.program.totals_only
    return render(request, "home/supervisor.html", context)


def _manager(request: HttpRequest, actor: Actor) -> HttpResponse:
    asked = list(
        KeptFrom.objects.visible_to(actor).asked().select_related("client__user", "person").order_by("asked_at")[:50]
    )
    staff, steps = staff_of(actor.role.program), first_steps(actor)
    waits: dict[str, Any] = {
        "asked": may_take_over(asked),
        "steps": [] if all(step.done for step in steps) else steps,
        "waiting": without_specialist(actor),
        "ending": assignments_ending(actor),
        "invitations": open_invitations(actor),
    }
    audit.record_list("people", by=actor, count=len(staff))
    audit.record_reads({(kept.client_id, "wish") for kept in asked}, by=actor)
    return render(request, "home/manager.html", {**waits, "nothing_waits": not any(waits.values()), "staff": staff})


_HOMES: dict[Role.Kind, Callable[[HttpRequest, Actor], HttpResponse]] = {
    Role.Kind.CLIENT: _client,
    Role.Kind.SPECIALIST: _specialist,
    Role.Kind.SUPERVISOR: _supervisor,
    Role.Kind.MANAGER: _manager,
}
