"""Words that are sent with a button where no network is: they stay in their box, and go once it is back."""

import pytest
from playwright.sync_api import expect

from goals.models import Comment, Goal
from tests.browser.hands import button
from tests.browser.test_two_pens import box
from tests.fixtures_goals import fresh

pytestmark = pytest.mark.browser


@pytest.fixture
def goal(cast, write_goal) -> Goal:
    return write_goal(visibility="support")


@pytest.fixture
def alex(goal, open_browser, sign_in_as):
    """Alex, on the goal's page."""
    page = open_browser()
    sign_in_as(page, "alex")
    page.goto(f"/goals/{goal.pk}/")
    return page


def test_what_is_said_without_a_network_stays(alex, watch):
    watch.forgive("failed: GET", "failed: POST", "console: Failed to load resource")
    words = alex.locator("#talk [name=text]")
    words.fill("Rosa called me.")
    alex.context.set_offline(True)
    for _time in range(2):
        button(alex, "Say it").click()
        expect(alex.get_by_role("alert")).to_have_text("Not sent yet. Your words are still here.")
    expect(words).to_have_value("Rosa called me.")
    alex.context.set_offline(False)
    button(alex, "Say it").click()
    expect(alex.locator(".flash")).to_have_text("Said.")
    assert [one.text for one in Comment.objects.all()] == ["Rosa called me."]


def test_what_is_said_waits_for_what_saves_itself(alex, goal, watch):
    watch.forgive("failed: GET", "failed: POST", "console: Failed to load resource")
    alex.context.set_offline(True)
    box(alex, "why_it_matters").fill("Typed in the tunnel.")
    alex.locator("#talk [name=text]").fill("Rosa called me.")
    button(alex, "Say it").click()
    expect(alex.get_by_role("alert")).to_have_text("Not sent yet. Your words are still here.")
    alex.context.set_offline(False)
    button(alex, "Say it").click()
    expect(alex.locator(".flash")).to_have_text("Said.")
    assert Comment.objects.get().text == "Rosa called me."
    assert fresh(goal).why_it_matters == "Typed in the tunnel."


def test_a_link_tapped_in_the_moment_of_sending_leaves_no_words_behind(alex):
    asked = []
    alex.route("**/healthz", lambda route: asked.append(route))  # noqa: PLW0108 -- a function it can name
    alex.locator("#talk [name=text]").fill("Rosa called me.")
    with alex.expect_request("**/healthz"):
        button(alex, "Say it").click()
    alex.get_by_role("navigation", name="Main").get_by_role("link", name="Home").click()
    asked[0].continue_()
    expect(alex.locator(".flash")).to_have_text("Said.")
    assert [one.text for one in Comment.objects.all()] == ["Rosa called me."]
