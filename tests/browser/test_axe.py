"""axe-core on every page, once for each hat, at 320 px with long names, in English, by day: no violation, and no page
scrolls sideways (in Spanish: tests/browser/test_robustness.py).

The same pages in both languages, at other sizes and at night are looked at by eye: `make pictures`.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from playwright.sync_api import Page

from tests.browser.hands import TINY, name_long, wider
from tests.browser.screens import ARGUMENTS, NO_PAGE, PEOPLE, STATES, furnish, pages_of

pytestmark = pytest.mark.browser

AXE = (Path(__file__).parent.parent / "vendor" / "axe-core" / "axe.min.js").read_text(encoding="utf-8")
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


# What axe leaves to the reader: ids that are there twice, and references to ids that are not there at all.
LOOSE_ENDS = """() => {
  const ids = [...document.querySelectorAll("[id]")].map((element) => element.id);
  const twice = ids.filter((id, place) => ids.indexOf(id) !== place).map((id) => `the id ${id} is there twice`);
  const loose = [];
  for (const name of ["aria-describedby", "aria-labelledby", "aria-controls", "for", "href"])
    for (const element of document.querySelectorAll(`[${name}]`)) {
      const value = element.getAttribute(name);
      const wanted = name !== "href" ? value.split(/\\s+/) : value.startsWith("#") ? [value.slice(1)] : [];
      for (const id of wanted)
        if (!ids.includes(id)) loose.push(`${element.outerHTML.slice(0, 120)}: no id ${id} for its ${name}`);
    }
  return [...twice, ...loose];
}"""


@pytest.fixture
def open_browser(open_browser: Callable[..., Page]) -> Callable[..., Page]:
    """Axe comes with each document, so that the browser need not read it anew on every page."""

    def enter(**options: Any) -> Page:
        page = open_browser(**options)
        page.context.add_init_script(AXE)
        return page

    return enter


def violations(page: Page) -> list[str]:
    """One line for each element axe objects to."""
    options = {"runOnly": {"type": "tag", "values": TAGS}, "resultTypes": ["violations"]}
    found = page.evaluate("options => axe.run(document, options).then((found) => found.violations)", options)
    return page.evaluate(LOOSE_ENDS) + [
        f"{rule['id']}: {node['html'][:160]} | {' '.join(node['failureSummary'].split())[:240]}"
        for rule in found
        for node in rule["nodes"]
    ]


@pytest.mark.slow
@pytest.mark.parametrize("person", PEOPLE)
def test_every_page(person, cast, walk):
    name_long("en")
    pages = walk(person, **TINY)
    wrong = [f"{address.name}: {problem}" for page, address in pages for problem in [*violations(page), *wider(page)]]
    assert not wrong, "\n".join(["", *dict.fromkeys(wrong)])


@pytest.mark.parametrize("state", STATES)
def test_every_state(state, cast, open_browser, sign_in_as, watch):
    person, status, lead_to = STATES[state]
    things = furnish(cast)
    page = open_browser()
    if person:
        sign_in_as(page, person)
    watch.forgive(f"answer {status}")
    with page.expect_response(lambda answer: answer.status == status and answer.request.is_navigation_request()):
        lead_to(page, things)
    page.wait_for_load_state()
    wrong = violations(page)
    assert not wrong, "\n".join(["", *wrong])


def test_every_address_is_a_page_for_somebody(cast, sign_in):
    things = furnish(cast)
    browsers = [sign_in(person) if person else Client() for person in PEOPLE]
    shown = {address.name for browser in browsers for address in pages_of(browser, things)}
    assert shown == set(ARGUMENTS) - NO_PAGE
