"""Two people at one goal in two real browsers: what one saves the other sees, and nobody is disturbed in typing."""

import re
import time
from collections.abc import Callable
from contextlib import contextmanager

import pytest
from django.http import HttpResponse
from playwright.sync_api import Locator, Page, expect

from clients.actions import end_assignment
from clients.models import Assignment
from goals.actions.goals import change_goal
from goals.actions.writing import Sent
from goals.models import Goal, Revision
from goals.permissions.live import page_version_of
from goals.views import live as live_views
from peersupport.lib.ids import new_id
from tests.browser.hands import button, give_sign_in, pill
from tests.fixtures_goals import fresh, save, save_step

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


def type_on(box: Locator, text: str) -> None:
    """Where the words end, key by key."""
    box.press("Control+End")
    box.press_sequentially(text)


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


def test_a_hundred_changes_do_not_disturb_typing(cast, at, goal, write_step):
    """Caret, selection and the place on the screen stay; the same words go on in the same box."""
    alex = at("alex")
    mine = box(alex, "how_i_will_know")
    mine.fill(LONG)
    expect(says(alex, "how_i_will_know")).to_have_text("Saved", timeout=SOON)
    mine.evaluate("box => { box.setSelectionRange(40, 90); box.scrollTop = 30; scrollTo(0, 300); }")
    mine.evaluate("box => { window.mine = box; window.moved = []; }")
    before = mine.evaluate(CARET)
    maya = cast.actor("maya")
    for number in range(100):
        text = "\n".join(f"change {number}" for _line in range(1 + number % 7))  # longer and shorter above the box
        change_goal(goal, Sent({"who_helps": text}, fresh(goal).version, new_id()), by=maya)
        if number % 20 == 0:
            write_step(goal, "maya", what=f"Step {number}")
        alex.evaluate("live.look().then(() => moved.push(getSelection().toString().length))")
        assert mine.evaluate(CARET) == before, number
    expect(block(alex, "who_helps")).to_contain_text("change 99")
    assert mine.evaluate("box => box === window.mine && document.activeElement === box")
    alex.keyboard.type("!")
    until(lambda: fresh(goal).how_i_will_know == LONG[:40] + "!" + LONG[90:])


def test_a_box_that_is_not_held_takes_what_is_new(at, goal, sign_in):
    alex, maya = at("alex"), sign_in("maya")
    mine = box(alex, "who_helps")
    mine.click()  # nothing typed: it waits until it is left
    save(maya, goal, who_helps="Maya brings the forms.")
    expect(block(alex, "who_helps")).to_contain_text("Maya brings the forms.", timeout=SOON)
    expect(mine).to_have_value("nobody yet")
    box(alex, "why_it_matters").click()
    expect(mine).to_have_value("Maya brings the forms.")
    mine.click()
    mine.press("Control+End")
    alex.keyboard.type(" Rosa drives.")
    until(lambda: fresh(goal).who_helps == "Maya brings the forms. Rosa drives.")
    assert fresh(goal).beside == {}


# --- both write into one field ----------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("choice", "field", "stands"),
    [("Keep mine", "Maya on Mondays.", 0), ("Keep Alex’s", "Rosa, always.", 0), ("Keep both", "Rosa, always.", 1)],
)
def test_both_texts_stand_while_both_still_type(at, goal, *, choice, field, stands):
    alex, maya = at("alex"), at("maya", width=1280, height=800)
    box(maya, "who_helps").click()
    box(alex, "who_helps").fill("Rosa, always.")
    until(lambda: fresh(goal).who_helps == "Rosa, always.")
    for words in ("Maya", "Maya on", "Maya on Mondays."):
        box(maya, "who_helps").fill(words)
        until(lambda: Revision.objects.latest("at").who_helps == words)  # noqa: B023
    for page in (alex, maya):  # in the field, above the box in which each of them is still typing
        for text in ("Rosa, always.", "Maya on Mondays."):
            expect(block(page, "who_helps").get_by_text(text, exact=True).first).to_be_visible(timeout=SOON)
    expect(maya.locator("#live")).to_contain_text("Both texts are kept")
    expect(maya.locator("textarea[name=who_helps]")).to_have_value("Maya on Mondays.")
    assert [len(entries) for entries in fresh(goal).beside.values()] == [1]
    button(maya, choice).click()
    expect(button(maya, "Keep both")).to_have_count(0)
    expect(button(alex, "Keep both")).to_have_count(0, timeout=SOON)
    goal = fresh(goal)
    assert (goal.who_helps, len(goal.beside.get("who_helps", []))) == (field, stands)


def test_a_tab_closed_there_loses_nothing(at, goal, sign_in):
    alex = at("alex")
    box(alex, "who_helps").fill("Rosa")
    save(sign_in("maya"), goal, who_helps="Maya on Mondays.")
    alex.keyboard.type(", always.")
    alex.close(run_before_unload=False)
    until(lambda: Revision.objects.filter(set_beside=["who_helps"]).exists())
    again = at("alex")
    assert Revision.objects.filter(goal=goal).count() == 3
    for text in ("Rosa, always.", "Maya on Mondays."):
        expect(block(again, "who_helps").get_by_text(text, exact=True).first).to_be_visible()


# --- trouble ----------------------------------------------------------------------------------------------------------
@contextmanager
def stopped(monkeypatch, watch):
    """The server is down: whatever is asked fails."""
    watch.forgive("answer 503", "failed: POST", "console: Failed to load resource")
    with monkeypatch.context() as patch:
        patch.setattr("tests.get_guard.GetGuard.__call__", lambda _self, _request: HttpResponse(status=503))
        yield


@pytest.mark.parametrize("seconds", [3, pytest.param(30, marks=pytest.mark.chaos)])
def test_the_server_stops_for_a_while(at, goal, monkeypatch, watch, *, seconds):
    alex = at("alex")
    mine = box(alex, "why_it_matters")
    type_on(mine, " My sister")
    until(lambda: fresh(goal).why_it_matters == "She is family. My sister")
    with stopped(monkeypatch, watch):
        type_on(mine, ", Rosa")
        expect(says(alex, "why_it_matters")).to_have_text("Not saved yet. We keep trying.")
        expect(alex.locator("#live")).to_have_text("Not saved yet. We keep trying.")
        type_on(mine, ". And her kids.")
        alex.wait_for_timeout(seconds * 1000)
        assert fresh(goal).why_it_matters == "She is family. My sister"
    expect(says(alex, "why_it_matters")).to_have_text("Saved", timeout=40_000)
    until(lambda: fresh(goal).why_it_matters == "She is family. My sister, Rosa. And her kids.")
    goal = fresh(goal)
    texts = [save.why_it_matters for save in Revision.objects.filter(goal=goal).order_by("version")]
    assert len(texts) == len(set(texts)) == goal.version  # nothing doubled
    assert goal.beside == {}


def test_without_a_network_and_back(at, goal, watch):
    watch.forgive("failed: POST", "failed: GET", "console: Failed to load resource")
    alex = at("alex")
    alex.context.set_offline(True)
    box(alex, "why_it_matters").fill("Typed in the tunnel.")
    expect(says(alex, "why_it_matters")).to_have_text("Not saved yet. We keep trying.")
    alex.context.set_offline(False)
    expect(says(alex, "why_it_matters")).to_have_text("Saved", timeout=SOON)  # at once, not after a pause
    assert fresh(goal).why_it_matters == "Typed in the tunnel."


def test_an_answer_that_never_came_is_asked_for_again(at, goal, watch):
    """The server saved; its answer was lost on the way. The same is sent again, and makes nothing new."""
    watch.forgive("failed: POST", "console: Failed to load resource")
    alex = at("alex")
    lost = []

    def lose(route):
        route.fetch()
        lost.append(route.request.post_data)
        route.abort()

    alex.route(re.compile(rf"/goals/{goal.pk}/$"), lambda route: route.continue_() if lost else lose(route))
    box(alex, "why_it_matters").fill("Said once.")
    expect(says(alex, "why_it_matters")).to_have_text("Saved", timeout=10_000)
    assert len(lost) == 1
    assert Revision.objects.filter(goal=goal).count() == 2


def test_signed_out_while_typing(cast, at, goal, clock, watch):
    watch.forgive("answer 401", "failed: GET", "console: Failed to load resource")
    maya = at("maya")
    mine = box(maya, "who_helps")
    maya.route("**/live/**", lambda route: route.abort())  # else the page knows before anything is typed
    clock.move(minutes=16)
    mine.fill("Typed after I was called away.")
    dialog = maya.get_by_role("dialog")
    expect(dialog.locator("[name=password]")).to_be_visible()
    assert fresh(goal).who_helps == "nobody yet"
    give_sign_in(maya, "maya")
    expect(dialog).to_be_hidden()
    expect(says(maya, "who_helps")).to_have_text("Saved", timeout=SOON)
    assert fresh(goal).who_helps == "Typed after I was called away."


def test_somebody_else_signs_in_there(at, goal, clock, watch):
    watch.forgive("answer 401", "answer 403", "failed: ", "console: Failed to load resource")
    maya = at("maya")
    mine = box(maya, "who_helps")
    maya.route("**/live/**", lambda route: route.abort())
    clock.move(minutes=16)
    mine.fill("Only Maya knows this.")
    expect(maya.get_by_role("dialog").locator("[name=password]")).to_be_visible()
    give_sign_in(maya, "dana")
    expect(maya).to_have_url(re.compile(r"[0-9]/$"))
    assert "Only Maya" not in maya.content()
    assert fresh(goal).who_helps == "nobody yet"


def test_support_that_ended_while_typing(cast, at, goal, watch):
    watch.forgive("answer 404")
    maya = at("maya")
    mine = box(maya, "who_helps")
    type_on(mine, "!")
    expect(says(maya, "who_helps")).to_have_text("Saved", timeout=SOON)
    end_assignment(Assignment.objects.get(client=goal.client, specialist=cast.maya), reason="moved", by=None)
    mine.fill("nobody yet! Maya brings the forms.")
    expect(maya.get_by_role("heading", name="This is not open to you now")).to_be_visible()
    expect(maya.get_by_label("What you wrote")).to_have_value("nobody yet! Maya brings the forms.")
    assert "She is family" not in maya.content()  # nothing of the goal stays on the screen
    assert fresh(goal).who_helps == "nobody yet!"


def test_what_cannot_be_saved_is_said_at_the_box(at, goal, watch):
    watch.forgive("answer 422")
    alex = at("alex")
    mine = box(alex, "in_my_words")
    mine.fill("")
    expect(says(alex, "in_my_words")).to_have_text("A goal needs a few words. You can set it aside instead.")
    mine.fill("x" * 1001)
    expect(says(alex, "in_my_words")).to_contain_text("1 character too long")
    expect(mine).to_have_value("x" * 1001)
    mine.fill("Live near Rosa")
    expect(says(alex, "in_my_words")).to_have_text("Saved", timeout=SOON)
    expect(alex.get_by_role("heading", level=1)).to_have_text("Live near Rosa", timeout=SOON)


# --- buttons ----------------------------------------------------------------------------------------------------------
def test_save_and_the_other_buttons(at, goal):
    """Save saves at once and folds the box away; another button takes what was typed along."""
    alex = at("alex")
    box(alex, "why_it_matters").fill("Rosa is my sister.")
    alex.locator("details:has([name=why_it_matters]) button").click()
    expect(alex.locator("textarea[name=why_it_matters]")).to_be_hidden()
    expect(block(alex, "why_it_matters")).to_contain_text("Rosa is my sister.")
    box(alex, "who_helps").fill("Rosa")
    alex.locator("summary", has_text="This goal").click()
    button(alex, "Pause it").click()
    expect(alex.locator("#about")).to_contain_text("paused")
    goal = fresh(goal)
    assert (goal.why_it_matters, goal.who_helps, goal.lifecycle) == ("Rosa is my sister.", "Rosa", "on-hold")
    assert goal.beside == {}


def test_the_language_of_a_text_saves_itself_with_it(at, goal):
    alex = at("alex")
    writes, said_in = box(alex, "who_helps"), alex.locator("[name=language_who_helps]")
    alex.locator("details", has=said_in).last.locator("> summary").click()
    said_in.select_option("es")
    until(lambda: fresh(goal).languages["who_helps"] == "es")
    assert fresh(goal).who_helps == "nobody yet"
    writes.fill("Mi vecina")
    until(lambda: fresh(goal).who_helps == "Mi vecina")
    expect(says(alex, "who_helps")).to_have_text("Saved")
    expect(said_in).to_have_value("es")
    assert (fresh(goal).languages["who_helps"], fresh(goal).version) == ("es", 3)
    writes.press("Tab")  # nothing waits any more: what was saved is not sent once more
    alex.wait_for_timeout(1500)
    assert Revision.objects.filter(goal=goal).count() == 3


def test_hidden_pages_ask_nothing(cast, at, goal, monkeypatch):
    asked = []
    monkeypatch.setattr(live_views, "page_version_of", lambda actor, pk: asked.append(pk) or page_version_of(actor, pk))
    alex = at("alex")
    until(lambda: len(asked) >= 2)
    hide = "hidden => { Object.defineProperty(document, 'hidden', {value: hidden, configurable: true});"
    hide += " document.dispatchEvent(new Event('visibilitychange')); }"
    alex.evaluate(hide, True)
    alex.wait_for_timeout(300)
    asked.clear()
    alex.wait_for_timeout(4500)
    assert asked == []
    alex.evaluate(hide, False)
    until(lambda: len(asked) >= 1, seconds=1)


def test_a_step_is_live_too(at, goal, write_step, sign_in, watch):
    """Its words save themselves; what goes by the button is based on what its reader had before them."""
    step = write_step(goal, what="Call the office")
    alex, maya = at("alex"), at("maya")
    for page in (alex, maya):
        page.goto(f"/goals/{goal.pk}/steps/{step.pk}/")
    box(alex, "what").fill("Call Rosa first")
    expect(maya.get_by_role("heading", level=1)).to_have_text("Call Rosa first", timeout=5000)
    expect(maya.get_by_text("Alex is looking at this too")).to_be_visible(timeout=HERE)
    box(maya, "what")
    pill(maya, "who", "specialist").click()
    maya.locator("[name=by_when]").fill("2026-12-24")
    box(alex, "what").fill("Call Rosa on Monday")
    until(lambda: fresh(step).what == "Call Rosa on Monday")
    save_step(sign_in("alex"), step, fresh(step).version, who="someone-else")
    expect(maya.get_by_role("heading", level=1)).to_have_text("Call Rosa on Monday", timeout=5000)
    watch.forgive("answer 409")
    maya.locator("form#step .btn.main").click()
    expect(maya.get_by_text("This was changed in another window meanwhile.")).to_be_visible()
    step.refresh_from_db()
    assert (step.what, step.who, str(step.by_when)) == ("Call Rosa on Monday", "someone-else", "2026-12-24")


def test_folds_stay_as_they_are(cast, at, goal, write_step, sign_in):
    """Whatever the other one saves around them, and into them."""
    done = write_step(goal, what="Call the office")
    save_step(sign_in("alex"), done, status="done")
    write_step(goal, what="Look at the map")
    maya = at("maya")
    for fold in ("#behind", "#text-who_helps > details", "#text-who_helps > details > details"):
        maya.locator(f"{fold} > summary").click()
    write_step(goal, what="Ask about the bus")  # from now on there is an order, just above what is behind
    change_goal(goal, Sent({"who_helps": "Rosa"}, fresh(goal).version, new_id()), by=cast.actor("alex"))
    expect(maya.get_by_role("link", name="Put the steps in another order")).to_be_visible(timeout=SOON)
    expect(maya.locator("textarea[name=who_helps]")).to_have_value("Rosa", timeout=SOON)
    expect(maya.locator("#behind blockquote")).to_be_visible()
    expect(maya.get_by_label("I write in: Who helps")).to_be_visible()
