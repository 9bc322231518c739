"""What My privacy tells: who can see what, who looked, and why."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy as _

from accounts.models import Actor, Role, User
from audit.models import Event
from audit.permissions import looks_at
from clients.models import Client, KeptFrom, Opening
from clients.permissions import Helper
from conversations.models import ReachOut
from peersupport.lib.clock import now

DAYS = 90
_PURPOSES = {
    "client": _("looked at your page"),
    "facts-client": _("looked at your page, without the words"),
    "times": _("read your times together"),
    "facts-times": _("saw dates, minutes and kinds of your times together"),
    "person": _("saw your name, how to reach you and who walks with you"),
    "invitation": _("printed your invitation"),
    "way-back": _("met you, and printed a code for you to come back in"),
    "wish": _("saw your wish to have someone else"),
    "reach-out": _("read what you wrote when you reached out"),
    "facts-reach-out": _("saw that you reached out, without the words"),
    "goals": _("read the goals you share"),
    "facts-goals": _("saw that there are goals, without the words"),
    "goal": _("read a goal you share"),
    "facts-goal": _("saw that there is a goal, without the words"),
    "goal-history": _("read how a goal changed"),
    "facts-goal-history": _("saw when a goal changed, without the words"),
    "victories": _("read what went right, as you share it"),
    "facts-victories": _("saw that you wrote down what went right, without the words"),
    "check-ins": _("read your check-ins and what you answered"),
    "facts-check-ins": _("saw when check-ins came, without your answers"),
    "rows": _("saw dates and kinds of your support, in a report"),
    "export-caseload": _("took numbers about your support out, in a file with others"),
    "export-rows": _("took dates and kinds of your support out, in a file with others"),
    "log": _("read what was written about a time together"),
    "facts": _("saw date, minutes and kind of a time together"),
}


@dataclass(frozen=True)
class Look:
    """One person on one day for one purpose."""

    day: date
    person: User
    hat: Any
    purpose: Any


def looks(client: Client) -> list[Look]:
    """Newest first, the last 90 days; several looks of one kind on one day are one line."""
    events = looks_at(client.pk, since=now() - timedelta(days=DAYS), besides=client.user_id)
    people = User.objects.in_bulk({event.actor_id for event in events if event.actor_id})
    lines: dict[tuple[Any, ...], Look] = {}
    for event in events:
        person = people.get(event.actor_id) if event.actor_id else None
        if person is not None:
            look = Look(localtime(event.at).date(), person, Role.Kind(event.hat).label, _purpose(event))
            lines.setdefault((look.day, person.pk, event.hat, str(look.purpose)), look)
    return list(lines.values())


def openings(client: Client, actor: Actor) -> list[Opening]:
    """Every time a supervisor opened words, with the reason they gave; newest first."""
    found = Opening.objects.visible_to(actor).filter(client=client).select_related("supervisor")
    return list(found.order_by("-starts_at")[:100])


def reach_outs_among(found: list[Opening], actor: Actor) -> set[UUID]:
    """Which of the single things that were opened are reach-outs."""
    subjects = [opening.subject_id for opening in found if opening.subject_id]
    rows = ReachOut.objects.visible_to(actor).filter(pk__in=subjects)
    return set(rows.values_list("pk", flat=True)) if subjects else set()


def rights(helper: Helper) -> Any:
    """What one helper can see, in words."""
    if helper.hat == Role.Kind.SUPERVISOR:
        return _("sees dates, minutes and kind. Reads words only after saying why; you see it here.")
    return _("reads everything you two share here.")


def managers_of(client: Client) -> list[User]:
    """Who sees names and contact points, never words."""
    away = KeptFrom.objects.in_force().filter(client=client).values("person")
    roles = Role.objects.open().filter(program=client.program, kind=Role.Kind.MANAGER, user__is_active=True)
    return list(User.objects.filter(pk__in=roles.values("user")).exclude(pk__in=away).order_by("first_name"))


def _purpose(event: Event) -> Any:
    return _PURPOSES.get(event.page.partition(":")[0], _("looked at your record"))
