"""Boxes that save themselves: the saves of the button, answered in JSON, by somebody who is still typing."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client as Browser
from django.urls import reverse

from clients.actions import end_assignment
from clients.models import Assignment
from goals.actions.ideas import decline, put_off, take
from goals.actions.writing import Sent
from goals.models import Goal, Revision, Step
from goals.rules import KEPT, MOST_BESIDE
from home.demo.cast import Cast
from peersupport.lib.ids import new_id
from tests.fixtures_goals import WORDS, fresh, save, save_step

SignIn = Callable[..., Browser]
Write = Callable[..., Goal]


class Window:
    """One browser window, as static/js/save.js keeps it: each box its base version and its save before."""

    def __init__(self, browser: Browser, row: Goal | Step) -> None:
        self.browser, self.version, self.before = browser, fresh(row).version, ""
        about = ("goals:goal", [row.pk]) if isinstance(row, Goal) else ("goals:step", [row.goal_id, row.pk])
        self.url = reverse(about[0], args=about[1])

    def type(self, name: str, text: str, **more: Any) -> dict[str, Any]:
        """What was typed is saved; what the page would do with the answer."""
        op_id = str(more.pop("op_id", new_id()))
        form = {"op_id": op_id, "version": str(self.version), name: text, **more}
        if self.before:
            form.setdefault("continues", self.before)
        answer = self.browser.post(self.url, form, headers={"Accept": "application/json"})
        found: dict[str, Any] = {**answer.json(), "status": answer.status_code}
        if answer.status_code == 200:
            self.version, self.before = found["version"], op_id
        return found


@pytest.fixture
def goal(write_goal: Write) -> Goal:
    return write_goal(who_helps="nobody yet")


@pytest.fixture
def alex(sign_in: SignIn, goal: Goal) -> Window:
    return Window(sign_in("alex"), goal)


@pytest.fixture
def maya(sign_in: SignIn, goal: Goal) -> Window:
    return Window(sign_in("maya"), goal)


def beside(goal: Goal, name: str = "who_helps") -> list[str]:
    """The texts that stand beside the field."""
    return [getattr(Revision.objects.get(pk=pk), name) for pk, _state in fresh(goal).beside.get(name, [])]


# --- one person -------------------------------------------------------------------------------------------------------
def test_typing_saves_again_and_again(goal: Goal, alex: Window) -> None:
    for number, text in enumerate(("R", "Rosa", "Rosa comes along."), 2):
        assert alex.type("who_helps", text) == {"state": "saved", "version": number, "sentence": "", "status": 200}
    goal = fresh(goal)
    assert (goal.who_helps, goal.version, goal.beside) == ("Rosa comes along.", 4, {})
    chain = list(Revision.objects.filter(goal=goal).order_by("version"))
    assert [save.continues for save in chain] == [None, None, chain[1], chain[2]]


def test_the_same_sent_again_is_the_same_save(goal: Goal, alex: Window) -> None:
    op_id = new_id()
    first = alex.type("who_helps", "Rosa", op_id=op_id)
    before, alex.version, alex.before = alex.before, 1, ""
    assert alex.type("who_helps", "Rosa", op_id=op_id) == first
    assert (alex.before, Revision.objects.count()) == (before, 2)


def test_what_was_typed_on_before_the_answer_came_goes_on_with_it(goal: Goal, alex: Window) -> None:
    """A page that closes sends its last words before it heard of the ones before: they are known by their number."""
    op_id = str(new_id())
    alex.type("who_helps", "Rosa", op_id=op_id)
    alex.version = 1  # the answer never came
    assert alex.type("who_helps", "Rosa comes along.", continues=op_id)["state"] == "saved"
    assert (fresh(goal).who_helps, beside(goal)) == ("Rosa comes along.", [])


def test_two_windows_of_one_person_are_two_editors(goal: Goal, alex: Window, sign_in: SignIn) -> None:
    other = Window(sign_in("alex"), goal)
    alex.type("who_helps", "Typed here.")
    assert other.type("who_helps", "Typed there.")["state"] == "beside"
    assert other.type("who_helps", "Typed there, too.")["state"] == "beside"
    assert (fresh(goal).who_helps, beside(goal)) == ("Typed here.", ["Typed there, too."])


def test_a_step_saves_itself(goal: Goal, write_step: Any, sign_in: SignIn) -> None:
    step = write_step(goal)
    alex, maya = Window(sign_in("alex"), step), Window(sign_in("maya"), step)
    assert alex.type("what", "Call the office")["state"] == "saved"
    for text in ("Call", "Call Rosa first"):
        assert maya.type("what", text)["state"] == "beside"
    step = fresh(step)
    assert (step.what, beside(step, "what")) == ("Call the office", ["Call Rosa first"])


def test_a_choice_saves_itself(goal: Goal, alex: Window) -> None:
    assert alex.type("dimension", "home")["state"] == "saved"
    assert fresh(goal).dimension == "home"


# --- two people -------------------------------------------------------------------------------------------------------
def test_whoever_types_on_keeps_one_text_beside(goal: Goal, alex: Window, maya: Window) -> None:
    alex.type("who_helps", "Rosa, always.")
    for number in range(MOST_BESIDE * 2):
        answer = maya.type("who_helps", f"Maya, {number}")
        assert (answer["state"], answer["version"]) == ("beside", 1)
    assert "Both texts are kept" in answer["sentence"]
    assert (fresh(goal).who_helps, beside(goal)) == ("Rosa, always.", [f"Maya, {MOST_BESIDE * 2 - 1}"])
    assert Revision.objects.filter(goal=goal).count() == 2 + MOST_BESIDE * 2  # every one of them can be found again


def test_nobody_elses_text_is_thrown_out_because_somebody_types_on(
    goal: Goal, alex: Window, maya: Window, sign_in: SignIn
) -> None:
    save(sign_in("alex"), goal, who_helps="The field.")
    alex.type("who_helps", "Alex, beside.")
    for number in range(MOST_BESIDE * 3):
        maya.type("who_helps", f"Maya, {number}")
    assert beside(goal) == ["Alex, beside.", f"Maya, {MOST_BESIDE * 3 - 1}"]


def test_only_ones_own_text_is_replaced(goal: Goal, alex: Window, maya: Window, sign_in: SignIn) -> None:
    save(sign_in("alex"), goal, who_helps="The field.")
    alex.type("who_helps", "Alex, beside.")
    assert maya.type("who_helps", "Maya.", continues=alex.before)["state"] == "beside"
    assert beside(goal) == ["Alex, beside.", "Maya."]
    assert Revision.objects.get(op_id=maya.before).continues is None


def test_a_text_both_wanted_is_not_replaced(goal: Goal, alex: Window, maya: Window) -> None:
    alex.type("who_helps", "Rosa.")
    maya.type("who_helps", "Maya.")
    settle(alex.browser, goal, "both")
    maya.type("who_helps", "Maya, and Noor.")
    assert [state for _pk, state in fresh(goal).beside["who_helps"]] == [KEPT, "open"]
    assert beside(goal) == ["Maya.", "Maya, and Noor."]


def test_the_same_words_in_both_places_need_no_choice(goal: Goal, alex: Window, maya: Window) -> None:
    alex.type("who_helps", "Rosa.")
    maya.type("who_helps", "Ros")
    assert maya.type("who_helps", "Rosa.") == {"state": "saved", "version": 4, "sentence": "", "status": 200}
    assert beside(goal) == []
    assert maya.type("who_helps", "Rosa. And me.")["state"] == "saved"


def test_a_box_emptied_for_a_moment_loses_nothing(goal: Goal, alex: Window, maya: Window) -> None:
    alex.type("who_helps", "Rosa.")
    maya.type("who_helps", "Maya.")
    assert maya.type("who_helps", "")["state"] == "refused"
    assert maya.type("who_helps", "Maya and Noor.")["state"] == "beside"
    assert (fresh(goal).who_helps, beside(goal)) == ("Rosa.", ["Maya and Noor."])


def settle(browser: Browser, goal: Goal, keep: str, rival: Any = None) -> Any:
    rival = rival or fresh(goal).beside["who_helps"][0][0]
    form = {"op_id": str(new_id()), "version": str(fresh(goal).version), "field": "who_helps", "rival": str(rival)}
    return browser.post(reverse("goals:settle", args=[goal.pk]), {**form, "keep": keep})


@pytest.mark.parametrize("keep", ["field", "beside", "both"])
def test_a_text_that_was_typed_on_is_not_chosen_unseen(keep: str, goal: Goal, alex: Window, maya: Window) -> None:
    alex.type("who_helps", "Rosa.")
    maya.type("who_helps", "Maya.")
    shown = fresh(goal).beside["who_helps"][0][0]
    maya.type("who_helps", "Maya, not on Mondays.")
    answer = settle(alex.browser, goal, keep, rival=shown)
    assert answer.status_code == 409
    assert "This text changed once more" in answer.content.decode()
    assert (fresh(goal).who_helps, beside(goal)) == ("Rosa.", ["Maya, not on Mondays."])
    assert settle(alex.browser, goal, keep).status_code == 302


def test_typing_on_after_the_other_one_chose_stands_beside_anew(goal: Goal, alex: Window, maya: Window) -> None:
    alex.type("who_helps", "Rosa.")
    maya.type("who_helps", "Maya.")
    settle(alex.browser, goal, "field")
    assert beside(goal) == []
    assert maya.type("who_helps", "Maya, still.")["state"] == "beside"
    assert (fresh(goal).who_helps, beside(goal)) == ("Rosa.", ["Maya, still."])


# --- refused: a sentence, and the page keeps what was typed -----------------------------------------------------------
@pytest.mark.parametrize(
    ("who", "sends", "status", "says"),
    [
        ("alex", {"version": "99"}, 409, "newer than what is saved"),
        ("alex", {"version": "0"}, 422, "too old to be saved"),
        ("alex", {"version": "x"}, 422, "too old to be saved"),
        ("alex", {"op_id": "x"}, 422, "too old to be saved"),
        ("alex", {"continues": "x"}, 422, "too old to be saved"),
        ("alex", {"unknown": "1"}, 422, "something we do not know"),
        ("alex", {"who_helps": "1" * 10_001}, 422, "1 character too long"),
        ("alex", {"who_helps": "\x00"}, 422, "a sign in this text"),
        ("alex", {"in_my_words": " "}, 422, "A goal needs a few words"),
        ("alex", {"lifecycle": "rejected"}, 409, "in another state"),
        ("maya", {"why_it_matters": "mine"}, 403, "not yours to change"),
        ("maya", {"who_helps": "Maya", "told": "on"}, 403, "not yours to change"),
    ],
)
def test_what_cannot_be_saved_is_said(
    who: str, sends: dict[str, str], status: int, says: str, *, goal: Goal, sign_in: SignIn
) -> None:
    found = Window(sign_in(who), goal).type("dimension" if who == "alex" else "who_helps", "", **sends)
    assert (found["state"], found["status"]) == ("refused", status)
    assert says in found["sentence"]
    assert (fresh(goal).version, fresh(goal).page_version, Revision.objects.count()) == (1, 1, 1)


def test_the_number_of_somebody_elses_form(goal: Goal, alex: Window, maya: Window) -> None:
    op_id = new_id()
    alex.type("who_helps", "Rosa.", op_id=op_id)
    found = maya.type("who_helps", "Rosa.", op_id=op_id)
    assert (found["status"], "belongs to someone else" in found["sentence"]) == (409, True)
    again = alex.type("who_helps", "Other words.", op_id=op_id)
    assert (again["status"], "saved before, with other words" in again["sentence"]) == (409, True)
    assert fresh(goal).who_helps == "Rosa."


def test_a_choice_on_an_old_page_is_said(goal: Goal, alex: Window, sign_in: SignIn) -> None:
    save(sign_in("alex"), goal, dimension="home")
    found = alex.type("dimension", "health")
    assert (found["status"], "changed in another window" in found["sentence"]) == (409, True)
    assert fresh(goal).dimension == "home"


def test_support_that_ended_meanwhile(cast: Cast, goal: Goal, maya: Window) -> None:
    assert maya.type("who_helps", "Maya brings")["state"] == "saved"
    end_assignment(Assignment.objects.get(client=goal.client, specialist=cast.maya), reason="moved", by=None)
    found = maya.type("who_helps", "Maya brings the forms.")
    assert found == {"state": "refused", "sentence": "This is not open to you now.", "status": 404}
    assert fresh(goal).who_helps == "Maya brings"
    assert Revision.objects.count() == 2


def test_signed_out_meanwhile(goal: Goal, alex: Window) -> None:
    alex.browser.logout()
    form = {"op_id": str(new_id()), "version": "1", "who_helps": "Rosa."}
    answer = alex.browser.post(alex.url, form, headers={"Accept": "application/json"})
    assert answer.status_code == 401
    assert not answer.headers["Content-Type"].startswith("application/json")
    assert fresh(goal).who_helps == "nobody yet"


# --- what open pages look at ------------------------------------------------------------------------------------------
def test_each_change_moves_the_page_and_nothing_else_does(
    cast: Cast, goal: Goal, alex: Window, *, sign_in: SignIn, write_step: Any, offer: Any
) -> None:
    step = write_step(goal)
    browser, maya, by = sign_in("alex"), sign_in("maya"), cast.actor("alex")
    ideas = [offer("Idea", about="step", goal=goal), offer("Idea", about="why_it_matters", goal=goal)]

    def moves(deed: Callable[[], object]) -> int:
        before = fresh(goal).page_version
        deed()
        return fresh(goal).page_version - before

    def of_goal(by: Browser, version: int | None = None, **fields: str) -> Callable[[], object]:
        return lambda: save(by, goal, fresh(goal).version if version is None else version, **fields)

    def of_step(by: Browser, **fields: str) -> Callable[[], object]:
        return lambda: save_step(by, step, fresh(step).version, **fields)

    changes: list[Callable[[], object]] = [
        *(of_goal(browser, who_helps="Rosa"), of_goal(browser, dimension="home"), of_goal(maya, 1, who_helps="Maya")),
        *(lambda: settle(browser, goal, "both"), lambda: alex.type("in_my_words", "Other words")),
        *(of_step(maya, what="Call them"), of_step(browser, status="doing"), lambda: write_step(goal)),
        *(lambda: take(ideas[0], Sent({}, fresh(goal).version, new_id()), by=by), lambda: put_off(ideas[1], by=by)),
        lambda: decline(offer("Another", about="step", goal=goal), by=by),
    ]
    assert [moves(change) >= 1 for change in changes] == [True] * len(changes)
    refused = [
        *(of_goal(maya, why_it_matters="mine"), of_goal(browser, 999, who_helps="?"), of_goal(browser, in_my_words="")),
        *(of_step(browser, what=""), of_goal(sign_in("sam"), who_helps="?"), of_goal(browser, unknown="1")),
    ]
    assert [moves(deed) for deed in refused] == [0] * len(refused)
    assert moves(lambda: browser.get(reverse("goals:goal", args=[goal.pk]))) == 0
    assert fresh(goal).in_my_words != WORDS
