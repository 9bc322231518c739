"""What goes wrong on real phones: pressing twice, two tabs, a sign-in that ended, someone looking over the shoulder."""

import re
import time

import pytest
from playwright.sync_api import Page, expect

from sessions import actions
from sessions.models import ClientWord, ContactLog
from tests.browser.hands import TINY, button, give_sign_in, link, name_long, pill, wider, write
from tests.browser.screens import PEOPLE

pytestmark = pytest.mark.browser

LOG = re.compile(r"/contacts/[0-9a-f-]{36}/$")
LEFT = re.compile(r"/left/$")
# Emoji made of several signs, right-to-left text, quotes, what looks like markup, tabs and empty lines.
ODD = (
    "🌱👩🏽‍🤝‍👩🏻 \u200fשלום, איך היה?\u200f مرحبا\n\n"
    "  «Llámame» & <b>“not bold”</b> \\ 100 %\n\t'quoted' \"twice\" &amp; ñ n\u0303\nlast"
)


@pytest.fixture
def open_form(cast, open_browser, sign_in_as):
    """Maya at a contact with Alex: all it needs is chosen, and `text` is typed."""

    def prepare(text: str = "", *, javascript: bool = True) -> Page:
        page = open_browser(javascript=javascript)
        sign_in_as(page, "maya")
        page.goto(f"/clients/{cast.clients['alex'].pk}/contacts/new/")
        for field, value in (("mode", "phone"), ("who_reached_out", "client"), ("minutes", "30")):
            pill(page, field, value).click()
        write(page, "what_we_did", text)
        return page

    return prepare


# --- pressing twice ---------------------------------------------------------------------------------------------------
@pytest.fixture
def slow(monkeypatch):
    """Saving takes its time; every attempt that reaches the server is counted."""
    attempts = []

    def start_slowly(*args, save=actions.start_log, **kwargs):
        attempts.append(args)
        time.sleep(0.4)
        log = save(*args, **kwargs)
        time.sleep(0.4)
        return log

    monkeypatch.setattr(actions, "start_log", start_slowly)
    return attempts


@pytest.mark.parametrize("times", [2, 3])
def test_pressing_save_again_sends_it_once(times, open_form, slow):
    page = open_form()
    button(page, "Save").click(click_count=times, delay=20)
    expect(page.get_by_role("status")).to_be_visible()
    assert len(slow) == ContactLog.objects.count() == 1


@pytest.mark.parametrize("times", [2, 3])
def test_sent_again_without_javascript_makes_one_log(times, open_form, slow, watch):
    watch.forgive("failed: POST")  # the browser gives up on the answer to the first press
    page = open_form(javascript=False)
    button(page, "Save").click(click_count=times, delay=20)
    expect(page.get_by_role("status")).to_be_visible()
    assert len(slow) > 1  # else this proves nothing
    assert ContactLog.objects.count() == 1


def test_saving_again_after_back_makes_one_log(open_form):
    page = open_form()
    button(page, "Save").click()
    expect(page).to_have_url(LOG)
    page.go_back()
    if page.locator("[name=mode]:checked").count() == 0:  # a fresh form is fine too: it holds nothing to save
        return
    button(page, "Save").click()
    expect(page).to_have_url(LOG)
    assert ContactLog.objects.count() == 1


# --- no network -------------------------------------------------------------------------------------------------------
def test_what_was_typed_stays_where_nothing_can_be_reached(open_form, watch):
    watch.forgive("failed: GET", "console: Failed to load resource")
    page = open_form(ODD)
    page.context.set_offline(True)
    button(page, "Save").click()
    expect(page.get_by_role("alert")).to_have_text("Not sent yet. Your words are still here.")
    expect(page.locator("[name=what_we_did]")).to_have_value(ODD)
    page.context.set_offline(False)
    button(page, "Save").click()
    expect(page).to_have_url(LOG)
    assert ContactLog.objects.get().what_we_did == ODD


def test_a_server_that_is_down_takes_no_words_along(open_form, watch):
    watch.forgive("answer 502")
    page = open_form("We cooked.")
    page.route("**/*", lambda route: route.fulfill(status=502, body="Bad gateway"))
    button(page, "Save").click()
    expect(page.get_by_role("alert")).to_have_text("Not sent yet. Your words are still here.")
    page.unroute("**/*")
    button(page, "Save").click()
    expect(page).to_have_url(LOG)
    assert ContactLog.objects.get().what_we_did == "We cooked."


# --- two tabs ---------------------------------------------------------------------------------------------------------
def test_two_tabs_lose_nothing(open_browser, sign_in_as, write_log, watch):
    log = write_log(what_we_did="At first.")
    first = open_browser()
    sign_in_as(first, "maya")
    second = first.context.new_page()
    for tab, text in ((first, "From the first tab."), (second, ODD)):
        tab.goto(f"/contacts/{log.pk}/edit/")
        write(tab, "what_we_did", text)
    button(first, "Save").click()
    expect(first).to_have_url(LOG)

    watch.forgive("answer 409")
    button(second, "Save").click()
    expect(second.get_by_role("alert")).to_be_visible()
    expect(second.locator("[name=what_we_did]")).to_have_value(ODD)
    with second.context.expect_page() as opened:
        second.get_by_role("alert").get_by_role("link").click()
    expect(opened.value.get_by_role("main")).to_contain_text("From the first tab.")
    assert ContactLog.objects.get(pk=log.pk).what_we_did == "From the first tab."

    button(second, "Save").click()
    expect(second).to_have_url(LOG)
    assert ContactLog.objects.get(pk=log.pk).what_we_did == ODD


# --- signed out meanwhile ---------------------------------------------------------------------------------------------
def sign_out_elsewhere(page: Page) -> Page:
    other = page.context.new_page()
    other.goto("/more/")
    button(other, "Sign out").click()
    other.wait_for_url("**/accounts/login/")
    return other


def test_signed_out_meanwhile_nothing_is_lost(open_form, watch):
    watch.forgive("answer 401")
    page = open_form(ODD)
    sign_out_elsewhere(page)
    button(page, "Save").click()
    expect(page.get_by_role("heading", name="You were signed out")).to_be_visible()
    assert ODD.splitlines()[0] not in page.content()
    give_sign_in(page, "maya")
    expect(page.get_by_role("heading", name="What you wrote is still here")).to_be_visible()
    expect(page.locator("blockquote")).to_contain_text("“not bold”")
    assert not ContactLog.objects.exists()
    button(page, "Save it now").click()
    expect(page).to_have_url(LOG)
    assert ContactLog.objects.get().what_we_did == ODD


def test_the_clients_own_words_are_kept_too(open_browser, sign_in_as, write_log, watch):
    watch.forgive("answer 401")
    log = write_log(signed=True)
    page = open_browser()
    sign_in_as(page, "alex")
    page.goto(f"/contacts/{log.pk}/")
    page.locator("textarea[name=text]").fill(ODD)
    sign_out_elsewhere(page)
    button(page, "I saw it differently").click()
    give_sign_in(page, "alex")
    button(page, "Save it now").click()
    expect(page).to_have_url(LOG)
    word = ClientWord.objects.get()
    assert (word.text, word.kind) == (ODD, ClientWord.Kind.SAW_IT_DIFFERENTLY)


def test_another_person_never_sees_what_was_typed(cast, open_form, watch):
    watch.forgive("answer 401")
    page = open_form("Only Maya knows this.")
    sign_out_elsewhere(page)
    button(page, "Save").click()
    expect(page.get_by_role("heading", name="You were signed out")).to_be_visible()
    give_sign_in(page, "noor")
    expect(page.get_by_role("heading", name="Nothing is waiting here")).to_be_visible()
    assert "Only Maya" not in page.content()
    for path in ("/", "/more/", f"/clients/{cast.clients['alex'].pk}/contacts/new/"):
        page.goto(path)
        assert "Only Maya" not in page.content()
    assert not ContactLog.objects.exists()


@pytest.fixture
def old_tab(open_form, watch):
    """Maya has typed into a page; then, in another tab, someone signed out and `old_tab(person)` signed in."""
    watch.forgive("answer 403")

    def save(person: str) -> Page:
        page = open_form(ODD)
        other = sign_out_elsewhere(page)
        give_sign_in(other, person)
        other.wait_for_url("**/")
        button(page, "Save").click()
        return page

    return save


def test_an_old_tab_loses_nothing(old_tab):
    """Its proof against forgery is worth nothing any more; what was typed is."""
    page = old_tab("maya")
    expect(page.get_by_role("heading", name="What you wrote is still here")).to_be_visible()
    button(page, "Save it now").click()
    expect(page).to_have_url(LOG)
    assert ContactLog.objects.get().what_we_did == ODD


def test_an_old_tab_shows_nothing_to_another_person(old_tab):
    page = old_tab("noor")
    expect(page.get_by_role("heading", name="This page is not open to you")).to_be_visible()
    assert "not bold" not in page.content()
    assert not ContactLog.objects.exists()


# --- leaving fast -----------------------------------------------------------------------------------------------------
@pytest.fixture
def reading(open_browser, sign_in_as, write_log):
    """Alex reads what was written about a time together, two pages from home."""
    write_log(signed=True, what_we_did="We cooked at the shelter.")

    def open_words(**options) -> Page:
        page = open_browser(**options)
        sign_in_as(page, "alex")
        link(page, "Our times").click()
        page.locator("article a").first.click()
        expect(page.get_by_text("We cooked at the shelter.")).to_be_visible()
        return page

    return open_words


def assert_nothing_personal(page: Page) -> None:
    text = page.content() + page.title()
    assert [word for word in ("Alex", "Maya", "shelter", "together") if word in text] == []


@pytest.mark.parametrize("javascript", [True, False])
def test_leaving_fast(javascript, reading):
    page = reading(javascript=javascript)
    button(page, "Leave fast").click()
    expect(page).to_have_url(LEFT)
    assert_nothing_personal(page)
    for _step in range(4):
        page.go_back(wait_until="load")
        assert_nothing_personal(page)


def test_shift_three_times_leaves(reading):
    page = reading()
    page.locator("textarea").focus()
    for key in ("Shift+A", "Shift+B", "Shift+C", "Shift", "Shift", "d"):
        page.keyboard.press(key)
    expect(page.locator("textarea")).to_have_value("ABCd")
    for _time in range(3):
        page.keyboard.press("Shift")
    expect(page).to_have_url(LEFT)
    assert_nothing_personal(page)
    page.goto("/")
    expect(page).to_have_url(re.compile("/accounts/login/"))


# --- the smallest phone -----------------------------------------------------------------------------------------------
@pytest.mark.parametrize("person", PEOPLE)
def test_no_page_scrolls_sideways_in_spanish(person, cast, walk):
    """In English: tests/browser/test_axe.py, which walks there anyway."""
    name_long("es")
    wrong = [f"{address.path}: {wide}" for page, address in walk(person, **TINY, language="es") for wide in wider(page)]
    assert wrong == []
