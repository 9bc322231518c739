"""Every page of the product in every state worth looking at: what the tests that walk through all of them walk through.

Complete by construction: a URL pattern that is missing in ARGUMENTS fails `addresses`, and whether a hat gets a page
from an address is found out by asking for it.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from playwright.sync_api import Page

from accounts.models import Program
from clients.actions import keep_away, open_words
from home.demo import times
from home.demo.cast import Cast
from peersupport.lib.clock import now
from peersupport.lib.ids import new_id
from sessions import actions
from sessions.actions import Contact
from sessions.models import ClientWord, ContactLog
from tests.browser import support
from tests.browser.goal_screens import GOAL_ARGUMENTS, GOAL_STATES, NO_GOAL_PAGE, furnish_goals
from tests.browser.hands import give_sign_in, send, write
from tests.browser.managing import MANAGING, NO_MANAGING_PAGE, furnish_managing
from tests.browser.sign_in_screens import SIGN_IN_STATES

# Whom the pages are looked at as; Rio has two hats. "" is someone signed out.
PEOPLE = ("alex", "maya", "dana", "omar", "rio", "")

# URL name: what stands in its path, once for each state the page can be in. Names are those `furnish` gives.
ARGUMENTS: dict[str, list[tuple[str, ...]]] = {
    "home": [()],
    "clients": [()],
    "client": [("client",), ("quiet_client",)],
    "my-privacy": [("client",)],
    "keep-away": [("client",)],
    "let-back": [("client", "kept")],
    "settle": [("kept",)],
    "reach-me": [()],
    "reach-me-news": [()],
    "reach-me-point": [("point",), ("proved_point",)],
    "reach-me-code": [("point",)],
    "reach-me-new-code": [("point",)],
    "reach-me-end": [("point",)],
    **MANAGING,
    "more": [()],
    "my-password": [()],
    "way-back": [()],
    "my-email": [()],
    "my-email-code": [()],
    "leaving": [()],
    "healthz": [()],
    "readyz": [()],
    "contacts:choose": [()],
    "contacts:log": [("signed",), ("unfinished",), ("opened",), ("corrected",), ("correction",), ("mistaken",)],
    "contacts:edit": [("unfinished",)],
    "contacts:sign": [("unfinished",)],
    "contacts:correct": [("signed",)],
    "contacts:mistake": [("signed",)],
    "contacts:open": [("signed",)],
    "contacts:add-words": [("signed",)],
    "contacts:take-back": [("signed", "word")],
    "contacts:times": [("client",), ("quiet_client",)],
    "contacts:new": [("client",)],
    "clients:opening": [("client",)],
    **GOAL_ARGUMENTS,
    "conversations:reach-out": [()],
    "conversations:state": [("waiting",), ("late",), ("wrote",), ("taken back",)],
    "conversations:take-back": [("waiting",)],
    "conversations:seen": [("waiting",)],
    "conversations:answered": [("waiting",)],
    "conversations:open": [("waiting",)],
    "checkins:list": [("client",), ("quiet_client",)],
    "checkins:new": [("client",), ("quiet_client",)],
    "checkins:quiet": [("client",)],
    "checkins:answer": [("check_in",)],
    "checkins:change": [("agreement",), ("check_in_idea",)],
    "checkins:agree": [("check_in_idea",)],
    "checkins:say-no": [("check_in_idea",)],
    "checkins:take-back": [("check_in_idea",)],
    "checkins:pause": [("agreement",)],
    "checkins:resume": [("agreement",)],
    "checkins:end": [("agreement",)],
    "checkins:reply": [("token",), ("answered_token",)],
    "reports:caseload": [()],
    "reports:caseload-file": [()],
    "reports:find": [()],
    "reports:rows": [("contacts_figure",), ("goals_figure",), ("late_figure",), ("promised_figure",)],
    "reports:rows-file": [("contacts_figure",)],
    "reports:how-we-count": [()],
    "account_login": [()],
    "ask-for-code": [()],
    "sign-in-code": [()],
    "forgotten-password": [()],
    "new-password": [()],
    "paper-code": [()],
    "mfa_authenticate": [()],
    "second-factor": [()],
    "recovery-codes": [()],
    "reset-second-factor": [("staff_member",)],
    "account_logout": [()],
    "resume": [()],
    "take-back": [()],
    "sign-ins": [()],
    "stay": [()],
    "wear": [()],
    "language": [()],
    "leave": [()],
    "left": [()],
}
# Never a page to look at: what only takes POST, and what machines ask for.
NO_PAGE = {
    *NO_MANAGING_PAGE,
    *("keep-away", "let-back", "settle", "contacts:sign", "contacts:add-words", "contacts:take-back"),
    *("checkins:quiet", "checkins:answer", "checkins:agree", "checkins:say-no", "checkins:take-back"),
    *("checkins:pause", "checkins:resume", "checkins:end"),
    *(
        "stay",
        "my-email-code",
        "sign-in-code",
        "new-password",
        "mfa_authenticate",
        "recovery-codes",
    ),  # pages in the middle of signing in: see STATES
    *("take-back", "account_logout", "wear", "language", "leave", "healthz", "readyz"),
    *NO_GOAL_PAGE,
    *("reach-me-code", "reach-me-new-code", "reach-me-end", "reach-me-news"),
    *("conversations:take-back", "conversations:seen", "conversations:answered"),
    *("reports:find", "reports:caseload-file", "reports:rows-file"),
}


@dataclass(frozen=True)
class Address:
    name: str  # of the URL pattern
    path: str


def furnish(cast: Cast) -> dict[str, object]:
    """A house with every kind of thing in it; the ids that stand in URLs."""
    times.seed(cast)
    goals = furnish_goals(cast)
    maya, alex, dana = cast.actor("maya"), cast.actor("alex"), cast.actor("dana")
    client = cast.clients["alex"]

    def log(text: str, *, sign: bool = True) -> ContactLog:
        contact = Contact(now().date(), "video", "specialist", 20, what_we_did=text, time_zone="UTC")
        made = actions.start_log(client, contact, op_id=new_id(), by=maya)
        return actions.sign_log(made, version=made.version, by=maya) if sign else made

    signed, opened, corrected, mistaken = log("We talked."), log("We cooked."), log("We sang."), log("Not Alex.")
    fixed = Contact(now().date(), "phone", "client", 25, what_we_did="We sang, on the phone.", time_zone="UTC")
    correction = actions.correct_log(corrected, fixed, op_id=new_id(), by=maya)
    correction = actions.sign_log(correction, version=correction.version, by=maya)
    actions.enter_in_error(mistaken, "This was with someone else.", by=maya)
    kind = ClientWord.Kind.SAW_IT_DIFFERENTLY
    word = actions.add_words(signed, kind, "I only listened.", op_id=new_id(), language="en", by=alex)
    open_words(client, "Maya asked me to look.", op_id=new_id(), subject_id=opened.pk, language="en", by=dana)
    keep_away(client, cast.priya, by=alex)
    return {
        **goals,
        **support.furnish(cast),
        **furnish_managing(cast),
        **{f"{name}_figure": name for name in ("contacts", "goals", "late", "promised")},
        "client": client.pk,
        "staff_member": cast.maya.pk,
        "quiet_client": cast.clients["toni"].pk,
        "signed": signed.pk,
        "unfinished": log("Not signed yet.", sign=False).pk,
        "opened": opened.pk,
        "corrected": corrected.pk,
        "correction": correction.pk,
        "mistaken": mistaken.pk,
        "word": word.pk,
        "kept": keep_away(client, cast.maya, by=alex).pk,
    }


def patterns(resolver: URLResolver | None = None, space: str = "") -> Iterator[str]:
    """The names of all URL patterns."""
    for pattern in (resolver or get_resolver()).url_patterns:
        if isinstance(pattern, URLResolver):
            yield from patterns(pattern, f"{space}{pattern.namespace}:" if pattern.namespace else space)
        elif isinstance(pattern, URLPattern):
            assert pattern.name, f"{pattern} has no name"
            yield f"{space}{pattern.name}"


def addresses(things: dict[str, object]) -> list[Address]:
    unknown = set(patterns()) ^ set(ARGUMENTS)
    assert not unknown, f"tests/browser/screens.py, ARGUMENTS, and the URL patterns differ in {sorted(unknown)}"
    return [
        Address(name, reverse(name, args=[things[key] for key in keys]))
        for name, states in ARGUMENTS.items()
        for keys in states
    ]


def pages_of(browser: Client, things: dict[str, object]) -> list[Address]:
    """Where whoever is signed in on `browser` (Django's own, which is quick) gets a page."""

    def shows(address: Address) -> bool:
        answer = browser.get(address.path)
        # A whole page: some addresses give a part of one to a page that is open already.
        return answer.status_code == 200 and b"viewport" in answer.getvalue()

    return [address for address in addresses(things) if shows(address)]


# --- states no address leads to ---------------------------------------------------------------------------------------
Lead = Callable[[Page, dict[str, object]], None]


def empty_contact(page: Page, things: dict[str, object]) -> None:
    page.goto(reverse("contacts:new", args=[things["client"]]))
    send(page)


def fresh_contact(page: Page, things: dict[str, object]) -> None:
    """Saved, and the page says so."""
    page.goto(reverse("contacts:edit", args=[things["unfinished"]]))
    send(page)
    page.wait_for_selector(".flash")


def stale_contact(page: Page, things: dict[str, object]) -> None:
    page.goto(reverse("contacts:edit", args=[things["unfinished"]]))
    write(page, "what_we_did", "Typed here.")
    other = page.context.new_page()
    other.goto(reverse("contacts:edit", args=[things["unfinished"]]))
    write(other, "what_we_did", "Typed there.")
    send(other)
    other.wait_for_selector(".flash")
    other.close()
    send(page)


def signed_out(page: Page, things: dict[str, object]) -> None:
    page.goto(reverse("contacts:edit", args=[things["unfinished"]]))
    write(page, "what_we_did", "Typed here, two lines\nof it.")
    page.context.clear_cookies(name="sessionid")
    send(page)


def other_tab(page: Page, things: dict[str, object]) -> None:
    """The proof against forgery is old: what was typed stands on a page of its own."""
    page.goto(reverse("contacts:edit", args=[things["unfinished"]]))
    write(page, "what_we_did", "Typed here, two lines\nof it.")
    page.context.clear_cookies(name="csrftoken")
    send(page)


def opening_without_reason(page: Page, things: dict[str, object]) -> None:
    page.goto(reverse("clients:opening", args=[things["client"]]))
    send(page)


def mistake_without_reason(page: Page, things: dict[str, object]) -> None:
    page.goto(reverse("contacts:mistake", args=[things["signed"]]))
    send(page)


def no_words(page: Page, things: dict[str, object]) -> None:
    page.goto(reverse("contacts:log", args=[things["signed"]]))
    page.locator("main form button[name=kind]").first.click()


def of_one_name(page: Page, _things: dict[str, object]) -> None:
    page.goto(reverse("new-client"))
    write(page, "first_name", "Alex")
    send(page)


def totals_only(page: Page, _things: dict[str, object]) -> None:
    Program.objects.update(note_mode="no-narrative", totals_only=True)
    page.goto(reverse("reports:caseload"))


def nothing_agreed_on(page: Page, things: dict[str, object]) -> None:
    page.goto(reverse("checkins:new", args=[things["client"]]))
    send(page)


def over_link(page: Page, _things: dict[str, object]) -> None:
    page.goto(reverse("checkins:reply", args=["A" * 22]))


def strange_page(page: Page, _things: dict[str, object]) -> None:
    page.goto("/nowhere/")


def closed_page(page: Page, things: dict[str, object]) -> None:
    page.goto(reverse("contacts:choose"))


def wrong_password(page: Page, _things: dict[str, object]) -> None:
    page.goto(reverse("account_login"))
    give_sign_in(page, "alex", "not this one")


# name: (who, status of the page, the way there)
STATES: dict[str, tuple[str, int, Lead]] = {
    "invalid contact form": ("maya", 422, empty_contact),
    "just saved": ("maya", 200, fresh_contact),
    "stale contact form": ("maya", 409, stale_contact),
    "signed-out form": ("maya", 401, signed_out),
    "form of an older sign-in": ("maya", 403, other_tab),
    "opening without a reason": ("dana", 422, opening_without_reason),
    "mistake without a reason": ("maya", 422, mistake_without_reason),
    "nothing in my words": ("alex", 422, no_words),
    "nothing agreed on": ("alex", 422, nothing_agreed_on),
    "nothing suggested": ("maya", 422, nothing_agreed_on),
    "someone of that name": ("omar", 409, of_one_name),
    "totals only": ("dana", 200, totals_only),
    "a link that is over": ("", 404, over_link),
    **GOAL_STATES,
    **SIGN_IN_STATES,
    "404": ("alex", 404, strange_page),
    "404 signed out": ("", 404, strange_page),
    "403": ("alex", 403, closed_page),
    "wrong password": ("", 200, wrong_password),
}
