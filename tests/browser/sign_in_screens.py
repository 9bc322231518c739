"""States of signing in that no address leads to, for `screens.STATES`."""

from collections.abc import Callable

from django.urls import reverse
from playwright.sync_api import Page

from home.demo.cast import PASSWORD
from tests.app_codes import secret_on, totp
from tests.browser.hands import give_sign_in, send, write

Things = dict[str, object]


def set_up(page: Page, _things: Things) -> None:
    """The recovery codes, for the first and only time."""
    page.goto(reverse("second-factor"))
    write(page, "code", totp(secret_on(page.content())))
    page.locator("main form:has([name=code]) button").first.click()
    page.wait_for_selector(".codes")


def has_one(page: Page, things: Things) -> None:
    set_up(page, things)
    page.locator("main form button").first.click()
    page.wait_for_selector(".flash")
    page.goto(reverse("recovery-codes"))
    page.goto(reverse("second-factor"))


def wrong_at_sign_in(page: Page, things: Things) -> None:
    set_up(page, things)
    page.context.clear_cookies()
    page.goto(reverse("account_login"))
    give_sign_in(page, "maya")
    page.wait_for_url("**/accounts/code/")
    write(page, "code", "000000")
    send(page)


def no_reset_without_a_reason(page: Page, things: Things) -> None:
    page.goto(reverse("reset-second-factor", args=[things["staff_member"]]))
    send(page)


def code_by_mail(page: Page, _things: Things) -> None:
    page.goto(reverse("ask-for-code"))
    page.locator("[name=login]").fill("alex@example.org")
    send(page)
    page.wait_for_selector("[name=code]")


def new_password(page: Page, _things: Things) -> None:
    """Two that differ."""
    page.goto(reverse("forgotten-password"))
    page.locator("[name=login]").fill("alex@example.org")
    send(page)
    page.wait_for_selector("[name=code]")
    for field, text in (("code", "12345678"), ("password", "three words here"), ("again", "three other words")):
        write(page, field, text)
    send(page)


def sheet(page: Page, _things: Things) -> None:
    """Five codes on paper, shown once."""
    page.goto(reverse("way-back"))
    write(page, "password", PASSWORD)
    send(page)
    page.wait_for_selector(".code-on-paper")


def has_sheet(page: Page, things: Things) -> None:
    sheet(page, things)
    page.locator("[name=done]").click()
    page.wait_for_selector(".flash")
    page.goto(reverse("way-back"))


def wrong_paper(page: Page, _things: Things) -> None:
    page.goto(reverse("paper-code"))
    for field, text in (("login", "alex@example.org"), ("code", "0000-0000-0000-0000")):
        write(page, field, text)
    for field in ("password", "again"):
        write(page, field, "three words here")
    send(page)


def helped(page: Page, things: Things) -> None:
    """One code on paper, for someone else."""
    page.goto(reverse("help-back", args=[things["person"]]))
    write(page, "how_proved", "We met at the office.")
    page.locator("[name=in_person]").check()
    write(page, "password", PASSWORD)
    send(page)
    page.wait_for_selector(".code-on-paper")


def no_help_without_a_reason(page: Page, things: Things) -> None:
    page.goto(reverse("help-back", args=[things["person"]]))
    send(page)


def too_many_tries(page: Page, _things: Things) -> None:
    page.goto(reverse("account_login"))
    for _time in range(11):
        give_sign_in(page, "alex", "not this one")
        page.wait_for_load_state()


def another_address(page: Page, _things: Things) -> None:
    page.goto(reverse("my-email"))
    page.locator("[name=address]").fill("alex.new@example.org")
    page.locator("[name=password]").fill("not this one")
    send(page)


def still_there(page: Page, _things: Things) -> None:
    page.goto(reverse("more"))
    page.evaluate("document.querySelector('dialog.stay').showModal()")


SIGN_IN_STATES: dict[str, tuple[str, int, Callable[[Page, Things], None]]] = {
    "recovery codes": ("maya", 200, set_up),
    "second step": ("maya", 200, has_one),
    "wrong second step": ("maya", 422, wrong_at_sign_in),
    "reset without a reason": ("omar", 422, no_reset_without_a_reason),
    "code by e-mail": ("", 200, code_by_mail),
    "new password": ("", 422, new_password),
    "codes on paper": ("alex", 200, sheet),
    "some are left": ("alex", 200, has_sheet),
    "wrong code from paper": ("", 422, wrong_paper),
    "code for someone": ("omar", 200, helped),
    "no code without a reason": ("omar", 422, no_help_without_a_reason),
    "too many tries": ("", 429, too_many_tries),
    "another address": ("alex", 422, another_address),
    "still there": ("alex", 200, still_there),
}
