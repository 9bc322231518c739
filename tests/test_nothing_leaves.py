"""No word of a goal, an idea, a log, an answer or a reach-out, and no name, in a mail, an address, a log line, a task,
or at rest in the database; everyone does everything over HTTP, then the clockwork runs."""

import logging
import re
from collections.abc import Callable, Iterator
from datetime import time
from pathlib import Path
from typing import Any
from unittest.mock import patch
from urllib.parse import urlsplit

import pytest
from celery import current_app
from django.core.mail import EmailMessage
from django.db import connection
from django.test import Client as Browser
from django.urls import reverse

from checkins.deliveries import link_of
from checkins.models import CheckIn
from conversations.models import ReachOut
from goals.models import Goal, Victory
from home.actions import tick
from home.demo.cast import Cast
from home.tasks import tick as tick_task
from peersupport.lib.ids import new_id
from peersupport.lib.logs import formatter
from sessions.models import ContactLog
from tests.conftest import Clock
from tests.fixtures_check_ins import los_angeles

WORD = "wrenbird"  # stands in every text anyone types here
NAMES = ("Alex", "Reyes", "Maya", "Okafor")
ADDRESS = "alex@mail.example"
FOLDERS = ("data_folder_in", "data_folder_out", "control_folder")  # of the broker in files
LINK = re.compile(rb'(?:href|action|src)="([^"]*)"')


class Lines(logging.Handler):
    """Every line of every logger, as the product would print it."""

    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self.setFormatter(formatter())
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        if not record.name.startswith(("django.db.backends", "faker", "factory")):  # these speak only while debugging
            self.lines.append(self.format(record))


@pytest.fixture
def lines() -> Iterator[Lines]:
    handler, root = Lines(), logging.getLogger()
    level = root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    yield handler
    root.removeHandler(handler)
    root.setLevel(level)


class Chair:
    """Someone at their browser, who notes every address that a page names or leads to."""

    def __init__(self, browser: Browser) -> None:
        self.browser = browser
        self.addresses: list[str] = []

    def do(self, name: str, *ids: object, **data: Any) -> Any:
        url = reverse(name, args=ids)
        answer = self.browser.post(url, {"op_id": str(new_id()), **data}) if data else self.browser.get(url)
        assert answer.status_code in {200, 302}, (name, answer.status_code, answer.content.decode())
        self.addresses += [url, answer.headers.get("Location", "")]
        self.addresses += [link.decode() for link in LINK.findall(answer.content)]
        return answer


@pytest.fixture
def chairs(sign_in: Callable[..., Browser]) -> dict[str, Chair]:
    return {name: Chair(sign_in(name)) for name in ("alex", "maya", "dana")}


def everything(cast: Cast, chairs: dict[str, Chair]) -> None:
    """Each text that can be typed between appointments, and each page that shows one."""
    alex, maya, dana = chairs.values()
    pk = cast.clients["alex"].pk
    alex.do("goals:new", pk, in_my_words=WORD, why_it_matters=WORD, visibility="support", dimension="home")
    goal = Goal.objects.get()
    alex.do("goals:goal", goal.pk, version=1, in_my_words=f"{WORD} again", strengths_i_bring=WORD)
    alex.do("goals:new-step", goal.pk, what=WORD, who="me", status="todo")
    alex.do("goals:victories", pk, text=WORD, visibility="support", goal=goal.pk)
    maya.do("goals:cheer", Victory.objects.get().pk, text=WORD)
    alex.do("reach-me-news", wanted="yes")
    maya.do("goals:suggest-goal", pk, about="goal", text=WORD)
    maya.do("goals:goal", goal.pk, version=2, who_helps=WORD)
    maya.do("contacts:new", pk, **CONTACT, what_we_did=WORD, sign="yes")
    log = ContactLog.objects.get()
    alex.do("contacts:add-words", log.pk, kind="in-my-words", text=WORD)
    alex.do("conversations:reach-out", kind="hard-day", words=WORD, wants="write")
    row = ReachOut.objects.get()
    maya.do("conversations:answered", row.pk, how="wrote", answer=WORD)
    dana.do("clients:opening", pk, reason=WORD)
    for chair, names in ((alex, OWN), (maya, STAFF), (dana, STAFF)):
        for name in names:
            chair.do(name, pk)
        for name, thing in (("goals:goal", goal), ("goals:history", goal), ("contacts:log", log)):
            chair.do(name, thing.pk)
        chair.do("conversations:state", row.pk)
        chair.do("home")


def mishaps(chair: Chair, goal: Goal) -> None:
    """What goes wrong says so in the log: a strange address, a form that is refused, an error that quotes a text."""
    chair.browser.raise_request_exception = False
    url = reverse("goals:goal", args=[goal.pk])
    assert chair.browser.get(f"/nothing/?q={WORD}").status_code == 404
    assert chair.browser.post(url, {"in_my_words": WORD, "version": "x"}).status_code == 422
    with patch("goals.views.goal.change_goal", side_effect=ValueError(WORD)):
        broken = chair.browser.post(url, {"op_id": str(new_id()), "version": "3", "why_it_matters": WORD})
    assert broken.status_code == 500


OWN = ("goals:list", "goals:victories", "contacts:times", "checkins:list", "my-privacy")
STAFF = ("goals:list", "goals:victories", "contacts:times", "checkins:list", "client")
CONTACT = {
    "mode": "phone",
    "outcome": "connected",
    "who_reached_out": "client",
    "minutes": "30",
    "happened_on": "2026-01-05",
}


def in_the_queue() -> bytes:
    """What a tick looks like to the broker: the whole message, as it is stored. In a queue no worker listens to."""
    for folder in filter(None, map(current_app.conf.broker_transport_options.get, FOLDERS)):
        Path(folder).mkdir(parents=True, exist_ok=True)
    with current_app.connection_for_write() as broker, broker.SimpleQueue("looked-at") as queue:
        tick_task.apply_async(queue="looked-at")
        message = queue.get(timeout=10)
        message.ack()
        return repr((message.headers, message.properties, message.body)).encode()


def at_rest() -> Iterator[tuple[str, bytes]]:
    """Every row of every table, as bytes."""
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT * FROM "{table}"')
            for row in cursor.fetchall():
                parts = (bytes(cell) if isinstance(cell, memoryview | bytes) else str(cell).encode() for cell in row)
                yield table, b"|".join(parts)


@pytest.fixture
def morning(clock: Clock, agree_on: Callable[..., Any], has_email: Callable[..., Any]) -> Clock:
    """An hour before Alex's check-in comes by e-mail."""
    clock.set(los_angeles(6, 16, 8))
    has_email(name_to_say=WORD, who_else_sees=WORD)
    agree_on(local_time=time(9), channel="email", wording="place")
    return clock


def test_nothing_leaves(
    cast: Cast, chairs: dict[str, Chair], morning: Clock, lines: Lines, mailoutbox: list[EmailMessage]
) -> None:
    everything(cast, chairs)
    mishaps(chairs["alex"], Goal.objects.get())
    chairs["maya"].do("goals:cheer", Victory.objects.get().pk, text=WORD)  # not seen before the tick
    morning.set(los_angeles(6, 16, 9, 1))
    tick()
    check_in = CheckIn.objects.planned().earliest("planned_for")
    path = urlsplit(link_of(check_in)).path
    assert Browser().post(path, {"answer": "so-so", "line": WORD}).status_code in {200, 302}
    assert chairs["maya"].do("home")
    assert CheckIn.objects.get(pk=check_in.pk).line == WORD

    morning.set(los_angeles(6, 16, 10, 1))
    tick()
    assert [mail.subject for mail in mailoutbox] == ["A hello from Riverside. How is today?", "Something new for you"]
    for mail in mailoutbox:
        letter = mail.message().as_string()
        assert not [said for said in (WORD, *NAMES) if said in letter.replace(ADDRESS, "")]
    addresses = {address for chair in chairs.values() for address in chair.addresses}
    assert len(addresses) > 30
    assert not [address for address in addresses for said in (WORD, *NAMES, ADDRESS) if said in address]
    token = path.strip("/").rpartition("/")[2]
    assert len(lines.lines) >= 3
    assert not [line for line in lines.lines for said in (WORD, *NAMES, ADDRESS, token) if said in line]
    queued = in_the_queue()
    assert b"home.tasks.tick" in queued
    assert not [said for said in (WORD, *NAMES, str(cast.alex.pk)) if said.encode() in queued]
    assert not [table for table, row in at_rest() if WORD.encode() in row or ADDRESS.encode() in row]
    assert not [table for table, row in at_rest() if token.encode() in row]
