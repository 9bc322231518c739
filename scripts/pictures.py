"""Pictures of every screen, behind `make pictures`: var/pictures/<hat>/<screen>-<size>-<language>-<colours>.png

Starts the product as `make run` does, with a folder of its own, and gives the demo a few more things to show. Then each
hat follows every link from its home, in English and Spanish, and each page is taken on a phone and on a desk, by day
and by night; then the states no link leads to. var/pictures/index.html shows all of them side by side.
Arguments choose hats: `make pictures ARGS="client manager"`. The few pictures of the README: scripts/showcase.py.
"""

from __future__ import annotations

import html
import http.client
import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

from playwright.sync_api import Browser, Page, sync_playwright

from scripts.child import start
from scripts.hands import DESK, LANGUAGES, PHONE, enter, links, size
from scripts.screens import STATES, furnish
from scripts.services import PARTS, ensure, find

BASE_DIR = Path(__file__).resolve().parent.parent
PICTURES = Path(os.environ.get("VAR_DIR", BASE_DIR / "var")) / "pictures"
FLAGS = [
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"),
    *("--disable-component-update", "--disable-sync"),
]
HATS = {
    "client": "alex",
    "specialist": "maya",
    "supervisor": "dana",
    "manager": "omar",
    "two-hats": "rio",
    "signed-out": "",
}
COLOURS: tuple[Literal["light", "dark"], ...] = ("light", "dark")
MOST_OF_A_KIND = 4  # pages that differ only in whom or what they are about
ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def main(arguments: list[str]) -> int:
    if ensure(["chromium"]):
        return 1
    hats = [hat for hat in HATS if not arguments or hat in arguments]
    shutil.rmtree(PICTURES, ignore_errors=True)
    with product() as (origin, _clock), sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find(*PARTS["chromium"][0]), args=FLAGS)
        furnish(browser, origin)
        camera = Camera()
        for hat in hats:
            for language in LANGUAGES:
                look_around(browser, origin, camera, hat, language)
        browser.close()
    camera.write_index()
    print("\n".join([*camera.problems, f"{camera.count} pictures: {PICTURES / 'index.html'}"]), flush=True)
    return 0


# --- the product ------------------------------------------------------------------------------------------------------
@contextmanager
def product(at: datetime | None = None) -> Iterator[tuple[str, Path]]:
    """Runs with an empty folder of its own on a free port; its address and the file that moves its clock.

    With the cast alone; or, `at` a moment, with the demo's year up to then.
    """
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    with tempfile.TemporaryDirectory(prefix="peersupport-pictures-") as folder:
        kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
        environment = {**kept, "VAR_DIR": folder, "PORT": str(port), "DEMO": "true"}
        environment["DEMO_CAST_ONLY"] = str(at is None).lower()
        clock = Path(folder) / "clock"
        if at:
            set_clock(clock, at)
        output = Path(folder) / "output"
        with open(output, "wb") as said:
            command = [sys.executable, "-m", "scripts.run", "--with-parent"]
            process = start(command, cwd=BASE_DIR, env=environment, stdout=said, stderr=said)
        try:
            if not answers(port, process):
                sys.exit(f"The product did not start:\n{output.read_text(errors='replace')}")
            yield f"http://127.0.0.1:{port}", clock
        finally:
            process.terminate()
            process.wait(20)


def set_clock(file: Path, moment: datetime) -> None:
    file.write_text(str((moment - datetime.now(UTC)).total_seconds()))  # noqa: TID251 -- the real one is what moves


def answers(port: int, process: subprocess.Popen[bytes]) -> bool:
    """Within two minutes."""
    deadline = time.monotonic() + 120
    while process.poll() is None and time.monotonic() < deadline:
        with suppress(OSError, http.client.HTTPException):
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=2)
            connection.request("GET", "/healthz")
            return connection.getresponse().status == 200
        time.sleep(0.2)
    return False


# --- taking pictures --------------------------------------------------------------------------------------------------
class Camera:
    def __init__(self) -> None:
        self.count = 0
        self.problems: list[str] = []
        self.taken: dict[tuple[str, str], list[str]] = {}

    def take(self, page: Page, hat: str, screen: str, language: str) -> None:
        """This page as it stands, in both sizes and colours."""
        (PICTURES / hat).mkdir(parents=True, exist_ok=True)
        for window in (DESK, PHONE):
            page.set_viewport_size(size(window))
            if page.evaluate("document.documentElement.scrollWidth") > window[0]:
                self.problems.append(f"{hat}/{screen}: wider than {window[0]} px ({language})")
            # A window as high as the page: bars that stick to its edges hide nothing of it.
            height: int = page.evaluate("document.documentElement.scrollHeight")
            page.set_viewport_size(size((window[0], max(height, window[1]))))
            for colour in COLOURS:
                page.emulate_media(color_scheme=colour)
                name = f"{hat}/{screen}-{window[0]}-{language}-{colour}.png"
                page.screenshot(path=PICTURES / name, animations="disabled")
                self.taken.setdefault((hat, screen), []).append(name)
                self.count += 1

    def write_index(self) -> None:
        rows = [
            f"<h2>{html.escape(f'{hat}: {screen}')}</h2>"
            + "".join(
                f'<a href="{name}"><img src="{name}" alt="{name}" height="420" loading="lazy"></a> ' for name in names
            )
            for (hat, screen), names in self.taken.items()
        ]
        (PICTURES / "index.html").write_text(
            f'<!doctype html><meta charset="utf-8"><title>Pictures</title>{"".join(rows)}', encoding="utf-8"
        )


def look_around(browser: Browser, origin: str, camera: Camera, hat: str, language: str) -> None:
    """Every page this hat reaches by links, then the states no link leads to."""
    page = enter(browser, origin, HATS[hat], language)
    waiting, seen, of_a_kind = ["/"], {"/"}, Counter[str]()
    while waiting:
        path = waiting.pop(0)
        answer = page.goto(path)
        screen = name_of(path)
        of_a_kind[screen] += 1
        if of_a_kind[screen] > MOST_OF_A_KIND or answer is None or "text/html" not in answer.headers["content-type"]:
            continue
        number = f"-{of_a_kind[screen]}" if of_a_kind[screen] > 1 else ""
        fresh = [link for link in links(page) if link not in seen]
        waiting += fresh
        seen.update(fresh)
        camera.take(page, hat, f"{screen}{number}", language)
    for screen, (whose, lead_to) in STATES.items():
        if whose == hat:
            lead_to(page)
            camera.take(page, hat, f"state-{screen}", language)
            page.context.close()
            page = enter(browser, origin, HATS[hat], language)
    page.context.close()


def name_of(path: str) -> str:
    """`/clients/<id>/contacts/new/` → clients-id-contacts-new."""
    return ID.sub("id", path.partition("?")[0]).strip("/").replace("/", "-") or "home"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
