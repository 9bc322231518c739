"""The whole way once, with real parts: launcher, web, worker, beat, mail server, and a browser for each person.

Runs beside the tests of both engines: with SQLite and the queue in files, and with PostgreSQL and Redis.
"""

import email
import os
import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import redis
from playwright.sync_api import Browser, Page, expect

from tests.browser.hands import give_sign_in, pill
from tests.fixtures_browser import PATIENCE, playwrights_loop
from tests.fixtures_site import new_database, new_redis
from tests.test_launcher import KEYS, Launched, wait_until

pytestmark = pytest.mark.processes
LINK = re.compile(r"http://\S+?/r/([\w-]{22})/")
LINE = "Slept well, and the ferry came."
AHEAD = timedelta(hours=3)


class Letters:
    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def next(self, number: int) -> EmailMessage:
        """The `number`-th letter that reached the mail server: the clockwork ticks every ten seconds."""
        files = wait_until(lambda: (found := sorted(self.folder.glob("*.eml")))[number - 1 : number] and found, 90)
        letter = email.message_from_bytes(files[number - 1].read_bytes(), policy=default)
        assert isinstance(letter, EmailMessage)
        return letter

    def count(self) -> int:
        return len(list(self.folder.glob("*.eml")))


@pytest.fixture
def house(tmp_path: Path, mail_server: tuple[int, Path]) -> Iterator[tuple[Launched, str]]:
    """The demo as `make run` starts it, on the engine of this run; and the URL of its Redis, if it has one."""
    port, _letters = mail_server
    var_dir = tmp_path / "var"
    var_dir.mkdir()
    with ExitStack() as opened:
        database, queue = opened.enter_context(new_database()), opened.enter_context(new_redis())
        urls = {"DATABASE_URL": database, "REDIS_URL": queue, "EMAIL_URL": f"smtp://127.0.0.1:{port}"}
        yield opened.enter_context(Launched(var_dir, **KEYS, **{name: url for name, url in urls.items() if url})), queue


@pytest.fixture
def enter(house: tuple[Launched, str], chromium: Browser) -> Iterator[Callable[..., Page]]:
    """`enter("alex")`: a page of a browser that has never been here, signed in; `enter("")`: not signed in."""
    origin = f"http://127.0.0.1:{house[0].environment['PORT']}"
    with playwrights_loop(chromium), ExitStack() as opened:

        def come(name: str) -> Page:
            context = chromium.new_context(base_url=origin, viewport={"width": 360, "height": 740}, locale="en-US")
            opened.callback(context.close)
            context.set_default_timeout(PATIENCE)
            page = context.new_page()
            if name:
                page.goto("/accounts/login/")
                give_sign_in(page, name)
                page.wait_for_url(lambda url: "/accounts/login/" not in url)
            return page

        yield come


def press(page: Page, name: str) -> None:
    with page.expect_navigation():
        page.get_by_role("button", name=name, exact=True).first.click()


def set_up_address(page: Page, letters: Letters) -> None:
    """How to reach me safely: the address, and the code that came to it."""
    page.goto("/reach-me/")
    page.locator("[name=address]").fill("someone@mail.example")
    press(page, "Send me a code")
    code = re.search(r"\b\d{6}\b", letters.next(1).get_content())
    assert code is not None
    page.locator("[name=code]").fill(code.group())
    press(page, "Confirm")


def agree_on(page: Page, at: datetime) -> None:
    """Every day at this time, by e-mail, in words that hold no name; instead of what the demo agreed on."""
    page.goto("/")
    page.get_by_text("More of mine").click()
    page.get_by_role("link", name="Check-ins").first.click()
    page.wait_for_url("**/check-ins/")
    press(page, "End")
    page.get_by_role("link", name="Set up a check-in").click()
    page.wait_for_url("**/check-ins/new/")
    for day in range(7):
        pill(page, "weekdays", str(day)).click()
    page.locator("[name=local_time]").fill(f"{at:%H:%M}")
    pill(page, "channel", "email").click()
    pill(page, "wording", "hello").click()
    press(page, "Save")
    expect(page.locator(".terms")).to_contain_text("Every day")


def test_from_an_agreement_to_the_specialists_today(
    house: tuple[Launched, str], enter: Callable[..., Page], mail_server: tuple[int, Path]
) -> None:
    launched, queue = house
    letters = Letters(mail_server[1])
    alex = enter("alex")
    set_up_address(alex, letters)
    at = (datetime.now(UTC) + AHEAD).astimezone(ZoneInfo("America/Los_Angeles"))
    agree_on(alex, at)

    move_clock(launched, AHEAD + timedelta(minutes=1))
    letter = letters.next(2)
    said = f"{letter['Subject']}\n{letter.get_content()}"
    for secret in ("Alex", "Reyes", "Maya", "Riverside", "every day", f"{at:%H:%M}"):
        assert secret.lower() not in said.lower()
    found = LINK.search(said)
    assert found is not None

    phone = enter("")
    phone.goto(found.group())
    phone.locator("[name=line]").fill(LINE)
    press(phone, "So-so")
    expect(phone.locator("main")).to_contain_text("You said: So-so")
    expect(phone.locator("main")).not_to_contain_text(LINE)
    assert phone.context.cookies() == []

    today = enter("maya")
    today.goto("/")
    row = today.locator("li", has_text=LINE)
    expect(row).to_contain_text("Alex answered: So-so")
    row.get_by_role("link").click()
    today.wait_for_url("**/check-ins/")
    today.goto("/")
    expect(today.locator("main")).not_to_contain_text(LINE)

    assert letters.count() == 2
    for secret in (found.group(1), LINE, "someone@mail.example"):
        assert leaks(launched, queue, secret) == []


def move_clock(launched: Launched, span: timedelta) -> None:
    """Every process of the house sees it at once."""
    fresh = Path(launched.environment["VAR_DIR"]) / "clock.new"
    fresh.write_text(str(span.total_seconds()))
    os.replace(fresh, fresh.with_name("clock"))


def leaks(launched: Launched, queue: str, secret: str) -> list[str]:
    """Where it stands open, although it may stand nowhere: logs, files, rows, the queue and the cache."""
    folder = Path(launched.environment["VAR_DIR"])
    found = [
        str(path.relative_to(folder))
        for path in folder.rglob("*")
        if path.is_file() and "static" not in path.parts and secret.encode() in path.read_bytes()
    ]
    if queue:
        with redis.Redis.from_url(queue.replace("redis+socket://", "unix://")) as held:
            held.config_set("rdbcompression", "no")  # what is dumped can be read
            found += [str(key) for key in held.scan_iter() if secret.encode() in key + (held.dump(key) or b"")]
    return found
