"""Workers that are killed at random while they deliver, and the count afterwards."""

import random
import sqlite3
import sys
import time
from collections import Counter
from collections.abc import Callable
from contextlib import closing, suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from subprocess import PIPE
from typing import Any
from uuid import UUID

import environ
import psycopg2

from scripts.chaos.site import Process, Site, wait_until

_OPEN = "SELECT count(*) FROM notifications_delivery WHERE state IN ('pending', 'claimed', 'sending')"
_ROWS = "SELECT channel, id, state, times_unsure FROM notifications_delivery"


@dataclass(frozen=True)
class Count:
    """What reached the provider, held against what the rows say. `problems()` is what must not be."""

    due: int
    states: dict[str, int]
    arrived: int  # different deliveries
    keyed_twice: int  # sent twice although the provider honours keys
    plain_twice: int  # sent twice where it cannot know
    not_recorded: int  # sent more often than the row admits
    lost: int  # never sent, and the row does not say that this is in doubt
    unsure: int  # how often it was recorded that nobody knows
    kills: int
    seconds: float

    def problems(self) -> list[str]:
        wrong = {name: getattr(self, name) for name in ("keyed_twice", "not_recorded", "lost")}
        found = [f"{name}: {number}" for name, number in wrong.items() if number]
        if self.plain_twice > self.kills:
            found.append(f"more than one repeat a kill: {self.plain_twice} after {self.kills}")
        if unfinished := sum(self.states.get(state, 0) for state in ("pending", "claimed", "sending")):
            found.append(f"unfinished: {unfinished}")
        return found

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)


class Storm:
    """Needs a site whose settings choose the clockwork; starts its provider and prepares its database."""

    def __init__(self, site: Site, *, pause: float, workers: int = 2, seed: int = 2026) -> None:
        self.site, self.wanted = site, workers
        self.dice = random.Random(seed)  # noqa: S311
        self.ledger = Path(site.folder) / "ledger"
        provider = site.start(sys.executable, "-m", "scripts.chaos.provider", str(self.ledger), str(pause), stdout=PIPE)
        assert provider.stdout is not None
        site.environment["CHAOS_PROVIDER"] = provider.stdout.readline().decode().strip()
        site.run("scripts.chaos.inside", "prepare")
        self.workers: dict[int, Process] = {}
        self.kills, self.began = 0, time.monotonic()

    def plan(self, channel: str, number: int, seconds: float, kind: str = "chaos") -> None:
        self.site.run("scripts.chaos.inside", "plan", channel, kind, str(number), str(seconds))

    def start_workers(self) -> None:
        while len(self.workers) < self.wanted:
            process = self.site.worker()
            self.workers[process.pid] = process

    def blow(self, kills: int, every: float, meanwhile: Callable[[int], None] | None = None) -> None:
        """Kills a random worker that is up, again and again, with a pause of `every` seconds on average, and starts
        another one in its place. Every second kill comes just when a message has left: it is then that nobody knows.
        """
        self.start_workers()
        for number in range(kills):
            time.sleep(self.dice.random() * 2 * every)
            aim = wait_until(self._someone_up, 120, pause=0.05)
            if number % 2:
                self._wait_for_a_message()
            self.site.kill(self.workers.pop(aim))
            self.kills += 1
            if meanwhile:
                meanwhile(number)
            self.start_workers()

    def _wait_for_a_message(self, seconds: float = 2) -> None:
        before, until = self._sent(), time.monotonic() + seconds
        while self._sent() == before and time.monotonic() < until:
            time.sleep(0.002)

    def _sent(self) -> int:
        return self.ledger.stat().st_size if self.ledger.exists() else 0

    def _someone_up(self) -> int | None:
        up = [pid for pid in self.workers if (self.site.folder / f"up-{pid}").exists()]
        return self.dice.choice(up) if up else None

    def settle(self, seconds: float) -> Count:
        """Waits until nothing is open any more, and counts."""
        with suppress(TimeoutError):  # the count will say it
            wait_until(lambda: query(self.site, _OPEN)[0][0] == 0, seconds)
        return self.count()

    def count(self) -> Count:
        sent = Counter(self.ledger.read_text().split("\n")[:-1]) if self.ledger.exists() else Counter()
        rows = [(way, str(_uuid(pk)), state, unsure) for way, pk, state, unsure in query(self.site, _ROWS)]
        times = {key: sent[f"{way} {key}"] for way, key, _state, _unsure in rows}
        repeats = dict.fromkeys(("keyed", "plain"), 0)
        for way, key, _state, _unsure in rows:
            repeats[way] += max(0, times[key] - 1)
        return Count(
            due=len(rows),
            states=dict(Counter(state for _way, _key, state, _unsure in rows)),
            arrived=sum(1 for number in times.values() if number),
            keyed_twice=repeats["keyed"],
            plain_twice=repeats["plain"],
            not_recorded=sum(1 for _way, key, _state, unsure in rows if times[key] > 1 + unsure),
            lost=sum(1 for _way, key, state, _unsure in rows if not times[key] and state != "ambiguous"),
            unsure=sum(unsure for _way, _key, _state, unsure in rows),
            kills=self.kills,
            seconds=round(time.monotonic() - self.began, 1),
        )


def query(site: Site, sql: str) -> list[tuple[Any, ...]]:
    """Past the product, as an outsider would look."""
    if not site.environment["DATABASE_URL"]:
        with closing(sqlite3.connect(site.folder / "peersupport.sqlite3", timeout=20)) as file:
            return file.execute(sql).fetchall()
    url = environ.Env.db_url_config(site.environment["DATABASE_URL"])
    given = {"dbname": "NAME", "user": "USER", "password": "PASSWORD", "host": "HOST", "port": "PORT"}
    parts = {name: url[key] for name, key in given.items() if url.get(key)}
    with closing(psycopg2.connect(**parts)) as database, database.cursor() as cursor:
        cursor.execute(sql)
        rows: list[tuple[Any, ...]] = cursor.fetchall()
        return rows


def _uuid(pk: Any) -> UUID:
    return UUID(str(pk))
