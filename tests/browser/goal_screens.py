"""Goals in every state worth looking at, and the way to states that no address leads to."""

import re
from functools import partial
from typing import Any
from uuid import UUID

from django.urls import reverse
from playwright.sync_api import Page, expect

from accounts.models import Actor
from clients.actions import look_at
from goals.actions import comments
from goals.actions.goals import add_goal, change_goal
from goals.actions.ideas import Idea, suggest
from goals.actions.steps import add_step, change_step
from goals.actions.victories import today_of
from goals.actions.writing import Sent
from goals.models import Comment, Goal, Step, Suggestion
from goals.pages.live import note_presence
from goals.rules import OWN_HAND, Way
from home.demo import cast as demo
from home.demo import goals
from home.demo.cast import Cast
from peersupport.lib.ids import new_id
from tests.browser.hands import said, send, write
from tests.browser.victory_screens import VICTORY_STATES, furnish_victories


def furnish_goals(cast: Cast) -> dict[str, object]:
    """Ids that stand in URLs."""
    goals.seed(cast)
    alex, maya, client = cast.actor("alex"), cast.actor("maya"), cast.clients["alex"]
    found = {goal.in_my_words: goal for goal in Goal.objects.filter(client=client)}
    home, private = found["Find a place near my sister"], found["Sleep without the TV on"]

    def add(words: str, **more: Any) -> Goal:
        return add_goal(client, Sent({"in_my_words": words, "visibility": "support"}, 0, new_id(), **more), by=alex)

    both, paused = add("Walk every day"), add("Learn to swim")
    change_goal(both, Sent({"who_helps": "My neighbor’s dog."}, 1, new_id()), by=alex)
    change_goal(both, Sent({"who_helps": "Maya on Mondays."}, 1, new_id()), by=maya)
    change_goal(paused, Sent({"lifecycle": "on-hold"}, 1, new_id()), by=alex)
    mother = Sent({"in_my_words": "Call my mother", "visibility": "specialist"}, 0, new_id(), told=True)
    told = add_goal(client, mother, by=maya)
    step = Step.objects.filter(goal=home).in_order()[1]
    long = add("Get my license back")
    comment = _walk(long, alex, maya)
    idea = Suggestion.objects.open().get(client=client)
    words = suggest(client, Idea("why_it_matters", "Rosa is family."), goal=home, op_id=new_id(), by=maya)
    return {
        **_said_in_other_ways(cast),
        **furnish_victories(cast, home),
        "goal": home.pk,
        "private_goal": private.pk,
        "both_goal": both.pk,
        "paused_goal": paused.pk,
        "told_goal": told.pk,
        "long_goal": long.pk,
        "stuck_step": long.steps.get(status="stuck").pk,
        "let_go_step": long.steps.get(status="changed-my-mind").pk,
        "comment": comment.pk,
        "toni_goal": Goal.objects.get(client=cast.clients["toni"]).pk,
        "step": step.pk,
        "idea": idea.pk,
        "words_idea": words.pk,
        "no_goals": cast.clients["rio"].pk,
    }


def _said_in_other_ways(cast: Cast) -> dict[str, object]:
    """Written down and not agreed; on paper; in another language."""
    alex, maya, client = cast.actor("alex"), cast.actor("maya"), cast.clients["alex"]

    def tell(words: str, way: Way, *, agreed: bool = True) -> Goal:
        sent = Sent({"in_my_words": words, "visibility": "specialist"}, 0, new_id(), told=True, way=way)
        return add_goal(client, sent, agreed=agreed, by=maya)

    on_paper = Way(Goal.AgreedHow.PAPER, "", True, today_of(client), "both")
    spanish = Sent({"in_my_words": "Bailar con mis primas", "visibility": "support"}, 0, new_id(), "es")
    return {
        "waiting_goal": tell("Sing with the others", OWN_HAND, agreed=False).pk,
        "paper_goal": tell("Write to my son", on_paper).pk,
        "spanish_goal": add_goal(client, spanish, by=alex).pk,
    }


_SAID: list[tuple[str, ...]] = [
    *(("told_goal",), ("toni_goal",), ("waiting_goal",), ("paper_goal",), ("spanish_goal",)),
]


def _walk(goal: Goal, alex: Actor, maya: Actor) -> Comment:
    """Twelve steps in every state, saves close together, and words along the way: read, taken back and new."""
    states = ["done", "done", "done", "changed-my-mind", "doing", "stuck"]
    for number, words in enumerate(WAY):
        step = add_step(goal, Sent({"what": words, "who": "me", "by_when": None}, 0, new_id()), by=alex)
        if number < len(states):
            change_step(step, Sent({"status": states[number]}, 1, new_id()), by=alex)
    for version, typed in enumerate(("S", "So th", "So that I", "So that I can drive Rosa."), start=1):
        change_goal(goal, Sent({"why_it_matters": typed}, version, new_id()), by=alex)
    change_goal(goal, Sent({"why_it_matters": "I miss the road."}, 1, new_id()), by=alex)
    stuck = goal.steps.get(status="stuck")
    say = partial(comments.say, goal, language="en")
    said = say(Comment.Kind.COMMENT, "I was angry when I wrote this.", op_id=new_id(), by=alex)
    look_at(goal.client, [said.page], by=maya)
    comments.take_back(said, by=alex)
    say(Comment.Kind.COMMENT, "The office never picks up.", step=stuck.pk, op_id=new_id(), by=alex)
    say(Comment.Kind.CHEER, "I see how much went into this.", op_id=new_id(), by=maya)
    return say(Comment.Kind.COMMENT, "Shall we call together on Tuesday?", step=stuck.pk, op_id=new_id(), by=maya)


WAY = (
    *("Find the letter from the court", "Ask what I owe", "Pay the first part", "Ask my cousin for his car"),
    *("Read the handbook", "Call the office", "Take the eye test", "Practice with Rosa", "Book the written test"),
    *("Take the written test", "Book the driving test", "Drive"),
)

GOAL_ARGUMENTS: dict[str, list[tuple[str, ...]]] = {
    "goals:list": [("client",), ("quiet_client",), ("no_goals",)],
    "goals:put-away": [("client",), ("no_goals",)],
    "goals:new": [("client",)],
    "goals:tell": [("quiet_client",)],
    "goals:suggest-goal": [("client",)],
    "goals:goal": [*((f"{name}goal",) for name in ("", "private_", "both_", "paused_", "long_")), *_SAID],
    "goals:live": [("goal",)],
    "goals:live-step": [("goal", "step")],
    "goals:told-answer": [("idea",), ("words_idea",)],
    "goals:hand-over-idea": [("idea",), ("words_idea",)],
    "goals:hand-over-goal": [("waiting_goal",)],
    "goals:in-hands": [()],
    "goals:in-hands-my-way": [()],
    "goals:paper": [("client",), ("quiet_client",), ("no_goals",)],
    "goals:history": [("goal",), ("both_goal",), ("long_goal",)],
    "goals:restore": [("goal",)],
    "goals:order": [("long_goal",), ("both_goal",)],
    "goals:talk": [("long_goal",), ("goal",)],
    "goals:take-back": [("comment",)],
    "goals:settle": [("both_goal",)],
    "goals:new-step": [("goal",)],
    "goals:step": [("goal", "step"), ("long_goal", "stuck_step"), ("long_goal", "let_go_step")],
    "goals:suggest": [("goal",)],
    "goals:answer": [("idea",)],
    "goals:my-way": [("idea",), ("words_idea",)],
    "goals:offer-again": [("idea",)],
    "goals:victories": [("client",), ("quiet_client",), ("no_goals",)],
    "goals:share-victory": [("victory",)],
    "goals:put-victory-away": [("victory",)],
    "goals:cheer": [("victory",)],
    "goals:take-cheer-back": [("cheer",)],
}
# The pages in someone's hands are shown only once the screen is handed over: see GOAL_STATES.
NO_GOAL_PAGE = {
    *("goals:live", "goals:live-step", "goals:settle", "goals:answer", "goals:offer-again"),
    *("goals:in-hands", "goals:in-hands-my-way"),
}
NO_GOAL_PAGE |= {"goals:share-victory", "goals:put-victory-away", "goals:cheer", "goals:take-cheer-back"}
NO_GOAL_PAGE |= {"goals:restore", "goals:take-back"}


def empty_goal(page: Page, things: dict[str, object]) -> None:
    page.goto(reverse("goals:new", args=[things["client"]]))
    send(page)


def fresh_goal(page: Page, things: dict[str, object]) -> None:
    """Saved by itself, and the box says so."""
    page.goto(reverse("goals:goal", args=[things["goal"]]))
    write(page, "who_helps", "Rosa, and the library.")
    _box_says(page, "who_helps", "Saved")


def _box_says(page: Page, field: str, text: str) -> None:
    expect(page.locator(f"textarea[name={field}] + [data-says]")).to_have_text(said(page, text))


def not_saved_yet(page: Page, things: dict[str, object]) -> None:
    """The network is gone while somebody types."""
    page.goto(reverse("goals:goal", args=[things["goal"]]))
    page.evaluate("() => { window.fetch = () => Promise.reject(new TypeError()); }")
    write(page, "who_helps", "Rosa, and the library.")
    _box_says(page, "who_helps", "Not saved yet. We keep trying.")


def refused_words(page: Page, things: dict[str, object]) -> None:
    """What cannot be saved is said at the box."""
    page.goto(reverse("goals:goal", args=[things["goal"]]))
    sentence = said(page, "A goal needs a few words. You can set it aside instead.")
    answer = {"state": "refused", "sentence": sentence}
    page.route(f"**/goals/{things['goal']}/", lambda route: route.fulfill(json=answer))
    write(page, "why_it_matters", "Too many words.")
    expect(page.locator("textarea[name=why_it_matters] + [data-says]")).not_to_be_empty()
    page.evaluate("scrollTo(0, 0)")


def somebody_is_here(page: Page, things: dict[str, object]) -> None:
    """Another person has the same goal open."""
    page.goto(reverse("goals:goal", args=[things["goal"]]))
    note_presence(UUID(str(things["goal"])), demo.load().actor("maya"))
    page.wait_for_selector(".here")


def typing_together(page: Page, things: dict[str, object]) -> None:
    """Somebody else saved into the field in which one is typing: both texts stand above the box."""
    page.goto(reverse("goals:goal", args=[things["goal"]]))
    write(page, "who_helps", "")
    goal = Goal.objects.get(pk=str(things["goal"]))
    maya = demo.load().actor("maya")
    change_goal(goal, Sent({"who_helps": "Maya brings the forms."}, goal.version, new_id()), by=maya)
    page.locator("textarea[name=who_helps]").fill("Rosa, and the library.")
    page.wait_for_selector("button[name=keep]")


def _without_live(page: Page) -> None:
    """As on a device where these scripts do not work."""
    page.route(re.compile(r"/js/(swap|live|save)\b"), lambda route: route.fulfill(body=""))


def _write(page: Page, field: str, text: str) -> None:
    write(page, field, text)
    fold = page.locator("details", has=page.locator(f"[name={field}]"))
    fold.locator("button").click()


def two_pens(page: Page, things: dict[str, object]) -> None:
    """Two windows of one person write into the same field, and save by the button."""
    _without_live(page)
    page.goto(reverse("goals:goal", args=[things["goal"]]))
    other = page.context.new_page()
    _without_live(other)
    other.goto(reverse("goals:goal", args=[things["goal"]]))
    _write(other, "why_it_matters", "Typed there.")
    other.wait_for_selector(".flash")
    other.close()
    _write(page, "why_it_matters", "Typed here.")
    page.wait_for_selector("button[name=keep]")


def future_goal(page: Page, things: dict[str, object]) -> None:
    _without_live(page)
    page.goto(reverse("goals:goal", args=[things["goal"]]))
    page.locator("main input[name=version]").first.evaluate("field => field.value = '99'")
    _write(page, "who_helps", "Typed here.")
    page.wait_for_selector("#errors")


def third_idea(page: Page, things: dict[str, object]) -> None:
    page.goto(reverse("goals:suggest-goal", args=[things["client"]]))
    write_plain(page, "text", "A third idea")
    send(page)


def write_plain(page: Page, field: str, text: str) -> None:
    page.locator(f"[name={field}]").fill(text)


def undone_meanwhile(page: Page, things: dict[str, object]) -> None:
    """An earlier text is brought back where something else was written in another window."""
    page.goto(reverse("goals:history", args=[things["long_goal"]]))
    other = page.context.new_page()
    other.goto(reverse("goals:goal", args=[things["long_goal"]]))
    write(other, "why_it_matters", "Typed there.")
    expect(other.locator("textarea[name=why_it_matters] + [data-says]")).to_have_text(said(other, "Saved"))
    other.close()
    page.locator("article summary").first.click()
    page.locator("button[name=bring]").first.click()
    page.wait_for_selector("button[name=keep]")


def only_aside(page: Page, things: dict[str, object]) -> None:
    """Unfolded."""
    page.goto(reverse("goals:history", args=[things["long_goal"]]) + "?only=aside")
    page.locator("article summary").first.click()


def nothing_said(page: Page, things: dict[str, object]) -> None:
    page.goto(reverse("goals:talk", args=[things["long_goal"]]))
    send(page)


def empty_step(page: Page, things: dict[str, object]) -> None:
    page.goto(reverse("goals:new-step", args=[things["goal"]]))
    send(page)


def hand_over(name: str, key: str) -> Any:
    """The screen in the client's hands."""

    def lead(page: Page, things: dict[str, object]) -> None:
        page.goto(reverse(f"goals:{name}", args=[things[key]]))
        send(page)

    return lead


def in_my_way(page: Page, things: dict[str, object]) -> None:
    hand_over("hand-over-idea", "idea")(page, things)
    page.locator("main a.btn").click()
    page.wait_for_selector("textarea")


def given_back(page: Page, things: dict[str, object]) -> None:
    hand_over("hand-over-idea", "idea")(page, things)
    page.locator("button[value=later]").click()
    page.wait_for_selector("main:not(:has(form))")


def wrong_password(page: Page, things: dict[str, object]) -> None:
    given_back(page, things)
    page.locator("footer a.btn").click()
    page.locator("[name=password]").fill("not this one")
    send(page)


def paper_without_a_day(page: Page, things: dict[str, object]) -> None:
    page.goto(reverse("goals:told-answer", args=[things["idea"]]))
    page.locator("label[for=id_answer_0]").click()
    page.locator("label[for=id_way_3]").click()
    send(page)


def large_print(page: Page, things: dict[str, object]) -> None:
    page.goto(reverse("goals:paper", args=[things["client"]]) + "?language=es")
    for box in page.locator("main form input[type=checkbox]").all():
        box.check()
    send(page)
    page.wait_for_selector(".sheet.large")


GOAL_STATES: dict[str, tuple[str, int, Any]] = {
    "empty goal": ("alex", 422, empty_goal),
    "goal just saved": ("alex", 200, fresh_goal),
    "goal not saved yet": ("alex", 200, not_saved_yet),
    "goal not saved, and why": ("alex", 200, refused_words),
    "somebody is at the goal too": ("alex", 200, somebody_is_here),
    "both are typing": ("alex", 200, typing_together),
    "two texts in one field": ("alex", 409, two_pens),
    "goal from the future": ("maya", 409, future_goal),
    "a third idea": ("maya", 422, third_idea),
    "empty step": ("maya", 422, empty_step),
    "an idea in the client's hands": ("maya", 200, hand_over("hand-over-idea", "idea")),
    "other words in the client's hands": ("maya", 200, hand_over("hand-over-idea", "words_idea")),
    "a goal in the client's hands": ("maya", 200, hand_over("hand-over-goal", "waiting_goal")),
    "said my way in the client's hands": ("maya", 200, in_my_way),
    "the screen given back": ("maya", 200, given_back),
    "the screen not taken back": ("maya", 422, wrong_password),
    "paper without a day": ("maya", 422, paper_without_a_day),
    "a plan in large print": ("alex", 200, large_print),
    **VICTORY_STATES,
    "brought back into two texts": ("alex", 409, undone_meanwhile),
    "texts that are not in the goal now": ("alex", 200, only_aside),
    "nothing said": ("maya", 422, nothing_said),
}
