"""States of goals that no link leads to, and the way there."""

from __future__ import annotations

import re
from collections.abc import Callable

from playwright.sync_api import Page

from scripts.hands import (
    CLIENT,
    GOAL,
    GOALS,
    HAND_OVER,
    PLAN,
    VICTORIES,
    enter,
    find_box,
    find_link,
    press,
    reach_out,
    send,
    write,
)


def both_texts(page: Page) -> None:
    """Alex writes why a goal matters in two windows; in both the boxes save themselves."""
    open_goal(page)
    other = page.context.new_page()
    other.goto(page.url)
    for tab in (page, other):
        find_box(tab, "why_it_matters").focus()
    for tab, text in ((other, "So that nobody counts my bags."), (page, "So that I can walk over.")):
        tab.locator("[name=why_it_matters]").fill(text)
    page.wait_for_selector("button[name=keep]")
    other.close()


def hard_day(page: Page) -> None:
    """One of their own victories is offered."""
    reach_out(page, "hard-day", "")


def put_away(page: Page) -> None:
    page.goto(find_link(page, VICTORIES))
    page.goto(f"{page.url}?put-away=yes")


def nothing_right(page: Page) -> None:
    """The box on the home, open and sent as it is."""
    page.goto("/")
    page.locator("details:has([name=visibility]) > summary").click()
    press(page, page.locator("main form:has([name=visibility]) [type=submit]"))


def open_goal(page: Page) -> None:
    page.goto(find_link(page, GOALS))
    page.goto(find_link(page, GOAL, page.url))


def somebody_here(page: Page) -> None:
    """Maya has the same goal open."""
    open_goal(page)
    browser = page.context.browser
    assert browser is not None
    maya = enter(browser, re.match(r"https?://[^/]+", page.url)[0], "maya")  # type: ignore[index]
    maya.goto(page.url)
    page.wait_for_selector(".here")
    maya.context.close()


def not_saved_yet(page: Page) -> None:
    """The network is gone while Alex types."""
    open_goal(page)
    page.evaluate("() => { window.fetch = () => Promise.reject(new TypeError()); }")
    write(page, "who_helps", "Rosa, and the library.")
    page.wait_for_selector("#live:not(:empty)", state="attached")  # is heard, and seen at the box


def in_hands(page: Page) -> None:
    """An idea, on the screen that was turned to the client."""
    page.goto(find_link(page, GOALS, find_link(page, CLIENT)))
    page.goto(find_link(page, HAND_OVER, page.url))
    send(page)


def given_back(page: Page) -> None:
    in_hands(page)
    press(page, page.locator("[name=answer][value=later]"))


def take_back(page: Page) -> None:
    given_back(page)
    press(page, page.locator("footer a.btn"))


def large_plan(page: Page) -> None:
    page.goto(find_link(page, PLAN, find_link(page, GOALS)))
    for box in page.locator("main form [type=checkbox]").all():
        box.check()
    press(page, page.locator("main form [type=submit]"))


# name: (hat, the way there)
GOAL_STATES: dict[str, tuple[str, Callable[[Page], None]]] = {
    "both-texts": ("client", both_texts),
    "hard-day": ("client", hard_day),
    "put-away": ("client", put_away),
    "nothing-right": ("client", nothing_right),
    "somebody-is-here": ("client", somebody_here),
    "not-saved-yet": ("client", not_saved_yet),
    "in-hands": ("specialist", in_hands),
    "given-back": ("specialist", given_back),
    "take-back": ("specialist", take_back),
    "large-plan": ("client", large_plan),
}
