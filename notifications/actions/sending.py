"""From a claimed row to what became of it: judge, begin, hand over, record."""

import logging
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from time import monotonic, sleep

from django.db import InterfaceError, OperationalError, transaction

from notifications.actions import moves
from notifications.actions.checking import STALE, judged
from notifications.kinds import (
    IN_APP,
    Answer,
    Channel,
    Kind,
    Later,
    NotReady,
    Outcome,
    Parcel,
    Sender,
    UnknownKind,
    kind_of,
)
from notifications.models import Delivery

logger = logging.getLogger(__name__)
BATCH_IN_APP = 1000
BATCH = 50  # claimed at once where few are handed over together: what a pass may well get through
LOST_TOO_OFTEN = 2  # times: whatever makes workers die comes last and alone, and takes no others along

Begun = list[tuple[Delivery, Parcel]]


def deliver_in_app() -> int:
    """One batch; how many were claimed."""
    rows = moves.claim(IN_APP, BATCH_IN_APP)
    for kind, chunk in _chunks(rows, BATCH_IN_APP):
        _prepare(kind, chunk, None)
    return len(rows)


def send_some(channel: Channel, until: float) -> int:
    """One batch, nothing of it begun after `until` (monotonic); how many were claimed, 0 if the channel is away."""
    rows = moves.claim(channel.name, max(BATCH, channel.at_once))
    if not rows:
        return 0
    with ExitStack() as stack:
        try:
            sender = stack.enter_context(channel.opened())
        except NotReady as error:
            logger.warning("channel %s is away: %s", channel.name, error.reason)
            moves.try_again(rows, error.reason, begun=False)
            return 0
        except Exception:
            logger.exception("channel %s is broken", channel.name)
            moves.try_again(rows, "channel-broken", begun=False)
            return 0
        _send_all(channel, sender, rows, until)
    return len(rows)


def _send_all(channel: Channel, sender: Sender, rows: Sequence[Delivery], until: float) -> None:
    """After anything but a plain yes the rest waits for a new connection: on a broken one all would be in doubt."""
    began, done, fine = monotonic(), 0, True
    for kind, chunk in _chunks(rows, channel.at_once):
        if not fine or monotonic() > until:
            moves.release(chunk)
            continue
        begun = _prepare(kind, chunk, channel)
        fine = not begun or _hand_over(sender, begun)
        done += len(begun)
        if channel.a_second is not None:
            sleep(max(0.0, began + done / channel.a_second - monotonic()))


def _chunks(rows: Sequence[Delivery], at_once: int) -> Iterator[tuple[Kind, Sequence[Delivery]]]:
    """Rows that can be begun together. Those of a kind that nobody registers any more count a try."""
    groups: dict[tuple[bool, str], list[Delivery]] = defaultdict(list)
    for row in rows:
        groups[row.times_lost > LOST_TOO_OFTEN, row.kind].append(row)
    for (suspect, name), group in sorted(groups.items(), key=lambda item: item[0][0]):
        try:
            kind = kind_of(name)
        except UnknownKind:
            logger.error("no app registers deliveries of kind %s", name)
            moves.try_again(group, "unknown-kind", begun=False)
            continue
        size = 1 if suspect or kind.recheck_many is None else at_once
        for start in range(0, len(group), size):
            yield kind, group[start : start + size]


def _prepare(kind: Kind, rows: Sequence[Delivery], channel: Channel | None) -> Begun:
    """What has just begun to be sent. Where something raises, one by one, to find whose fault it is."""
    try:
        return _begin(kind, rows, channel)
    except (OperationalError, InterfaceError):
        raise  # the database's fault, not a delivery's
    except Exception:
        if len(rows) > 1:
            return [begun for row in rows for begun in _prepare(kind, [row], channel)]
        logger.exception("delivery %s cannot be prepared", rows[0].pk)
        moves.try_again(rows, "cannot-be-prepared", begun=False)
        return []


@transaction.atomic
def _begin(kind: Kind, rows: Sequence[Delivery], channel: Channel | None) -> Begun:
    found = judged(kind, channel, rows)
    for verdict, group in found.unfit.items():
        if isinstance(verdict, Later):
            moves.postpone(group, verdict.moment)
        elif verdict == STALE:
            moves.expire_claimed(group)
        else:
            moves.suppress(group, verdict)
    if channel is None:
        moves.arrive(found.fit)
        return []
    parcels = {row.pk: found.parcel(row) for row in found.fit}
    return [(row, parcels[row.pk]) for row in moves.begin(found.fit)]


def _hand_over(sender: Sender, begun: Begun) -> bool:
    """Outside any transaction; whether all were accepted. What the channel raises leaves everybody unsure."""
    try:
        answers = list(sender.send([parcel for _row, parcel in begun]))
        assert len(answers) == len(begun), "one answer for each parcel"
    except Exception:
        logger.exception("sending broke off")
        answers = [Answer(Outcome.UNSURE)] * len(begun)
    groups: dict[Answer, list[Delivery]] = defaultdict(list)
    for (row, _parcel), answer in zip(begun, answers, strict=True):
        groups[answer].append(row)
        if answer.outcome is not Outcome.ACCEPTED:
            logger.warning("delivery %s: %s %s", row.pk, answer.outcome.value, answer.reason)
    for answer, rows in groups.items():
        _record(answer, rows)
    return all(answer.outcome is Outcome.ACCEPTED for answer in groups)


def _record(answer: Answer, rows: Sequence[Delivery]) -> None:
    if answer.outcome is Outcome.ACCEPTED:
        moves.accept(rows)
    elif answer.outcome is Outcome.REFUSED:
        moves.refuse(rows, answer.reason or "refused")
    elif answer.outcome is Outcome.NOT_NOW:
        moves.try_again(rows, answer.reason or "not-now", begun=True)
    else:
        moves.note_unsure(rows)
