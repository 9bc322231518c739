"""Everything that happens with a reach-out."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import Actor
from audit import actions as audit
from clients.models import Client
from clients.permissions import is_own, specialists_of
from conversations.models import ReachOut
from conversations.permissions import hours_of
from conversations.rules import promise_of
from peersupport.lib.clock import now
from peersupport.lib.ids import new_id
from peersupport.lib.refusals import Refusal, Stale, UsedForm
from peersupport.lib.sealed import fingerprint, seal


@dataclass(frozen=True)
class ByLink:
    """A client who answered by a link of theirs, without signing in; the hat says so in the audit."""

    person_id: UUID
    hat: str = "link"


@transaction.atomic
def open_reach_out(
    client: Client, kind: str, words: str = "", *, wants: str = "", op_id: UUID, language: str, by: Actor | None
) -> ReachOut:
    """The client asks for support now. Each form makes one row; a second one stands beside the first.

    `by`: the client under their hat, or None when they answered by link. The same form sent again gives the row it
    made; with other content it is refused (UsedForm). Joins the caller's transaction, if there is one.
    """
    if by is not None and not is_own(by, client):
        raise ValueError("only the client reaches out")
    print_of_form = fingerprint(str(client.pk), kind, wants, words)
    pk, at = new_id(), now()
    try:
        with transaction.atomic():
            reach_out = ReachOut.objects.create(
                pk=pk,
                client=client,
                op_id=op_id,
                op_fingerprint=print_of_form,
                kind=ReachOut.Kind(kind),
                wants=ReachOut.Wants(wants) if wants else "",
                language=language,
                opened_at=at,
                promised_by=_promise(client, at),
                **seal(ReachOut, pk, words=words),
            )
    except IntegrityError:
        before = ReachOut.objects.filter(client=client, op_id=op_id).first()
        if before is None:
            raise
        if before.op_fingerprint != print_of_form:
            raise UsedForm(
                _("This was sent before, with other words. What you typed is still here; send again to add it."),
                stands=before,
            ) from None
        return before
    _refuse_closed(client)
    acts = by or ByLink(client.user_id)
    audit.record("reach_out.opened", by=acts, client_id=client.pk, subject=reach_out)
    return reach_out


@transaction.atomic
def mark_seen(reach_out: ReachOut, also: Iterable[ReachOut] = (), *, by: Actor) -> None:
    """Someone has read this and what else the client sent (`also`); who was first stands. Twice is harmless."""
    for row in _locked([reach_out, *also]).values():
        if row.seen_at is None:
            _change(row, "reach_out.seen", by=by, **_seen(row, by))


@transaction.atomic
def answer(
    reach_out: ReachOut, how: str, words: str = "", *, also: Iterable[ReachOut] = (), language: str, by: Actor
) -> None:
    """Someone has called, texted, written back or met them; that answers what else they sent (`also`) too.

    Who was first stands: the same again is harmless, anything else is Stale. What the client took back meanwhile is
    Stale as well, and is left as it is among `also`.
    """
    if how == ReachOut.How.WROTE and not words:
        raise Refusal(
            _("There is nothing written yet. Please write a word, or choose how else you answered."), field="answer"
        )
    rows = _locked([reach_out, *also])
    current = rows[reach_out.pk]
    same = (current.answered_by_id, current.answered_how, current.answer) == (by.person_id, how, words)
    if not current.waits and not same:
        raise _over(current)
    for row in rows.values():
        if row.waits:
            _change(row, "reach_out.answered", by=by, **_answered(row, how, words, language, by))


@transaction.atomic
def take_back(reach_out: ReachOut, *, by: Actor) -> None:
    """ "Never mind, I’m fine": it no longer waits, and its words show to the client only. Twice is harmless."""
    current = _locked([reach_out])[reach_out.pk]
    if current.taken_back_at is not None:
        return
    if not current.waits:
        raise _over(current)
    _change(current, "reach_out.taken_back", by=by, taken_back_at=max(now(), current.opened_at))


def _locked(rows: Iterable[ReachOut]) -> dict[UUID, ReachOut]:
    """As they stand now, held until the transaction ends, always in the same order."""
    pks = {row.pk for row in rows}
    found = ReachOut.objects.select_for_update().filter(pk__in=pks).order_by("pk")
    return {row.pk: row for row in found}


def _change(row: ReachOut, verb: str, *, by: Actor, **columns: Any) -> None:
    unchanged = ReachOut.objects.filter(
        pk=row.pk, seen_at=row.seen_at, answered_at=row.answered_at, taken_back_at=row.taken_back_at
    )
    if not unchanged.update(**columns):
        raise _over(row)
    audit.record(verb, by=by, client_id=row.client_id, subject=row)


def _seen(row: ReachOut, by: Actor) -> dict[str, Any]:
    # Never before it was opened: the clocks of two machines may differ.
    return {"seen_at": max(now(), row.opened_at), "seen_by": by.user}


def _answered(row: ReachOut, how: str, words: str, language: str, by: Actor) -> dict[str, Any]:
    seen = {} if row.seen_at else _seen(row, by)
    return {
        **seen,
        "answered_at": max(now(), row.opened_at, row.seen_at or seen["seen_at"]),
        "answered_by": by.user,
        "answered_how": ReachOut.How(how),
        "answer_language": language if words else "",
        **seal(ReachOut, row.pk, answer=words),
    }


def _over(row: ReachOut) -> Stale:
    if row.taken_back_at is not None:
        return Stale(_("They took this back meanwhile: never mind, they are fine."), stands=row)
    return Stale(_("This was answered meanwhile."), stands=row)


def _refuse_closed(client: Client) -> None:
    """Asked after the row is there: whoever closes the record waits for it, or it for them."""
    if not Client.objects.active().filter(pk=client.pk).exists():
        raise Refusal(_("Your support here has ended, so nobody would read this. The lines below are there for you."))


def _promise(client: Client, at: datetime) -> datetime | None:
    """None without program hours, or if nobody would read it."""
    return promise_of(client.program, hours_of(client.program).program, at) if specialists_of(client) else None
