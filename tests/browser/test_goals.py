"""A goal from two chairs, by keyboard alone, without JavaScript, and at the same time."""

import re

import pytest
from playwright.sync_api import Page, expect

from goals.models import Goal, Step, Suggestion
from tests.browser.goal_screens import furnish_goals
from tests.browser.hands import button, link, pill, write

pytestmark = pytest.mark.browser

GOAL = re.compile(r"/goals/[0-9a-f-]{36}/$")
MOST_TABS = 80


@pytest.fixture
def at_goals(open_browser, sign_in_as):
    """`at_goals("alex")`: that person's page, on the goals of Alex."""

    def enter(name: str, client, **options) -> Page:
        page = open_browser(**options)
        sign_in_as(page, name)
        page.goto(f"/clients/{client.pk}/goals/")
        return page

    return enter


def tab_to(page: Page, target) -> None:
    """With the Tab key, from where one is."""
    for _ in range(MOST_TABS):
        if target.evaluate("element => element === document.activeElement"):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"not reached by keyboard: {target}")


def press(page: Page, target, key: str = "Enter") -> None:
    tab_to(page, target)
    page.keyboard.press(key)


def test_a_goal_by_keyboard_alone(cast, at_goals):
    page = at_goals("alex", cast.clients["alex"], keyboard_only=True)
    press(page, link(page, "Add a goal"))
    tab_to(page, page.locator("[name=in_my_words]"))
    page.keyboard.type("Swim in the lake")
    press(page, page.locator('[name=visibility][value="just-me"]'), "Space")
    press(page, button(page, "Save"))
    expect(page).to_have_url(GOAL)
    press(page, link(page, "Add a step"))
    tab_to(page, page.locator("[name=what]"))
    page.keyboard.type("Ask about the bus")
    press(page, page.locator('[name=who][value="me"]'), "Space")
    press(page, button(page, "Save"))
    press(page, page.get_by_role("link", name="How is it going?"))
    press(page, button(page, "Doing it"))
    press(page, page.locator("summary", has_text="Say it in other words"))
    tab_to(page, page.locator("[name=in_my_words]"))
    page.keyboard.press("Control+End")
    page.keyboard.type(", once")
    press(page, page.locator("details:has([name=in_my_words]) button"))
    expect(page.get_by_role("heading", level=1)).to_have_text("Swim in the lake, once")
    press(page, page.locator("summary", has_text="This goal: working on it"))
    press(page, button(page, "Pause it"))
    expect(page.get_by_text("paused").first).to_be_visible()
    goal, step = Goal.objects.get(), Step.objects.get()
    assert (goal.in_my_words, goal.visibility, goal.lifecycle) == ("Swim in the lake, once", "just-me", "on-hold")
    assert step.status == "doing"


def test_an_idea_goes_there_and_comes_back_without_javascript(cast, at_goals):
    client = cast.clients["alex"]
    maya = at_goals("maya", client, javascript=False, width=1280, height=800)
    link(maya, "Offer an idea").click()
    maya.locator("[name=text]").fill("Visit the art group")
    button(maya, "Offer it").click()
    expect(maya.get_by_role("status")).to_have_text("Offered. Alex decides.")
    alex = at_goals("alex", client, javascript=False)
    link(alex, "Say it my way").click()
    alex.locator("[name=in_my_words]").fill("Draw again, on Thursdays")
    pill(alex, "visibility", "support").click()
    button(alex, "Save").click()
    expect(alex.get_by_role("heading", level=1)).to_have_text("Draw again, on Thursdays")
    maya.reload()
    expect(maya.get_by_role("link", name="Draw again, on Thursdays")).to_be_visible()
    assert Suggestion.objects.get().state == "reworded"


@pytest.mark.parametrize(
    ("choice", "field", "stands"),
    [
        ("Keep mine", "Maya on Mondays.", False),
        ("Keep Alex’s", "Rosa, always.", False),
        ("Keep both", "Rosa, always.", True),
    ],
)
def test_two_people_write_into_one_field_without_javascript(cast, at_goals, watch, *, choice, field, stands):
    """With it: test_two_pens.py."""
    watch.forgive("answer 409")
    things = furnish_goals(cast)
    goal = Goal.objects.get(pk=things["goal"])
    alex, maya = (at_goals(name, goal.client, javascript=False) for name in ("alex", "maya"))
    for page in (alex, maya):
        page.goto(f"/goals/{goal.pk}/")
    for page, text in ((alex, "Rosa, always."), (maya, "Maya on Mondays.")):
        write(page, "who_helps", text)
        page.locator("details:has([name=who_helps]) button").first.click()
    expect(maya.get_by_text("Both texts are kept; please choose.")).to_be_visible()
    for text in ("Rosa, always.", "Maya on Mondays."):
        expect(maya.get_by_text(text, exact=True).first).to_be_visible()
    boxes = [one.bounding_box() for one in maya.locator("button[name=keep]").all()]
    assert len({(round(box["width"]), round(box["height"])) for box in boxes}) == 1  # equal buttons
    button(maya, choice).click()
    expect(maya).to_have_url(GOAL)
    expect(button(maya, "Keep both")).to_have_count(0)
    goal.refresh_from_db()
    assert goal.who_helps == field
    shown = maya.get_by_role("main").inner_text()
    assert ("Rosa, always." in shown and "Maya on Mondays." in shown) is stands
    link(maya, "history").click()
    for text in ("Rosa, always.", "Maya on Mondays."):
        expect(maya.get_by_text(text, exact=True).first).to_be_visible()
