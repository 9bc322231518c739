"""Measures what a page costs, in ratios that hold on any machine. Behind `make bench`.

Standard output: one JSON line for each measurement. Standard error: a table for people.
A missed target does not fail the run: exit status 1 means that nothing could be measured.
BENCH_QUICK=1 takes fewer and shorter rounds, with more noise.
"""

import argparse
import os
import sys
from collections.abc import Callable
from typing import Any

from scripts.bench import deliveries, growth, load, sizes
from scripts.bench.result import Result, table
from scripts.bench.server import Place, running
from scripts.services import ensure

MOST_QUERIES = 10


def queries(place: Place) -> list[Result]:
    """Counted before the server started: the same number of queries whether there is little or much to show."""
    small, large = place.world["small"], place.world["large"]
    return [_query_result(name, small, large) for name in small["pages"]]


def _query_result(name: str, small: dict[str, Any], large: dict[str, Any]) -> Result:
    few, many = small["pages"][name], large["pages"][name]
    raw = {f"queries_at_{small['rows']}": few, f"queries_at_{large['rows']}": many, "limit": MOST_QUERIES}
    note = f"{few} → {many} queries, at most {MOST_QUERIES}"
    return Result(f"queries: {name}", many / few, 1.0, raw, note, also=max(few, many) <= MOST_QUERIES)


def processor_time(place: Place) -> list[Result]:
    return load.measure(place, _size())


def report(place: Place) -> list[Result]:
    return load.measure_report(place, _size())


def grown(_place: Place) -> list[Result]:
    return growth.measure(_size())


def _size() -> load.Size:
    return load.QUICK if os.environ.get("BENCH_QUICK", "0") not in {"", "0"} else load.FULL


PARTS: dict[str, Callable[[Place], list[Result]]] = {
    "queries": queries,
    "sizes": sizes.measure,
    "load": processor_time,
    "report": report,
    "deliveries": deliveries.measure,
    "growth": grown,
}
ONLY_WHEN_ASKED = {"growth"}  # takes minutes to fill


def main(arguments: list[str]) -> None:
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("parts", nargs="*", help=f"only these: {', '.join(PARTS)}", metavar="part")
    chosen = parser.parse_args(arguments).parts or [name for name in PARTS if name not in ONLY_WHEN_ASKED]
    if unknown := set(chosen) - set(PARTS):
        parser.error(f"no such part: {', '.join(sorted(unknown))}")
    if sys.platform != "linux":
        sys.exit("make bench reads processor times from /proc, so it runs on Linux only.")
    if ensure(["postgresql", "redis"]):
        sys.exit(1)
    results = []
    with running() as place:
        for name in chosen:
            for result in PARTS[name](place):
                print(result.as_json(), flush=True)
                results.append(result)
    print(f"\n{table(results)}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    try:
        main(sys.argv[1:])
    except KeyboardInterrupt:
        sys.exit(130)
