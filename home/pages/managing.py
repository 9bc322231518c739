"""What the manager's pages do alike."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from accounts.models import Actor, Program, Role, User
from accounts.signing_in import actor_of
from home.forms.people import PersonChoice, RoleForm
from home.permissions import Person, assignments_of_client, closings_of, holders_of, may_help_back, supervisions_of
from notifications.permissions import contact_points_words_of
from peersupport.lib.clock import now
from peersupport.lib.fields import with_value
from peersupport.lib.refusals import Refusal, Stale


def manager_of(request: HttpRequest) -> Actor:
    """PermissionDenied for every other hat."""
    actor = actor_of(request)
    if not actor.wears(Role.Kind.MANAGER):
        raise PermissionDenied
    return actor


def today_of(where: Program | User) -> date:
    """The day it is there."""
    return now().astimezone(ZoneInfo(where.time_zone)).date()


def day_begins(day: date, program: Program) -> datetime:
    """The instant a day begins by the program's clock."""
    return datetime.combine(day, time(), ZoneInfo(program.time_zone)).astimezone(UTC)


def day_over(day: date | None, program: Program) -> datetime | None:
    """The instant the day is over by the program's clock."""
    return day_begins(day + timedelta(days=1), program) if day is not None else None


def add_refusal(form: forms.Form, refusal: Refusal, names: dict[str, str] | None = None) -> None:
    """The sentence at its field; `names`: how an action's field is called in this form."""
    field = (names or {}).get(refusal.field or "", refusal.field)
    form.add_error(field if field in form.fields else None, str(refusal.sentence))


def person_context(actor: Actor, person: Person, **forms_sent: forms.Form) -> dict[str, Any]:
    """What the page of one person shows to a manager."""
    return {
        "person": person,
        "points": contact_points_words_of(person.user),
        "assignments": assignments_of_client(person.client) if person.client else [],
        "closings": closings_of(person.client) if person.client else [],
        "supervisions": supervisions_of(person),
        "role_form": RoleForm(),
        "supervisor_form": PersonChoice(people=holders_of(actor, Role.Kind.SUPERVISOR)),
        "is_specialist": any(role.kind == Role.Kind.SPECIALIST for role in person.roles),
        "can_reset": person.works_here and person.user.can_sign_in and person.user != actor.user,
        "can_help_back": may_help_back(actor, person),
        **forms_sent,
    }


def stale_page(request: HttpRequest, template: str, form: forms.Form, refusal: Stale, **context: Any) -> HttpResponse:
    """What was typed stands in the form, ready to be saved over what stands now; the page says so first."""
    form = with_value(form, "version", refusal.stands.version)
    return render(request, template, {**context, "form": form, "refusal": refusal}, status=409)
