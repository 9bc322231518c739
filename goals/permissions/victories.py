"""The only loaders of victories and of the words that come back."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import Http404

from accounts.models import Actor, Role
from clients.models import Client, Visit
from clients.permissions import is_own, may_read_facts
from goals.models import Cheer, CheerTakenBack, Goal, Victory
from goals.models.victories import CHEER_PAGE, CheerQuerySet, VictoryQuerySet
from goals.permissions.rights import may_write_as_told, may_write_down
from peersupport.lib.clock import now
from peersupport.lib.composed import composed

PAGE = "victories"  # the list's name in Visit and in the audit
LATELY = timedelta(days=30)  # how far back Today looks for what nobody has read
STILL_NEW = timedelta(minutes=30)  # as long as one stays at it, what was new on the home stays there
MOST = 50
OFFERED_AMONG = 100  # the newest ones, of which a hard day offers one


def may_write(actor: Actor, client: Client) -> bool:
    """The client; as told, a specialist for whoever has no sign-in."""
    return is_own(actor, client) or may_write_as_told(actor, client)


def may_cheer(actor: Actor, client: Client) -> bool:
    """Of a victory that exists for them. Who has no sign-in would never read it: tell them in person."""
    return may_write_down(actor, client) and client.user.can_sign_in


def get_victory(actor: Actor, pk: UUID) -> Victory:
    """Facts. Http404 for whoever it does not exist for."""
    found = Victory.objects.visible_to(actor).facts().select_related("client__user", "client__program", "goal")
    victory = found.filter(pk=pk).first()
    if victory is None:
        raise Http404
    return victory


def get_cheer(actor: Actor, pk: UUID) -> Cheer:
    """One that the client was or will be shown, and that exists for this reader."""
    rows = Cheer.objects.visible_to(actor).select_related("victory__client__user", "victory__client__program")
    cheer = rows.filter(pk=pk).first()
    if cheer is None:
        raise Http404
    return cheer


def victories_of(actor: Actor, client: Client, goal: Goal | None, *, words: bool) -> VictoryQuerySet:
    """Of a client (and a goal) loaded for this reader. `words`: they may read any."""
    rows = _of(actor, client.pk) if may_read_facts(actor) else Victory.objects.none()
    rows = rows.filter(goal=goal) if goal is not None else rows
    return rows if words else rows.facts()


def victories_for(actor: Actor, goal: Goal) -> list[Victory]:
    """The newest ones tied to a goal that was loaded with its words for this reader: what its page tells of them."""
    return _for_goal(actor, goal.client_id, goal.pk)


@composed
def _for_goal(actor: Actor, client: UUID, goal: UUID) -> VictoryQuerySet:
    rows = _of(actor, client).select_related(None).kept()
    return rows.filter(goal=goal).order_by("-happened_at", "-pk")[:3]


def _of(actor: Actor, client: UUID) -> VictoryQuerySet:
    return Victory.objects.filter(client=client).reaching(actor).select_related("goal", "told_to")


def cheers_for(victories: Iterable[Victory]) -> dict[UUID, list[Cheer]]:
    """Of victories that were loaded with words for this reader, oldest first: one query."""
    found: dict[UUID, list[Cheer]] = {victory.pk: [] for victory in victories}
    if found:
        for cheer in _cheers(tuple(found)):
            found[cheer.victory_id].append(cheer)
    return found


@composed
def _cheers(victories: tuple[UUID, ...]) -> CheerQuerySet:
    rows = Cheer.objects.filter(victory__in=victories).standing().marking_read()
    return rows.select_related("author").order_by("at", "pk")


def new_cheers(client: Client) -> list[Cheer]:
    """For the client's own home: what came back and they did not read yet, or are just reading."""
    return _new_cheers(client.pk, client.user_id, now() - STILL_NEW)


@composed
def _new_cheers(client: UUID, user: UUID, since: Any) -> CheerQuerySet:
    looks = Visit.objects.of_row(CHEER_PAGE, OuterRef("pk")).filter(user=user)
    read = looks.filter(Q(before__isnull=False) | Q(looked_at__lt=since))
    rows = Cheer.objects.filter(victory__client=client, victory__put_away_at__isnull=True).standing()
    rows = rows.filter(~Exists(read)).marking_read().select_related("author", "victory")
    return rows.order_by("-at", "-pk")[:3]


def still_given(cheers: list[Cheer]) -> list[Cheer]:
    """Once more, after it was noted that these are shown: those nobody took back meanwhile.

    What was read before cannot be taken back any more, so that this asks only at the first look.
    """
    unread = [cheer.pk for cheer in cheers if not cheer.read]
    if not unread:
        return cheers
    gone = set(CheerTakenBack.objects.filter(cheer__in=unread).values_list("cheer", flat=True))
    return [cheer for cheer in cheers if cheer.pk not in gone]


@dataclass(frozen=True)
class Unseen:
    """What one client shared and a specialist has not looked at yet: facts only."""

    newest: Victory
    number: int


def victories_unseen(actor: Actor) -> list[Unseen]:
    """Once for each client, the newest first."""
    if not actor.wears(Role.Kind.SPECIALIST):
        return []
    of_client: dict[UUID, list[Victory]] = {}
    for victory in _unseen(actor, now() - LATELY):
        of_client.setdefault(victory.client_id, []).append(victory)
    return [Unseen(victories[0], len(victories)) for victories in of_client.values()]


@composed
def _unseen(actor: Actor, since: datetime) -> QuerySet[Victory]:
    rows = Victory.objects.visible_to(actor).unseen_by(actor).filter(created_at__gte=since)
    rows = rows.exclude(author=actor.user).facts().select_related("client__user")
    return rows.order_by("-created_at", "-pk")[:MOST]


def one_for(client: Client, day: date) -> Victory | None:
    """For the client's own eyes, the same one all day; nothing put away or of a goal that never was. One query."""
    error = Goal.Lifecycle.ENTERED_IN_ERROR
    rows = Victory.objects.filter(client=client).kept().filter(Q(goal__isnull=True) | ~Q(goal__lifecycle=error))
    found = list(rows.select_related("told_to").order_by("-created_at", "-pk")[:OFFERED_AMONG])
    return min(found, key=lambda row: hashlib.sha256(f"{day.isoformat()}|{row.pk}".encode()).digest(), default=None)
