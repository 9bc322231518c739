"""What a person does at a page, whatever its language: find a link, a button, a choice; unfold, write, sign in."""

import os
from pathlib import Path

from django.utils import translation
from playwright.sync_api import Locator, Page, expect

from accounts.models import User
from home.demo.cast import PASSWORD
from tests.app_codes import secret_on, totp

SIZES = ((360, 740), (1280, 800))
BOTH = ((SIZES[0], "en"), (SIZES[1], "es"))  # sizes and languages; all four of each page: `make pictures`
TINY = {"width": 320, "height": 568}
PICTURES = os.environ.get("PICTURES_TO")  # a folder: then each step of a journey leaves a picture there


def said(page: Page, text: str, context: str | None = None, **names: object) -> str:
    """A text of the product in the language of this page: `said(page, "Hi %(name)s", name="Alex")`."""
    with translation.override(page.locator("html").get_attribute("lang")):
        found = translation.pgettext(context, text) if context else translation.gettext(text)
    return found % names if names else found


def link(page: Page, text: str, context: str | None = None) -> Locator:
    return page.get_by_role("link", name=said(page, text, context), exact=True)


def button(page: Page, text: str) -> Locator:
    """The first one, where a long form has the same button twice."""
    return page.get_by_role("button", name=said(page, text), exact=True).first


def pill(page: Page, field: str, value: str) -> Locator:
    """What a finger taps for a choice."""
    radio = page.locator(f'input[name="{field}"][value="{value}"]')
    return page.locator(f"label[for={radio.get_attribute('id')}]")


def write(page: Page, field: str, text: str) -> None:
    """Writes into a box, which may be folded away."""
    box = page.locator(f"[name={field}]")
    box.wait_for(state="attached")  # until then the page before this one may still be there, without any fold
    unfold(box)
    box.fill(text)


def unfold(inside: Locator) -> None:
    """Opens, from outside inwards, whatever it is folded away in."""
    for fold in inside.locator("xpath=ancestor::details").all():
        if fold.get_attribute("open") is None:
            fold.locator("> summary").click()


def send(page: Page) -> None:
    """Presses the first button of the page's own form, and is on the page that answers."""
    with page.expect_navigation():
        page.locator("main form button").first.click()


def name_long(language: str) -> None:
    """Everyone has a long name, and reads this language."""
    User.objects.update(language=language, first_name="Maximiliana-Bartholomea", last_name="Wolfeschlegelsteinhausen")


def wider(page: Page) -> list[str]:
    """What is wrong if a page on the smallest phone scrolls sideways."""
    wants = page.evaluate("document.documentElement.scrollWidth")
    return [f"{wants} px wide"] if wants > TINY["width"] else []


def give_sign_in(page: Page, name: str, password: str = PASSWORD) -> None:
    """Fills in and sends whichever sign-in form stands on the page."""
    page.locator("[name=login]").fill(f"{name}@example.org")
    page.locator("[name=password]").fill(password)
    page.locator("[name=password]").press("Enter")


def set_up_second_step(page: Page) -> tuple[str, list[str]]:
    """A wrong code, the right one, the recovery codes put away; the app's secret and the recovery codes."""
    secret = secret_on(page.content())
    write(page, "code", "000 000")
    button(page, "Go on").click()
    expect(page.get_by_role("alert")).to_be_visible()
    picture(page, "second-step-wrong-code")
    left = 30_000 - page.evaluate("Date.now()") % 30_000
    if left < 8_000:  # the code of the step before holds until this one is over
        page.wait_for_timeout(left)
    write(page, "code", totp(secret, steps=-1))
    button(page, "Go on").click()
    codes = page.locator(".codes code")
    expect(codes).to_have_count(10)
    picture(page, "recovery-codes")
    paper = codes.all_inner_texts()
    button(page, "I have put them away").click()
    return secret, paper


def picture(page: Page, name: str) -> None:
    """Nothing is cut off or scrolls sideways at this size; and a picture of it, for whoever asked for some."""
    too_wide = page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")
    assert not too_wide, name
    if PICTURES:
        size, language = page.viewport_size or {}, page.locator("html").get_attribute("lang")
        page.screenshot(path=Path(PICTURES) / f"{name}-{size['width']}-{language}.png", full_page=True)
