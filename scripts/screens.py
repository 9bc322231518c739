"""People of the demo at their pages, for scripts.pictures: what they do, and the states they end up in."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable

from playwright.sync_api import Browser, Page

from scripts.hands import (
    CHECK_INS,
    CLIENT,
    LOG,
    NEW_LOG,
    OPENING,
    PASSWORD,
    PRIVACY,
    REACH_OUT,
    enter,
    find_link,
    go,
    links,
    press,
    reach_out,
    send,
    sign_in,
    write,
)
from scripts.screens_of_goals import GOAL_STATES


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


def sheet_of_codes(page: Page) -> None:
    page.goto("/more/way-back/")
    page.locator("[name=password]").fill(PASSWORD)
    send(page)
    page.wait_for_selector(".code-on-paper")


def some_left(page: Page) -> None:
    sheet_of_codes(page)
    page.locator("[name=done]").click()
    page.goto("/accounts/sign-ins/")


def wrong_paper(page: Page) -> None:
    page.goto("/accounts/password/paper/")
    for field, text in (("login", "toni@example.org"), ("code", "0000-0000-0000-0000")):
        page.locator(f"[name={field}]").fill(text)
    for field in ("password", "again"):
        page.locator(f"[name={field}]").fill("three words here")
    send(page)


def of_one_name(page: Page) -> None:
    page.goto("/clients/new/")
    page.locator("[name=first_name]").fill("Alex")
    send(page)


def no_kind(page: Page) -> None:
    reach_out(page, "", "I do not know which.")


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
    **GOAL_STATES,
    "wrong-code": ("client", wrong_code),
    "no-day": ("client", no_day),
    "no-way-answered": ("specialist", no_way_answered),
    "someone-of-that-name": ("manager", of_one_name),
    "not-here": ("client", go("/nowhere/")),
    "not-open": ("client", go("/contacts/new/")),
    "link-over": ("signed-out", go(f"/r/{'A' * 22}/")),
    "left": ("signed-out", go("/left/")),
    "wrong-password": ("signed-out", wrong_password),
    "code-by-e-mail": ("signed-out", code_by_mail),
    "new-password": ("signed-out", new_password),
    "wrong-code-from-paper": ("signed-out", wrong_paper),
    "codes-on-paper": ("client", sheet_of_codes),
    "codes-left": ("client", some_left),
    "too-many-tries": ("signed-out", too_many_tries),  # last: this address is refused for a while
}
