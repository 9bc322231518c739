"""Twenty people write into the same goal over HTTP while the server's processes are killed; and the count afterwards.

Knows the server only as a browser does: pages, hidden fields, statuses. Each save is sent until it is answered.
"""

from __future__ import annotations

import json
import os
import random
import re
import signal
import threading
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from urllib.parse import urlencode
from uuid import UUID

TIMEOUT = 30  # seconds
CSRF = "c" * 32
LOOK_EVERY = 4  # saves between two looks at the page: so the version a save is based on is often old
ANSWERED = {302, 409}
_HIDDEN = re.compile(r'name="(\w+)" value="([^"]*)"')
_SETTLE = re.compile(r'<form id="settle-.*?</form>', re.DOTALL)


@dataclass(frozen=True)
class Place:
    """A form: where its fields go."""

    path: str
    fields: tuple[str, ...]


@dataclass(frozen=True)
class Saved:
    """A save that was answered."""

    op_id: str
    place: str
    fields: dict[str, str]
    status: int


@dataclass
class Editor:
    """One browser window: who is signed in there, and what they may write."""

    name: str
    session: str
    places: list[Place]
    saved: list[Saved] = field(default_factory=list)
    chosen: int = 0
    repeats: int = 0  # sent again because no answer came
    wrong: list[str] = field(default_factory=list)
    tag: str = ""  # of the last answer

    def write(self, port: int, saves: int, seed: int) -> None:
        dice = random.Random(seed)  # noqa: S311
        versions: dict[str, str] = {}
        for number in range(saves):
            place = dice.choice(self.places)
            if place.path not in versions or number % LOOK_EVERY == 0:
                versions[place.path] = self._look(port, place)
            names = dice.sample(place.fields, dice.choice([1, 1, 2]) if len(place.fields) > 1 else 1)
            fields = {name: f"{self.name} wrote {number} into {name}" for name in names}
            op_id = _op_id(dice)
            form = {"op_id": op_id, "version": versions[place.path], **fields}
            status, page = self._ask(port, "POST", place.path, form)
            self.saved.append(Saved(op_id, place.path, fields, status))
            if status not in ANSWERED:
                self.wrong.append(f"{status} for {place.path}")
            if status == 409 and dice.random() < 0.3:
                self._choose(port, page, dice)

    def _look(self, port: int, place: Place) -> str:
        _status, page = self._ask(port, "GET", place.path, {})
        return str(dict(_HIDDEN.findall(page)).get("version", "1"))

    def _choose(self, port: int, page: str, dice: random.Random) -> None:
        """Settles one pair of texts, as one of the three buttons does."""
        forms = _SETTLE.findall(page)
        if not forms:
            return
        hidden = dict(_HIDDEN.findall(dice.choice(forms)))
        path = re.sub(r"(/goals/[^/]+/).*", r"\1settle/", re.findall(r'action="([^"]+)"', forms[0])[0])
        form = {**hidden, "op_id": _op_id(dice), "keep": dice.choice(["field", "beside", "both"])}
        status, _page = self._ask(port, "POST", path, form)
        self.chosen += status == 302

    def _ask(self, port: int, method: str, path: str, form: dict[str, str], **more: str) -> tuple[int, str]:
        """Until there is an answer: a killed server is nothing a person can know about."""
        body = urlencode({**form, "csrfmiddlewaretoken": CSRF}) if method == "POST" else None
        headers = {"Cookie": f"sessionid={self.session}; csrftoken={CSRF}", **more}
        if body:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        while True:
            with suppress(OSError, HTTPException):
                connection = HTTPConnection("127.0.0.1", port, timeout=TIMEOUT)
                try:
                    connection.request(method, path, body, headers)
                    answer = connection.getresponse()
                    page = answer.read().decode()
                    self.tag = answer.headers.get("ETag", "")
                    if answer.status < 500:
                        return answer.status, page
                    self.wrong.append(f"{answer.status} for {method} {path}")
                finally:
                    connection.close()
            self.repeats += 1
            time.sleep(0.05)


@dataclass
class Typist(Editor):
    """The same with boxes that save themselves while somebody types, and a page that asks what changed."""

    looks: int = 0
    unchanged: int = 0  # looks that were answered with a 304

    def write(self, port: int, saves: int, seed: int) -> None:
        dice = random.Random(seed)  # noqa: S311
        boxes: dict[tuple[str, str], tuple[str, str]] = {}  # what each box is based on, and the save before
        tags: dict[str, str] = {}
        for number in range(saves):
            place = dice.choice(self.places)
            name = dice.choice(place.fields)
            box = (place.path, name)
            if box not in boxes:  # somebody comes to it, or had left it: it shows what stands there now
                boxes[box] = (self._look(port, place), "")
            base, before = boxes[box]
            text, op_id = f"{self.name} wrote {number} into {name}", _op_id(dice)
            form = {"op_id": op_id, "version": base, name: text, **({"continues": before} if before else {})}
            status, answer = self._ask(port, "POST", place.path, form, Accept="application/json")
            self.saved.append(Saved(op_id, place.path, {name: text}, status))
            if status != 200:
                self.wrong.append(f"{status} for {place.path}: {answer[:200]}")
                continue
            found = json.loads(answer)
            boxes[box] = (str(found["version"]), op_id)
            page = self._glance(port, place, tags)
            if dice.random() < 0.3:
                del boxes[box]
            if found["state"] == "beside" and dice.random() < 0.3:
                self._choose(port, page, dice)

    def _glance(self, port: int, place: Place, tags: dict[str, str]) -> str:
        """What an open page asks every two seconds."""
        more = {"If-None-Match": tags.get(place.path, ""), "X-Poll": "1", "Sec-Fetch-Mode": "cors"}
        status, page = self._ask(port, "GET", f"{place.path}live/", {}, **more)
        self.looks += 1
        self.unchanged += status == 304
        if status not in {200, 304}:
            self.wrong.append(f"{status} for a look at {place.path}")
        tags[place.path] = self.tag
        return page


def write_together(editors: Sequence[Editor], port: int, root: int, *, saves: int, kills: int, seed: int) -> int:
    """Every editor makes `saves` saves, all at once; how many processes died.

    A random child of `root` dies whenever another part of the work is done: by time alone a slow machine would kill
    faster than it starts.
    """
    threads = [
        threading.Thread(target=editor.write, args=(port, saves, seed + number), daemon=True)
        for number, editor in enumerate(editors)
    ]
    dice, killed, every = random.Random(seed), 0, saves * len(editors) // (kills + 1)  # noqa: S311
    for thread in threads:
        thread.start()
    while any(thread.is_alive() for thread in threads):
        time.sleep(0.02)
        if sum(len(editor.saved) for editor in editors) < every * (killed + 1):
            continue
        for child in dice.sample(children_of(root), 1):
            os.kill(child, signal.SIGKILL)
            killed += 1
    return killed


def children_of(root: int) -> list[int]:
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        with suppress(OSError, IndexError, ValueError):
            if int((folder / "stat").read_text().rpartition(")")[2].split()[1]) == root:
                found.append(int(folder.name))
    return found


def _op_id(dice: random.Random) -> str:
    return str(UUID(int=dice.getrandbits(128), version=4))
