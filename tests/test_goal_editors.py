"""20 editors at once over HTTP, the server's processes killed meanwhile: no acknowledged text is ever missing.

The same with five thousand saves: `pytest -m chaos tests/test_goal_editors.py`.
"""

import os
import socket
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from http.client import HTTPConnection, HTTPException
from itertools import pairwise
from pathlib import Path
from subprocess import DEVNULL, Popen
from typing import Any

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client as Browser
from django.urls import reverse

from goals.models import Goal, Revision, Step
from goals.models.goals import OWN_WORDS, SHARED_TEXTS
from home.demo.cast import Cast
from scripts.chaos.editors import ANSWERED, Editor, Place, Typist, write_together
from scripts.child import start
from tests.fixtures_goals import fresh

ROOT = Path(__file__).resolve().parent.parent
WINDOWS = ("alex",) * 10 + ("maya",) * 6 + ("noor",) * 4
pytestmark = [
    pytest.mark.processes,
    pytest.mark.skipif(sys.platform != "linux", reason="/proc says which processes to kill on Linux only"),
    pytest.mark.django_db(transaction=True),
]


def url_of_the_test_database() -> str:
    at = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{at['NAME']}"
    secret = f":{at['PASSWORD']}" if at["PASSWORD"] else ""
    port = f":{at['PORT']}" if at["PORT"] else ""
    host = at["HOST"]
    return f"postgres://{at['USER']}{secret}@{'/' if host.startswith('/') else ''}{host}{port}/{at['NAME']}"


@pytest.fixture
def gunicorn(cast: Cast) -> Iterator[tuple[Popen[bytes], int]]:
    """The product on the database of this test, three processes that may be killed; (master, port)."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "gunicorn", "--bind", f"127.0.0.1:{port}", "--worker-class", "gthread"]
    command += ["--workers", "3", "--threads", "4", "--log-level", "critical", "--config", "scripts/child.py"]
    environment = {**os.environ, "DATABASE_URL": url_of_the_test_database(), "DJANGO_SETTINGS_MODULE": "tests.settings"}
    with open(settings.VAR_DIR / "editors.log", "wb") as log:
        process = start(
            [*command, "peersupport.wsgi"], cwd=ROOT, env=environment, stdin=DEVNULL, stdout=log, stderr=log
        )
    try:
        deadline = time.monotonic() + 60
        while not answers(port):
            assert process.poll() is None, (settings.VAR_DIR / "editors.log").read_text()
            assert time.monotonic() < deadline
            time.sleep(0.1)
        yield process, port
    finally:
        process.terminate()
        process.wait(20)


def answers(port: int) -> bool:
    with suppress(OSError, HTTPException), closing(HTTPConnection("127.0.0.1", port, timeout=2)) as asked:
        asked.request("GET", "/healthz")
        with closing(asked.getresponse()) as answer:
            return answer.status == 200
    return False


def windows(goal: Goal, steps: list[Step], sign_in: Callable[..., Browser], kind: type[Editor]) -> list[Editor]:
    own = Place(reverse("goals:goal", args=[goal.pk]), (*OWN_WORDS, *SHARED_TEXTS))
    shared = Place(own.path, SHARED_TEXTS)
    paths = [Place(reverse("goals:step", args=[goal.pk, step.pk]), ("what",)) for step in steps]
    found = []
    for number, name in enumerate(WINDOWS):
        session = sign_in(name).session.session_key
        found.append(kind(f"{name}-{number}", session, [own if name == "alex" else shared, *paths]))
    return found


def check(goal: Goal, steps: list[Step], editors: list[Editor]) -> dict[str, int]:
    """Everything that was acknowledged is there, once; and the rows tell how they came to be."""
    revisions = {str(save.op_id): save for save in Revision.objects.filter(goal=goal).select_related("step")}
    missing = []
    for editor in editors:
        for saved in editor.saved:
            save = revisions.get(saved.op_id)
            for name, text in saved.fields.items():
                if save is None or getattr(save, name) != text or name not in (*save.changed, *save.set_beside):
                    missing.append((editor.name, name, text))
    assert missing == []
    for row in (fresh(goal), *(fresh(step) for step in steps)):
        made = Revision.objects.of_row(row).filter(version__isnull=False).order_by("version")
        assert [save.version for save in made] == list(range(1, row.version + 1))
        for name in ("what",) if isinstance(row, Step) else (*OWN_WORDS, *SHARED_TEXTS):
            changes = [save for save in made if name in save.changed]
            assert not changes or getattr(changes[-1], name) == getattr(row, name)
            for before, after in pairwise(changes):
                assert (
                    before.version <= after.base_version or after.settles_id
                )  # nobody wrote over what they had not seen
    return {
        "set beside": sum(bool(save.set_beside) for save in revisions.values()),
        "went on": sum(save.continues_id is not None for save in revisions.values()),
        "looks": sum(getattr(editor, "looks", 0) for editor in editors),
        "304": sum(getattr(editor, "unchanged", 0) for editor in editors),
    }


def assert_nothing_is_lost(
    gunicorn: tuple[Popen[bytes], int],
    room: Callable[..., tuple[Goal, list[Step], list[Editor]]],
    kind: type[Editor],
    saves: int,
    kills: int,
) -> None:
    (master, port), (goal, steps, editors) = gunicorn, room(kind)
    began = time.monotonic()
    killed = write_together(editors, port, master.pid, saves=saves // len(editors), kills=kills, seed=2026)
    counts = check(goal, steps, editors)
    wrong = [problem for editor in editors for problem in editor.wrong]
    assert wrong == [], wrong[:5]
    answered = ANSWERED if kind is Editor else {200}
    assert {saved.status for editor in editors for saved in editor.saved} == answered
    assert sum(len(editor.saved) for editor in editors) == saves
    assert killed >= kills
    repeats, chosen = (sum(getattr(editor, name) for editor in editors) for name in ("repeats", "chosen"))
    assert repeats > 0, "no save was cut off by a kill"
    print(
        f"{saves} saves in {time.monotonic() - began:.1f} s, {killed} killed, {repeats} sent again, {chosen} settled",
        counts,
    )


@pytest.fixture
def room(
    cast: Cast, sign_in: Callable[..., Browser], write_goal: Any, write_step: Any
) -> Callable[..., tuple[Goal, list[Step], list[Editor]]]:
    def furnish(kind: type[Editor]) -> tuple[Goal, list[Step], list[Editor]]:
        goal = write_goal(visibility="support")
        steps = [write_step(goal, name, what=f"Step {number}") for number, name in enumerate(("alex", "maya") * 4)]
        return goal, steps, windows(goal, steps, sign_in, kind)

    return furnish


@pytest.mark.parametrize(("kind", "saves"), [(Editor, 600), (Typist, 400)])
def test_twenty_editors_lose_nothing(kind: type[Editor], saves: int, gunicorn: Any, room: Any) -> None:
    """By the button, and by boxes that save themselves on pages that ask what changed."""
    assert_nothing_is_lost(gunicorn, room, kind, saves=saves, kills=10)


@pytest.mark.chaos
@pytest.mark.parametrize("kind", [Editor, Typist])
def test_twenty_editors_lose_nothing_in_five_thousand_saves(kind: type[Editor], gunicorn: Any, room: Any) -> None:
    assert_nothing_is_lost(gunicorn, room, kind, saves=5000, kills=50)
