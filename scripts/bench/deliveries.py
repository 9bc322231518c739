"""The engine of deliveries, on PostgreSQL and Redis of its own: beside SQL by hand, and beside one task for each.

What is compared takes turns. Beside SQL processor time is counted, in rates the median of the rounds is taken.
"""

import os
import tempfile
from pathlib import Path
from statistics import median
from typing import Any

from scripts.bench.result import Result
from scripts.bench.server import Place
from scripts.chaos.site import Site, site
from scripts.services import private_postgres, private_redis

OF_SQL, OF_TASKS, A_SECOND, OF_NOT_DUE = 0.75, 3.0, 500, 2.0
# (name, what wakes the workers, channel, kind, how many)
WAYS = (
    ("batches", "ticks", "null", "chaos", 10_000),
    ("one by one", "ticks", "null-one", "chaos-once", 1500),
    ("tasks", "tasks", "null-task", "chaos-once", 1500),
)
WORKERS = 2


def measure(_place: Place) -> list[Result]:
    with (
        tempfile.TemporaryDirectory(prefix="peersupport-bench-") as folder,
        private_postgres() as database,
        private_redis() as queue,
        site(Path(folder), database, queue) as place,
    ):
        place.run("scripts.chaos.inside", "prepare")
        whole = _whole_way(place)
        return [_claim(place), *whole, _not_due(place)]


def _claim(place: Site) -> Result:
    found = place.run("scripts.bench.due", "claim")
    engine, by_hand = sum(found["engine"].values()), sum(found["by_hand"].values())
    note = f"{1e5 / engine:,.0f} / {1e5 / by_hand:,.0f} deliveries for each second of processor time"
    return Result("deliveries: claim and record / SQL by hand", by_hand / engine, OF_SQL, found, note, at_least=True)


def _not_due(place: Site) -> Result:
    found = place.run("scripts.bench.due", "not-due")
    many, few = sum(found["many"].values()), sum(found["few"].values())
    note = f"{many * 20:.1f} / {few * 20:.1f} ms of processor time for 1,000 due ones"
    return Result("deliveries: beside 1,000,000 not due / beside none", many / few, OF_NOT_DUE, found, note)


def _whole_way(place: Site) -> list[Result]:
    """With real workers, from the wake-up call until the last row says accepted."""
    for _ in range(WORKERS):
        place.worker()
    rates: dict[str, list[float]] = {name: [] for name, *_ in WAYS}
    _rate(place, "ticks", "null", "chaos", 1000)  # until the workers are up
    for _ in range(1 if os.environ.get("BENCH_QUICK", "0") not in {"", "0"} else 3):
        for name, how, channel, kind, number in WAYS:
            rates[name].append(_rate(place, how, channel, kind, number))
    middle = {name: median(found) for name, found in rates.items()}
    raw: dict[str, Any] = {name: [round(rate) for rate in found] for name, found in rates.items()}
    return [_whole_result(middle, raw, "batches", OF_TASKS, A_SECOND), _whole_result(middle, raw, "one by one", 2.0, 0)]


def _whole_result(middle: dict[str, float], raw: dict[str, Any], name: str, target: float, a_second: float) -> Result:
    """One by one is how channels go that know no keys, such as e-mail."""
    note = f"{middle[name]:,.0f} / {middle['tasks']:,.0f} a second with {WORKERS} workers"
    note += f", at least {a_second}" if a_second else ""
    ratio = middle[name] / middle["tasks"]
    also = middle[name] >= a_second
    return Result(f"deliveries: {name} / one task for each", ratio, target, raw, note, also=also, at_least=True)


def _rate(place: Site, how: str, channel: str, kind: str, number: int) -> float:
    rate: float = place.run("scripts.bench.due", "rate", how, channel, kind, str(number))["rate"]
    return rate
