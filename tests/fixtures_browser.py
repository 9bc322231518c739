"""A real browser against the live server: Chromium through Playwright, watched for what goes wrong unseen.

A test that needs it asks for `open_browser`; whatever a page should not have done fails the test at its end, unless the
test said beforehand that it belongs to the story: `watch.forgive("answer 404")`.
"""

import asyncio
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.test import Client
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Page,
    Request,
    Response,
    expect,
    sync_playwright,
)
from pytest_django.live_server_helper import LiveServer

from home.demo.cast import Cast
from scripts.services import PARTS, find
from tests.browser.hands import give_sign_in
from tests.browser.screens import Address, furnish, pages_of

FLAGS = [
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"),
    *("--disable-component-update", "--disable-sync"),
]
PATIENCE = 20_000  # milliseconds: it only matters where something is broken, or the machine has too much to do

# What the browser refuses for the sake of the policy, said once more with what and where.
TELL_VIOLATIONS = """
document.addEventListener("securitypolicyviolation", (event) => {
  console.error(`policy: ${event.violatedDirective} ${event.blockedURI} ${event.sourceFile}:${event.lineNumber}`);
});
"""
TELL_MOUSE = """
for (const kind of ["pointerdown", "mousedown", "touchstart"]) {
  document.addEventListener(kind, () => console.error(`${kind}, in a test without a mouse`), true);
}
"""


class Watch:
    """What went wrong on any page of one test."""

    def __init__(self, origin: str) -> None:
        self.origin = origin
        self.found: list[str] = []
        self.forgiven: list[str] = []

    def forgive(self, *beginnings: str) -> None:
        """What begins like one of these belongs to the story of this test."""
        self.forgiven += beginnings

    def over(self, context: BrowserContext) -> None:
        context.on("console", self._console)
        context.on("weberror", lambda error: self.found.append(f"script: {error.error}"))
        context.on("request", self._request)
        context.on("requestfailed", self._request_failed)
        context.on("response", self._response)

    def problems(self) -> list[str]:
        return [problem for problem in self.found if not problem.startswith(tuple(self.forgiven))]

    def _console(self, message: ConsoleMessage) -> None:
        # Answers that are errors are told by _response, with the address.
        if message.type in {"error", "warning"} and not message.text.startswith("Failed to load resource: the server"):
            self.found.append(f"console: {message.text}")

    def _request(self, request: Request) -> None:
        if not request.url.startswith(f"{self.origin}/"):
            self.found.append(f"other origin: {request.url}")

    def _request_failed(self, request: Request) -> None:
        # Going on before everything has arrived is nobody's fault, unless it is a form that goes unanswered.
        if request.method != "GET" or request.failure != "net::ERR_ABORTED":
            self.found.append(f"failed: {request.method} {request.url} {request.failure}")

    def _response(self, response: Response) -> None:
        if response.status >= 400:
            self.found.append(f"answer {response.status}: {response.request.method} {response.url}")


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """One for the whole process."""
    program = find(*PARTS["chromium"][0])
    if program is None:
        missing = pytest.fail if os.environ.get("CI") == "true" else pytest.skip
        missing("Chromium is not installed.")
    expect.set_options(timeout=PATIENCE)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=FLAGS)
        loop = asyncio.get_running_loop()
        asyncio._set_running_loop(None)
        yield browser
        asyncio._set_running_loop(loop)
        browser.close()


@contextmanager
def playwrights_loop(browser: Browser) -> Iterator[None]:
    """Playwright leaves its event loop marked as running in this thread, and Django then refuses to ask the database.

    Inside, Django is told that this is fine. Afterwards the loop is out of sight again: the flush at the end of this
    test, and tests that never saw a browser, find the thread as they expect it.
    """
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
        asyncio._set_running_loop(browser._impl_obj._loop)
        try:
            yield
        finally:
            asyncio._set_running_loop(None)


@pytest.fixture
def watch(live_server: LiveServer) -> Watch:
    return Watch(live_server.url)


@pytest.fixture
def open_browser(chromium: Browser, live_server: LiveServer, cast: Cast, watch: Watch) -> Iterator[Callable[..., Page]]:
    """`open_browser(width=1280, language="es", javascript=False)`: a page of someone who has never been here.

    Pages opened from it (`page.context.new_page()`) are further tabs of the same person.
    """
    opened: list[BrowserContext] = []

    def enter(
        width: int = 360,
        height: int = 740,
        *,
        language: str = "en",
        javascript: bool = True,
        color: str = "light",
        keyboard_only: bool = False,
    ) -> Page:
        context = chromium.new_context(
            base_url=live_server.url,
            viewport={"width": width, "height": height},
            locale={"en": "en-US", "es": "es-US"}[language],
            timezone_id="America/Los_Angeles",
            java_script_enabled=javascript,
            color_scheme=color,  # type: ignore[arg-type]
        )
        opened.append(context)
        context.set_default_timeout(PATIENCE)
        context.add_init_script(TELL_VIOLATIONS)
        if keyboard_only:
            context.add_init_script(TELL_MOUSE)
        watch.over(context)
        return context.new_page()

    with playwrights_loop(chromium):
        yield enter
        for context in opened:
            context.close()
    problems = watch.problems()
    assert not problems, "\n".join(["", *problems])


@pytest.fixture
def sign_in_as() -> Callable[[Page, str], None]:
    """`sign_in_as(page, "maya")`, through the real form."""

    def sign_in(page: Page, name: str) -> None:
        page.goto("/accounts/login/")
        give_sign_in(page, name)
        page.wait_for_url(lambda url: "/accounts/login/" not in url)

    return sign_in


@pytest.fixture
def walk(
    cast: Cast,
    open_browser: Callable[..., Page],
    sign_in: Callable[..., Client],
    sign_in_as: Callable[[Page, str], None],
) -> Callable[..., Iterator[tuple[Page, Address]]]:
    """`for page, address in walk("maya", width=320)`: every page that person gets; "" is someone signed out."""

    def through(person: str, **options: Any) -> Iterator[tuple[Page, Address]]:
        things = furnish(cast)
        page = open_browser(**options)
        if person:
            sign_in_as(page, person)
        for address in pages_of(sign_in(person) if person else Client(), things):
            page.goto(address.path)
            yield page, address

    return through
