"""Who may see and change agreements and check-ins. Loaders come in pairs: facts, and words."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Q, QuerySet
from django.http import Http404

from accounts.models import Actor
from checkins.kinds import ALREADY_TALKED, KIND
from checkins.models import CheckIn, CheckInAgreement
from checkins.models.checkins import CheckInQuerySet
from checkins.rules.planning import ANSWERABLE, CHANGEABLE
from checkins.rules.tokens import LENGTH, lookups
from clients.models import Client
from clients.permissions import is_own, may_read_facts, may_read_words, may_write_contacts
from notifications.models import Delivery
from notifications.permissions import deliveries_of
from peersupport.lib.clock import now
from peersupport.lib.composed import composed
from peersupport.lib.sealed import words_of

LATELY = timedelta(days=14)  # how far back Today looks for answers nobody has read
_State = Delivery.State


# --- agreements -------------------------------------------------------------------------------------------------------
def get_agreement(actor: Actor, pk: UUID) -> CheckInAgreement:
    """Http404 for whoever it does not exist for. An agreement holds no words."""
    rows = CheckInAgreement.objects.visible_to(actor).select_related("client__user", "client__program")
    found = rows.filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


def standing_of(client: Client) -> list[CheckInAgreement]:
    """Of a client that was loaded for this reader: what is agreed, and what waits for an answer. One query."""
    found = _standing(client.pk)
    for agreement in found:
        agreement.client = client
    return found


@composed
def _standing(client: UUID) -> QuerySet[CheckInAgreement]:
    return CheckInAgreement.objects.standing().filter(client=client).select_related("proposed_by", "told_to")


def may_propose(actor: Actor, client: Client) -> bool:
    """Of a client they see: the client for themselves, and whoever walks with them today."""
    return is_own(actor, client) or may_write_contacts(actor)


def may_agree(actor: Actor, agreement: CheckInAgreement, *, told: bool) -> bool:
    """Only the client agrees. Told in person, whoever walks with them writes it down and reads it back."""
    return may_write_contacts(actor) if told else is_own(actor, agreement.client)


# --- check-ins --------------------------------------------------------------------------------------------------------
def get_check_in(actor: Actor, pk: UUID) -> CheckIn:
    """Facts only: touching an answer raises."""
    rows = CheckIn.objects.visible_to(actor).planned().facts().select_related("agreement__client__user")
    found = rows.filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


def check_in_of_link(token: str) -> CheckIn | None:
    """With words. Whoever holds the token may answer this one check-in, while `link_is_open`."""
    if len(token) != LENGTH:
        return None
    rows = CheckIn.objects.planned().select_related("agreement__client__user", "reach_out")
    return rows.filter(token_lookup__in=lookups(token)).first()


def link_is_open(check_in: CheckIn) -> bool:
    """For two days, and as long as the client is supported here."""
    client = check_in.agreement.client
    return _within_its_time(check_in) and client.closed_at is None and client.user.is_active


def check_ins_of(actor: Actor, client: Client) -> CheckInQuerySet:
    """Of a client that was loaded for this reader: those whose time has come; with words."""
    rows = CheckIn.objects.begun().of(client) if may_read_facts(actor) else CheckIn.objects.none()
    return rows.select_related("reach_out").defer("reach_out__words_sealed", "reach_out__answer_sealed")


@dataclass
class Told:
    """One check-in as this reader may see it."""

    check_in: CheckIn
    state: str  # answered | open | quiet | not-sent
    why: str  # the engine's reason, for what was not sent
    shows_words: bool


def tell(actor: Actor, client: Client, rows: list[CheckIn]) -> list[Told]:
    """Check-ins of one client, loaded with words, cut down to what this reader may see: at most two queries."""
    readable = may_read_words(actor, client)
    stopped = _stopped([row.pk for row in rows])
    told = []
    for row in rows:
        state, why = _state_of(row, stopped)
        told.append(Told(row if readable else without_words(row), state, why, readable and row.answered))
    return told


def without_words(check_in: CheckIn) -> CheckIn:
    for column in words_of(CheckIn):
        check_in.__dict__.pop(column, None)
    return check_in


# --- for the homes ----------------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Upcoming:
    """What is due and what comes next; for the client's own eyes."""

    due: CheckIn | None  # with words: waits for an answer, or can still be changed
    next: CheckIn | None


def next_for(client: Client) -> Upcoming:
    """One query. Only the latest one is asked about, unless a talk made it quiet; those before it went quiet."""
    at = now()
    found = _planned(client.pk, at - ANSWERABLE)
    begun = [row for row in found if row.planned_for <= at]
    due = begun[-1] if begun and may_be_answered(begun[-1]) and not begun[-1].kept_quiet else None
    return Upcoming(due, next((row for row in found if row.planned_for > at), None))


@composed
def _planned(client: UUID, since: datetime) -> QuerySet[CheckIn]:
    rows = CheckIn.objects.planned().filter(agreement__client=client, planned_for__gt=since)
    rows = rows.marking_quiet(Delivery.objects.filter(kind=KIND, reason=ALREADY_TALKED))
    return rows.select_related("reach_out").order_by("planned_for")[:14]


def ideas_for(client: Client) -> list[CheckInAgreement]:
    """What staff suggested and the client has not answered. One query."""
    return [one for one in standing_of(client) if one.proposed]


def answers_for(actor: Actor) -> list[CheckIn]:
    """For Today: answers of those they walk with that they have not read, newest first; with words. One query.

    A wish for a call is left out while its reach-out waits: that stands on Today itself.
    """
    if not may_write_contacts(actor):
        return []
    return [row for row in _answers(actor, now() - LATELY) if not _waits_for_a_call(row)]


@composed
def _answers(actor: Actor, since: datetime) -> QuerySet[CheckIn]:
    rows = CheckIn.objects.visible_to(actor).answered().filter(answered_at__gt=since).unread_by(actor)
    return rows.select_related("agreement__client__user", "reach_out").order_by("-answer_changed_at", "-pk")[:50]


def may_be_answered(check_in: CheckIn) -> bool:
    """For the first time, or once more within ten minutes."""
    if check_in.answered_at is not None:
        return now() < check_in.answered_at + CHANGEABLE
    return _within_its_time(check_in)


# --- where messages can go, and where they are ------------------------------------------------------------------------
def gone_out(check_ins: Collection[UUID]) -> set[UUID]:
    """Those of which a message has left, is leaving, or may have left."""
    never = Q(state__in=[*Delivery.UNSENT, _State.CANCELLED, _State.EXPIRED, _State.SUPPRESSED], times_unsure=0)
    return set(deliveries_of(KIND, check_ins).exclude(never).values_list("subject_id", flat=True))


def _stopped(check_ins: Collection[UUID]) -> dict[UUID, str]:
    """Those whose newest delivery never arrived, with the reason."""
    newest = {row.subject_id: row for row in deliveries_of(KIND, check_ins)}
    ended = (_State.SUPPRESSED, _State.EXPIRED, _State.FAILED, _State.BOUNCED)
    return {pk: row.reason or row.state for pk, row in newest.items() if row.state in ended}


def _state_of(check_in: CheckIn, stopped: dict[UUID, str]) -> tuple[str, str]:
    if check_in.answered:
        return "answered", ""
    if check_in.pk in stopped:
        return "not-sent", stopped[check_in.pk]
    return ("open" if _within_its_time(check_in) else "quiet"), ""


def _within_its_time(check_in: CheckIn) -> bool:
    return check_in.planned_for <= now() < check_in.planned_for + ANSWERABLE


def _waits_for_a_call(check_in: CheckIn) -> bool:
    """And the reach-out says all there is: a line that was added later still stands on Today."""
    reach_out = check_in.reach_out
    asked = check_in.answer == CheckIn.Answer.CALL and reach_out is not None and reach_out.waits
    return asked and reach_out is not None and check_in.line == reach_out.words
