"""The screen in the client's hands: by keyboard, without JavaScript, and what Back does not show."""

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from goals.actions.ideas import Idea, suggest
from goals.models import Goal, Suggestion
from home.demo.cast import PASSWORD
from peersupport.lib.ids import new_id
from tests.browser.hands import button, link
from tests.browser.test_goals import press, tab_to

pytestmark = pytest.mark.browser
HANDS = "/in-your-hands/"


@pytest.fixture
def at_an_idea(cast, open_browser, sign_in_as):
    """Maya's page on the goals of Alex, where an idea waits."""

    def enter(**options) -> Page:
        idea = Idea("goal", "Visit the art group")
        suggest(cast.clients["alex"], idea, op_id=new_id(), by=cast.actor("maya"))
        page = open_browser(**options)
        sign_in_as(page, "maya")
        page.goto(reverse("goals:list", args=[cast.clients["alex"].pk]))
        return page

    return enter


@pytest.mark.parametrize("javascript", [True, False])
def test_there_and_back(at_an_idea, *, javascript):
    page = at_an_idea(javascript=javascript)
    link(page, "Hand over the screen").click()
    page.locator("main form button").click()
    expect(page).to_have_url(f"http://{page.url.split('/')[2]}{HANDS}")
    link(page, "Say it my way").click()
    page.locator("[name=in_my_words]").fill("Draw again")
    page.locator("label[for=id_visibility_0]").click()
    button(page, "Save").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Thank you. Give the screen back.")
    shown = page.locator("body").inner_text()
    for _ in range(6):  # through the answer, the page before it, the list, the start page, the sign-in
        page.go_back()
        page.wait_for_load_state()
        assert page.locator("body").inner_text() in {shown, ""}
        if page.url == "about:blank":
            break
    page.goto("/")
    expect(page.get_by_role("heading", level=1)).to_have_text("Thank you. Give the screen back.")
    link(page, "Take the screen back").click()
    page.locator("[name=password]").fill(PASSWORD)
    button(page, "Take the screen back").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Goals of Alex")
    goal = Goal.objects.get()
    assert (goal.in_my_words, goal.agreed_how) == ("Draw again", "own-hand")


def test_by_keyboard_alone(at_an_idea):
    page = at_an_idea(keyboard_only=True)
    press(page, link(page, "Hand over the screen"))
    press(page, page.locator("main form button"))
    expect(page.get_by_role("heading", level=1)).to_have_text("For Alex")
    press(page, button(page, "I’ll decide later, without you"))
    expect(page.get_by_role("heading", level=1)).to_have_text("Thank you. Give the screen back.")
    press(page, link(page, "Take the screen back"))
    tab_to(page, page.locator("[name=password]"))
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Goals of Alex")
    assert Suggestion.objects.get().state == "open"


def test_another_window_saves_nothing_and_loses_nothing(cast, at_an_idea, watch, write_goal):
    goal = write_goal()
    page = at_an_idea()
    # Without JavaScript the form is sent as it is; with it, the box keeps what was typed and tries again by itself.
    other = page.context.browser.new_context(
        base_url=page.url.partition("/clients")[0].partition("/ideas")[0].partition("/goals")[0],
        java_script_enabled=False,
        storage_state=page.context.storage_state(),
    ).new_page()
    other.goto(reverse("goals:goal", args=[goal.pk]))
    link(page, "Hand over the screen").click()
    page.locator("main form button").click()
    page.wait_for_url(f"**{HANDS}")
    fold = other.locator("details", has=other.locator("[name=who_helps]"))
    fold.locator("summary").first.click()
    other.locator("[name=who_helps]").fill("Typed meanwhile")
    fold.locator("button").first.click()
    expect(other.get_by_role("heading", level=1)).to_have_text("This screen is in someone else’s hands")
    assert Goal.objects.get(pk=goal.pk).who_helps == ""
    assert "Typed meanwhile" not in other.content()  # it may be in someone else's hands, too
    link(other, "Take the screen back").click()
    other.locator("[name=password]").fill(PASSWORD)
    button(other, "Take the screen back").click()
    button(other, "Save it now").click()
    expect(other.locator(".flash")).to_have_text("Saved.")
    assert Goal.objects.get(pk=goal.pk).who_helps == "Typed meanwhile"
