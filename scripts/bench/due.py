"""Inside Django, on a database of its own: what claiming and recording costs, beside the same statements by hand.

`python -m scripts.bench.due claim | not-due | rate HOW CHANNEL KIND NUMBER` prints one JSON object.
"""

import json
import os
import sys
from collections import defaultdict
from collections.abc import Callable
from datetime import timedelta
from time import perf_counter, sleep
from typing import Any

import django

django.setup()

from django.db import connection  # noqa: E402 -- models exist only after setup

from accounts.models import Role  # noqa: E402
from home.tasks import tick  # noqa: E402
from notifications.actions import moves  # noqa: E402
from notifications.models import ContactPoint, Delivery  # noqa: E402
from peersupport.lib.clock import now  # noqa: E402
from scripts.bench import processes  # noqa: E402
from scripts.chaos.tasks import send_one  # noqa: E402

BATCH, BLOCK, WORKERS = 1000, 5, 2
DUE, NOT_DUE, DUE_BESIDE_THEM = 100_000, 1_000_000, 50_000
_FILL = """
INSERT INTO notifications_delivery (id, kind, subject_id, recipient_id, contact_point_id, channel, key, state, reason,
    due_at, expires_at, try_at, planned_zone, attempt, tries, times_lost, times_unsure, created_at)
SELECT gen_random_uuid(), %s, %s, %s, %s, %s, gen_random_uuid()::text, 'pending', '',
    %s + i * interval '1 microsecond', %s, %s + i * interval '1 microsecond', 'UTC', 0, 0, 0, 0, %s
FROM generate_series(1, %s) i
"""
_CLAIM = """
WITH due AS MATERIALIZED (
    SELECT id FROM notifications_delivery WHERE state = 'pending' AND channel = %s AND try_at <= %s AND expires_at > %s
    ORDER BY try_at LIMIT %s FOR UPDATE SKIP LOCKED)
UPDATE notifications_delivery d SET state = 'claimed', attempt = attempt + 1, lease_until = %s
FROM due WHERE d.id = due.id RETURNING d.id
"""
_BEGIN = """
UPDATE notifications_delivery SET state = 'sending', tries = tries + 1, reason = '', began_at = %s, lease_until = %s
WHERE state = 'claimed' AND attempt = 1 AND expires_at > %s AND id = ANY(%s::uuid[])
"""
_ACCEPT = """
UPDATE notifications_delivery SET state = 'accepted', accepted_at = %s, lease_until = NULL
WHERE state = 'sending' AND attempt = 1 AND id = ANY(%s::uuid[])
"""


def fill(channel: str, number: int, *, minutes: float, kind: str = "chaos") -> None:
    """Rows that become due in so many minutes."""
    role, point = Role.objects.order_by("pk")[0], ContactPoint.objects.order_by("pk")[0]
    at, due = now(), now() + timedelta(minutes=minutes)
    with connection.cursor() as cursor:
        cursor.execute(
            _FILL, [kind, role.pk, point.owner_id, point.pk, channel, due, due + timedelta(hours=4), due, at, number]
        )
        cursor.execute("VACUUM ANALYZE notifications_delivery")


def engine_batch() -> int:
    rows = moves.claim("null", BATCH)
    moves.accept(moves.begin(rows))
    return len(rows)


def batch_by_hand() -> int:
    at = now()
    lease = at + timedelta(seconds=60)
    with connection.cursor() as cursor:
        cursor.execute(_CLAIM, ["by-hand", at, at, BATCH, lease])
        ids = [pk for (pk,) in cursor.fetchall()]
        cursor.execute(_BEGIN, [at, lease, at, ids])
        cursor.execute(_ACCEPT, [at, ids])
    return len(ids)


class Meter:
    """Processor seconds of this process and of its database, by what they were used for."""

    def __init__(self) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_backend_pid()")
            self.roots = {"python": os.getpid(), "sql": cursor.fetchone()[0]}
        self.used: dict[str, dict[str, float]] = defaultdict(lambda: dict.fromkeys(self.roots, 0.0))

    def run(self, name: str, do: Callable[[], int]) -> None:
        """A block of batches: /proc counts in hundredths of a second."""
        before = processes.used(self.roots)
        for _ in range(BLOCK):
            if do() != BATCH:
                raise RuntimeError("a batch was not whole")
        after = processes.used(self.roots)
        for part in self.roots:
            self.used[name][part] += after[part] - before[part]


def claim() -> dict[str, Any]:
    """What the engine uses, and what the same by hand uses, in turn."""
    fill("null", DUE, minutes=-1)
    fill("by-hand", DUE, minutes=-1)
    meter, turns = Meter(), [("engine", engine_batch), ("by_hand", batch_by_hand)]
    for number in range(DUE // BATCH // BLOCK):
        for name, do in turns if number % 2 else reversed(turns):
            meter.run(name, do)
    return meter.used


def not_due() -> dict[str, Any]:
    """The same batches, and all that a pass looks at besides, in a table with and in one without what is not due."""
    names = ["few", "many"]
    for name in names:
        _use(name)
        with connection.cursor() as cursor:
            cursor.execute("CREATE TABLE notifications_delivery (LIKE public.notifications_delivery INCLUDING ALL)")
        if name == "many":
            fill("null", NOT_DUE, minutes=24 * 60)
        fill("null", DUE_BESIDE_THEM, minutes=-1)
    meter = Meter()
    for number in range(DUE_BESIDE_THEM // BATCH // BLOCK):
        for name in names if number % 2 else reversed(names):
            _use(name)
            meter.run(name, _whole_pass)
    return meter.used


def _whole_pass() -> int:
    moves.notice_lost()
    moves.expire_due()
    return engine_batch()


def _use(schema: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE SCHEMA IF NOT EXISTS {schema}")
        cursor.execute(f"SET search_path TO {schema}, public")


def rate(how: str, channel: str, kind: str, number: int) -> dict[str, float]:
    """Deliveries a second, from the first wake-up call until the last row is recorded. `how`: ticks or tasks."""
    fill(channel, number, minutes=-1, kind=kind)
    waiting = Delivery.objects.filter(channel=channel).exclude(state=Delivery.State.ACCEPTED)
    keys = [str(pk) for pk in waiting.values_list("pk", flat=True)] if how == "tasks" else []
    began = perf_counter()
    for key in keys:
        send_one.delay(key)
    for _ in range(0 if keys else WORKERS):
        tick.delay()
    while waiting.exists():
        if perf_counter() - began > 120:
            raise RuntimeError("the workers do not work")
        sleep(0.02)
    return {"rate": number / (perf_counter() - began)}


if __name__ == "__main__":
    answer: dict[str, Any]
    match sys.argv[1:]:
        case ["claim"]:
            answer = claim()
        case ["not-due"]:
            answer = not_due()
        case ["rate", how, channel, kind, number]:
            answer = rate(how, channel, kind, int(number))
        case _:
            sys.exit(__doc__)
    print(json.dumps(answer))
