"""Two people at one goal in two real browsers: what one saves the other sees, and nobody is disturbed in typing."""

import time
from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

from goals.models import Goal
from tests.fixtures_goals import fresh

pytestmark = pytest.mark.browser

SOON = 3_000  # milliseconds: a change of the other person
HERE = 10_000  # milliseconds: that the other person is here, or is gone
LONG = "\n".join(f"line {number} of what I want to say" for number in range(40))
CARET = "box => [box.selectionStart, box.selectionEnd, Math.round(box.getBoundingClientRect().top), box.scrollTop]"


@pytest.fixture
def goal(cast, write_goal) -> Goal:
    return write_goal(visibility="support", why_it_matters="She is family.", who_helps="nobody yet")


@pytest.fixture
def at(goal, open_browser, sign_in_as) -> Callable[..., Page]:
    """`at("alex")`: a browser of that person on the goal's page."""

    def enter(name: str, **options) -> Page:
        page = open_browser(**options)
        sign_in_as(page, name)
        page.goto(f"/goals/{goal.pk}/")
        return page

    return enter


def box(page: Page, name: str) -> Locator:
    """Unfolded."""
    found = page.locator(f"textarea[name={name}]")
    fold = page.locator("details", has=found).last
    if fold.get_attribute("open") is None:
        fold.locator("summary").first.click()
    return found


def block(page: Page, name: str) -> Locator:
    return page.locator(f"#text-{name}")


def says(page: Page, name: str) -> Locator:
    return page.locator(f"textarea[name={name}] + [data-says]")


def until(true: Callable[[], bool], seconds: float = 15) -> None:
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def test_each_sees_the_other_and_what_they_save(at, goal):
    alex, maya = at("alex"), at("maya", width=1280, height=800)
    expect(maya.get_by_text("Alex is looking at this too")).to_be_visible(timeout=HERE)
    expect(alex.get_by_text("Maya is looking at this too")).to_be_visible(timeout=HERE)
    box(alex, "why_it_matters").fill("Rosa is my sister.")
    expect(says(alex, "why_it_matters")).to_have_text("Saved", timeout=SOON)
    expect(block(maya, "why_it_matters")).to_contain_text("Rosa is my sister.", timeout=SOON)
    expect(block(maya, "why_it_matters").get_by_text("new")).to_be_visible()
    box(maya, "who_helps").fill("Maya brings the forms.")
    expect(says(maya, "who_helps")).to_have_text("Saved", timeout=SOON)
    expect(block(alex, "who_helps")).to_contain_text("Maya brings the forms.", timeout=SOON)
    expect(alex.locator("textarea[name=who_helps]")).to_have_value("Maya brings the forms.")
    maya.goto("/more/")
    expect(alex.get_by_text("Maya is looking at this too")).to_be_hidden(timeout=HERE)
    goal = fresh(goal)
    assert (goal.why_it_matters, goal.who_helps, goal.beside) == ("Rosa is my sister.", "Maya brings the forms.", {})
