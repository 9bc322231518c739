"""The launcher behind `make run`: prepares the installation, starts web, worker and beat, and ends them with itself.

Standard library only: Django is loaded by what it starts. A child that dies is started again.
"""

import argparse
import base64
import http.client
import os
import secrets
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path
from typing import NoReturn

from scripts.child import end_with_parent, start

BASE_DIR = Path(__file__).resolve().parent.parent
VAR_DIR = Path(os.environ.get("VAR_DIR", BASE_DIR / "var"))
QUEUE = [VAR_DIR / "queue" / name for name in ("messages", "control")]
ENDING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
PATIENCE = 5.0  # seconds a child has for ending by itself


class Ended(BaseException):
    """Somebody wants this to end: Ctrl-C, SIGTERM, or a closed terminal."""


class Child:
    """One process that is kept running, in a session of its own so that Ctrl-C reaches only the launcher."""

    def __init__(self, name: str, *command: str) -> None:
        self.name = name
        quiet = ["-W", "ignore:You're running the worker with superuser"]  # usual in a container
        self.command = [sys.executable, *quiet, "-m", *command]
        self.process: subprocess.Popen[bytes] | None = None
        self.changed = 0.0  # when it was started, or found dead
        self.pause = 0.5

    def start(self) -> None:
        self.changed = time.monotonic()
        self.process = start(self.command, cwd=BASE_DIR, stdin=subprocess.DEVNULL, start_new_session=True)

    def tend(self) -> int | None:
        """Starts it again when it died, later each time it dies soon; returns what it just died of."""
        age = time.monotonic() - self.changed
        if self.process is None:
            if age >= self.pause:
                self.start()
            return None
        status = self.process.poll()
        if status is not None:
            self.kill()
            self.pause = 0.5 if age > 30 else min(self.pause * 2, 30)
            say(f"{self.name} ended ({describe(status)}) and is started again.")
            self.process, self.changed = None, time.monotonic()
        return status

    def kill(self) -> None:
        """The whole group: nothing it started may stay."""
        if self.process is not None:
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()


def main() -> None:
    os.umask(0o077)  # data, keys and sign-ins are nobody else's
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--with-parent", action="store_true", help="end when the process that started this one ends")
    if arguments.parse_args().with_parent:
        end_with_parent(os.getppid(), by=signal.SIGTERM)
    for number in ENDING:
        if number != signal.SIGHUP or signal.getsignal(number) != signal.SIG_IGN:  # nohup
            signal.signal(number, end)
    children: list[Child] = []
    try:
        settle_environment()
        sign_ins = prepare()
        clear_queue()
        children += [web(), *celery()]
        keep_running(children, sign_ins)
    except Ended:
        say("Ending …")
    finally:
        stop(children)


def end(_number: int, _frame: object) -> NoReturn:
    for number in ENDING:
        signal.signal(number, signal.SIG_IGN)  # ending is already on its way and takes seconds at most
    raise Ended


def settle_environment() -> None:
    for name, default in (("HOST", "127.0.0.1"), ("PORT", "8000")):  # as in settings.py, which judges them
        os.environ[name] = os.environ.get(name, "").strip() or default
    try:
        for folder in (VAR_DIR, *QUEUE):
            folder.mkdir(parents=True, exist_ok=True)
        if os.environ.get("DEMO", "").strip().lower() not in {"0", "no", "off", "false"}:
            take_demo_settings(VAR_DIR / "demo.env")
    except OSError as error:
        sys.exit(f"peersupport cannot start: {error.filename} cannot be written: {error.strerror}.")


def take_demo_settings(path: Path) -> None:
    """Keys are made once: with others the words already stored could not be read. What is set already wins."""
    if not path.exists():
        key = base64.b64encode(secrets.token_bytes(32)).decode()
        lines = [f"SECRET_KEY={secrets.token_urlsafe(48)}", f"FIELD_ENCRYPTION_KEYS=k1:{key}", "DEMO=true"]
        half = path.with_suffix(".new")
        half.unlink(missing_ok=True)
        with open(os.open(half, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write("\n".join(lines) + "\n")
        half.rename(path)
    for line in path.read_text().splitlines():
        name, _, value = line.partition("=")
        if value and not os.environ.get(name, "").strip():
            os.environ[name] = value


def prepare() -> str:
    """Checks and prepares all that the processes rely on; returns what to show when the web answers."""
    command = [sys.executable, "-m", "scripts.prepare"]
    with start(command, cwd=BASE_DIR, stdout=subprocess.PIPE, text=True, start_new_session=True) as process:
        try:
            shown: str = process.communicate()[0]
        except Ended:
            process.kill()  # a migration is one transaction, files are stamped when complete
            raise
    if process.returncode:
        sys.exit(1 if process.returncode > 0 else f"Preparing was cut off ({describe(process.returncode)}).")
    return shown


def clear_queue() -> None:
    """The rows are the truth, messages only wake-up calls: one that a kill cut in half must not hinder the start."""
    for folder in QUEUE:
        for path in folder.iterdir():
            path.unlink()


def web() -> Child:
    sqlite = os.environ.get("DATABASE_URL", "").strip().partition(":")[0] in {"", "sqlite"}
    workers = "1" if sqlite else "2"  # SQLite has one writer: threads wait for each other more cheaply than processes
    options = ["--bind", address(), "--worker-class", "gthread", "--threads", "8", "--workers", workers]
    quiet = ["--log-level", "warning", "--graceful-timeout", "3", "--config", str(BASE_DIR / "scripts" / "child.py")]
    return Child("web", "gunicorn", *options, *quiet, "peersupport.wsgi")


def celery() -> list[Child]:
    app = ["celery", "--quiet", "--skip-checks", "-A", "peersupport"]
    level = ["--loglevel", "WARNING"]
    # solo: one process that works through its messages one by one. A pool's processes could outlive a killed worker.
    alone = ["--pool", "solo", "--without-gossip", "--without-mingle", "--without-heartbeat"]
    # In memory: times that matter are rows, and a schedule file can be damaged by a kill.
    in_memory = ["--scheduler", "celery.beat:Scheduler", "--pidfile="]
    return [Child("worker", *app, "worker", *level, *alone), Child("beat", *app, "beat", *level, *in_memory)]


def keep_running(children: list[Child], sign_ins: str) -> NoReturn:
    for child in children:
        child.start()
    shown = False
    while True:
        for child in children:
            status = child.tend()
            if not shown and child.name == "web" and status is not None and status > 0:
                sys.exit("peersupport cannot start: the web process ended, its reason is above.")
        if not shown and answers():
            shown = True
            say(f"\n{sign_ins.rstrip()}\n\npeersupport runs at http://{address()}/ (Ctrl-C ends it)".lstrip("\n"))
        time.sleep(0.2)


def answers() -> bool:
    """Whether the web answers under a name it knows."""
    name = os.environ.get("ALLOWED_HOSTS", "").split(",")[0].strip(" .*") or address()
    connection = http.client.HTTPConnection(reachable(), int(os.environ["PORT"]), timeout=2)
    try:
        connection.request("GET", "/healthz", headers={"Host": name})
        return connection.getresponse().status == 200
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def reachable() -> str:
    return {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(os.environ["HOST"], os.environ["HOST"])  # noqa: S104


def address() -> str:
    host, port = os.environ["HOST"], os.environ["PORT"]
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


def stop(children: list[Child]) -> None:
    for number in ENDING:
        signal.signal(number, signal.SIG_IGN)  # this takes seconds at most, and must be finished
    for child in children:
        if child.process is not None:
            child.process.terminate()
    deadline = time.monotonic() + PATIENCE
    for child in children:
        if child.process is not None:
            with suppress(subprocess.TimeoutExpired):
                child.process.wait(max(0.0, deadline - time.monotonic()))
        child.kill()


def describe(status: int) -> str:
    return f"signal {-status}" if status < 0 else f"exit status {status}"


def say(line: str) -> None:
    print(line, flush=True)


if __name__ == "__main__":
    main()
