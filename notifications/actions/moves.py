"""Every step from one state of a delivery to the next, as a conditional UPDATE.

A worker owns a row as (id, attempt): each claim raises `attempt`, and whatever a worker writes afterwards counts only
while the row still has that attempt and the state the worker left it in. Between any two lines here a process may die.

Statements that choose rows by themselves (claim, lost leases, expiry) skip locked rows, so they wait for nobody.
Statements over rows of one's own wait at most for those, and what gives rows back without having begun them waits for
nobody either: whoever cancels several of them at once may hold one and want the next. That, with point → subject →
delivery, leaves no circle.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Case, F, Q, QuerySet, Value, When
from django.db.models.base import ModelState

from notifications.kinds import channel_names, channels, repeating
from notifications.models import Delivery
from peersupport.lib.clock import now

State = Delivery.State
RETRY_AFTER = tuple(timedelta(minutes=minutes) for minutes in (1, 2, 5, 15, 60))
TRIES = len(RETRY_AFTER) + 1

# All that a kind or the engine asks of a claimed row; the other columns would be fetched for nothing.
_READ = """id, kind, subject_id, recipient_id, contact_point_id, channel, state, due_at, expires_at, try_at,
    planned_zone, attempt, tries, times_lost, times_unsure, key"""
_DUE = """
    SELECT id AS due_id FROM notifications_delivery
    WHERE state = 'pending' AND channel = %s AND try_at <= %s AND expires_at > %s ORDER BY try_at LIMIT %s"""
_CLAIM = {
    "postgresql": """
        WITH due AS MATERIALIZED ({due} FOR UPDATE SKIP LOCKED)
        UPDATE notifications_delivery SET state = 'claimed', attempt = attempt + 1, lease_until = %s
        FROM due WHERE id = due_id RETURNING {read}""",
    "sqlite": """
        WITH due AS ({due})
        UPDATE notifications_delivery SET state = 'claimed', attempt = attempt + 1, lease_until = %s
        WHERE state = 'pending' AND id IN (SELECT due_id FROM due) RETURNING {read}""",
}


def claim(channel: str, limit: int) -> list[Delivery]:
    """At most `limit` due deliveries of a channel, the longest due first; nobody else has them for a lease."""
    at = now()
    values = [channel, _value("try_at", at), _value("expires_at", at), limit, _value("lease_until", _lease(at))]
    rows = _read(_CLAIM[connection.vendor].format(due=_DUE, read=_READ), values)
    return sorted(rows, key=lambda row: (row.try_at, row.pk))


def _read(statement: str, values: list[Any]) -> list[Delivery]:
    """Rows as Django would make them, but for its care over each field: that alone took a third of the time of the SQL.
    PostgreSQL's values need no conversion.
    """
    if connection.vendor != "postgresql":
        return list(Delivery.objects.raw(statement, values))
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        names = [column.name for column in cursor.description or ()]
        found = cursor.fetchall()
    rows = []
    for cells in found:
        row = Delivery.__new__(Delivery)
        row._state = ModelState()
        row._state.adding, row._state.db = False, connection.alias
        vars(row).update(zip(names, cells, strict=True))
        rows.append(row)
    return rows


def begin(rows: Sequence[Delivery]) -> list[Delivery]:
    """claimed → sending, with a lease of its own for the sending; those that still were ours and are not stale."""
    at = now()
    sets = {"reason": "", "began_at": at, "lease_until": _lease(at)}
    begun = _move(rows, State.CLAIMED, State.SENDING, sets, also="tries = tries + 1", fresh_at=at)
    for row in begun:
        row.tries += 1
    return begun


def arrive(rows: Sequence[Delivery]) -> list[Delivery]:
    """claimed → delivered at once: in-app, where the row is the message."""
    at = now()
    sets = {"reason": "", "began_at": at, "accepted_at": at, "ended_at": at, "lease_until": None}
    return _move(rows, State.CLAIMED, State.DELIVERED, sets, also="tries = tries + 1", fresh_at=at)


def accept(rows: Sequence[Delivery]) -> None:
    """sending → accepted."""
    _move(rows, State.SENDING, State.ACCEPTED, {"accepted_at": now(), "lease_until": None})


def release(rows: Sequence[Delivery]) -> None:
    """claimed → pending: no time left for these. What someone else holds just now comes back when its lease ends."""
    _move(rows, State.CLAIMED, State.PENDING, {"lease_until": None}, waits=False)


def postpone(rows: Sequence[Delivery], until: datetime) -> None:
    """claimed → pending, to be looked at again then."""
    _move(rows, State.CLAIMED, State.PENDING, {"lease_until": None, "try_at": until})


def suppress(rows: Sequence[Delivery], reason: str) -> None:
    """claimed → suppressed."""
    _end(rows, State.CLAIMED, State.SUPPRESSED, reason)


def expire_claimed(rows: Sequence[Delivery]) -> None:
    """claimed → what `expire_due` makes of stale rows: they became so while they were ours."""
    for row in rows:
        mine = Delivery.objects.filter(pk=row.pk, state=State.CLAIMED, attempt=row.attempt)
        mine.update(**_stale(now()))


def refuse(rows: Sequence[Delivery], reason: str) -> None:
    """sending → failed: it will never work."""
    _end(rows, State.SENDING, State.FAILED, reason)


def try_again(rows: Sequence[Delivery], reason: str, *, begun: bool) -> None:
    """Back to pending until the next try; failed after the sixth, or where the next would come too late.

    `begun`: the rows are `sending` and this try is counted already; otherwise they are `claimed` and could not even be
    prepared, which counts as a try now.
    """
    at, state = now(), State.SENDING if begun else State.CLAIMED
    by_tries: dict[int, list[Delivery]] = defaultdict(list)
    for row in rows:
        by_tries[row.tries + (not begun)].append(row)
    for tries, group in by_tries.items():
        again = at + RETRY_AFTER[tries - 1] if tries < TRIES else None
        over = [row for row in group if again is None or again >= row.expires_at]
        _end(over, state, State.FAILED, reason, tries, waits=begun)
        if again is not None:
            sets = {"tries": tries, "reason": reason, "try_at": again, "lease_until": None}
            _move([row for row in group if again < row.expires_at], state, State.PENDING, sets, waits=begun)


def note_unsure(rows: Iterable[Delivery]) -> None:
    """sending → nobody knows whether it left, because the provider did not answer."""
    for row in rows:
        again = now() + RETRY_AFTER[min(row.tries, len(RETRY_AFTER)) - 1]
        mine = Delivery.objects.filter(pk=row.pk, state=State.SENDING, attempt=row.attempt)
        mine.update(**_unsure(again))


@transaction.atomic
def notice_lost() -> int:
    """Leases that ran out: what was only claimed is pending again, behind what waits; what was being sent is unsure."""
    at = now()
    lost = Delivery.objects.filter(lease_until__lt=at)
    claimed = _free(lost.filter(state=State.CLAIMED)).update(
        state=State.PENDING, lease_until=None, try_at=at, times_lost=F("times_lost") + 1
    )
    return claimed + _free(lost.filter(state=State.SENDING)).update(**_unsure(at))


@transaction.atomic
def expire_due() -> int:
    """What is stale is not sent."""
    at = now()
    due = Delivery.objects.filter(state=State.PENDING, channel__in=channel_names(), try_at__lte=at)
    return _free(due.filter(expires_at__lte=at)).update(**_stale(at))


def _unsure(again: datetime) -> dict[str, Any]:
    """Where keys are honoured it may be sent again as often as any; elsewhere once, if its kind says so; else never."""
    keyed = [channel.name for channel in channels() if channel.honours_keys]
    repeat = Q(expires_at__gt=again, tries__lt=TRIES) & (Q(channel__in=keyed) | Q(kind__in=repeating(), times_unsure=0))
    return {
        "state": Case(When(repeat, then=Value(State.PENDING)), default=Value(State.AMBIGUOUS)),
        "ended_at": Case(When(repeat, then=Value(None)), default=Value(now())),
        "try_at": Case(When(repeat, then=Value(again)), default=F("try_at")),
        "times_unsure": F("times_unsure") + 1,
        "reason": "no-answer",
        "lease_until": None,
    }


def _stale(at: datetime) -> dict[str, Any]:
    """Expired if nothing was ever tried; otherwise someone should know that it failed, or may have arrived."""
    return {
        "state": Case(
            When(times_unsure__gt=0, then=Value(State.AMBIGUOUS)),
            When(tries__gt=0, then=Value(State.FAILED)),
            default=Value(State.EXPIRED),
        ),
        "ended_at": at,
        "lease_until": None,
    }


def _free(rows: QuerySet[Delivery]) -> QuerySet[Delivery]:
    """These, but for what another transaction holds at this moment."""
    chosen = rows.order_by("pk").select_for_update(skip_locked=True).values("pk")
    return Delivery.objects.filter(pk__in=chosen)


def _end(
    rows: Sequence[Delivery], state: State, last: State, reason: str, tries: int | None = None, *, waits: bool = True
) -> None:
    counted = {} if tries is None else {"tries": tries}
    _move(rows, state, last, {"reason": reason, "ended_at": now(), "lease_until": None, **counted}, waits=waits)


def _move(
    rows: Sequence[Delivery],
    state: State,
    to: State,
    sets: dict[str, Any],
    *,
    also: str = "",
    fresh_at: datetime | None = None,
    waits: bool = True,
) -> list[Delivery]:
    """Those of `rows` that still were in `state` with their attempt (and not stale at `fresh_at`), now in `to`.

    `waits` False: but for what another transaction holds at this moment.
    """
    by_attempt: dict[int, list[Delivery]] = defaultdict(list)
    for row in rows:
        by_attempt[row.attempt].append(row)
    places = ", ".join([*(f"{name} = %s" for name in sets), *filter(None, [also])])
    values = [_value(name, value) for name, value in sets.items()]
    fresh = [] if fresh_at is None else [_value("expires_at", fresh_at)]
    moved: list[Delivery] = []
    for attempt, group in by_attempt.items():
        chosen, ids = _among(group)
        if not waits and connection.vendor == "postgresql":
            chosen = f"id IN (SELECT id FROM notifications_delivery WHERE {chosen} FOR UPDATE SKIP LOCKED)"  # noqa: S608
        with connection.cursor() as cursor:
            cursor.execute(
                f"UPDATE notifications_delivery SET state = %s, {places} "  # noqa: S608 -- all of it stands in this file
                f"WHERE state = %s AND attempt = %s {'AND expires_at > %s' if fresh else ''} AND {chosen}",
                [to, *values, state, attempt, *fresh, *ids],
            )
            moved += group if cursor.rowcount == len(group) else _now_in(to, attempt, group)
    return moved


def _now_in(state: State, attempt: int, rows: Sequence[Delivery]) -> list[Delivery]:
    """Nobody else moves a row with our attempt there."""
    ids = set(
        Delivery.objects.filter(pk__in=[row.pk for row in rows], attempt=attempt, state=state).values_list(
            "pk", flat=True
        )
    )
    return [row for row in rows if row.pk in ids]


def _among(rows: Sequence[Delivery]) -> tuple[str, list[Any]]:
    if connection.vendor == "postgresql":
        return "id = ANY(%s::uuid[])", ["{" + ",".join([str(row.pk) for row in rows]) + "}"]
    return f"id IN ({', '.join(['%s'] * len(rows))})", [row.pk.hex for row in rows]


def _value(name: str, value: Any) -> Any:
    field: Any = Delivery._meta.get_field(name)
    return field.get_db_prep_value(value, connection)


def _lease(at: datetime) -> datetime:
    return at + timedelta(seconds=settings.DELIVERY_LEASE_SECONDS)
