"""Steps on their path: the order is both people's, stuck invites talk, a changed mind is a fine ending."""

import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client as Browser
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from audit.models import Event
from goals.actions.steps import move_step
from goals.actions.writing import Sent
from goals.models import Goal, Revision, Step
from goals.rules import EARLIER, LATER
from goals.templatetags.path import path_of
from home.demo.cast import Cast
from peersupport.lib.ids import new_id
from tests.fixtures_goals import fresh, save_step

SignIn = Callable[..., Browser]
Write = Callable[..., Goal]


def text(answer: Any) -> str:
    return str(answer.content.decode())


def page(browser: Browser, goal: Goal, name: str = "goal") -> str:
    return text(browser.get(reverse(f"goals:{name}", args=[goal.pk])))


def move(browser: Browser, step: Step, way: str, op_id: Any = None) -> Any:
    form = {"op_id": str(op_id or new_id()), way: str(step.pk)}
    return browser.post(reverse("goals:order", args=[step.goal_id]), form)


def order(goal: Goal) -> list[str]:
    return [step.what for step in Step.objects.filter(goal=goal).in_order()]


@pytest.fixture
def abc(write_goal: Write, write_step: Any) -> tuple[Goal, list[Step]]:
    goal = write_goal()
    return goal, [write_step(goal, what=what) for what in "abc"]


# --- order ------------------------------------------------------------------------------------------------------------
def test_either_of_the_two_moves_a_step(sign_in: SignIn, abc: Any) -> None:
    goal, (a, _b, c) = abc
    assert move(sign_in("alex"), a, LATER).status_code == 302
    assert order(goal) == ["b", "a", "c"]
    answer = move(sign_in("maya"), c, EARLIER)
    assert answer["Location"].endswith(f"#s-{c.pk.hex}")
    assert order(goal) == ["b", "c", "a"]
    assert Event.objects.filter(verb="step.moved", subject_type="step").count() == 2
    shown = page(sign_in("alex"), goal, "history")
    assert shown.count("Moved one place earlier") == shown.count("Moved one place later") == 1
    assert 'class="chip new"' not in page(sign_in("maya"), goal)  # quietly


def test_sent_three_times_it_moves_once(sign_in: SignIn, abc: Any) -> None:
    goal, (a, _b, c) = abc
    alex, op_id = sign_in("alex"), new_id()
    assert {move(alex, a, LATER, op_id).status_code for _ in range(3)} == {302}
    assert order(goal) == ["b", "a", "c"]
    assert move(alex, c, EARLIER, op_id).status_code == 409  # the form was used for something else
    assert move(sign_in("maya"), a, LATER, op_id).status_code == 409  # it belongs to Alex
    assert order(goal) == ["b", "a", "c"]


def test_at_the_ends_nothing_moves_and_what_lies_behind_is_passed_over(sign_in: SignIn, abc: Any) -> None:
    goal, (a, b, c) = abc
    alex = sign_in("alex")
    assert {move(alex, a, EARLIER).status_code, move(alex, c, LATER).status_code} == {302}
    assert order(goal) == ["a", "b", "c"]
    save_step(alex, b, status="done")
    move(alex, c, EARLIER)
    assert order(goal) == ["c", "b", "a"]  # past the one ahead, not past the one behind


@pytest.mark.parametrize("form", [{}, {"earlier": "x"}, {"earlier": str(new_id()), "later": str(new_id())}])
def test_a_strange_form_moves_nothing(form: dict[str, str], sign_in: SignIn, abc: Any) -> None:
    goal, _steps = abc
    answer = sign_in("alex").post(reverse("goals:order", args=[goal.pk]), {"op_id": str(new_id()), **form})
    assert answer.status_code == 422
    assert "Please choose once more" in text(answer)
    strange = {"op_id": str(new_id()), "earlier": str(new_id())}
    assert sign_in("alex").post(reverse("goals:order", args=[goal.pk]), strange).status_code == 404


def test_the_database_holds_one_step_in_each_place(abc: Any) -> None:
    _goal, (a, b, _c) = abc
    with pytest.raises(IntegrityError), transaction.atomic():
        Step.objects.filter(pk=a.pk).update(position=b.position)


@pytest.mark.django_db(transaction=True)
def test_moves_from_many_windows_end_in_one_valid_order(cast: Cast, sign_in: SignIn, abc: Any) -> None:
    goal, steps = abc
    browsers = [sign_in("maya" if number % 2 else "alex") for number in range(8)]

    def send(number: int) -> int:
        try:
            answer: Any = move(browsers[number], steps[number % 3], (EARLIER, LATER)[number % 2])
            return int(answer.status_code)
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(send, range(8))) == {302}
    assert sorted(order(goal)) == ["a", "b", "c"]
    assert sorted(Step.objects.values_list("position", flat=True)) == [1, 2, 3]


@pytest.mark.slow
@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(
    moves=st.lists(st.tuples(st.integers(0, 3), st.sampled_from([EARLIER, LATER]), st.booleans()), max_size=10),
    behind=st.sets(st.integers(0, 3)),
)
def test_any_moves_leave_every_step_in_a_place_of_its_own(
    cast: Cast, write_goal: Write, write_step: Any, moves: list[tuple[int, str, bool]], behind: set[int]
) -> None:
    goal = write_goal()
    steps = [write_step(goal, what=f"step {number}") for number in range(4)]
    Step.objects.filter(pk__in=[steps[number].pk for number in behind]).update(status="done")
    places = {number: number + 1 for number in range(4)}  # as the rules say it should be
    for number, way, by_maya in moves:
        like = [other for other in places if (other in behind) is (number in behind)]
        further = [one for one in like if (places[one] < places[number]) is (way == EARLIER) and one != number]
        if further:
            nearest = min(further, key=lambda one: abs(places[one] - places[number]))
            places[nearest], places[number] = places[number], places[nearest]
        sent = Sent({}, 1, new_id())
        for _ in range(2):
            move_step(steps[number], way, sent, by=cast.actor("maya" if by_maya else "alex"))
    assert {number: fresh(steps[number]).position for number in places} == places
    assert {step.version for step in Step.objects.filter(goal=goal)} == {1}  # nobody's save is stale by a move


# --- stuck, and a changed mind ----------------------------------------------------------------------------------------
def test_stuck_invites_talk(sign_in: SignIn, abc: Any) -> None:
    goal, (a, _b, _c) = abc
    alex, maya = sign_in("alex"), sign_in("maya")
    answer = save_step(maya, a, status="stuck")
    assert "Being stuck is part of it" in text(maya.get(answer["Location"]))
    shown = page(alex, goal)
    assert "Want to talk about it with Maya?" in shown
    assert f'href="{reverse("goals:step", args=[goal.pk, a.pk])}#talk"' in shown
    assert f'href="{reverse("conversations:reach-out")}"' in shown
    assert "A word from you may help Alex" in page(maya, goal)
    assert reverse("conversations:reach-out") not in page(maya, goal)


def test_stuck_on_a_goal_of_ones_own_leads_to_a_person_all_the_same(
    sign_in: SignIn, write_goal: Write, write_step: Any
) -> None:
    goal = write_goal(visibility="just-me")
    save_step(sign_in("alex"), write_step(goal), status="stuck")
    shown = page(sign_in("alex"), goal)
    assert "with Maya?" not in shown  # a comment there would reach nobody
    assert f'href="{reverse("conversations:reach-out")}">Want to talk about it?' in shown


def test_a_changed_mind_is_a_fine_ending(sign_in: SignIn, abc: Any) -> None:
    goal, (a, _b, _c) = abc
    alex = sign_in("alex")
    answer = save_step(alex, a, status="changed-my-mind")
    shown = text(alex.get(answer["Location"]))
    assert "Changing your mind is a fine way to finish a step" in shown
    assert "1 step behind you" in shown
    assert "Take it up again" in shown
    save_step(alex, a, 2, status="doing")
    assert "step behind you" not in page(alex, goal)


# --- stones on a path -------------------------------------------------------------------------------------------------
def stones(*statuses: str, own: bool = True) -> str:
    return path_of([Step(status=status) for status in statuses], own)


def test_the_path_says_in_words_what_it_shows() -> None:
    drawn = stones("done", "changed-my-mind", "doing", "to-do")
    assert 'aria-label="The steps as stones on a path: 2 behind you, 1 going on, 1 ahead"' in drawn
    assert drawn.count("<circle") == 4
    assert "2 done or let go" in stones("done", "done", own=False)
    assert "style=" not in drawn
    assert stones() == ""


def test_each_stone_differs_in_more_than_its_color() -> None:
    shapes = {re.sub(r".*(<circle.*)</svg>", r"\1", stones(status)) for status in Step.Status.values}
    assert len(shapes) == 5
    assert 'class="rest"' in stones("stuck")  # and it is counted with what goes on, never by itself
    assert "1 going on" in stones("stuck")


@pytest.mark.parametrize("number", [1, 2, 6, 7, 12, 13, 40])
def test_the_path_fits_on_a_small_phone(number: int) -> None:
    drawn = stones(*["to-do"] * number)
    width, height = map(int, re.findall(r'viewBox="0 0 (\d+) (\d+)"', drawn)[0])
    spots = [tuple(map(int, spot)) for spot in re.findall(r'cx="(\d+)" cy="(\d+)"', drawn)]
    assert width <= 270
    assert len(set(spots)) == number
    assert all(7 < x < width - 7 and 7 < y < height - 7 for x, y in spots)


def test_both_hats_see_the_path(sign_in: SignIn, abc: Any) -> None:
    goal, _steps = abc
    for name in ("alex", "maya", "noor"):
        assert "3 ahead" in page(sign_in(name), goal)
    assert Revision.objects.filter(goal=goal).count() == 4


def test_a_new_step_of_ones_own_is_ones_own_until_another_is_chosen(sign_in: SignIn, write_goal: Write) -> None:
    goal = write_goal()
    chosen = re.compile(r'<input[^>]*name="who"[^>]*value="me"[^>]*checked')
    assert chosen.search(page(sign_in("alex"), goal, "new-step"))
    assert "checked" not in page(sign_in("maya"), goal, "new-step")
