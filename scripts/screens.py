"""People of the demo at their pages, for scripts.pictures: how they get in, what they do, the states they end up in.

Knows the product only from outside, by its pages.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable

from playwright.sync_api import Browser, Locator, Page, ViewportSize

PASSWORD = "walk-beside-2026"  # noqa: S105 -- of the demo cast
PHONE, DESK = (360, 740), (1280, 800)
LANGUAGES = {"en": "en-US", "es": "es-US"}
CLIENT, NEW_LOG, LOG = "/clients/[^/]+/", "/clients/[^/]+/contacts/new/", "/contacts/[^/]{36}/"
GOALS, GOAL, CHECK_INS = "/clients/[^/]+/goals/", "/goals/[^/]{36}/", "/clients/[^/]+/check-ins/"
HAND_OVER, PLAN = "/ideas/[^/]{36}/hand-over/", "/clients/[^/]+/goals/paper/"
REACH_OUT = "/reach-outs/[^/]{36}/"
VICTORIES = "/clients/[^/]{36}/victories/"
PRIVACY, OPENING = "/clients/[^/]+/privacy/", r"/(clients|contacts)/[^/]+/open/.*"


def enter(browser: Browser, origin: str, person: str, language: str = "en") -> Page:
    """A page of this person, signed in, who reads `language` from now on; of nobody if `person` is empty."""
    context = browser.new_context(base_url=origin, locale=LANGUAGES[language], viewport=size(PHONE))
    page = context.new_page()
    if person:
        page.goto("/accounts/login/")
        sign_in(page, person)
        page.goto("/more/")
        page.locator("[name=language]").select_option(language)
        press(page, page.locator("main form:has([name=language]) button"))
    return page


def size(of: tuple[int, int]) -> ViewportSize:
    return {"width": of[0], "height": of[1]}


def sign_in(page: Page, person: str, password: str = PASSWORD) -> None:
    page.locator("[name=login]").fill(f"{person}@example.org")
    page.locator("[name=password]").fill(password)
    press(page, page.locator("main form:has([name=password]) button"))


def press(page: Page, button: Locator) -> None:
    with page.expect_navigation():
        button.first.click()


def send(page: Page) -> None:
    press(page, page.locator("main form button"))


def write(page: Page, field: str, text: str) -> None:
    """Writes into a box, which may be folded away."""
    box = page.locator(f"[name={field}]")
    fold = page.locator("details", has=box)
    if fold.count() and fold.get_attribute("open") is None:
        fold.locator("summary").click()
    box.fill(text)


def find_link(page: Page, pattern: str, start_at: str = "/") -> str:
    """The address of the first link on a page that looks like `pattern`."""
    page.goto(start_at)
    for path in links(page):
        if re.fullmatch(pattern, path):
            return path
    sys.exit(f"No link like {pattern} on {start_at}")


def links(page: Page) -> list[str]:
    """Where the links of this page lead within the site, in the order they stand there."""
    found: list[str] = page.eval_on_selector_all("a[href^='/']", "all => all.map(one => one.getAttribute('href'))")
    return list(dict.fromkeys(path.partition("#")[0] for path in found))


# --- a few more things to show ----------------------------------------------------------------------------------------
def furnish(browser: Browser, origin: str) -> None:
    """A corrected contact and one entered by mistake, words a supervisor opened, someone kept away, and a wish."""
    maya, alex, dana = (enter(browser, origin, name) for name in ("maya", "alex", "dana"))
    log_contact(maya, "We sat on the steps and named three people to call.\nI told who I called first.")
    maya.goto(f"{maya.url}correct/")
    write(maya, "next_steps", "Call one of them before Friday.")
    press(maya, maya.locator("main [name=sign]"))
    log_contact(maya, "We went to the clinic together.")
    maya.goto(f"{maya.url}mistake/")
    write(maya, "reason", "This was with someone else.")
    send(maya)

    open_log_to_answer(alex)
    write(alex, "text", "I had already called one of them. ¡Qué bueno!")
    press(alex, alex.locator("[name=kind][value=saw-it-differently]"))
    alex.goto(find_link(alex, PRIVACY))
    for name in ("Priya", "Maya"):  # one who can be kept away at once, one the support rests on
        person = alex.locator("[name=person] option", has_text=name).first.get_attribute("value")
        alex.locator("[name=person]").select_option(person)
        press(alex, alex.locator("form:has([name=person]) button"))

    dana.goto(find_link(dana, LOG, find_link(dana, CLIENT)))
    dana.goto(find_link(dana, OPENING, dana.url))
    write(dana, "reason", "Maya asked me to read this with her.")
    send(dana)
    reach_out(alex, "hard-day", "The rain does not stop in here.")
    for page in (maya, alex, dana):
        page.context.close()


def reach_out(page: Page, kind: str, text: str) -> None:
    page.goto("/reach-out/")
    if kind:
        page.locator(f"[name=kind][value={kind}] + label").click()
    page.locator("[name=words]").fill(text)
    press(page, page.locator("main form:has([name=words]) [type=submit]"))


def open_log_to_answer(page: Page) -> None:
    """The newest one that was not entered by mistake."""
    page.goto("/")
    for path in links(page):
        if re.fullmatch(LOG, path):
            page.goto(path)
            if page.locator("[name=text]").count():
                return
    sys.exit("Nothing to answer on the client's home.")


def log_contact(page: Page, text: str) -> None:
    new_log(page, text)
    press(page, page.locator("main [name=sign]"))


def new_log(page: Page, text: str = "") -> None:
    page.goto(find_link(page, NEW_LOG))
    if text:
        for field, value in (("mode", "in-person"), ("who_reached_out", "client"), ("minutes", "45")):
            name = page.locator(f'[name={field}][value="{value}"]').get_attribute("id")
            page.locator(f"label[for={name}]").click()
        write(page, "what_we_did", text)


# --- states no link leads to ------------------------------------------------------------------------------------------
def nothing_chosen(page: Page) -> None:
    new_log(page)
    send(page)


def just_saved(page: Page) -> None:
    new_log(page, "We planted the first row.")
    send(page)


def changed_elsewhere(page: Page) -> None:
    just_saved(page)
    edit = f"{page.url}edit/"
    other = page.context.new_page()
    for tab, text in ((page, "We planted two rows."), (other, "We planted three rows.")):
        tab.goto(edit)
        write(tab, "what_we_did", text)
    for tab in (other, page):
        send(tab)
    other.close()


def signed_out_meanwhile(page: Page) -> None:
    new_log(page, "We planted the first row.\nIt rained.")
    page.context.clear_cookies(name="sessionid")
    send(page)


def signed_in_again(page: Page) -> None:
    signed_out_meanwhile(page)
    sign_in(page, "maya")


def no_words(page: Page) -> None:
    open_log_to_answer(page)
    press(page, page.locator("[name=kind]"))


def no_reason(page: Page) -> None:
    page.goto(find_link(page, OPENING, find_link(page, CLIENT)))
    send(page)


def wrong_password(page: Page) -> None:
    page.goto("/accounts/login/")
    sign_in(page, "alex", "not this one")


def too_many_tries(page: Page) -> None:
    page.goto("/accounts/login/")
    for _time in range(11):
        sign_in(page, "toni", "not this one")


def code_by_mail(page: Page) -> None:
    page.goto("/accounts/login/code/")
    page.locator("[name=login]").fill("toni@example.org")
    send(page)


def new_password(page: Page) -> None:
    page.goto("/accounts/password/forgotten/")
    page.locator("[name=login]").fill("toni@example.org")
    send(page)
    page.locator("[name=code]").fill("12345678")
    send(page)


def of_one_name(page: Page) -> None:
    page.goto("/clients/new/")
    page.locator("[name=first_name]").fill("Alex")
    send(page)


def no_kind(page: Page) -> None:
    reach_out(page, "", "I do not know which.")


def both_texts(page: Page) -> None:
    """Alex writes why a goal matters in two windows; in both the boxes save themselves."""
    open_goal(page)
    other = page.context.new_page()
    other.goto(page.url)
    for tab in (page, other):
        tab.locator("details:has(> [name=why_it_matters]) > summary").click()
        tab.locator("[name=why_it_matters]").focus()
    for tab, text in ((other, "So that nobody counts my bags."), (page, "So that I can walk over.")):
        tab.locator("[name=why_it_matters]").fill(text)
    page.wait_for_selector("button[name=keep]")
    other.close()


def hard_day(page: Page) -> None:
    """One of their own victories is offered."""
    reach_out(page, "hard-day", "")


def put_away(page: Page) -> None:
    page.goto(find_link(page, VICTORIES))
    page.goto(f"{page.url}?put-away=yes")


def nothing_right(page: Page) -> None:
    """The box on the home, open and sent as it is."""
    page.goto("/")
    page.locator("details:has([name=visibility]) > summary").click()
    press(page, page.locator("main form:has([name=visibility]) [type=submit]"))


def open_goal(page: Page) -> None:
    page.goto(find_link(page, GOALS))
    page.goto(find_link(page, GOAL, page.url))


def somebody_here(page: Page) -> None:
    """Maya has the same goal open."""
    open_goal(page)
    browser = page.context.browser
    assert browser is not None
    maya = enter(browser, re.match(r"https?://[^/]+", page.url)[0], "maya")  # type: ignore[index]
    maya.goto(page.url)
    page.wait_for_selector(".here")
    maya.context.close()


def not_saved_yet(page: Page) -> None:
    """The network is gone while Alex types."""
    open_goal(page)
    page.evaluate("() => { window.fetch = () => Promise.reject(new TypeError()); }")
    write(page, "why_it_matters", "So that I can walk over.")
    page.wait_for_function("document.querySelector('#live').textContent")


def wrong_code(page: Page) -> None:
    page.goto("/reach-me/")
    page.locator("[name=address]").fill("alex@example.org")
    press(page, page.locator("main form:has([name=address]) [type=submit]"))
    page.locator("[name=code]").fill("000 000")
    press(page, page.locator("main form:has([name=code]) [type=submit]"))


def no_day(page: Page) -> None:
    page.goto(find_link(page, CHECK_INS) + "new/")
    press(page, page.locator("main form:has([name=local_time]) [type=submit]"))


def no_way_answered(page: Page) -> None:
    page.goto(find_link(page, REACH_OUT))
    press(page, page.locator("main form:has([name=how]) [type=submit]"))


def in_hands(page: Page) -> None:
    """An idea, on the screen that was turned to the client."""
    page.goto(find_link(page, GOALS, find_link(page, CLIENT)))
    page.goto(find_link(page, HAND_OVER, page.url))
    send(page)


def my_way_in_hands(page: Page) -> None:
    in_hands(page)
    press(page, page.locator("main a.btn"))


def given_back(page: Page) -> None:
    in_hands(page)
    press(page, page.locator("[name=answer][value=later]"))


def take_back(page: Page) -> None:
    given_back(page)
    press(page, page.locator("footer a.btn"))


def large_plan(page: Page) -> None:
    page.goto(find_link(page, PLAN, find_link(page, GOALS)))
    for box in page.locator("main form [type=checkbox]").all():
        box.check()
    press(page, page.locator("main form [type=submit]"))


def go(path: str) -> Callable[[Page], None]:
    def lead_to(page: Page) -> None:
        page.goto(path)

    return lead_to


# name: (hat, the way there)
STATES: dict[str, tuple[str, Callable[[Page], None]]] = {
    "nothing-chosen": ("specialist", nothing_chosen),
    "just-saved": ("specialist", just_saved),
    "changed-elsewhere": ("specialist", changed_elsewhere),
    "signed-out-meanwhile": ("specialist", signed_out_meanwhile),
    "signed-in-again": ("specialist", signed_in_again),
    "no-words": ("client", no_words),
    "no-reason": ("supervisor", no_reason),
    "no-kind": ("client", no_kind),
    "both-texts": ("client", both_texts),
    "hard-day": ("client", hard_day),
    "put-away": ("client", put_away),
    "nothing-right": ("client", nothing_right),
    "somebody-is-here": ("client", somebody_here),
    "not-saved-yet": ("client", not_saved_yet),
    "wrong-code": ("client", wrong_code),
    "no-day": ("client", no_day),
    "no-way-answered": ("specialist", no_way_answered),
    "someone-of-that-name": ("manager", of_one_name),
    "in-hands": ("specialist", in_hands),
    "my-way-in-hands": ("specialist", my_way_in_hands),
    "given-back": ("specialist", given_back),
    "take-back": ("specialist", take_back),
    "large-plan": ("client", large_plan),
    "not-here": ("client", go("/nowhere/")),
    "not-open": ("client", go("/contacts/new/")),
    "link-over": ("signed-out", go(f"/r/{'A' * 22}/")),
    "left": ("signed-out", go("/left/")),
    "wrong-password": ("signed-out", wrong_password),
    "code-by-e-mail": ("signed-out", code_by_mail),
    "new-password": ("signed-out", new_password),
    "too-many-tries": ("signed-out", too_many_tries),  # last: this address is refused for a while
}
