"""The screen in the client's hands: by keyboard, without JavaScript, and what Back does not show."""

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from goals.actions.ideas import Idea, suggest
from goals.models import Goal, Revision, Suggestion
from home.demo.cast import PASSWORD
from peersupport.lib.ids import new_id
from tests.browser.hands import button, link, said, write
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


def hand_over(page: Page) -> None:
    link(page, "Hand over the screen").click()
    page.locator("main form button").click()
    page.wait_for_url(f"**{HANDS}")


def take_back(page: Page) -> None:
    link(page, "Take the screen back").click()
    page.locator("[name=password]").fill(PASSWORD)
    button(page, "Take the screen back").click()


def test_another_window_saves_nothing_and_loses_nothing(at_an_idea, open_browser, watch, write_goal):
    """Without JavaScript the form is sent as it is, and stands ready once the screen is back."""
    watch.forgive("answer 409")
    goal, page = write_goal(), at_an_idea()
    other = open_browser(javascript=False)
    other.context.add_cookies(page.context.cookies())
    other.goto(reverse("goals:goal", args=[goal.pk]))
    hand_over(page)
    write(other, "who_helps", "Typed meanwhile")
    other.locator("details", has=other.locator("[name=who_helps]")).locator("button").first.click()
    expect(other.get_by_role("heading", level=1)).to_have_text("This screen is in someone else’s hands")
    assert Goal.objects.get(pk=goal.pk).who_helps == ""
    assert "Typed meanwhile" not in other.content()  # it may be in someone else's hands, too
    take_back(other)
    button(other, "Save it now").click()
    expect(other.locator(".flash")).to_have_text("Saved.")
    assert Goal.objects.get(pk=goal.pk).who_helps == "Typed meanwhile"


def test_another_window_keeps_trying_until_the_screen_is_back(at_an_idea, watch, write_goal):
    """With JavaScript the box keeps what was typed and saves it once, without a key pressed."""
    watch.forgive("answer 409")
    goal, page = write_goal(), at_an_idea()
    other = page.context.new_page()
    other.goto(reverse("goals:goal", args=[goal.pk]))
    hand_over(page)
    write(other, "who_helps", "Typed meanwhile")
    box = other.locator("[name=who_helps]")
    says = box.locator("+ [data-says]")
    expect(says).to_have_text(said(other, "Not saved yet. We keep trying."))
    expect(box).to_have_value("Typed meanwhile")
    assert Goal.objects.get(pk=goal.pk).who_helps == ""
    page.goto("/")
    take_back(page)
    expect(page.get_by_role("heading", level=1)).to_have_text("Goals of Alex")  # nothing was kept beside the box
    expect(says).to_have_text(said(other, "Saved"))
    expect(box).to_have_value("Typed meanwhile")
    goal.refresh_from_db()
    assert (goal.who_helps, goal.beside) == ("Typed meanwhile", {})
    assert Revision.objects.filter(goal=goal, changed=["who_helps"]).count() == 1
