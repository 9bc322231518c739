"""The whole suite, behind `make test`: on SQLite, on PostgreSQL with Redis, in a browser. Arguments go to pytest."""

import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from scripts.child import start
from scripts.services import ensure, private_postgres, private_redis

BASE_DIR = Path(__file__).resolve().parent.parent
COLOUR = re.compile(r"\x1b\[[0-9;]*m")
SUMMARY = re.compile(r"^(=+ )?(no tests ran|\d+ [a-z]+).* in [\d.]+s\b.*$", re.MULTILINE)
NO_TESTS = 5  # pytest's exit status


@dataclass(frozen=True)
class Run:
    name: str
    marker: str
    needs: tuple[str, ...] = ()
    services: bool = False


RUNS = (
    Run("SQLite", "not browser and not chaos and not processes and not slow"),
    # What is slow and asks the database runs on PostgreSQL alone; `pytest -m slow` runs it on SQLite as well.
    Run("SQLite, real processes", "(processes or (slow and one_engine)) and not browser and not chaos"),
    Run("PostgreSQL and Redis", "not browser and not chaos and not one_engine", ("postgresql", "redis"), services=True),
    Run("Browser", "browser and not chaos", ("chromium",)),
)


def main(arguments: list[str]) -> int:
    given = {"postgresql": "TEST_DATABASE_URL", "redis": "TEST_REDIS_URL"}
    parts = ("postgresql", "redis", "chromium", "gettext")
    missing = ensure([part for part in parts if not os.environ.get(given.get(part, ""))])
    failed, report = False, []
    for run in RUNS:
        lacking = [part for part in run.needs if part in missing]
        if lacking:
            report += [f"{run.name}: NOT RUN, {' and '.join(lacking)} missing"]
            continue
        print(f"\n--- {run.name} ---", flush=True)
        began = time.monotonic()
        with databases(run) as urls:
            status, summary = pytest(run.marker, arguments, urls)
        # Arguments may select nothing in one of the runs; without any, an empty run is a mistake.
        passed = status == 0 or (status == NO_TESTS and bool(arguments))
        failed = failed or not passed
        report += [f"{run.name}: {'passed' if passed else 'FAILED'}, {time.monotonic() - began:.1f} s", summary]
    print("\n" + "\n".join(report), flush=True)
    return 1 if failed else 0


@contextmanager
def databases(run: Run) -> Iterator[dict[str, str]]:
    with ExitStack() as started:
        urls = {"DATABASE_URL": "", "REDIS_URL": ""}  # empty: SQLite, filesystem broker
        if run.services:
            database, redis = os.environ.get("TEST_DATABASE_URL"), os.environ.get("TEST_REDIS_URL")
            urls["DATABASE_URL"] = database or started.enter_context(private_postgres())
            urls["REDIS_URL"] = redis or started.enter_context(private_redis())
        yield urls


def pytest(marker: str, arguments: list[str], urls: dict[str, str]) -> tuple[int, str]:
    """Runs pytest, shows what it says as it says it, and returns its exit status and closing line."""
    colour = ["--color=yes"] if sys.stdout.isatty() else []
    command = [sys.executable, "-m", "pytest", "-m", marker, "-n", "2", *colour, *arguments]
    process = start(command, cwd=BASE_DIR, env={**os.environ, **urls}, stdout=subprocess.PIPE)
    assert process.stdout is not None
    said = b""
    try:
        # Not line by line: progress is dots on one line.
        while chunk := os.read(process.stdout.fileno(), 65536):
            sys.stdout.buffer.write(chunk)
            sys.stdout.flush()
            said = (said + chunk)[-100_000:]
        process.wait()
    finally:
        if process.poll() is None:
            process.terminate()
            with suppress(subprocess.TimeoutExpired):
                process.wait(5)
    closing = [found.group() for found in SUMMARY.finditer(COLOUR.sub("", said.decode(errors="replace")))]
    return process.returncode, closing[-1] if closing else "pytest ended without a summary"


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except KeyboardInterrupt:
        sys.exit(130)
