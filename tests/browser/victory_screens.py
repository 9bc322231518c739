"""What went right, in every state worth looking at."""

from collections.abc import Callable
from datetime import timedelta

from django.urls import reverse
from playwright.sync_api import Page

from conversations.actions import open_reach_out
from goals.actions.victories import Told, cheer, put_away, today_of, write_victory
from goals.models import Goal
from home.demo.cast import Cast
from peersupport.lib.ids import new_id

WORDS = (
    (2, "I called Rosa first, before she called me.", "support"),
    (70, "I said no to the second apartment and it felt right.", "specialist"),
    (150, "Slept with the TV off. One night. It counts.", "just-me"),
    (260, "Made the appointment by myself, on the phone.", "support"),
)


def furnish_victories(cast: Cast, goal: Goal) -> dict[str, object]:
    """Ids that stand in URLs."""
    alex, maya, today = cast.actor("alex"), cast.actor("maya"), today_of(cast.clients["alex"])
    made = [
        write_victory(
            cast.clients["alex"],
            Told(text, visibility, today - timedelta(days=ago), goal if ago == 70 else None),
            op_id=new_id(),
            by=alex,
        )
        for ago, text, visibility in WORDS
    ]
    put_away(write_victory(cast.clients["alex"], Told("Not this one.", "just-me"), op_id=new_id(), by=alex), by=alex)
    told = Told("Slept in a bed, all night.", "specialist", today - timedelta(days=9))
    write_victory(cast.clients["toni"], told, op_id=new_id(), by=maya)
    back = cheer(made[0], "I read this twice. You went first.", op_id=new_id(), language="en", by=maya)
    hard = open_reach_out(cast.clients["alex"], "hard-day", "", op_id=new_id(), language="en", by=alex)
    return {"victory": made[0].pk, "cheer": back.pk, "hard_day": hard.pk}


def _victories(things: dict[str, object]) -> str:
    return reverse("goals:victories", args=[things["client"]])


def empty_victory(page: Page, things: dict[str, object]) -> None:
    page.goto(_victories(things))
    page.get_by_text("Something went right?").click()
    page.get_by_role("button", name="Keep it").click()


def kept_victory(page: Page, things: dict[str, object]) -> None:
    """With the keyboard alone, from the home."""
    page.goto("/")
    page.locator("summary", has_text="Something went right?").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.type("I cooked for two.")
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_selector(".flash")


def put_away_ones(page: Page, things: dict[str, object]) -> None:
    page.goto(f"{_victories(things)}?put-away=yes")


def empty_cheer(page: Page, things: dict[str, object]) -> None:
    page.goto(_victories(things))
    page.get_by_text("Say a word back").first.click()
    page.get_by_role("button", name="Say it").first.click()


def hard_day(page: Page, things: dict[str, object]) -> None:
    page.goto(reverse("conversations:state", args=[things["hard_day"]]))


def hard_day_folded(page: Page, things: dict[str, object]) -> None:
    hard_day(page, things)
    page.get_by_text("Not now", exact=True).click()


VICTORY_STATES: dict[str, tuple[str, int, Callable[[Page, dict[str, object]], None]]] = {
    "nothing went right yet": ("alex", 422, empty_victory),
    "a victory just kept": ("alex", 200, kept_victory),
    "victories put away": ("alex", 200, put_away_ones),
    "an empty word back": ("maya", 422, empty_cheer),
    "a hard day, one offered": ("alex", 200, hard_day),
    "a hard day, not now": ("alex", 200, hard_day_folded),
}
