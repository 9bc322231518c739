"""A specialist suggests; the client decides, in one of four equal ways."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client as Browser
from django.urls import reverse

from goals.actions.ideas import Idea, suggest
from goals.models import Goal, Revision, Step, Suggestion
from goals.permissions.ideas import answered_since, ideas_waiting
from home.demo.cast import Cast
from peersupport.lib.ids import new_id
from peersupport.lib.refusals import Refusal
from tests.fixtures_goals import fresh, save

SignIn = Callable[..., Browser]
Write = Callable[..., Goal]
Offer = Callable[..., Suggestion]
STATE = Suggestion.State


def text(answer: Any) -> str:
    return str(answer.content.decode())


def listed(browser: Browser, cast: Cast) -> str:
    return text(browser.get(reverse("goals:list", args=[cast.clients["alex"].pk])))


def say(browser: Browser, idea: Suggestion, answer: str, version: int = 1) -> Any:
    return browser.post(reverse("goals:answer", args=[idea.pk]), {"answer": answer, "version": str(version)})


def my_way(browser: Browser, idea: Suggestion, **fields: Any) -> Any:
    return browser.post(reverse("goals:my-way", args=[idea.pk]), {"op_id": str(new_id()), **fields})


def test_an_idea_goes_from_one_to_the_other(cast: Cast, sign_in: SignIn) -> None:
    maya = sign_in("maya")
    url = reverse("goals:suggest-goal", args=[cast.clients["alex"].pk])
    assert maya.get(url).status_code == 200
    form = {"op_id": str(new_id()), "about": "goal", "text": "Visit the art group"}
    for _ in range(3):
        assert maya.post(url, form).status_code == 302
    assert maya.post(url, {**form, "text": "Another text"}).status_code == 409
    (idea,) = ideas_waiting(cast.clients["alex"])
    shown = listed(sign_in("alex"), cast)
    assert "Visit the art group" in shown
    for button in ("Yes, this is mine", "Say it my way", "Not now", "No thanks"):
        assert shown.count(f">{button}<") == 1
    assert "waiting" in listed(sign_in("noor"), cast)
    assert "Visit the art group" not in listed(sign_in("dana"), cast)
    assert not Goal.objects.exists()
    assert idea.author == cast.maya


def test_yes_makes_it_the_clients_own(cast: Cast, sign_in: SignIn, offer: Offer) -> None:
    idea, alex = offer("Visit the art group"), sign_in("alex")
    urls = {say(alex, idea, "yes").url for _ in range(3)}
    goal = Goal.objects.get()
    assert urls == {reverse("goals:goal", args=[goal.pk])}
    assert (goal.in_my_words, goal.author, goal.agreed_how) == ("Visit the art group", cast.alex, "own")
    assert (goal.visibility, goal.told_to) == ("specialist", None)
    assert (fresh(idea).state, fresh(idea).made_goal) == (STATE.TAKEN, goal)
    assert "Yes, this is mine" in listed(sign_in("maya"), cast)


def test_a_goal_said_my_way(cast: Cast, sign_in: SignIn, offer: Offer) -> None:
    idea, alex = offer("Visit the art group"), sign_in("alex")
    assert "Visit the art group</textarea>" in text(alex.get(reverse("goals:my-way", args=[idea.pk])))
    assert my_way(alex, idea, in_my_words="Draw again").status_code == 422  # who may see it is theirs to say
    op_id = str(new_id())
    for _ in range(3):
        assert my_way(alex, idea, op_id=op_id, in_my_words="Draw again", visibility="just-me").status_code == 302
    assert my_way(alex, idea, op_id=op_id, in_my_words="Paint", visibility="just-me").status_code == 409
    second = my_way(alex, idea, in_my_words="Sing", visibility="just-me")
    assert second.status_code == 409
    assert "Sing" in text(second)
    assert Goal.objects.get().in_my_words == "Draw again"
    assert fresh(idea).state == STATE.REWORDED
    assert "Visit the art group" not in listed(sign_in("maya"), cast)  # it became a goal that is just for Alex


def test_a_step_taken_as_it_is_stays_in_the_specialists_voice(sign_in: SignIn, offer: Offer, write_goal: Write) -> None:
    goal, alex = write_goal(), sign_in("alex")
    first, second = offer("Call them", "step", goal=goal), offer("Write to them", "step", goal=goal)
    assert say(alex, first, "yes").status_code == 302
    assert my_way(alex, second, what="Text them", who="me").status_code == 302
    steps = [(step.what, step.what_by.first_name, step.who) for step in Step.objects.in_order()]
    assert steps == [("Call them", "Maya", "me"), ("Text them", "Alex", "me")]


def test_who_would_do_a_step_and_by_when_is_said_before_the_answer(
    cast: Cast, sign_in: SignIn, write_goal: Write
) -> None:
    goal = write_goal()
    idea = Idea("step", "Call them", "specialist", date(2031, 5, 7))
    suggest(cast.clients["alex"], idea, goal=goal, op_id=new_id(), by=cast.actor("maya"))
    alex = sign_in("alex")
    for words in (listed(alex, cast), text(alex.get(reverse("goals:goal", args=[goal.pk])))):
        assert "Who does it: my specialist" in words
        assert "May 7, 2031" in words


def test_other_words(cast: Cast, sign_in: SignIn, offer: Offer, write_goal: Write) -> None:
    goal, alex = write_goal(), sign_in("alex")
    url = reverse("goals:suggest", args=[goal.pk]) + "?about=why_it_matters"
    assert "Why it matters to Alex" in text(sign_in("maya").get(url))
    first, second = offer("Because of Rosa", "why_it_matters", goal=goal), offer("Near Rosa", "in_my_words", goal=goal)
    assert say(alex, first, "yes").status_code == 302
    assert my_way(alex, second, text="On Rosa’s street", version="2").status_code == 302
    goal = fresh(goal)
    assert (goal.why_it_matters, goal.in_my_words) == ("Because of Rosa", "On Rosa’s street")
    assert goal.agreed_version == goal.wording_version == 3


def test_other_words_for_what_changed_meanwhile(sign_in: SignIn, offer: Offer, write_goal: Write) -> None:
    goal, alex = write_goal(), sign_in("alex")
    idea = offer("Near Rosa", "in_my_words", goal=goal)
    save(alex, goal, in_my_words="My newest words")
    say(alex, idea, "yes", version=1)
    assert fresh(goal).in_my_words == "My newest words"
    shown = text(alex.get(reverse("goals:goal", args=[goal.pk])))
    assert "Near Rosa" in shown
    assert "Keep both" in shown


def test_not_now_leaves_its_place_and_stays_within_reach(cast: Cast, sign_in: SignIn, offer: Offer, clock: Any) -> None:
    alex, maya = sign_in("alex"), sign_in("maya")
    idea = offer("Visit the art group")
    offer("Second")
    with pytest.raises(Refusal, match="Two ideas wait"):
        offer("Third")
    for _ in range(3):
        assert say(alex, idea, "not-now").status_code == 302
    offer("Third")
    assert "Ideas you put off" in listed(alex, cast)
    again = reverse("goals:offer-again", args=[idea.pk])
    assert maya.post(again).status_code == 422
    clock.move(days=30, minutes=1)
    alex, maya = sign_in("alex"), sign_in("maya")
    assert maya.post(again).status_code == 422  # both places are taken
    say(alex, Suggestion.objects.get(op_fingerprint=fresh_of("Second")), "no-thanks")
    assert "Offer it once more" in listed(maya, cast)
    for _ in range(3):
        assert maya.post(again).status_code == 302
    assert fresh(idea).state == STATE.OPEN
    say(alex, idea, "not-now")
    assert say(alex, idea, "yes").status_code == 302  # at any time
    assert Goal.objects.count() == 1


def fresh_of(words: str) -> str:
    return next(idea.op_fingerprint for idea in Suggestion.objects.all() if idea.text == words)


def test_no_thanks_is_final(cast: Cast, sign_in: SignIn, offer: Offer, clock: Any) -> None:
    idea, alex = offer("Visit the art group"), sign_in("alex")
    for _ in range(3):
        assert say(alex, idea, "no-thanks").status_code == 302
    for answer in ("yes", "not-now"):
        refused = say(alex, idea, answer)
        assert refused.status_code == 409
        assert "You answered this before: “No thanks”. That stands." in text(refused)
    assert my_way(alex, idea, in_my_words="Draw", visibility="just-me").status_code == 409
    clock.move(days=400)
    assert sign_in("maya").post(reverse("goals:offer-again", args=[idea.pk])).status_code == 422
    with pytest.raises(Refusal, match="said no thanks to just this"):
        offer("Visit the art group")
    assert not Goal.objects.exists()


@pytest.mark.parametrize(
    ("form", "says"),
    [
        ({"text": ""}, "nothing here yet"),
        ({"text": "w" * 1001}, "1 character too long"),
        ({"text": "Same"}, "You offered just this before"),
        ({"text": "More"}, "Two ideas wait for Alex already"),
        ({"text": "Kept", "op_id": "x"}, "too old to be saved"),
    ],
)
def test_an_idea_that_cannot_be_offered_stays_typed(
    form: dict[str, str], says: str, cast: Cast, sign_in: SignIn, offer: Offer
) -> None:
    offer("Same")
    offer("Other")
    url = reverse("goals:suggest-goal", args=[cast.clients["alex"].pk])
    answer = sign_in("noor").post(url, {"op_id": str(new_id()), "about": "goal", **form})
    assert answer.status_code == 422
    assert says in text(answer)
    assert form["text"] in text(answer)


def test_an_answer_from_an_old_page(cast: Cast, sign_in: SignIn, offer: Offer) -> None:
    idea, alex = offer(), sign_in("alex")
    for form in ({}, {"answer": "maybe", "version": "1"}, {"answer": "yes"}, {"answer": "yes", "version": "0"}):
        assert alex.post(reverse("goals:answer", args=[idea.pk]), form).status_code == 422
    assert fresh(idea).state == STATE.OPEN


def test_someone_without_a_sign_in_is_talked_to_instead(cast: Cast, sign_in: SignIn) -> None:
    maya, toni = sign_in("maya"), cast.clients["toni"]
    answer = maya.post(
        reverse("goals:suggest-goal", args=[toni.pk]), {"op_id": str(new_id()), "about": "goal", "text": "A lock"}
    )
    assert answer.status_code == 422
    assert "Talk it over, then write down what they say" in text(answer)
    assert "Offer an idea" not in text(maya.get(reverse("goals:list", args=[toni.pk])))


def test_a_goal_that_is_put_away_gets_no_ideas(sign_in: SignIn, offer: Offer, write_goal: Write) -> None:
    goal = write_goal()
    save(sign_in("alex"), goal, lifecycle="completed")
    with pytest.raises(Refusal, match="put away"):
        offer("One more thing", "step", goal=goal)


def test_the_specialist_hears_of_answers_until_they_have_looked(
    cast: Cast, sign_in: SignIn, offer: Offer, clock: Any
) -> None:
    idea = offer()
    assert answered_since(cast.actor("maya")) == []
    say(sign_in("alex"), idea, "no-thanks")
    assert answered_since(cast.actor("maya")) == [idea]
    assert answered_since(cast.actor("noor")) == answered_since(cast.actor("alex")) == []
    listed(sign_in("maya"), cast)
    assert answered_since(cast.actor("maya")) == []


@pytest.mark.parametrize("wrong", [{"place": 3}, {"place": None}, {"state": "taken"}])
def test_the_database_holds_the_two_places(wrong: dict[str, Any], offer: Offer) -> None:
    offer()
    with pytest.raises(IntegrityError), transaction.atomic():
        Suggestion.objects.update(**wrong)
    offer("Second")
    with pytest.raises(IntegrityError), transaction.atomic():
        Suggestion.objects.update(place=1)


def _at_once(number: int, act: Callable[[int], None]) -> list[str]:
    """Does it that many times at the same moment; the refusals."""

    def one(position: int) -> str:
        try:
            act(position)
        except Refusal as refusal:
            return str(refusal.sentence)
        finally:
            connection.close()
        return ""

    with ThreadPoolExecutor(number) as pool:
        return list(pool.map(one, range(number)))


@pytest.mark.django_db(transaction=True)
def test_ten_ideas_at_once_find_two_places(cast: Cast) -> None:
    client, maya = cast.clients["alex"], cast.actor("maya")
    refusals = _at_once(
        10, lambda number: suggest(client, Idea("goal", f"Idea {number}"), op_id=new_id(), by=maya) and None
    )
    assert sum("Two ideas wait" in sentence for sentence in refusals) == 8
    assert sorted(Suggestion.objects.values_list("place", flat=True)) == [1, 2]


@pytest.mark.django_db(transaction=True)
def test_the_same_idea_ten_times_at_once_is_one(cast: Cast) -> None:
    client, maya, op_id = cast.clients["alex"], cast.actor("maya"), new_id()
    refusals = _at_once(10, lambda _number: suggest(client, Idea("goal", "Once"), op_id=op_id, by=maya) and None)
    assert set(refusals) == {""}
    assert Suggestion.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_yes_ten_times_at_once_is_one_goal(cast: Cast, sign_in: SignIn, offer: Offer) -> None:
    idea = offer()
    browsers = [sign_in("alex") for _ in range(10)]
    codes: list[int] = []
    _at_once(10, lambda number: codes.append(say(browsers[number], idea, "yes").status_code))
    assert codes == [302] * 10
    assert Goal.objects.count() == Revision.objects.count() == 1
