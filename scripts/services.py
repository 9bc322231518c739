"""Private PostgreSQL and Redis instances on temporary sockets, and the programs the tests need from the machine."""

from __future__ import annotations

import glob
import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from scripts.child import start

# name: (one of these programs, Debian package)
PARTS = {
    "postgresql": (("postgres",), "postgresql"),
    "redis": (("redis-server",), "redis-server"),
    "chromium": (("chromium", "chromium-browser", "google-chrome"), "chromium"),
    "gettext": (("msgfmt",), "gettext"),
}


def find(*programs: str) -> str | None:
    """The first of these that is installed. Debian keeps PostgreSQL's servers off the PATH, one folder per version."""
    versions = sorted(glob.glob("/usr/lib/postgresql/*/bin"), key=lambda path: -int(path.split("/")[4]))
    places = os.pathsep.join([*versions, os.environ.get("PATH", os.defpath)])
    return next(filter(None, (shutil.which(program, path=places) for program in programs)), None)


def ensure(names: Sequence[str]) -> list[str]:
    """Installs what is missing where that is possible; says in one line what is still missing, and returns it."""
    missing = [name for name in names if not find(*PARTS[name][0])]
    if missing:
        apt_install([PARTS[name][1] for name in missing])
        missing = [name for name in names if not find(*PARTS[name][0])]
    if missing:
        packages = " ".join(PARTS[name][1] for name in missing)
        print(
            f"Missing: {', '.join(missing)}. On Debian or Ubuntu: apt install {packages}", file=sys.stderr, flush=True
        )
        if os.environ.get("CI") == "true":
            sys.exit(1)
    return missing


def apt_install(packages: Sequence[str]) -> None:
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        return
    print(f"Installing {' '.join(packages)} with apt-get …", file=sys.stderr, flush=True)
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    apt = ["apt-get", "-qq", "-o", "DPkg::Lock::Timeout=120"]
    subprocess.run([*apt, "update"], env=environment, stdout=sys.stderr, check=False)
    install = [*apt, "install", "-y", "--no-install-recommends", *packages]
    subprocess.run(install, env=environment, stdout=sys.stderr, stdin=subprocess.DEVNULL, check=False)


@contextmanager
def private_postgres() -> Iterator[str]:
    """The DATABASE_URL of an own PostgreSQL; it ends and its files go when the block is left."""
    user = _postgres_user()
    with _folder(user) as folder:
        data = folder / "data"
        collation = "C.UTF-8" if sys.platform == "linux" else "en_US.UTF-8"
        initdb = [_program("initdb"), "-D", str(data), "-U", "peersupport", "-A", "trust", "-E", "UTF8", "--no-sync"]
        _finish([*initdb, f"--locale={collation}"], user)
        settings = {"listen_addresses": "", "fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
        server = [_program("postgres"), "-D", str(data), "-k", str(folder)]
        server += [argument for name, value in settings.items() for argument in ("-c", f"{name}={value}")]
        create = [_program("createdb"), "-h", str(folder), "-U", "peersupport", "peersupport"]
        # SIGQUIT is PostgreSQL's "immediately": the data is thrown away.
        with _running(server, folder, user, signal.SIGQUIT, lambda: _try(create, user)):
            yield f"postgres://peersupport@/{folder}/peersupport"


@contextmanager
def private_redis(append_only: bool = False) -> Iterator[str]:
    """The REDIS_URL of an own Redis; without `append_only` it keeps nothing on disk."""
    with _folder() as folder:
        socket = folder / "redis.sock"
        server = [_program("redis-server"), "--port", "0", "--unixsocket", str(socket), "--unixsocketperm", "700"]
        server += ["--save", "", "--appendonly", "yes" if append_only else "no", "--dir", str(folder)]
        with _running(server, folder, None, signal.SIGTERM, socket.is_socket):
            yield f"redis+socket://{socket}"


def _program(name: str) -> str:
    found = find(name)
    if not found:
        raise FileNotFoundError(f"{name} is not installed.")
    return found


def _postgres_user() -> str | None:
    """PostgreSQL refuses to run as root."""
    if os.geteuid() != 0:
        return None
    known = {entry.pw_name for entry in pwd.getpwall()}
    return "postgres" if "postgres" in known else "nobody"


def _as(user: str | None) -> dict[str, Any]:
    """Popen arguments that become `user`. The folder `/` is one that everybody may enter."""
    if user is None:
        return {"cwd": "/"}
    return {"cwd": "/", "user": user, "group": pwd.getpwnam(user).pw_gid, "extra_groups": []}


def _finish(command: list[str], user: str | None) -> None:
    done = subprocess.run(command, capture_output=True, text=True, check=False, **_as(user))
    if done.returncode:
        raise RuntimeError(f"{Path(command[0]).name} failed: {done.stderr.strip() or done.stdout.strip()}")


def _try(command: list[str], user: str | None) -> bool:
    done = subprocess.run(command, capture_output=True, check=False, **_as(user))
    return done.returncode == 0


@contextmanager
def _folder(user: str | None = None) -> Iterator[Path]:
    with _term_unwinds():
        # Directly under /tmp: the path of a socket may hold about a hundred characters, and TMPDIR can be long.
        folder = Path(tempfile.mkdtemp(prefix="ps-", dir="/tmp"))
        try:
            if user:
                shutil.chown(folder, user)
            yield folder
        finally:
            shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def _running(
    command: list[str], folder: Path, user: str | None, end: signal.Signals, ready: Callable[[], bool]
) -> Iterator[None]:
    with open(folder / "log", "wb") as log:
        process = start(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True, **_as(user))
    try:
        deadline = time.monotonic() + 30
        while not ready():
            if process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"{Path(command[0]).name} does not start: {(folder / 'log').read_text()[-2000:]}")
            time.sleep(0.05)
        yield
    finally:
        process.send_signal(end)
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


@contextmanager
def _term_unwinds() -> Iterator[None]:
    """SIGTERM leaves the `with` blocks in order instead of ending the process on the spot."""
    if threading.current_thread() is not threading.main_thread() or signal.getsignal(signal.SIGTERM) != signal.SIG_DFL:
        yield
        return
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
