"""Steps in order, words along the way, and a text brought back: by keyboard alone, and without JavaScript."""

import re

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from goals.models import Comment, Goal, Step
from tests.browser.goal_screens import furnish_goals
from tests.browser.hands import button, link
from tests.browser.test_goals import press, tab_to

pytestmark = pytest.mark.browser


@pytest.fixture
def at_license(cast, open_browser, sign_in_as):
    """`at_license("alex")`: the page of the goal with twelve steps."""
    things = furnish_goals(cast)

    def enter(name, **options):
        page = open_browser(**options)
        sign_in_as(page, name)
        page.goto(reverse("goals:goal", args=[things["long_goal"]]))
        return page

    return enter


def test_steps_change_places_by_keyboard_alone(at_license):
    page = at_license("alex", keyboard_only=True)
    press(page, link(page, "Put the steps in another order"))
    press(page, page.get_by_role("button", name=re.compile("Later ?: Read the handbook")))
    expect(page).to_have_url(re.compile(r"#s-[0-9a-f]{32}$"))
    first = page.locator("main li").first
    expect(first).to_contain_text("Call the office")
    page.keyboard.press("Tab")  # goes on from the step that moved
    expect(page.get_by_role("button", name=re.compile("Earlier ?: Read the handbook"))).to_be_focused()
    page.keyboard.press("Enter")
    expect(first).to_contain_text("Read the handbook")
    press(page, link(page, "Done"))
    expect(page.get_by_role("img", name=re.compile("4 behind you, 2 going on, 6 ahead"))).to_be_visible()


@pytest.mark.parametrize("javascript", [True, False])
def test_words_go_there_come_back_and_are_taken_back(at_license, javascript):
    alex, maya = (at_license(name, javascript=javascript) for name in ("alex", "maya"))
    alex.get_by_role("link", name="Want to talk about it with Maya?").click()
    alex.locator("[name=text]").fill("I need a day off from this.")
    button(alex, "Say it").click()
    expect(alex.locator("article", has_text="a day off").get_by_text("not read yet")).to_be_visible()
    maya.reload()
    expect(maya.locator("article", has_text="a day off").get_by_text("new", exact=True)).to_be_visible()
    maya.locator("summary", has_text="Ready words").click()
    button(maya, "Take all the time you need.").click()
    alex.reload()
    expect(alex.get_by_text("not read yet")).to_have_count(0)
    said = Comment.objects.get(kind="comment", step__isnull=False, author__first_name="Maya")
    maya.locator(f"#c-{said.pk.hex}").get_by_role("button").click()
    expect(maya.locator(".flash")).to_have_text("Taken back.")
    assert Comment.objects.filter(kind="cheer").latest("at").text == "Take all the time you need."


@pytest.mark.parametrize("javascript", [True, False])
def test_an_earlier_text_comes_back(at_license, javascript):
    page = at_license("alex", javascript=javascript)
    link(page, "history").click()
    page.locator("summary", has_text="and 3 saves before").click()
    page.get_by_role("button", name=re.compile("Bring this back ?: So that I$")).click()
    expect(page.locator("blockquote", has_text="So that I")).to_have_text("So that I")
    button(page, "Undo: Why it matters to me").click()
    expect(page.locator("blockquote", has_text="So that I")).to_have_text("So that I can drive Rosa.")
    goal = Goal.objects.get(steps__status=Step.Status.STUCK)
    assert goal.why_it_matters == "So that I can drive Rosa."


def test_the_words_are_reached_by_keyboard(at_license):
    page = at_license("alex", keyboard_only=True)
    tab_to(page, page.locator("#talk [name=text]"))
    page.keyboard.type("Thank you")
    press(page, button(page, "Say it as a cheer"))
    expect(page.locator(".flash")).to_have_text("Said.")
    assert Comment.objects.filter(kind="cheer", author__first_name="Alex").exists()
