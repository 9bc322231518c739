"""Two pens on one goal: whole fields merge, texts never do, and every save can be found again."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.db import DatabaseError, transaction
from django.test import Client as Browser
from django.urls import reverse

from goals.actions.goals import change_goal
from goals.actions.writing import Sent, set_columns
from goals.models import Goal, Revision
from home.demo.cast import Cast
from peersupport.lib.ids import new_id
from peersupport.lib.refusals import Stale
from tests.fixtures_goals import WORDS, fresh, save, save_step

SignIn = Callable[..., Browser]
Write = Callable[..., Goal]


def text(answer: Any) -> str:
    return str(answer.content.decode())


def history(browser: Browser, goal: Goal) -> str:
    return text(browser.get(reverse("goals:history", args=[goal.pk])))


def settle(browser: Browser, goal: Goal, keep: str, **more: Any) -> Any:
    rival = Revision.objects.exclude(set_beside=[]).latest("at")
    form = {"op_id": str(new_id()), "version": str(fresh(goal).version), "field": "who_helps", "rival": str(rival.pk)}
    return browser.post(reverse("goals:settle", args=[goal.pk]), {**form, "keep": keep, **more})


@pytest.fixture
def both(sign_in: SignIn, write_goal: Write) -> tuple[Goal, Browser, Browser]:
    """Alex and Maya wrote into the same field at the same time."""
    goal, alex, maya = write_goal(who_helps="nobody yet"), sign_in("alex"), sign_in("maya")
    assert save(alex, goal, who_helps="Rosa comes along.").status_code == 302
    answer = save(maya, goal, who_helps="Maya brings the forms.")
    assert answer.status_code == 409
    shown = text(answer)
    for words in ("Rosa comes along.", "Maya brings the forms.", "Keep mine", "Keep Alex’s", "Keep both"):
        assert words in shown
    return goal, alex, maya


def test_other_fields_merge_silently(sign_in: SignIn, write_goal: Write) -> None:
    goal = write_goal()
    assert save(sign_in("alex"), goal, why_it_matters="Rosa", how_i_will_know="her door").status_code == 302
    assert save(sign_in("maya"), goal, who_helps="Maya").status_code == 302
    goal = fresh(goal)
    assert (goal.why_it_matters, goal.how_i_will_know, goal.who_helps, goal.version) == ("Rosa", "her door", "Maya", 3)
    assert goal.who_helps_by.first_name == "Maya"


def test_a_whole_form_from_an_old_page_writes_over_nothing(sign_in: SignIn, write_goal: Write) -> None:
    """Without JavaScript a browser sends every field it shows: those its reader did not touch change nothing."""
    goal, alex = write_goal(why_it_matters="old", how_i_will_know="old too"), sign_in("alex")
    save(alex, goal, why_it_matters="new")
    whole = {"in_my_words": WORDS, "why_it_matters": "old", "how_i_will_know": "mine", "who_helps": ""}
    assert save(alex, goal, **whole).status_code == 302
    goal = fresh(goal)
    assert (goal.why_it_matters, goal.how_i_will_know) == ("new", "mine")


def test_both_texts_stand_until_somebody_chooses(both: tuple[Goal, Browser, Browser]) -> None:
    goal, alex, maya = both
    for browser, mine, theirs in ((alex, "Keep mine", "Keep Maya’s"), (maya, "Keep mine", "Keep Alex’s")):
        shown = text(browser.get(reverse("goals:goal", args=[goal.pk])))
        assert "Rosa comes along." in shown
        assert "Maya brings the forms." in shown
        assert mine in shown
        assert theirs in shown
    assert fresh(goal).who_helps == "Rosa comes along."


@pytest.mark.parametrize(
    ("keep", "field", "beside"),
    [
        ("field", "Rosa comes along.", False),
        ("beside", "Maya brings the forms.", False),
        ("both", "Rosa comes along.", True),
    ],
)
def test_either_may_choose_in_each_of_three_ways(
    keep: str, field: str, beside: bool, both: tuple[Goal, Browser, Browser]
) -> None:
    goal, alex, maya = both
    op_id = str(new_id())
    for browser in (alex, alex, alex):
        assert settle(browser, goal, keep, op_id=op_id).status_code == 302
    goal = fresh(goal)
    assert goal.who_helps == field
    shown = text(maya.get(reverse("goals:goal", args=[goal.pk])))
    assert "Keep both" not in shown
    assert ("Maya brings the forms." in shown and "Rosa comes along." in shown) is beside
    told = history(alex, goal)  # whatever was chosen, both texts can be found again
    assert "Rosa comes along." in told
    assert "Maya brings the forms." in told
    assert Revision.objects.filter(settles__isnull=False).count() == 1


def test_a_kept_text_can_go_later(both: tuple[Goal, Browser, Browser]) -> None:
    goal, alex, maya = both
    settle(alex, goal, "both")
    assert "Take the second one out" in text(maya.get(reverse("goals:goal", args=[goal.pk])))
    settle(maya, goal, "field")
    assert fresh(goal).beside == {}


def test_choosing_twice_and_choosing_on_an_old_page(both: tuple[Goal, Browser, Browser]) -> None:
    goal, alex, maya = both
    old = str(fresh(goal).version)
    save(maya, goal, int(old), who_helps="Third text")
    answer = settle(alex, goal, "beside", version=old)
    assert answer.status_code == 409
    assert "changed once more" in text(answer)
    assert fresh(goal).who_helps == "Third text"
    assert settle(alex, goal, "beside", version="999").status_code == 409
    assert settle(alex, goal, "field").status_code == 302
    assert settle(maya, goal, "beside").status_code == 302  # settled before: nothing happens
    assert fresh(goal).who_helps == "Third text"
    assert settle(alex, goal, "neither").status_code == 422


def test_two_tabs_of_one_person_are_two_editors(sign_in: SignIn, write_goal: Write) -> None:
    goal, alex = write_goal(), sign_in("alex")
    save(alex, goal, in_my_words="From the phone")
    answer = save(alex, goal, in_my_words="From the library")
    assert answer.status_code == 409
    for words in ("From the phone", "From the library", "Keep the first", "Keep the second", "Keep both"):
        assert words in text(answer)
    assert settle(alex, goal, "beside", field="in_my_words").status_code == 302
    goal = fresh(goal)
    assert (goal.in_my_words, goal.agreed_version) == ("From the library", goal.wording_version)
    assert goal.wording_version == goal.version


def test_a_step_has_two_pens_too(sign_in: SignIn, write_goal: Write, write_step: Any) -> None:
    goal, alex, maya = write_goal(), sign_in("alex"), sign_in("maya")
    step = write_step(goal)
    assert save_step(alex, step, what="Call on Monday").status_code == 302
    assert save_step(maya, step, status="doing").status_code == 302
    answer = save_step(maya, step, what="Call together")
    assert answer.status_code == 409
    assert "Call on Monday" in text(answer)
    assert "Call together" in text(answer)
    assert "two texts" in text(alex.get(reverse("goals:goal", args=[goal.pk])))
    version = str(fresh(step).version)
    assert settle(alex, goal, "beside", field="what", step=str(step.pk), version=version).status_code == 302
    step = fresh(step)
    assert (step.what, step.status, step.what_by.first_name) == ("Call together", "doing", "Maya")


def test_a_choice_made_on_an_old_page_is_told_not_made(sign_in: SignIn, write_goal: Write, write_step: Any) -> None:
    goal, alex, maya = write_goal(), sign_in("alex"), sign_in("maya")
    step = write_step(goal)
    save_step(alex, step, status="done")
    answer = save_step(maya, step, status="stuck")
    assert answer.status_code == 409
    assert "as it stands now" in text(answer)
    assert fresh(step).status == "done"
    save(alex, goal, lifecycle="on-hold")
    assert save(alex, goal, lifecycle="completed").status_code == 409
    assert fresh(goal).lifecycle == "on-hold"
    assert "Where it stands: finished" in history(alex, goal)


def folds(shown: str) -> dict[str, bool]:
    """Of the choices on a goal's page: whether each is open, by what it says."""
    found = re.findall(r'<details id="(?:sharing|life)"( open)? data-live>\s*<summary>\s*(.*?)\s*</summary>', shown)
    return {says: bool(is_open) for is_open, says in found}


def test_choices_are_folded_until_one_was_not_made(sign_in: SignIn, write_goal: Write) -> None:
    goal, alex = write_goal(), sign_in("alex")
    sharing, life = "Who may see it: me and Maya", "This goal: working on it"
    assert folds(text(alex.get(reverse("goals:goal", args=[goal.pk])))) == {sharing: False, life: False}
    assert folds(text(save(alex, goal, visibility=""))) == {sharing: True, life: False}
    save(alex, goal, lifecycle="on-hold")
    assert folds(text(save(alex, goal, lifecycle="completed"))) == {sharing: False, "This goal: paused": True}


def test_sharing_less_goes_through_from_an_old_page_sharing_more_does_not(sign_in: SignIn, write_goal: Write) -> None:
    goal, alex = write_goal(), sign_in("alex")
    save(alex, goal, visibility="support")
    assert save(alex, goal, visibility="just-me").status_code == 302
    assert save(alex, goal, visibility="support").status_code == 409
    assert fresh(goal).visibility == "just-me"


def test_every_request_sent_three_times_has_one_effect(sign_in: SignIn, write_goal: Write) -> None:
    goal, maya = write_goal(), sign_in("maya")
    op_id = str(new_id())
    for _ in range(3):
        assert save(maya, goal, op_id=op_id, who_helps="Maya").status_code == 302
    save(sign_in("alex"), goal, 2, who_helps="Rosa")
    assert save(maya, goal, op_id=op_id, who_helps="Maya").status_code == 302  # a very late one
    assert (fresh(goal).who_helps, fresh(goal).version, Revision.objects.count()) == ("Rosa", 3, 3)
    used = save(maya, goal, op_id=op_id, who_helps="Something else")
    assert used.status_code == 409
    assert "Something else" in text(used)
    assert op_id not in text(used)


def test_a_form_of_someone_else_saves_nothing(sign_in: SignIn, write_goal: Write) -> None:
    goal, op_id = write_goal(), str(new_id())
    save(sign_in("alex"), goal, op_id=op_id, who_helps="Rosa")
    answer = save(sign_in("maya"), goal, 2, op_id=op_id, who_helps="Maya was here")
    assert answer.status_code == 409
    assert "belongs to someone else" in text(answer)
    assert "Maya was here" in text(answer)
    assert fresh(goal).who_helps == "Rosa"


@pytest.mark.parametrize(
    ("wrong", "status", "says"),
    [
        ({"version": "99"}, 409, "newer than what is saved"),
        ({"version": "0"}, 422, "too old to be saved"),
        ({"version": "x"}, 422, "too old to be saved"),
        ({"op_id": ""}, 422, "too old to be saved"),
        ({"colour": "red"}, 422, "something we do not know"),
        ({"agreed_version": "1"}, 422, "something we do not know"),
        ({"why_it_matters": "w" * 10_001}, 422, "1 character too long"),
        ({"visibility": ""}, 422, "Please choose one of these"),
        ({"lifecycle": "forgotten"}, 422, "Please choose one of these"),
        ({"dimension": "money"}, 422, "Please choose one of these"),
        ({"why_it_matters": "a\x00b"}, 422, "cannot be saved"),
    ],
)
def test_bad_input_gets_a_sentence_and_keeps_what_was_typed(
    wrong: dict[str, str], status: int, says: str, sign_in: SignIn, write_goal: Write
) -> None:
    goal = write_goal()
    answer = save(sign_in("alex"), goal, **{"how_i_will_know": "typed here", **wrong})
    assert answer.status_code == status
    assert says in text(answer)
    assert "typed here" in text(answer)
    assert wrong.get("why_it_matters", "").replace("\x00", "") in text(answer).replace("\x00", "")
    assert fresh(goal).version == 1


def test_the_last_guard_holds_without_the_lock(write_goal: Write) -> None:
    goal = write_goal()
    Goal.objects.update(version=5)
    with pytest.raises(Stale):
        set_columns(goal, dimension="home")
    assert fresh(goal).dimension == ""


def test_saves_stand_for_ever(write_goal: Write) -> None:
    write_goal()
    for change in (lambda: Revision.objects.update(told=True), lambda: Revision.objects.all().delete()):
        with pytest.raises(DatabaseError, match="stands for ever"), transaction.atomic():
            change()


def test_an_action_checks_once_more_who_may_write(cast: Cast, write_goal: Write) -> None:
    """Whatever a view may have let through."""
    goal = write_goal()
    for name in ("maya", "noor"):
        sent = Sent({"in_my_words": "Staff words"}, 1, new_id())
        with pytest.raises(Exception, match="not yours to change"):
            change_goal(goal, sent, by=cast.actor(name))


def test_history_tells_in_plain_words_page_by_page(
    sign_in: SignIn, write_goal: Write, write_step: Any, clock: Any
) -> None:
    goal, alex, maya = write_goal(), sign_in("alex"), sign_in("maya")
    save_step(maya, write_step(goal), status="stuck", who="specialist", by_when="2030-01-05")
    for version in range(1, 24):
        clock.move(minutes=15)  # closer together they would be shown as one
        save(alex, goal, version, why_it_matters=f"reason {version}")
    save(alex, goal, 24, lifecycle="on-hold", visibility="support")
    first = history(alex, goal)
    for said in ("You", "Where it stands: paused", "Who may see it: my whole support", "reason 23"):
        assert said in first
    assert "reason 1<" not in first
    older = first.partition('rel="next" href="')[2].partition('"')[0]
    second = text(alex.get(reverse("goals:history", args=[goal.pk]) + older))
    for said in (
        "Maya",
        "How it is going: stuck",
        "By when: Saturday, January 5, 2030",
        "This goal begins",
        "A new step",
    ):
        assert said in second
    assert "Why it matters to Alex" in history(sign_in("maya"), goal)  # hours later, so she signs in anew
