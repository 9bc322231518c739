"""Goals that belong to the client: added, reworded, agreed, shared, finished, brought back."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client as Browser
from django.urls import reverse

from accounts.models import Role
from goals.models import Goal, Revision, Step
from home.demo.cast import Cast
from peersupport.lib.clock import now
from peersupport.lib.ids import new_id
from tests.fixtures_goals import WORDS, fresh, save, save_step

SignIn = Callable[..., Browser]
Write = Callable[..., Goal]
LIFE = Goal.Lifecycle


def new_url(cast: Cast, name: str = "new", client: str = "alex") -> str:
    return reverse(f"goals:{name}", args=[cast.clients[client].pk])


def text(answer: Any) -> str:
    return str(answer.content.decode())


def page(browser: Browser, goal: Goal) -> str:
    return text(browser.get(reverse("goals:goal", args=[goal.pk])))


def test_a_client_adds_a_goal_and_it_is_agreed(cast: Cast, sign_in: SignIn) -> None:
    alex = sign_in("alex")
    assert alex.get(new_url(cast)).status_code == 200
    form = {
        "op_id": str(new_id()),
        "in_my_words": WORDS,
        "why_it_matters": "I sleep there.",
        "visibility": "specialist",
    }
    answer = alex.post(new_url(cast), form)
    goal = Goal.objects.get()
    assert answer.url == reverse("goals:goal", args=[goal.pk])
    assert (goal.lifecycle, goal.agreed_version, goal.agreed_how) == (LIFE.ACTIVE, 1, Goal.AgreedHow.OWN)
    assert (goal.in_my_words, goal.why_it_matters, goal.languages["in_my_words"]) == (WORDS, "I sleep there.", "en")
    for name in ("alex", "maya", "noor"):
        shown = page(sign_in(name), goal)
        assert WORDS in shown
        assert "I sleep there." in shown


def test_the_same_form_three_times_is_one_goal(cast: Cast, sign_in: SignIn) -> None:
    alex, form = sign_in("alex"), {"op_id": str(new_id()), "in_my_words": "Once", "visibility": "just-me"}
    answers = [alex.post(new_url(cast), form) for _ in range(3)]
    assert {answer.url for answer in answers} == {reverse("goals:goal", args=[Goal.objects.get().pk])}
    again = alex.post(new_url(cast), {**form, "in_my_words": "Twice"})
    assert again.status_code == 409
    assert "Twice" in text(again)
    assert form["op_id"] not in text(again)
    assert Goal.objects.count() == Revision.objects.count() == 1


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"in_my_words": ""}, "A goal needs a few words"),
        ({"visibility": ""}, "Please choose one of these"),
        ({"visibility": "everyone"}, "Please choose one of these"),
        ({"in_my_words": "w" * 1001}, "1 character too long"),
        ({"why_it_matters": "w" * 10_002}, "2 characters too long"),
        ({"op_id": "none"}, "too old to be saved"),
    ],
)
def test_bad_input_gets_a_sentence_and_keeps_what_was_typed(
    wrong: dict[str, str], says: str, cast: Cast, sign_in: SignIn
) -> None:
    form = {"op_id": str(new_id()), "in_my_words": "Kept words", "visibility": "just-me", "how_i_will_know": "by heart"}
    answer = sign_in("alex").post(new_url(cast), {**form, **wrong})
    assert answer.status_code == 422
    assert says in text(answer)
    assert "by heart" in text(answer)
    assert not Goal.objects.exists()


def test_rewording_is_agreeing(cast: Cast, sign_in: SignIn, write_goal: Write) -> None:
    goal = write_goal()
    answer = save(sign_in("alex"), goal, in_my_words="Live on her street")
    assert answer.status_code == 302
    goal = fresh(goal)
    assert (goal.in_my_words, goal.version, goal.wording_version, goal.agreed_version) == (
        "Live on her street",
        2,
        2,
        2,
    )


def test_other_fields_do_not_move_the_wording(cast: Cast, sign_in: SignIn, write_goal: Write) -> None:
    goal = write_goal()
    save(sign_in("alex"), goal, why_it_matters="Rosa", dimension="home", achievement="improving")
    goal = fresh(goal)
    assert (goal.version, goal.wording_version, goal.agreed_version) == (2, 1, 1)
    assert (goal.why_it_matters, goal.dimension, goal.achievement) == ("Rosa", "home", "improving")


def test_a_goal_is_never_emptied(cast: Cast, sign_in: SignIn, write_goal: Write) -> None:
    answer = save(sign_in("alex"), write_goal(), in_my_words="  ", why_it_matters="still typed")
    assert answer.status_code == 422
    assert "set it aside instead" in text(answer)
    assert "still typed" in text(answer)


ROADS = [
    (LIFE.ON_HOLD,),
    (LIFE.COMPLETED,),
    (LIFE.CANCELLED,),
    (LIFE.ENTERED_IN_ERROR,),
    (LIFE.ON_HOLD, LIFE.ACTIVE),
    (LIFE.ON_HOLD, LIFE.COMPLETED, LIFE.ACTIVE),
    (LIFE.ON_HOLD, LIFE.CANCELLED, LIFE.ACTIVE),
    (LIFE.COMPLETED, LIFE.ACTIVE, LIFE.ON_HOLD),
    (LIFE.CANCELLED, LIFE.ACTIVE, LIFE.COMPLETED),
    (LIFE.ENTERED_IN_ERROR, LIFE.ACTIVE),
]


@pytest.mark.parametrize("road", ROADS, ids=" > ".join)
def test_every_way_a_goal_can_go(road: tuple[str, ...], cast: Cast, sign_in: SignIn, write_goal: Write) -> None:
    goal, alex = write_goal(), sign_in("alex")
    for version, life in enumerate(road, start=1):
        assert save(alex, goal, version, lifecycle=life).status_code == 302
        assert fresh(goal).lifecycle == life
    listed = "put-away" if road[-1] not in Goal.CURRENT else "list"
    for name, there in (("list", listed == "list"), ("put-away", listed == "put-away")):
        assert (WORDS in text(alex.get(new_url(cast, name)))) is there


def test_a_goal_reworded_while_paused_goes_on_as_agreed(cast: Cast, sign_in: SignIn, write_goal: Write) -> None:
    goal, alex = write_goal(), sign_in("alex")
    save(alex, goal, 1, lifecycle=LIFE.ON_HOLD)
    Goal.objects.update(agreed_version=None, agreed_at=None, agreed_how="")  # a paused goal may be unagreed
    save(alex, goal, 2, lifecycle=LIFE.ACTIVE)
    goal = fresh(goal)
    assert (goal.lifecycle, goal.agreed_version, goal.agreed_how) == (LIFE.ACTIVE, goal.wording_version, "own")


def test_a_goal_that_was_not_agreed_begins_with_a_yes_or_ends(cast: Cast, sign_in: SignIn, write_goal: Write) -> None:
    unagreed = {"agreed_version": None, "agreed_at": None, "agreed_how": "", "lifecycle": LIFE.PROPOSED}
    alex, yes, no = sign_in("alex"), write_goal(), write_goal()
    Goal.objects.update(**unagreed)
    assert "Yes, this is mine" in page(alex, yes)
    assert save(alex, yes, 1, lifecycle=LIFE.ACTIVE).status_code == 302
    assert save(alex, no, 1, lifecycle=LIFE.REJECTED).status_code == 302
    assert (fresh(yes).agreed_version, fresh(no).agreed_version) == (1, None)
    assert save(alex, no, 2, lifecycle=LIFE.ACTIVE).status_code == 302


@pytest.mark.parametrize(("now_is", "asked"), [(LIFE.COMPLETED, LIFE.ON_HOLD), (LIFE.ACTIVE, LIFE.PROPOSED)])
def test_a_way_that_does_not_exist_is_told(
    now_is: str, asked: str, cast: Cast, sign_in: SignIn, write_goal: Write
) -> None:
    goal = write_goal()
    Goal.objects.update(lifecycle=now_is)
    answer = save(sign_in("alex"), goal, 1, lifecycle=asked)
    assert answer.status_code == 409
    assert "in another state" in text(answer)


@pytest.mark.parametrize("life", LIFE.values)
@pytest.mark.parametrize(
    ("agreed", "stands"), [((1, True), True), ((None, False), False), ((2, True), False), ((1, False), False)]
)
def test_the_database_refuses_what_was_not_agreed(
    life: str, agreed: tuple[int | None, bool], stands: bool, write_goal: Write
) -> None:
    """On both engines, and safe with NULL: in every other state a goal may be unagreed."""
    version, has_time = agreed
    write_goal()
    values = {"agreed_version": version, "agreed_at": now() if has_time else None}
    values["agreed_how"] = "own" if version and has_time else ""
    whole = version is None or has_time
    allowed = whole and (stands or life not in Goal.MUST_BE_AGREED)
    if allowed:
        Goal.objects.update(lifecycle=life, version=2, **values)
    else:
        with pytest.raises(IntegrityError), transaction.atomic():
            Goal.objects.update(lifecycle=life, version=2, **values)


def test_steps_are_shared(cast: Cast, sign_in: SignIn, write_goal: Write) -> None:
    goal = write_goal()
    url = reverse("goals:new-step", args=[goal.pk])
    day = (now().date() + timedelta(days=5)).isoformat()
    form = {"what": "Call the housing office", "who": "specialist", "by_when": day, "op_id": str(new_id())}
    for _ in range(3):
        assert sign_in("maya").post(url, form).status_code == 302
    alex = sign_in("alex")
    alex.post(url, {"what": "See three places", "who": "me", "op_id": str(new_id())})
    first, second = Step.objects.in_order()
    assert (first.what, first.position, second.position) == ("Call the housing office", 1, 2)
    shown = page(alex, goal)
    assert shown.index("Call the housing office") < shown.index("See three places")
    assert '<blockquote class="voice" dir="auto" lang="en">See three places' in shown  # who typed it is who said it
    assert '<p dir="auto" lang="en">Call the housing office' in shown
    assert save_step(sign_in("noor"), second, what="See two places", who="someone-else").status_code == 302
    assert save_step(alex, second, 2, status="changed-my-mind").status_code == 302
    second = fresh(second)
    assert (second.what, second.who, second.status, second.version) == (
        "See two places",
        Step.Who.SOMEONE_ELSE,
        "changed-my-mind",
        3,
    )
    assert second.what_by == cast.noor
    assert "1 step behind you" in page(alex, goal)


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"what": ""}, "Say in a few words"),
        ({"what": "w" * 1001}, "1 character too long"),
        ({"who": "nobody"}, "Please choose one of these"),
        ({"status": "lost"}, "Please choose one of these"),
        ({"by_when": "someday"}, "Enter a valid date"),
        ({"version": "99"}, "newer than what is saved"),
        ({"version": "0"}, "too old to be saved"),
        ({"colour": "red"}, "something we do not know"),
    ],
)
def test_bad_input_for_a_step(
    wrong: dict[str, str], says: str, sign_in: SignIn, write_goal: Write, write_step: Any
) -> None:
    step = write_step(write_goal())
    answer = save_step(sign_in("maya"), step, **{"what": "Typed here", **wrong})
    assert answer.status_code in {409, 422}
    assert says in text(answer)
    assert wrong.get("what", "Typed here") in text(answer)
    assert fresh(step).what == "Call the housing office"


def test_a_goal_told_and_read_back(cast: Cast, sign_in: SignIn) -> None:
    maya, url = sign_in("maya"), new_url(cast, "tell", "toni")
    form = {"op_id": str(new_id()), "in_my_words": "A door I can lock", "visibility": "specialist"}
    said = {"way": "in-person", "read_back": "on"}
    refused = maya.post(url, {**form, "way": "in-person"})
    assert refused.status_code == 422
    assert "read it back to them first" in text(refused)
    assert maya.post(url, {**form, "visibility": "just-me", **said}).status_code == 422
    assert maya.post(url, {**form, **said}).status_code == 302
    goal = Goal.objects.get()
    assert (goal.told_to, goal.agreed_how, goal.client) == (cast.maya, Goal.AgreedHow.SPOKEN, cast.clients["toni"])
    assert "Toni said this to Maya in person, and it was read back." in page(maya, goal)


def test_what_was_told_is_changed_as_told_only_without_a_sign_in(
    cast: Cast, sign_in: SignIn, write_goal: Write
) -> None:
    maya, tonis, alexs = sign_in("maya"), write_goal("toni", told_to="maya"), write_goal(told_to="maya")
    assert save(maya, tonis, in_my_words="A door with my key").status_code == 403  # not said that it was read back
    assert save(maya, tonis, told="on", in_my_words="A door with my key").status_code == 302
    assert save(maya, tonis, 2, told="on", lifecycle=LIFE.ON_HOLD).status_code == 302
    assert save(maya, tonis, 3, told="on", lifecycle=LIFE.ACTIVE).status_code == 302
    goal = fresh(tonis)
    assert (goal.in_my_words, goal.agreed_how, goal.lifecycle) == ("A door with my key", "spoken", LIFE.ACTIVE)
    assert save(maya, tonis, 4, told="on", visibility="just-me").status_code == 422
    for told in ("", "on"):
        assert save(maya, alexs, told=told, in_my_words="Maya’s words").status_code == 403
    assert fresh(alexs).in_my_words == WORDS
    assert "You said this to Maya" in page(sign_in("alex"), alexs)


def test_what_someone_did_not_say_is_gone_for_staff(cast: Cast, sign_in: SignIn, write_goal: Write) -> None:
    goal, alex = write_goal(told_to="maya"), sign_in("alex")
    assert "I did not say this" in page(alex, goal)
    assert save(alex, goal, lifecycle=LIFE.ENTERED_IN_ERROR).status_code == 302
    assert sign_in("maya").get(reverse("goals:goal", args=[goal.pk])).status_code == 404
    assert "Bring it back" in page(alex, goal)


def test_new_is_what_someone_else_did_since_the_last_look(
    cast: Cast, sign_in: SignIn, write_goal: Write, write_step: Any, clock: Any
) -> None:
    goal, alex, listed = write_goal(), sign_in("alex"), new_url(cast, "list")
    assert ">new<" not in page(alex, goal) + text(alex.get(listed))
    clock.move(hours=1)
    save(sign_in("maya"), goal, who_helps="Maya brings the forms.")
    alex = sign_in("alex")
    save(alex, goal, 2, why_it_matters="My own, so not new to me")
    assert page(alex, goal).count(">new<") == text(alex.get(listed)).count(">new<") == 1
    clock.move(hours=1)
    write_step(goal, "maya")
    assert page(sign_in("alex"), goal).count(">new<") == 1
    clock.move(hours=1)
    assert ">new<" not in page(sign_in("alex"), goal)


def test_a_person_with_two_hats_has_goals_only_as_a_client(cast: Cast, sign_in: SignIn, write_goal: Write) -> None:
    goal = write_goal("rio")
    assert WORDS in page(sign_in("rio", Role.Kind.CLIENT), goal)
    answer = sign_in("rio", Role.Kind.SPECIALIST).get(reverse("goals:goal", args=[goal.pk]))
    assert answer.status_code == 404


def test_no_goal_at_all_is_fine(cast: Cast, sign_in: SignIn) -> None:
    assert "No goals right now. That is fine." in text(sign_in("alex").get(new_url(cast, "list")))
    assert "No goals are shared right now. That is fine." in text(sign_in("maya").get(new_url(cast, "list")))
