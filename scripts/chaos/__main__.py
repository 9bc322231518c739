"""Breaks things on purpose, on PostgreSQL and Redis of its own, and counts what was lost or repeated: `make chaos`.

One JSON line for each part; exit status 1 if a promise of RELIABILITY.md was broken. Takes some ten minutes.
"""

import argparse
import json
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import redis

from scripts.chaos import quiet_hours
from scripts.chaos.site import Site, site
from scripts.chaos.storm import Storm
from scripts.services import ensure, private_postgres, private_redis

DELIVERIES, KILLS, BEATS = 5000, 100, 3
CAUGHT_UP, CATCH_UP_SECONDS = 10_000, 60
QUIET_CASES = 100_000

Outcome = tuple[dict[str, Any], list[str]]  # what was counted, what must not be


@contextmanager
def new_site(**settings: str) -> Iterator[Site]:
    with (
        tempfile.TemporaryDirectory(prefix="peersupport-chaos-") as folder,
        private_postgres() as database,
        private_redis() as queue,
        site(Path(folder), database, queue, **settings) as running,
    ):
        yield running


def killed_workers() -> Outcome:
    """Half of the deliveries to a provider that honours keys, half to one that does not; three beats at once; the queue
    is emptied in the middle."""
    with new_site(DELIVERY_LEASE_SECONDS="3", CHAOS_TICK="1") as place:
        storm = Storm(place, pause=0.06, workers=3)  # as much to do as there is time: kills meet work
        for way in ("keyed", "plain"):
            storm.plan(way, DELIVERIES // 2, seconds=60)
        for _ in range(BEATS):
            place.beat()
        storm.blow(KILLS, every=0.6, meanwhile=lambda number: _flush(place) if number == KILLS // 2 else None)
        count = storm.settle(300)
        problems = count.problems()
        if count.due != DELIVERIES or not count.unsure:
            problems.append("the storm was none")
        return count.as_dict(), problems


def no_tick_for_two_hours() -> Outcome:
    """Then one: what is inside its grace goes out once, what is too old does not."""
    with new_site() as place:
        storm = Storm(place, pause=0.0)
        storm.plan("keyed", 500, seconds=1)
        place.move_clock(hours=3)
        storm.plan("keyed", 1000, seconds=1)
        place.move_clock(hours=2)
        began = time.monotonic()
        place.run("manage", "dispatch")
        once = storm.count()
        seconds = time.monotonic() - began
        expected = {"accepted": 1000, "expired": 500}
        problems = [] if once.states == expected and not once.keyed_twice else [f"after one tick: {once.states}"]
        return {"after_one_tick": once.states, "twice": once.keyed_twice, "seconds": round(seconds, 1)}, problems


def catching_up() -> Outcome:
    """After two hours with nothing running: one beat and two workers."""
    with new_site(CHAOS_TICK="10") as place:
        storm = Storm(place, pause=0.0)
        storm.plan("keyed", CAUGHT_UP, seconds=1)
        place.move_clock(hours=2)
        began = time.monotonic()
        place.beat()
        storm.start_workers()
        count = storm.settle(300)
        seconds = time.monotonic() - began
        problems = count.problems()
        if seconds > CATCH_UP_SECONDS:
            problems.append(f"{seconds:.0f} s for {CAUGHT_UP} deliveries, at most {CATCH_UP_SECONDS}")
        return {**count.as_dict(), "seconds": round(seconds, 1)}, problems


def quiet_hours_by_hand() -> Outcome:
    wrong = quiet_hours.differing(QUIET_CASES)
    return {"cases": QUIET_CASES, "differ": wrong}, [f"{wrong} cases differ"] if wrong else []


def _flush(place: Site) -> None:
    queue = redis.Redis.from_url(place.environment["REDIS_URL"].replace("redis+socket://", "unix://"))
    queue.flushall()
    queue.close()


PARTS: dict[str, Callable[[], Outcome]] = {
    "killed-workers": killed_workers,
    "no-tick": no_tick_for_two_hours,
    "catching-up": catching_up,
    "quiet-hours": quiet_hours_by_hand,
}


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="make chaos", description=__doc__)
    parser.add_argument("parts", nargs="*", help=f"only these: {', '.join(PARTS)}", metavar="part")
    chosen = parser.parse_args(arguments).parts or list(PARTS)
    if unknown := set(chosen) - set(PARTS):
        parser.error(f"no such part: {', '.join(sorted(unknown))}")
    if sys.platform != "linux":
        sys.exit("make chaos kills processes with their groups, so it runs on Linux only.")
    if ensure(["postgresql", "redis"]):
        return 1
    broken = False
    for name in chosen:
        counted, problems = PARTS[name]()
        print(json.dumps({"part": name, **counted, "problems": problems}), flush=True)
        broken = broken or bool(problems)
    return 1 if broken else 0


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except KeyboardInterrupt:
        sys.exit(130)
