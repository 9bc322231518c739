"""One contact from three chairs: the specialist logs, writes and signs it; the client reads it and answers; the
supervisor opens its words with a reason, and the client sees that."""

import re
from dataclasses import dataclass
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.hands import button, link, pill, said, write
from tests.browser.keyboard import choose_with_arrows, press, tab_to

pytestmark = pytest.mark.browser

MOST_TAPS = 7
LOG = re.compile(r"/contacts/[0-9a-f-]{36}/$")


@dataclass(frozen=True)
class Chairs:
    specialist: str
    client: str
    client_name: str
    supervisor: str
    stranger: str


CHAIRS = {
    "en": Chairs("maya", "alex", "Alex R.", "dana", "sam"),
    "es": Chairs("sam", "luz", "Luz M.", "priya", "maya"),
}
WORDS = {
    "what_mattered": "I want my own key, ¿sí?",
    "what_we_did": "We looked at two rooms.\nI told how I found mine.",
    "how_it_went": "Quiet at first, then a lot of laughing.",
    "next_steps": "Call the second landlord together.",
}
IN_MY_WORDS = "The blue room felt like mine."
REASON = "The landlord asked us to confirm the visit."
SENTENCES = [line for text in (*WORDS.values(), IN_MY_WORDS) for line in text.splitlines()]


class Finger:
    """Taps, and counts. It cannot type."""

    def __init__(self) -> None:
        self.taps = 0

    def tap(self, target: Locator) -> None:
        self.taps += 1
        target.click()


def log_a_contact(page: Page, client_name: str, finger: Finger) -> str:
    """From Today to a saved contact; its address."""
    finger.tap(link(page, "Log a contact"))
    finger.tap(page.get_by_role("main").get_by_role("link", name=client_name))
    finger.tap(pill(page, "mode", "in-person"))
    finger.tap(pill(page, "who_reached_out", "client"))
    finger.tap(pill(page, "minutes", "45"))
    finger.tap(button(page, "Save"))
    expect(page).to_have_url(LOG)
    expect(page.get_by_role("status")).to_have_text(said(page, "Saved. It stays unfinished until you sign it."))
    return page.url


def write_the_words(page: Page) -> None:
    link(page, "Write or change").click()
    for name, text in WORDS.items():
        write(page, name, text)
    button(page, "Save").click()
    expect(page).to_have_url(LOG)


def assert_shows(page: Page, *sentences: str) -> None:
    text = page.get_by_role("main").inner_text()
    assert [sentence for sentence in sentences if sentence not in text] == []


def assert_holds_no_words(page: Page) -> None:
    """Not even hidden in the source."""
    html = page.content()
    assert [sentence for sentence in SENTENCES if sentence in html] == []


def assert_strange(page: Page, *urls: str) -> None:
    assert {page.goto(url).status for url in urls} == {404}


@pytest.fixture
def seats(open_browser, sign_in_as):
    """`seats("en")`: the chairs of that language, and a page for each person on them."""

    def take(language: str) -> tuple[Chairs, list[Page]]:
        chairs = CHAIRS[language]
        names = (chairs.specialist, chairs.client, chairs.supervisor, chairs.stranger)
        pages = [open_browser(language=language) for _name in names]
        for page, name in zip(pages, names, strict=True):
            sign_in_as(page, name)
        return chairs, pages

    return take


@pytest.mark.parametrize("language", CHAIRS)
def test_one_contact_from_three_chairs(language, seats, watch):
    chairs, (specialist, client, supervisor, stranger) = seats(language)
    expect(specialist.locator("html")).to_have_attribute("lang", language)

    finger = Finger()
    url = log_a_contact(specialist, chairs.client_name, finger)
    assert finger.taps <= MOST_TAPS
    write_the_words(specialist)
    assert_shows(specialist, *WORDS["what_we_did"].splitlines(), WORDS["next_steps"])

    client_sees_only_facts(client, urlsplit(url).path)
    button(specialist, "Sign").click()
    expect(specialist.get_by_role("status")).to_be_visible()
    specialist.goto("/")
    specialist.get_by_role("link", name=chairs.client_name, exact=True).click()
    assert_shows(specialist, *WORDS["what_we_did"].splitlines())
    client_url = specialist.url

    client_reads_and_answers(client)
    supervisor_opens(supervisor, chairs.client_name, client_url, url)

    link(client, "More", "place").click()
    link(client, "My privacy").click()
    shown = client.get_by_role("listitem").filter(has_text=REASON)
    expect(shown).to_contain_text(chairs.supervisor.capitalize())

    watch.forgive("answer 404")
    assert_strange(stranger, url, client_url, f"{client_url}contacts/new/", f"{client_url}contacts/", f"{url}edit/")


def client_sees_only_facts(client: Page, path: str) -> None:
    link(client, "Our times").click()
    client.locator(f"a[href='{path}']").click()
    expect(client.get_by_text(said(client, "unfinished"), exact=True)).to_be_visible()
    assert_shows(client, said(client, "in person"), said(client, "you reached out"))
    assert_holds_no_words(client)


def client_reads_and_answers(client: Page) -> None:
    client.reload()
    assert_shows(client, *(line for text in WORDS.values() for line in text.splitlines()))
    client.locator("textarea[name=text]").fill(IN_MY_WORDS)
    button(client, "Add my words").click()
    expect(client.locator("blockquote.voice", has_text=IN_MY_WORDS)).to_be_visible()


def supervisor_opens(supervisor: Page, client_name: str, client_url: str, url: str) -> None:
    assert_holds_no_words(supervisor)
    supervisor.get_by_role("main").get_by_role("link", name=client_name).first.click()
    expect(supervisor).to_have_url(client_url)
    assert_holds_no_words(supervisor)
    supervisor.locator(f"a[href='{urlsplit(url).path}']").click()
    expect(supervisor).to_have_url(url)
    assert_shows(supervisor, said(supervisor, "in person"))
    assert_holds_no_words(supervisor)
    link(supervisor, "Open the words").click()
    supervisor.locator("[name=reason]").fill(REASON)
    button(supervisor, "Open for 60 minutes").click()
    expect(supervisor).to_have_url(url)
    assert_shows(supervisor, *SENTENCES)


# --- with the keyboard only -------------------------------------------------------------------------------------------
def test_with_the_keyboard_only(open_browser, sign_in_as):
    page = open_browser(keyboard_only=True)
    sign_in_as(page, "maya")
    press(page, link(page, "Log a contact"))
    expect(page).to_have_url(re.compile("/contacts/new/$"))
    press(page, page.get_by_role("main").get_by_role("link", name="Alex R."))
    expect(page).to_have_url(re.compile("/clients/.*/contacts/new/$"))
    choose_with_arrows(page, "mode", "text")
    choose_with_arrows(page, "who_reached_out", "specialist")
    choose_with_arrows(page, "minutes", "15")
    press(page, page.locator("summary", has_text="Write the words"))
    tab_to(page, page.locator("[name=what_we_did]"))
    page.keyboard.type("We wrote back and forth.")
    press(page, button(page, "Save"))
    expect(page).to_have_url(LOG)
    assert_shows(page, "We wrote back and forth.", "15 minutes", "Maya reached out")
    press(page, button(page, "Sign"))
    expect(page.get_by_role("status")).to_contain_text("Signed")


def test_without_javascript(open_browser, sign_in_as):
    specialist, client = open_browser(javascript=False), open_browser(javascript=False)
    sign_in_as(specialist, "maya")
    url = log_a_contact(specialist, "Alex R.", Finger())
    write_the_words(specialist)
    button(specialist, "Sign").click()
    expect(specialist.get_by_role("status")).to_contain_text("Signed")

    sign_in_as(client, "alex")
    client.goto(url)
    assert_shows(client, WORDS["next_steps"])
    client.locator("textarea[name=text]").fill(IN_MY_WORDS)
    button(client, "Add my words").click()
    expect(client.locator("blockquote.voice", has_text=IN_MY_WORDS)).to_be_visible()
    button(client, "Leave fast").click()
    expect(client).to_have_url(re.compile("/left/$"))
