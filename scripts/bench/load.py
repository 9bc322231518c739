"""What a page costs: processor time of web and database, compared with the minimal signed-in page.

Rounds are interleaved (A B C A B C …) and medians are taken: what else the machine does meets all pages alike.
"""

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from statistics import median
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from scripts.bench import processes
from scripts.bench.browser import Browser, Request, send_all
from scripts.bench.result import Result
from scripts.bench.server import Place

COUNTED = ("web", "postgresql")
CLIENT_THREADS = 4
RESTLESS = 0.3  # rounds that differ more than this, largest to smallest, were disturbed by other work


@dataclass(frozen=True)
class Subject:
    """A kind of request. `make(number)` gives the number-th of a round."""

    name: str
    make: Callable[[int], Request]
    target: float | None = None  # None: what others are compared with
    after: Callable[[], Sequence[Request]] = list  # not measured


@dataclass(frozen=True)
class Size:
    rounds: int
    requests: int
    warm_up: int


FULL, QUICK = Size(rounds=5, requests=300, warm_up=60), Size(rounds=3, requests=60, warm_up=20)


def measure(place: Place, size: Size) -> list[Result]:
    return compare(place, size, _subjects(place, size.requests))


def measure_report(place: Place, size: Size) -> list[Result]:
    """Of a supervisor of three hundred. Far fewer requests: each leaves an event, and each page is long."""
    nell, alex = place.browser("nell"), place.world["alex"]
    minimal, report = f"/bench/minimal/{alex}/", "/reports/caseload/"
    subjects = [
        Subject("minimal page", lambda _: Request("GET", minimal, nell.cookies)),
        Subject("report, 50 of 300", lambda _: Request("GET", report, nell.cookies), target=2.5),
        Subject("report, all 300", lambda _: Request("GET", f"{report}?page=all", nell.cookies), target=6.0),
    ]
    ours, by_hand = (place.world["beside_sql"][name] for name in ("ours", "by_hand"))
    note = f"{ours:.1f} / {by_hand:.1f} ms to count 300 people and 30 days"
    beside = Result("report: counting / SQL by hand", ours / by_hand, 2.0, place.world["beside_sql"], note)
    return [beside, *compare(place, size, subjects)]


def compare(place: Place, size: Size, subjects: list[Subject]) -> list[Result]:
    for subject in subjects:
        send(place, subject, size.warm_up)
    rounds: dict[str, list[dict[str, float]]] = {subject.name: [] for subject in subjects}
    for _ in range(size.rounds):
        for subject in subjects:
            rounds[subject.name].append(send(place, subject, size.requests))
    base = next(subject for subject in subjects if subject.target is None)
    return [
        _result(subject.name, subject.target, rounds[subject.name], base.name, rounds[base.name])
        for subject in subjects
        if subject.target is not None
    ]


def _subjects(place: Place, requests: int) -> list[Subject]:
    maya, own, alex = place.browser("maya"), place.browser("alex"), place.world["alex"]
    goal = f"/goals/{place.world['goal']}/"
    minimal, client, new = f"/bench/minimal/{alex}/", f"/clients/{alex}/", f"/clients/{alex}/contacts/new/"
    # Each save leaves a sentence in its session, which the next page shows: a session for each, as with real people.
    sessions = [maya.cookies_with(sessionid=key) for key in place.world["sessions"][:requests]]
    form = _log_form(maya, new)
    # As an open page asks; nobody else is at this goal, so that each answer is the same 304.
    asks = (("X-Poll", "1"), ("If-None-Match", maya.get(f"{goal}live/").headers["ETag"]))
    return [
        Subject("minimal page", lambda _: Request("GET", minimal, maya.cookies)),
        Subject("client page", lambda _: Request("GET", client, maya.cookies), target=3.0),
        Subject("goal page, specialist", lambda _: Request("GET", goal, maya.cookies), target=3.0),
        Subject("goal page, client", lambda _: Request("GET", goal, own.cookies), target=3.0),
        Subject(
            "open goal asks, 304", lambda _: Request("GET", f"{goal}live/", maya.cookies, 304, headers=asks), target=1.0
        ),
        Subject(
            "log POST",
            lambda number: Request("POST", new, sessions[number], 302, urlencode({**form, "op_id": _op_id()})),
            target=2.5,
            after=lambda: [Request("GET", minimal, cookies) for cookies in sessions],
        ),
    ]


def _log_form(browser: Browser, path: str) -> dict[str, str]:
    """A whole log as a specialist sends it. It lies far back, so that the client's page shows the same as before."""
    page = browser.page(path)
    day = date.fromisoformat(page.values["happened_on"]) - timedelta(days=400)
    return {
        **page.hidden,
        "mode": "in-person",
        "outcome": "connected",
        "who_reached_out": "client",
        "minutes": "45",
        "happened_on": day.isoformat(),
        "place": "community",
        "service": "one-to-one",
        "what_mattered": "A place of my own, near my sister.",
        "what_we_did": "We went through the letter line by line and called the office together.",
        "how_it_went": "Nervous at the start, laughed twice.",
        "next_steps": "Alex asks for the certificate; I find out about the bus pass.",
    }


def _op_id() -> str:
    """Each save is a new one: the same form sent again would only be answered."""
    return str(UUID(bytes=os.urandom(16)))


def send(place: Place, subject: Subject, number: int) -> dict[str, float]:
    """Milliseconds of processor time that one request took, for each part."""
    requests = [subject.make(position) for position in range(number)]
    before = processes.used(place.roots)
    send_all(place.port, requests, CLIENT_THREADS)
    after = processes.used(place.roots)
    send_all(place.port, subject.after(), CLIENT_THREADS)
    return {name: (after[name] - before[name]) * 1000 / number for name in after}


def _result(
    name: str, target: float, rounds: list[dict[str, float]], base_name: str, base: list[dict[str, float]]
) -> Result:
    own, compared = _summary(rounds), _summary(base)
    ratio = own["median_ms"] / compared["median_ms"]
    note = f"{own['median_ms']:.2f} / {compared['median_ms']:.2f} ms of processor time a request"
    if max(own["spread"], compared["spread"]) > RESTLESS:
        note += "; restless machine: measure again"
    return Result(f"{name} / {base_name}", ratio, target, {name: own, base_name: compared}, note)


def _summary(rounds: list[dict[str, float]]) -> dict[str, Any]:
    """Redis is shown, not counted."""
    counted = [sum(measured[part] for part in COUNTED) for measured in rounds]
    parts = {part: round(median(measured[part] for measured in rounds), 3) for part in rounds[0]}
    middle = median(counted)
    spread = round((max(counted) - min(counted)) / middle, 2)
    return {
        "median_ms": round(middle, 3),
        "rounds_ms": [round(value, 3) for value in counted],
        "spread": spread,
        **parts,
    }
