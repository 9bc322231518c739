"""The few pictures of the README, behind `make pictures`: docs/pictures/, of the demo's year.

Always of one and the same Tuesday, so that only what has changed looks different.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from playwright.sync_api import Page, sync_playwright

from scripts.hands import DESK, GOALS, PHONE, enter, find_link, go, press, size
from scripts.pictures import BASE_DIR, FLAGS, product, set_clock
from scripts.services import PARTS, ensure, find

FOLDER = BASE_DIR / "docs" / "pictures"
ZONE = ZoneInfo("America/Los_Angeles")
MORNING, NIGHT = datetime(2026, 11, 17, 9, 40, tzinfo=ZONE), datetime(2026, 11, 17, 23, 20, tzinfo=ZONE)


def finish_school(page: Page) -> None:
    page.goto(find_link(page, GOALS))
    press(page, page.get_by_role("link", name="Acabar la prepa"))


def page_of_kit(page: Page) -> None:
    page.goto("/clients/")
    press(page, page.get_by_role("link", name="Kit"))


@dataclass(frozen=True)
class Shot:
    name: str
    person: str
    way: Callable[[Page], None]
    window: tuple[int, int] = PHONE
    language: str = "en"
    at: datetime = MORNING


SHOTS = (
    Shot("client-home", "ruth", go("/")),
    Shot("goal-es", "rosario", finish_school, language="es"),
    Shot("reach-out-at-night", "theo", go("/reach-out/"), at=NIGHT),
    Shot("today", "maya", go("/"), DESK),
    Shot("times-together", "noor", page_of_kit, DESK),
    Shot("caseload", "ruthanne", go("/reports/caseload/"), (1280, 1100)),
)


def main() -> int:
    if ensure(["chromium"]):
        return 1
    FOLDER.mkdir(parents=True, exist_ok=True)
    with product(MORNING) as (origin, clock), sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find(*PARTS["chromium"][0]), args=FLAGS)
        for shot in SHOTS:
            set_clock(clock, shot.at)
            page = enter(browser, origin, shot.person, shot.language)
            page.emulate_media(color_scheme="dark" if shot.at == NIGHT else "light")
            page.set_viewport_size(size(shot.window))
            shot.way(page)
            page.screenshot(path=FOLDER / f"{shot.name}.png", animations="disabled")
            page.context.close()
        browser.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
