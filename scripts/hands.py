"""What people of the demo do at their pages, for scripts.pictures: they get in, look for a link, write, press.

Knows the product only from outside, by its pages.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable

from playwright.sync_api import Browser, Locator, Page, ViewportSize

PASSWORD = "walk-beside-2026"  # noqa: S105 -- of the demo cast
PHONE, DESK = (360, 740), (1280, 800)
LANGUAGES = {"en": "en-US", "es": "es-US"}
CLIENT, NEW_LOG, LOG = "/clients/[^/]+/", "/clients/[^/]+/contacts/new/", "/contacts/[^/]{36}/"
GOALS, GOAL, CHECK_INS = "/clients/[^/]+/goals/", "/goals/[^/]{36}/", "/clients/[^/]+/check-ins/"
HAND_OVER, PLAN = "/ideas/[^/]{36}/hand-over/", "/clients/[^/]+/goals/paper/"
REACH_OUT = "/reach-outs/[^/]{36}/"
VICTORIES = "/clients/[^/]{36}/victories/"
PRIVACY, OPENING = "/clients/[^/]+/privacy/", r"/(clients|contacts)/[^/]+/open/.*"


def enter(browser: Browser, origin: str, person: str, language: str = "en") -> Page:
    """A page of this person, signed in, who reads `language` from now on; of nobody if `person` is empty."""
    context = browser.new_context(base_url=origin, locale=LANGUAGES[language], viewport=size(PHONE))
    page = context.new_page()
    if person:
        page.goto("/accounts/login/")
        sign_in(page, person)
        page.goto("/more/")
        page.locator("[name=language]").select_option(language)
        press(page, page.locator("main form:has([name=language]) button"))
    return page


def size(of: tuple[int, int]) -> ViewportSize:
    return {"width": of[0], "height": of[1]}


def sign_in(page: Page, person: str, password: str = PASSWORD) -> None:
    page.locator("form:has([name=password]) [name=login]").fill(f"{person}@example.org")
    page.locator("[name=password]").fill(password)
    press(page, page.locator("main form:has([name=password]) button"))


def press(page: Page, button: Locator) -> None:
    with page.expect_navigation():
        button.first.click()


def send(page: Page) -> None:
    press(page, page.locator("main form button"))


def write(page: Page, field: str, text: str) -> None:
    """Writes into a box, which may be folded away."""
    find_box(page, field).fill(text)


def find_box(page: Page, field: str) -> Locator:
    """Unfolded."""
    box = page.locator(f"[name={field}]")
    for fold in box.locator("xpath=ancestor::details").all():
        if fold.get_attribute("open") is None:
            fold.locator("> summary").click()
    return box


def find_link(page: Page, pattern: str, start_at: str = "/") -> str:
    """The address of the first link on a page that looks like `pattern`."""
    page.goto(start_at)
    for path in links(page):
        if re.fullmatch(pattern, path):
            return path
    sys.exit(f"No link like {pattern} on {start_at}")


def links(page: Page) -> list[str]:
    """To which pages the links of this one lead within the site, in the order they stand there; not to files."""
    found: list[str] = page.eval_on_selector_all("a[href^='/']", "all => all.map(one => one.getAttribute('href'))")
    paths = dict.fromkeys(path.partition("#")[0] for path in found)
    return [path for path in paths if not path.partition("?")[0].endswith(".csv")]


def reach_out(page: Page, kind: str, text: str) -> None:
    page.goto("/reach-out/")
    if kind:
        page.locator(f"[name=kind][value={kind}] + label").click()
    page.locator("[name=words]").fill(text)
    press(page, page.locator("main form:has([name=words]) [type=submit]"))


def go(path: str) -> Callable[[Page], None]:
    def lead_to(page: Page) -> None:
        page.goto(path)

    return lead_to
