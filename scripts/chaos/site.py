"""A whole installation for tests: its own folder and database, real workers and beats as processes.

Whatever it starts ends with it, also when it is killed.
"""

from __future__ import annotations

import base64
import json
import os
import secrets
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from scripts.child import start

BASE_DIR = Path(__file__).resolve().parent.parent.parent
_NOT_INHERITED = ("DJANGO_SETTINGS_MODULE", "PYTEST_XDIST_WORKER", "EMAIL_URL", "PUBLIC_URL", "ALLOWED_HOSTS")
_QUIET = ["-W", "ignore:You're running the worker with superuser"]
_CELERY = [sys.executable, *_QUIET, "-m", "celery", "--quiet", "--skip-checks", "-A", "peersupport"]
_ALONE = ["--pool", "solo", "--without-gossip", "--without-mingle", "--without-heartbeat"]

Process = subprocess.Popen[bytes]


class Site:
    """`settings` are environment variables; `folder` takes data, logs and the queue."""

    def __init__(self, folder: Path, database_url: str = "", redis_url: str = "", **settings: str) -> None:
        for name in ("queue/messages", "queue/control"):
            (folder / name).mkdir(parents=True, exist_ok=True)
        self.folder = folder
        self.clock = folder / "clock"
        inherited = {name: value for name, value in os.environ.items() if name not in _NOT_INHERITED}
        self.environment = {
            **inherited,
            "DATABASE_URL": database_url,
            "REDIS_URL": redis_url,
            "VAR_DIR": str(folder),
            "DEMO": "true",
            "DEMO_CAST_ONLY": "true",
            "SECRET_KEY": secrets.token_urlsafe(48),
            "FIELD_ENCRYPTION_KEYS": "k1:" + base64.b64encode(secrets.token_bytes(32)).decode(),
            "DJANGO_SETTINGS_MODULE": "scripts.chaos.settings",
            **settings,
        }
        self.processes: list[Process] = []

    def run(self, *command: str) -> Any:
        """The JSON that `python -m command` prints, or None."""
        with open(self.folder / "log", "ab") as log:
            done = subprocess.run(
                [sys.executable, "-m", *command],
                cwd=BASE_DIR,
                env=self.environment,
                stdout=subprocess.PIPE,
                stderr=log,
                check=False,
            )
        if done.returncode:
            raise RuntimeError(f"{' '.join(command)} ended with {done.returncode}:\n{self.said()[-3000:]}")
        return json.loads(done.stdout) if done.stdout.strip() else None

    def start(self, *command: str, **options: Any) -> Process:
        with open(self.folder / "log", "ab") as log:
            streams: dict[str, Any] = {"stdin": subprocess.DEVNULL, "stdout": log, "stderr": log, **options}
            process = start(list(command), cwd=BASE_DIR, env=self.environment, start_new_session=True, **streams)
        self.processes.append(process)
        return process

    def worker(self) -> Process:
        return self.start(*_CELERY, "worker", "--loglevel", "WARNING", *_ALONE)

    def beat(self) -> Process:
        scheduler = ["--scheduler", "celery.beat:Scheduler", "--pidfile="]
        return self.start(*_CELERY, "beat", "--loglevel", "WARNING", *scheduler)

    def kill(self, process: Process) -> None:
        """With everything it started, at once."""
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        if process.stdout:
            process.stdout.close()
        self.processes.remove(process)

    def move_clock(self, **span: float) -> None:
        """Every process of this site sees it at once."""
        seconds = sum(value * {"hours": 3600, "minutes": 60, "seconds": 1}[unit] for unit, value in span.items())
        fresh = self.clock.with_suffix(".new")
        fresh.write_text(str(seconds + (float(self.clock.read_text()) if self.clock.exists() else 0)))
        os.replace(fresh, self.clock)

    def said(self) -> str:
        log = self.folder / "log"
        return log.read_text(errors="replace") if log.exists() else ""


@contextmanager
def site(folder: Path, database_url: str = "", redis_url: str = "", **settings: str) -> Iterator[Site]:
    running = Site(folder, database_url, redis_url, **settings)
    try:
        yield running
    finally:
        for process in list(running.processes):
            running.kill(process)


def wait_until(condition: Callable[[], Any], seconds: float, pause: float = 0.2) -> Any:
    deadline = time.monotonic() + seconds
    while not (answer := condition()):
        if time.monotonic() > deadline:
            raise TimeoutError(f"waited {seconds} s")
        time.sleep(pause)
    return answer
