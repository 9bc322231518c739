"""Pages among few contacts of others and among many: what one person's and one supervisor's pages cost must not grow.

The same people with the same contacts are looked at in two installations, by turns. BENCH_MANY: another number of
contacts than a million for the larger one, as in `BENCH_MANY=5000000 make bench ARGS=growth`.
"""

import os
from statistics import median

from scripts.bench.browser import Request
from scripts.bench.load import COUNTED, Size, Subject, send
from scripts.bench.result import Result
from scripts.bench.server import Place, running

FEW, MANY = 50_000, 1_000_000
TARGET = 1.15


def measure(size: Size) -> list[Result]:
    many = int(os.environ.get("BENCH_MANY", MANY))
    with running(FEW) as small, running(many) as large:
        places = {FEW: small, many: large}
        found = {number: _subjects(place) for number, place in places.items()}
        names = [subject.name for subject in found[FEW]]
        return [_compare(name, places, found, size) for name in names]


def _compare(name: str, places: dict[int, Place], found: dict[int, list[Subject]], size: Size) -> Result:
    subjects = {number: next(one for one in found[number] if one.name == name) for number in places}
    rounds: dict[int, list[float]] = {number: [] for number in places}
    for number, place in places.items():
        send(place, subjects[number], size.warm_up)
    for _ in range(2 * size.rounds):
        for number, place in places.items():
            used = send(place, subjects[number], size.requests // 3)
            rounds[number].append(sum(used[part] for part in COUNTED))
    (few, of_few), (many, of_many) = ((number, median(spent)) for number, spent in rounds.items())
    note = f"{of_many:.2f} / {of_few:.2f} ms of processor time a request"
    raw = {str(number): [round(one, 3) for one in spent] for number, spent in rounds.items()}
    return Result(f"{name}: {many:,} / {few:,} contacts", of_many / of_few, TARGET, raw, note)


def _subjects(place: Place) -> list[Subject]:
    nell, maya, alex = place.browser("nell"), place.browser("maya"), place.world["alex"]
    report = "/reports/caseload/"
    return [
        Subject("report, 50 of 300", lambda _: Request("GET", report, nell.cookies)),
        Subject("report, all 300", lambda _: Request("GET", f"{report}?page=all", nell.cookies)),
        Subject("client page", lambda _: Request("GET", f"/clients/{alex}/", maya.cookies)),
    ]
