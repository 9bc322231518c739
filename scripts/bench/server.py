"""An installation of its own: private PostgreSQL and Redis, a temporary folder, the demo, and gunicorn in front."""

import base64
import json
import os
import secrets
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPException
from pathlib import Path
from typing import Any

from scripts.bench import processes
from scripts.bench.browser import Browser, Unexpected
from scripts.child import start
from scripts.services import private_postgres, private_redis

BASE_DIR = Path(__file__).resolve().parents[2]
WORKERS, THREADS = 2, 4
# Whatever else the settings read must not come from the shell this was called in.
_NOT_INHERITED = ("ALLOWED_HOSTS", "EMAIL_URL", "ORGANIZATION_NAME", "SMS_URL", "TRUSTED_PROXY_COUNT")


@dataclass(frozen=True)
class Place:
    """Where everything runs, and what is known about the people there."""

    port: int
    password: str
    world: dict[str, Any]  # what inside.py printed
    roots: dict[str, int]  # name: process at the root of a tree

    def browser(self, person: str = "") -> Browser:
        """Signed in as one of the cast, or as nobody."""
        browser = Browser(self.port)
        if person:
            browser.sign_in(f"{person}@example.org", self.password)
        return browser


@contextmanager
def running(contacts: int = 0) -> Iterator[Place]:
    """Everything started and filled, among so many contacts of others; however the block is left, nothing stays."""
    with (
        private_postgres() as database,
        private_redis() as redis,
        tempfile.TemporaryDirectory(prefix="peersupport-bench-") as folder,
    ):
        port = _free_port()
        environment = _environment(database, redis, folder, port)
        # The demo's people come by the demo's clock; what is measured has none, like a real installation.
        sign_ins = _run("scripts.prepare", {**environment, "DJANGO_SETTINGS_MODULE": "peersupport.settings"})
        world = json.loads(_run("scripts.bench.inside", {**environment, "BENCH_CONTACTS": str(contacts)}))
        with _gunicorn(environment, port) as web:
            roots = {
                "web": web.pid,
                "postgresql": processes.child("postgres"),
                "redis": processes.child("redis-server"),
            }
            yield Place(port, sign_ins.rsplit("password: ", 1)[1].strip(), world, roots)


def _environment(database: str, redis: str, folder: str, port: int) -> dict[str, str]:
    inherited = {name: value for name, value in os.environ.items() if name not in _NOT_INHERITED}
    return {
        **inherited,
        "DATABASE_URL": database,
        "REDIS_URL": redis,
        "VAR_DIR": folder,
        "HOST": "127.0.0.1",
        "PORT": str(port),
        "DEMO": "true",
        "DEMO_CAST_ONLY": "true",
        "SECRET_KEY": secrets.token_urlsafe(48),
        "FIELD_ENCRYPTION_KEYS": "k1:" + base64.b64encode(secrets.token_bytes(32)).decode(),
        "DJANGO_SETTINGS_MODULE": "scripts.bench.settings",
    }


def _run(module: str, environment: dict[str, str]) -> str:
    """What a program of this project prints."""
    command = [sys.executable, "-m", module]
    process = start(command, cwd=BASE_DIR, env=environment, stdout=subprocess.PIPE, text=True, start_new_session=True)
    try:
        said: str = process.communicate()[0]
    finally:
        process.kill()
        process.wait()
    if process.returncode:
        raise RuntimeError(f"{module} ended with exit status {process.returncode}; its reason is above.")
    return said


@contextmanager
def _gunicorn(environment: dict[str, str], port: int) -> Iterator[subprocess.Popen[bytes]]:
    command = [sys.executable, "-m", "gunicorn", "--bind", f"127.0.0.1:{port}", "--worker-class", "gthread"]
    command += ["--workers", str(WORKERS), "--threads", str(THREADS), "--log-level", "warning"]
    command += ["--config", str(BASE_DIR / "scripts" / "child.py"), "peersupport.wsgi"]
    process = start(command, cwd=BASE_DIR, env=environment, stdin=subprocess.DEVNULL, start_new_session=True)
    try:
        _wait_until_it_answers(process, port)
        yield process
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(5)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _wait_until_it_answers(process: subprocess.Popen[bytes], port: int) -> None:
    deadline = time.monotonic() + 30
    while True:
        try:
            Browser(port).get("/healthz")
            return
        except (OSError, HTTPException, Unexpected) as error:
            if process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError("gunicorn does not start; its reason is above.") from error
        time.sleep(0.1)


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port: int = listening.getsockname()[1]
    return port
