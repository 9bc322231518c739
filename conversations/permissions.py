"""Who may see and answer a reach-out. Loaders come in pairs: facts, and words."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Q, QuerySet
from django.http import Http404

from accounts.models import Actor, ContactHours, Program, ProgramHours, User
from clients.models import Client
from clients.permissions import OpeningNeeded, is_own, may_read_words, may_write_contacts
from conversations.models import ReachOut
from peersupport.lib.clock import now
from peersupport.lib.composed import composed
from peersupport.lib.sealed import words_of

LATELY = timedelta(hours=24)  # how long an answer, or "never mind", stays on the homes


def get_reach_out(actor: Actor, pk: UUID) -> ReachOut:
    """Facts only: touching a word raises. Http404 for whoever the reach-out does not exist for."""
    found = ReachOut.objects.visible_to(actor).facts().filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


def get_reach_out_words(actor: Actor, pk: UUID) -> ReachOut:
    """With the words. A supervisor without an open Opening gets OpeningNeeded; words taken back are the client's."""
    found = ReachOut.objects.visible_to(actor).with_words().filter(pk=pk).first()
    if found is None:
        raise Http404
    if not may_read_words(actor, found.client, found.pk):
        raise OpeningNeeded(found.client, found.pk)
    return found if shows_words_of(actor, found) else without_words(found)


def shows_words_of(actor: Actor, reach_out: ReachOut) -> bool:
    """To whoever may read words at all. What was taken back shows to the client only."""
    return reach_out.taken_back_at is None or is_own(actor, reach_out.client)


def may_answer(actor: Actor, reach_out: ReachOut) -> bool:
    """Of one that exists for them: whoever walks with the client today, a cover included. Supervisors do not."""
    return may_write_contacts(actor) and not is_own(actor, reach_out.client)


def may_take_back(actor: Actor, reach_out: ReachOut) -> bool:
    return is_own(actor, reach_out.client)


def others_waiting(actor: Actor, reach_out: ReachOut, *, words: bool) -> list[ReachOut]:
    """What else this client sent that waits for an answer, oldest first: one answer is for all of it."""
    rows = ReachOut.objects.visible_to(actor).waiting().filter(client=reach_out.client_id).exclude(pk=reach_out.pk)
    rows = rows.with_words() if words else rows.facts()
    return list(rows.order_by("opened_at", "pk"))


def waiting_among(actor: Actor, reach_out: ReachOut, pks: Iterable[UUID]) -> list[ReachOut]:
    """Those of `others_waiting` that a form named."""
    rows = ReachOut.objects.visible_to(actor).waiting().facts()
    return list(rows.filter(client=reach_out.client_id, pk__in=set(pks)).exclude(pk=reach_out.pk))


@dataclass(frozen=True)
class Hours:
    """When the program is open, and when people read what clients write."""

    program: list[ProgramHours]
    people: dict[UUID, list[ContactHours]]


def hours_of(program: Program, people: Iterable[User] = ()) -> Hours:
    """One query for both kinds."""
    columns = ("weekday", "opens", "closes")
    ours = ProgramHours.objects.filter(program=program).order_by().values_list("program", *columns)
    theirs = ContactHours.objects.filter(specialist__in=list(people)).order_by().values_list("specialist", *columns)
    found = Hours([], {})
    for owner, weekday, opens, closes in ours.union(theirs, all=True):
        span = {"weekday": weekday, "opens": opens, "closes": closes}
        if owner == program.pk:
            found.program.append(ProgramHours(program=program, **span))
        else:
            found.people.setdefault(owner, []).append(ContactHours(specialist_id=owner, **span))
    return found


def open_reach_outs_of(client: Client) -> list[ReachOut]:
    """What waits for an answer, newest first, with words; for the client's own eyes."""
    return list(ReachOut.objects.waiting().with_words().filter(client=client).order_by("-opened_at", "-pk"))


@dataclass(frozen=True)
class Latest:
    """What the client's home says first: what waits, newest first, and the newest that ended within a day."""

    waiting: list[ReachOut]
    ended: ReachOut | None


def latest_for_home(client: Client) -> Latest:
    """One query; for the client's own eyes."""
    found = _latest(client.pk, now() - LATELY)
    answered = [row for row in found if row.answered_at is not None]
    newest = max(answered, key=lambda row: (row.answered_at, row.pk), default=None)
    return Latest([row for row in found if row.waits], newest)


@composed
def _latest(client: UUID, since: datetime) -> QuerySet[ReachOut]:
    waits = Q(answered_at__isnull=True, taken_back_at__isnull=True)
    rows = ReachOut.objects.with_words().filter(waits | Q(answered_at__gte=since), client=client)
    return rows.order_by("-opened_at", "-pk")


@dataclass
class Waiting:
    """One client who waits: everything they sent that is not answered yet, the earliest promise first."""

    client: Client
    words: bool  # loaded, and for this reader's eyes
    rows: list[ReachOut] = field(default_factory=list)

    @property
    def first(self) -> ReachOut:
        return self.rows[0]

    @property
    def shown(self) -> list[ReachOut]:
        """On a list: the earliest promise and the newest two; all of them stand on the page of any one."""
        return self.rows if len(self.rows) <= 3 else [self.first, *self.rows[-2:]]

    @property
    def more(self) -> int:
        return len(self.rows) - len(self.shown)


def waiting_for(actor: Actor) -> list[Waiting]:
    """Whoever waits for an answer, the earliest promise first; never ranked by how hard the day is.

    Specialists get the words too, for those they walk with today; supervisors get facts.
    """
    words = may_write_contacts(actor)
    found: dict[UUID, Waiting] = {}
    for row in sorted(_waiting(actor, words), key=_when_due):
        found.setdefault(row.client_id, Waiting(row.client, words)).rows.append(row)
    return list(found.values())


@composed
def _waiting(actor: Actor, words: bool) -> QuerySet[ReachOut]:
    rows = ReachOut.objects.visible_to(actor).waiting()
    return rows.with_words() if words else rows.facts()


def past_promise(actor: Actor) -> list[Waiting]:
    """For supervisors: who waits although the promised time has passed, or without any promise. Facts only."""
    return [waiting for waiting in waiting_for(actor) if waiting.first.late or waiting.first.promised_by is None]


def taken_back_lately(actor: Actor) -> list[ReachOut]:
    """ "Never mind, I’m fine": shown until someone has seen it, and for a day. Facts only."""
    return _taken_back(actor, now() - LATELY)


@composed
def _taken_back(actor: Actor, since: datetime) -> QuerySet[ReachOut]:
    shown = Q(seen_at__isnull=True) | Q(taken_back_at__gte=since)
    rows = ReachOut.objects.visible_to(actor).facts().filter(shown, taken_back_at__isnull=False)
    return rows.order_by("-taken_back_at", "-pk")[:50]


def without_words(reach_out: ReachOut) -> ReachOut:
    for column in words_of(ReachOut):
        reach_out.__dict__.pop(column, None)
    return reach_out


def _when_due(row: ReachOut) -> tuple[datetime, UUID]:
    return row.promised_by or row.opened_at, row.pk
