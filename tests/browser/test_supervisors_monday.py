"""A supervisor's Monday: who waits, the caseload report from its numbers to their rows, the words with a reason."""

import csv
import re
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from clients.actions import set_quiet_mark
from clients.models import Opening
from conversations.actions import open_reach_out
from home.demo import cast as demo
from home.demo.cast import Cast
from peersupport.lib.clock import standing_at
from peersupport.lib.ids import new_id
from sessions.models import ContactLog
from tests.browser.hands import BOTH, SIZES, button, link, picture, said, write
from tests.browser.keyboard import press, tab_to

pytestmark = pytest.mark.browser

ZONE = "America/Los_Angeles"
LAST_WEEK, FRIDAY, MONDAY = (datetime(2027, 1, day, hour, tzinfo=UTC) for day, hour in ((4, 17), (8, 18), (11, 18)))
WORDS = "We looked at two rooms. The second one had a door that closes."
REASON = "Maya asked me to read this with her."


@pytest.fixture
def cast(transactional_db, clock) -> Cast:
    """Here since the week before."""
    clock.set(LAST_WEEK)
    return demo.seed()


@dataclass(frozen=True)
class Behind:
    """What happened in the week before."""

    opened: ContactLog
    unsigned: ContactLog


@pytest.fixture
def week(cast, clock, write_log) -> Behind:
    """Alex waits since Friday and nobody answered; Toni was last talked to eleven days ago; Maya forgot to sign."""
    talks = (
        ("alex", "maya", date(2027, 1, 5), 45, {"what_we_did": WORDS, "mode": "in-person", "signed": True}),
        ("alex", "maya", date(2027, 1, 7), 20, {"signed": True}),
        ("alex", "maya", date(2027, 1, 6), 15, {}),
        ("toni", "maya", date(2026, 12, 31), 30, {"signed": True}),
        ("rio", "noor", date(2027, 1, 8), 60, {"signed": True, "mode": "video"}),
    )
    with standing_at(FRIDAY):
        logs = [
            write_log(client, author, happened_on=day, minutes_direct=minutes, time_zone=ZONE, **said)
            for client, author, day, minutes, said in talks
        ]
        set_quiet_mark(cast.clients["toni"], 7, by=cast.actor("maya"))
        asks = {"wants": "call", "op_id": new_id(), "language": "en", "by": cast.actor("alex")}
        open_reach_out(cast.clients["alex"], "hard-day", "The letter came.", **asks)
    clock.set(MONDAY)
    return Behind(opened=logs[0], unsigned=logs[2])


@pytest.fixture
def dana(cast, week, open_browser, sign_in_as, watch):
    """`dana(SIZES[0], "es")`: her page, signed in, in the language she reads."""
    watch.forgive("answer 422")

    def come(size: tuple[int, int] = SIZES[0], language: str = "en", **options: bool) -> Page:
        cast.dana.language = language
        cast.dana.save(update_fields=["language"])
        page = open_browser(*size, language=language, **options)
        sign_in_as(page, "dana")
        return page

    return come


def section(page: Page, heading: str) -> Locator:
    found = page.locator("section.card").filter(has=page.get_by_role("heading", name=said(page, heading), exact=True))
    expect(found).to_have_count(1)
    return found


def row_of(page: Page, name: str) -> Locator:
    return page.locator("table.report tbody tr").filter(has=page.get_by_role("rowheader", name=name))


def names(page: Page) -> list[str]:
    return page.locator("table.report tbody th").all_inner_texts()


def home_says_who_needs_her(page: Page) -> None:
    for heading, who in (
        ("Waiting past the promise", "Alex"),
        ("Gone quiet", "Toni Baker"),
        ("Logs without a signature", "Maya Okafor"),
        ("Ending soon", "Alex R."),
    ):
        expect(section(page, heading)).to_contain_text(who)
    assert "The letter came." not in page.content()
    picture(page, "monday-home")


def looks_at_what_is_unsigned(page: Page, unsigned: ContactLog) -> None:
    section(page, "Logs without a signature").get_by_role("link").click()
    lines = page.locator("main table tbody tr")
    expect(lines).to_have_count(1)
    expect(lines.get_by_role("link")).to_have_attribute("href", f"/contacts/{unsigned.pk}/")
    picture(page, "monday-unsigned")


def filters_and_sorts(page: Page) -> None:
    link(page, "Caseload").click()
    expect(page.locator("table.report")).to_be_visible()
    assert names(page) == ["Alex Reyes", "Rio Tanaka", "Toni Baker"]
    picture(page, "monday-report")
    page.locator("details.filter summary").click()
    page.locator("[name=specialist]").select_option(label="Maya Okafor")
    page.locator("[name=also][value=modes]").check()
    picture(page, "monday-filter")
    button(page, "Show").click()
    expect(page.locator("p.asked")).to_contain_text("Maya Okafor")
    assert names(page) == ["Alex Reyes", "Toni Baker"]


def sorts(page: Page) -> None:
    """By hours, the larger end first; on a phone the heads are out of sight, and so is sorting."""
    head = page.locator("table.report thead").get_by_role("link", name=said(page, "Hours"), exact=True)
    head.click()
    expect(page.locator("th[aria-sort=descending]")).to_have_count(1)
    assert names(page) == ["Alex Reyes", "Toni Baker"]
    head.click()
    expect(page.locator("th[aria-sort=ascending]")).to_have_count(1)
    assert names(page) == ["Toni Baker", "Alex Reyes"]


def takes_the_file(page: Page, folder: Path) -> None:
    """Exactly what is on the screen: these people, in this order, with these numbers."""
    with page.expect_download() as coming:
        link(page, "CSV").first.click()
    kept = folder / "caseload.csv"
    coming.value.save_as(kept)
    lines = list(csv.reader(kept.read_text(encoding="utf-8-sig").splitlines()))
    shown = names(page)
    start = next(place for place, line in enumerate(lines) if line and line[0] == shown[0])
    assert [line[0] for line in lines[start : start + len(shown)]] == shown
    assert lines[-1] == [said(page, "Rows"), str(len(shown))]
    assert [said(page, "Specialist"), "Maya Okafor"] in lines
    contacts = lines[start - 1].index(said(page, "Contacts"))
    on_screen = [row_of(page, name).locator(f"td[data-label='{said(page, 'Contacts')}']") for name in shown]
    assert [line[contacts] for line in lines[start : start + len(shown)]] == [
        cell.inner_text().strip() for cell in on_screen
    ]


def prints(page: Page) -> None:
    page.evaluate("window.print = () => document.body.setAttribute('data-printed', 'yes')")
    button(page, "Print").click()
    expect(page.locator("body[data-printed=yes]")).to_have_count(1)
    page.emulate_media(media="print")
    for gone in ("details.filter", "form.find", "button[data-print]", "nav.tabs"):
        expect(page.locator(gone)).to_be_hidden()
    expect(page.locator("table.report")).to_be_visible()
    expect(page.locator("p.asked")).to_contain_text("Maya Okafor")
    lies = re.search(rb"/MediaBox ?\[0 0 (\d+)(?:\.\d+)? (\d+)", page.pdf(prefer_css_page_size=True))
    assert lies is not None
    assert int(lies[1]) > int(lies[2]), "a wide table needs the long side of the paper"
    page.emulate_media(media="screen")


def searches(page: Page) -> None:
    write(page, "sought", "toni")
    button(page, "Find").click()
    expect(page.locator("p.asked")).to_contain_text("toni")
    assert names(page) == ["Toni Baker"]
    assert "toni" not in page.url.lower()
    picture(page, "monday-search")
    link(page, "everyone again").click()
    expect(row_of(page, "Alex Reyes")).to_be_visible()


def goes_behind_a_number(page: Page, opened: ContactLog) -> None:
    """As many rows as the number said, facts only; from one of them to its log."""
    cell = row_of(page, "Alex Reyes").locator(f"td[data-label='{said(page, 'Contacts')}'] a")
    number = int(cell.inner_text())
    cell.click()
    lines = page.locator("main table tbody tr")
    expect(lines).to_have_count(number)
    assert number == 2
    assert WORDS not in page.content()
    picture(page, "monday-rows")
    page.locator(f"main table a[href='/contacts/{opened.pk}/']").click()
    expect(page).to_have_url(re.compile(f"/contacts/{opened.pk}/$"))
    assert WORDS not in page.content()


def opens_the_words(page: Page) -> None:
    link(page, "Open the words").click()
    button(page, "Open for 60 minutes").click()
    expect(page.get_by_role("alert")).to_be_visible()
    write(page, "reason", REASON)
    picture(page, "monday-reason")
    button(page, "Open for 60 minutes").click()
    expect(page.locator("main")).to_contain_text(WORDS)
    picture(page, "monday-words")


@pytest.mark.parametrize(("size", "language"), BOTH)
def test_a_supervisors_monday(size, language, dana, week, tmp_path):
    page = dana(size, language)
    home_says_who_needs_her(page)
    looks_at_what_is_unsigned(page, week.unsigned)
    filters_and_sorts(page)
    if size == SIZES[1]:
        sorts(page)
    takes_the_file(page, tmp_path)
    prints(page)
    searches(page)
    goes_behind_a_number(page, week.opened)
    opens_the_words(page)
    (opening,) = Opening.objects.all()  # what Monday leaves behind with Alex
    assert (opening.supervisor.first_name, opening.subject_id, opening.reason) == ("Dana", week.opened.pk, REASON)


def test_a_monday_without_javascript(dana, week, open_browser, sign_in_as, tmp_path):
    page = dana(SIZES[1], javascript=False)
    looks_at_what_is_unsigned(page, week.unsigned)
    filters_and_sorts(page)
    sorts(page)
    takes_the_file(page, tmp_path)
    expect(page.locator("[data-print]")).to_be_hidden()
    searches(page)
    goes_behind_a_number(page, week.opened)
    opens_the_words(page)

    alex = open_browser()
    sign_in_as(alex, "alex")
    link(alex, "More", "place").click()
    link(alex, "My privacy").click()
    expect(alex.get_by_role("listitem").filter(has_text=REASON)).to_contain_text("Dana")


def test_a_monday_with_the_keyboard_only(dana, week):
    page = dana(SIZES[1], keyboard_only=True)
    press(page, section(page, "Logs without a signature").get_by_role("link"))
    expect(page).to_have_url(re.compile("/rows/unfinished/"))
    press(page, link(page, "Caseload"))
    expect(page).to_have_url(re.compile("/reports/caseload/$"))
    press(page, page.locator("details.filter summary"))
    tab_to(page, page.locator("[name=specialist]"))
    page.keyboard.type("Maya")
    press(page, button(page, "Show"))
    expect(page.locator("p.asked")).to_contain_text("Maya Okafor")
    tab_to(page, page.locator("[name=sought]"))
    page.keyboard.type("alex")
    page.keyboard.press("Enter")
    expect(page.locator("p.asked")).to_contain_text("alex")
    assert names(page) == ["Alex Reyes"]
    press(page, row_of(page, "Alex Reyes").locator("td[data-label=Contacts] a"))
    expect(page).to_have_url(re.compile("/rows/contacts/"))
    press(page, page.locator(f"main table a[href='/contacts/{week.opened.pk}/']"))
    expect(page).to_have_url(re.compile("/contacts/[^/]+/$"))
    press(page, link(page, "Open the words"))
    expect(page).to_have_url(re.compile("/open/"))
    tab_to(page, page.locator("[name=reason]"))
    page.keyboard.type(REASON)
    press(page, button(page, "Open for 60 minutes"))
    expect(page.locator("main")).to_contain_text(WORDS)
