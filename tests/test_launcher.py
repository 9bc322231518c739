"""The real launcher and its real processes: what `make run` promises about starting, healing, ending and refusing."""

import http.client
import os
import signal
import socket
import sqlite3
import stat
import subprocess
import sys
import time
from contextlib import closing, suppress
from pathlib import Path

import pytest

BASE_DIR = Path(__file__).resolve().parent.parent
COMMAND = [sys.executable, "-m", "scripts.run", "--with-parent"]
KEYS = {"SECRET_KEY": "k" * 60, "FIELD_ENCRYPTION_KEYS": "k1:" + "A" * 43 + "="}

pytestmark = [
    pytest.mark.processes,
    pytest.mark.one_engine,  # each test starts an installation of its own
    pytest.mark.skipif(sys.platform != "linux", reason="reads /proc; killed launchers are covered on Linux only"),
]


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as server:
        return server.getsockname()[1]


def environment(var_dir, **settings):
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    return {**kept, "VAR_DIR": str(var_dir), "PORT": str(free_port()), "DEMO_CAST_ONLY": "true", **settings}


def wait_until(condition, seconds=40):
    deadline = time.monotonic() + seconds
    while not (answer := condition()):
        assert time.monotonic() < deadline, f"waited {seconds} s"
        time.sleep(0.1)
    return answer


class Launched:
    """A running launcher. Its processes are known by VAR_DIR in their environment, whoever their parent is now."""

    def __init__(self, var_dir, prefix=(), **settings):
        self.environment = environment(var_dir, **settings)
        self.marker = f"VAR_DIR={var_dir}".encode()
        self.output = var_dir / "output"
        with open(self.output, "wb") as output:
            self.process = subprocess.Popen(
                [*prefix, *COMMAND], cwd=BASE_DIR, env=self.environment, stdout=output, stderr=output
            )

    def __enter__(self):
        wait_until(lambda: "runs at http://" in self.said() or self.process.poll() is not None, 90)
        assert self.process.poll() is None, self.said()
        return self

    def __exit__(self, *_error):
        for pid in [self.process.pid, *self.processes()]:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        self.process.wait()

    def said(self):
        return self.output.read_text()

    def healthy(self):
        connection = http.client.HTTPConnection("127.0.0.1", int(self.environment["PORT"]), timeout=5)
        with closing(connection), suppress(OSError, http.client.HTTPException):
            connection.request("GET", "/healthz")
            return connection.getresponse().status == 200
        return False

    def processes(self):
        """{pid: (parent, command line)}"""
        found = {}
        for path in Path("/proc").glob("[0-9]*"):
            with suppress(OSError):
                if self.marker in (path / "environ").read_bytes().split(b"\0"):
                    parent = int((path / "stat").read_text().rpartition(")")[2].split()[1])
                    found[int(path.name)] = parent, (path / "cmdline").read_text().replace("\0", " ")
        return found

    def find(self, role):
        """The process in this role: web, its worker "web worker", "worker" or "beat"."""
        everything = self.processes()
        launcher = next(
            pid for pid, (_, command) in everything.items() if f"{sys.executable} -m scripts.run" in command
        )
        children = {pid: command for pid, (parent, command) in everything.items() if parent == launcher}
        web = next((pid for pid, command in children.items() if " gunicorn " in command), None)
        if role == "web":
            return web
        if role == "web worker":
            return next((pid for pid, (parent, _) in everything.items() if parent == web), None)
        return next((pid for pid, command in children.items() if f" peersupport {role} " in command), None)


@pytest.fixture(scope="module")
def var_dir(tmp_path_factory):
    return tmp_path_factory.mktemp("var")


def people(var_dir):
    with closing(sqlite3.connect(var_dir / "peersupport.sqlite3")) as database:
        return sorted(database.execute("SELECT id FROM accounts_user"))


def refusal(var_dir, **settings):
    """The one sentence a start ends with."""
    settings = environment(var_dir, **settings)
    done = subprocess.run(COMMAND, cwd=BASE_DIR, env=settings, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 1, done.stdout + done.stderr
    assert done.stdout == ""
    assert len(done.stderr.splitlines()) == 1, done.stderr
    return done.stderr


def test_starts_and_ctrl_c_leaves_nothing(var_dir):
    with Launched(var_dir) as launched:
        assert launched.healthy()
        assert "alex@example.org" in launched.said()
        assert stat.S_IMODE((var_dir / "demo.env").stat().st_mode) == 0o600
        assert "in use" in refusal(var_dir, PORT=launched.environment["PORT"])
        wait_until(lambda: launched.find("worker") and launched.find("beat"))

        launched.process.send_signal(signal.SIGINT)

        assert launched.process.wait(10) == 0
        assert launched.processes() == {}
        assert "Traceback" not in launched.said()


def test_killed_launcher_leaves_nothing_and_the_next_run_keeps_keys_and_data(var_dir):
    with Launched(var_dir) as launched:
        keys, cast = (var_dir / "demo.env").read_text(), people(var_dir)
        assert cast
        launched.process.kill()
        wait_until(lambda: not launched.processes(), 15)

    # The shell stands for make: it is the parent of the launcher.
    with Launched(var_dir, prefix=("sh", "-c", '"$@"; true', "sh")) as launched:
        assert (var_dir / "demo.env").read_text() == keys
        assert people(var_dir) == cast
        launched.process.kill()
        wait_until(lambda: not launched.processes(), 20)


def test_killed_processes_are_started_again(var_dir):
    with Launched(var_dir) as launched:
        for role in ("web", "web worker", "worker", "beat"):
            before = wait_until(lambda role=role: launched.find(role))
            os.kill(before, signal.SIGKILL)
            wait_until(lambda role=role, before=before: launched.find(role) not in {None, before})
        wait_until(launched.healthy)
        launched.process.terminate()
        assert launched.process.wait(10) == 0
        assert launched.processes() == {}


@pytest.mark.parametrize(
    ("settings", "named"),
    [
        ({"DEMO": "false"}, "SECRET_KEY"),
        ({"DEMO": "false", **KEYS, "SECRET_KEY": "short"}, "SECRET_KEY"),
        ({"DEMO": "false", **KEYS}, "ALLOWED_HOSTS"),
        ({"DEMO": "false", **KEYS, "ALLOWED_HOSTS": "peers.example.org"}, "PUBLIC_URL"),
        ({"PUBLIC_URL": "peers.example.org"}, "PUBLIC_URL"),
        ({"EMAIL_URL": "the post office"}, "EMAIL_URL"),
        ({"EMAIL_URL": "smtp://"}, "EMAIL_URL"),
        ({"DELIVERY_LEASE_SECONDS": "0"}, "DELIVERY_LEASE_SECONDS"),
        ({"DEMO": "perhaps"}, "DEMO"),
        ({"HOST": "0.0.0.0"}, "HOST"),
        ({"FIELD_ENCRYPTION_KEYS": "k1:too-short"}, "FIELD_ENCRYPTION_KEYS"),
        ({"DATABASE_URL": "not a url"}, "DATABASE_URL"),
        ({"DATABASE_URL": "postgres://nobody@127.0.0.1:1/nowhere"}, "DATABASE_URL"),
        ({"REDIS_URL": "127.0.0.1:6379"}, "REDIS_URL"),
        ({"REDIS_URL": "redis://127.0.0.1:port/0"}, "REDIS_URL"),
        ({"REDIS_URL": "redis://127.0.0.1:1/0"}, "REDIS_URL"),
        ({"PORT": "eighty"}, "PORT"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_cannot_work_is_refused_in_one_sentence(tmp_path, settings, named):
    sentence = refusal(tmp_path, **settings)

    assert named in sentence
    assert "nobody@" not in sentence  # a URL may hold a password


def test_a_folder_that_cannot_be_written_is_named(tmp_path):
    (tmp_path / "file").touch()

    assert "cannot be written" in refusal(tmp_path / "file" / "var")
