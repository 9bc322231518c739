"""Victories: written down once in the client's words, shared as they choose, answered in words."""

from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import Actor
from audit import actions as audit
from clients.actions import hold_unseen
from clients.models import Client
from clients.permissions import is_own
from goals.actions.writing import used_form
from goals.models import Cheer, CheerTakenBack, Goal, Victory
from goals.models.goals import Visibility
from goals.permissions.victories import get_victory, may_cheer, may_write
from goals.rules import WIDTH
from peersupport.lib.clock import now
from peersupport.lib.ids import new_id
from peersupport.lib.refusals import Refusal, Stale
from peersupport.lib.sealed import fingerprint, seal


@dataclass(frozen=True)
class Told:
    """What went right. `on` None: today, by the client's own calendar."""

    text: str
    visibility: str
    on: date | None = None
    goal: Goal | None = None
    language: str = "en"

    def fingerprint(self, client: Client) -> str:
        goal = str(self.goal.pk) if self.goal else ""
        return fingerprint(str(client.pk), self.text, self.visibility, str(self.on or ""), goal)


@transaction.atomic
def write_victory(client: Client, told: Told, *, op_id: UUID, by: Actor) -> Victory:
    """By the client, or as told by whoever has no sign-in. The same form sent again gives the victory it made."""
    day, digest = today_of(client), told.fingerprint(client)
    before = Victory.objects.filter(op_id=op_id, author=by.user).first()
    if before is not None:
        return _same(before, digest)
    _refuse_victory(client, told, day, by=by)
    pk, on = new_id(), told.on or day
    columns: dict[str, Any] = {
        "client": client,
        "goal": told.goal,
        "author": by.user,
        "told_to": None if is_own(by, client) else by.user,
        "op_id": op_id,
        "op_fingerprint": digest,
        "language": told.language,
        "happened_on": on,
        "happened_at": _sometime_on(on, client),
        "visibility": told.visibility,
        **seal(Victory, pk, text=told.text),
    }
    try:
        with transaction.atomic():
            victory = Victory.objects.create(pk=pk, **columns)
    except IntegrityError:  # the same form at the same moment: the other one was first
        return _same(Victory.objects.get(op_id=op_id, author=by.user), digest)
    _stir(victory)
    verb = "victory.written" if is_own(by, client) else "victory.told"
    audit.record(verb, by=by, client_id=client.pk, subject=victory)
    return victory


@transaction.atomic
def share_victory(victory: Victory, visibility: str, *, version: int, by: Actor) -> Victory:
    """Sharing less goes through from any page, however old; sharing more only from what stands now."""
    held = _held(victory, by=by)
    if visibility == held.visibility:
        return held
    if visibility == Visibility.JUST_ME and not is_own(by, held.client):
        raise _known()
    if version != held.version and WIDTH[Visibility(visibility)] > WIDTH[Visibility(held.visibility)]:
        raise Stale(_("Who may see this was changed in another window. Here it is as it stands now."), stands=held)
    return _set(held, "victory.shared", by=by, visibility=visibility)


@transaction.atomic
def put_away(victory: Victory, *, by: Actor) -> Victory:
    """Out of sight for everyone, until the client brings it back. Twice is harmless."""
    held = _held(victory, by=by)
    return held if held.put_away_at else _set(held, "victory.put_away", by=by, put_away_at=now())


@transaction.atomic
def bring_back(victory: Victory, *, by: Actor) -> Victory:
    """Shared as it was before."""
    held = _held(victory, by=by)
    return _set(held, "victory.brought_back", by=by, put_away_at=None) if held.put_away_at else held


@transaction.atomic
def cheer(victory: Victory, text: str, *, op_id: UUID, language: str, by: Actor) -> Cheer:
    """A word back. The same form sent again gives the cheer it made."""
    digest = fingerprint(str(victory.pk), text)
    before = Cheer.objects.filter(op_id=op_id, author=by.user).first()
    if before is not None:
        return _same_cheer(before, digest)
    held = _lock(victory, by=by)  # the client may just share it with fewer people
    if not may_cheer(by, held.client):
        raise Refusal(_("Words back come from the specialist who walks with them."))
    if not text.strip():
        raise Refusal(_("There is nothing here yet. A few words are enough."), field="text")
    pk = new_id()
    try:
        with transaction.atomic():
            row = Cheer.objects.create(
                pk=pk,
                victory=held,
                author=by.user,
                op_id=op_id,
                op_fingerprint=digest,
                language=language,
                **seal(Cheer, pk, text=text),
            )
    except IntegrityError:
        return _same_cheer(Cheer.objects.get(op_id=op_id, author=by.user), digest)
    audit.record("cheer.given", by=by, client_id=held.client_id, subject=row)
    return row


@transaction.atomic
def take_back_cheer(row: Cheer, *, by: Actor) -> None:
    """Only while the client has not read it; then it is as if never said. Twice is harmless."""
    if row.author_id != by.person_id:
        raise Refusal(_("Only whoever wrote this can take it back."))
    _taken, made = CheerTakenBack.objects.get_or_create(cheer=row)
    if not made:
        return
    if not hold_unseen(row.victory.client, row.page):
        raise Refusal(_("They have read it already, so it stays."))
    audit.record("cheer.taken_back", by=by, client_id=row.victory.client_id, subject=row)


def today_of(client: Client) -> date:
    """By the client's own calendar."""
    return now().astimezone(ZoneInfo(client.user.time_zone)).date()


def _sometime_on(day: date, client: Client) -> datetime:
    """Noon of that day, or now if that is earlier."""
    return min(datetime.combine(day, time(12), ZoneInfo(client.user.time_zone)), now())


def _refuse_victory(client: Client, told: Told, today: date, *, by: Actor) -> None:
    if not may_write(by, client):
        raise Refusal(_("Only they can write this down."))
    if not told.text.strip():
        raise Refusal(_("There is nothing here yet. Big or small, a few words are enough."), field="text")
    if told.visibility not in Visibility.values:
        raise Refusal(_("Please choose who may see it."), field="visibility")
    if told.visibility == Visibility.JUST_ME and not is_own(by, client):
        raise _known()
    if told.on is not None and told.on > today:
        raise Refusal(_("That day is still to come."), field="on")
    if told.goal is not None and told.goal.client_id != client.pk:
        raise Refusal(_("This goal is someone else’s."))


def _known() -> Refusal:
    return Refusal(_("You know of this, so it cannot be for them alone."), field="visibility")


def _held(victory: Victory, *, by: Actor) -> Victory:
    """The row as it stands now, held until the transaction ends; refused for whoever may not decide about it."""
    held = _lock(victory, by=by)
    if not may_write(by, held.client):
        raise Refusal(_("Who may see this is theirs to say."))
    return held


def _lock(victory: Victory, *, by: Actor) -> Victory:
    Victory.objects.select_for_update(no_key=True).facts().get(pk=victory.pk)
    return get_victory(by, victory.pk)


def _set(held: Victory, verb: str, *, by: Actor, **columns: Any) -> Victory:
    rows = Victory.objects.filter(pk=held.pk, version=held.version)
    if not rows.update(version=held.version + 1, **columns):
        raise Stale(_("This changed just now. Please try once more."), stands=held)
    became = get_victory(by, held.pk)
    _stir(held if _is_shared(held) else became)
    audit.record(verb, by=by, client_id=held.client_id, subject=held)
    return became


def _stir(victory: Victory) -> None:
    """It stands on its goal's page, if it belongs to one. What only the client sees moves no page: others would know
    that something was written."""
    if victory.goal_id and _is_shared(victory):
        Goal.objects.filter(pk=victory.goal_id).stir()


def _is_shared(victory: Victory) -> bool:
    return victory.put_away_at is None and victory.visibility != Visibility.JUST_ME


def _same(before: Victory, digest: str) -> Victory:
    if before.op_fingerprint != digest:
        raise used_form()
    return before


def _same_cheer(before: Cheer, digest: str) -> Cheer:
    if before.op_fingerprint != digest:
        raise used_form()
    return before
