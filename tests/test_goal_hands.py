"""The client's own hand on the specialist's screen: handed over, answered, given back."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client as Browser
from django.urls import reverse

from accounts.models import Role
from audit.models import Event
from clients.actions import end_assignment
from clients.models import Assignment
from goals.actions.goals import add_goal
from goals.actions.writing import Sent
from goals.models import Goal, Revision, Step, Suggestion
from goals.rules import OWN_HAND
from home.demo.cast import PASSWORD, Cast
from peersupport.lib.ids import new_id
from tests.fixtures_goals import fresh, save
from tests.test_access_matrix import MATRIX

SignIn = Callable[..., Browser]
Write = Callable[..., Goal]
Offer = Callable[..., Suggestion]
STATE, LIFE = Suggestion.State, Goal.Lifecycle
HANDS, MY_WAY, BACK = "/in-your-hands/", "/in-your-hands/my-way/", "/accounts/take-back/"


def text(answer: Any) -> str:
    return str(answer.content.decode())


def hand_over(browser: Browser, row: Suggestion | Goal) -> Any:
    name = "hand-over-idea" if isinstance(row, Suggestion) else "hand-over-goal"
    return browser.post(reverse(f"goals:{name}", args=[row.pk]))


def say(browser: Browser, answer: str, version: int = 1) -> Any:
    """On the page as it stands, or on one that stood there before."""
    return browser.post(HANDS, {"of": asked_on(browser, HANDS), "answer": answer, "version": str(version)})


def asked_on(browser: Browser, url: str) -> str:
    """What the page is about."""
    found = re.search(r'name="of" value="([^"]*)"', text(browser.get(url)))
    return found.group(1) if found else ""


def waits_for_yes(cast: Cast, client: str = "alex", words: str = "Sing with the others") -> Goal:
    sent = Sent({"in_my_words": words, "visibility": "specialist"}, 0, new_id(), told=True, way=OWN_HAND)
    return add_goal(cast.clients[client], sent, agreed=False, by=cast.actor("maya"))


def test_the_way_there_and_back(cast: Cast, sign_in: SignIn, offer: Offer) -> None:
    idea, maya = offer("Visit the art group"), sign_in("maya")
    assert "Hand over the screen" in text(maya.get(reverse("goals:list", args=[idea.client_id])))
    before = text(maya.get(reverse("goals:hand-over-idea", args=[idea.pk])))
    assert "Turn the screen to Alex" in before
    answer = hand_over(maya, idea)
    assert (answer.url, answer.headers["Clear-Site-Data"]) == (HANDS, '"cache"')
    page = maya.get(HANDS)
    assert page.headers["Cache-Control"] == "no-store"
    shown = text(page)
    for said in ("Visit the art group", "You and Maya can read this."):
        assert said in shown
    buttons = ("Yes, this is mine", "Say it my way", "Not now", "No thanks", "I’ll decide later, without you")
    classes = [re.search(rf'<(?:a|button) class="([^"]*)"[^>]*>{button}<', shown) for button in buttons]
    assert [found.group(1) for found in classes if found] == ["btn"] * 5
    assert say(maya, "yes").url == HANDS
    thanks = text(maya.get(HANDS))
    assert "Thank you. Give the screen back." in thanks
    for private in ("Visit the art group", "Alex", "Maya"):
        assert private not in thanks
    assert maya.post(BACK, {"password": "wrong"}).status_code == 422
    assert maya.get("/").url == HANDS
    back = maya.post(BACK, {"password": PASSWORD})
    assert back.url == reverse("goals:list", args=[idea.client_id])
    assert maya.get("/").status_code == 200
    assert maya.get(HANDS).url == "/"


def test_yes_is_recorded_as_own_hand_with_whose_screen(cast: Cast, sign_in: SignIn, offer: Offer) -> None:
    idea, maya = offer("Visit the art group"), sign_in("maya")
    hand_over(maya, idea)
    say(maya, "yes")
    goal, idea = Goal.objects.get(), fresh(idea)
    assert (goal.agreed_how, goal.agreed_with, goal.agreed_through, goal.told_to) == ("own-hand", cast.maya, "", None)
    assert (goal.lifecycle, goal.visibility) == (LIFE.ACTIVE, "specialist")
    assert (idea.state, idea.answered_how, idea.answered_with) == (STATE.TAKEN, "own-hand", cast.maya)
    assert Event.objects.filter(verb="idea.taken", actor_id=cast.maya.pk, subject_id=idea.pk).count() == 1
    alexs = text(sign_in("alex").get(reverse("goals:goal", args=[goal.pk])))
    assert "You said yes with your own hand, on Maya’s screen." in alexs
    assert "I did not say this" in alexs
    history = text(sign_in("alex").get(reverse("goals:history", args=[goal.pk])))
    assert "by Alex’s own hand" in history


@pytest.mark.parametrize(
    ("answer", "state", "how"),
    [("not-now", STATE.NOT_NOW, "own-hand"), ("no-thanks", STATE.NO_THANKS, "own-hand"), ("later", STATE.OPEN, "")],
)
def test_every_other_answer(answer: str, state: str, how: str, *, sign_in: SignIn, offer: Offer) -> None:
    idea, maya = offer(), sign_in("maya")
    hand_over(maya, idea)
    events = Event.objects.filter(bucket__isnull=True).count()
    assert say(maya, answer).url == HANDS
    idea = fresh(idea)
    assert (idea.state, idea.answered_how) == (state, how)
    assert "Thank you" in text(maya.get(HANDS))
    assert not Goal.objects.exists()
    assert Event.objects.filter(bucket__isnull=True).count() == events + (answer != "later")


def test_later_tells_the_specialist_only_that_it_waits(cast: Cast, sign_in: SignIn, offer: Offer) -> None:
    idea, maya = offer(), sign_in("maya")
    listed = reverse("goals:list", args=[idea.client_id])
    hidden = re.compile(r'(name="(?:csrfmiddlewaretoken|form_of|op_id)" value=")[^"]*|data-left="\d+"')
    before = hidden.sub(r"\1", text(maya.get(listed)))
    hand_over(maya, idea)
    say(maya, "later")
    maya.post(BACK, {"password": PASSWORD})
    assert hidden.sub(r"\1", text(maya.get(listed))) == before
    alex = sign_in("alex")
    alex.post(reverse("goals:answer", args=[idea.pk]), {"answer": "yes", "version": "1"})
    assert Goal.objects.get().agreed_how == "own"


def test_nothing_else_of_the_account_opens(cast: Cast, sign_in: SignIn, offer: Offer, request: Any) -> None:
    things = request.getfixturevalue("alexs")
    maya = sign_in("maya")
    hand_over(maya, Suggestion.objects.get(pk=things["idea"]))
    before = {model: model.objects.count() for model in (Goal, Step, Revision, Suggestion)}
    open_too = {"goals:in-hands", "goals:in-hands-my-way", "take-back", "leave", "account_logout"}
    for name, row in MATRIX.items():
        if name in open_too:
            continue
        url = reverse(name, args=[things[need] for need in row.needs])
        answer = maya.get(url)
        assert (answer.status_code, answer.headers.get("Location")) == (302, HANDS), name
        for refused in (maya.get(url, headers={"Sec-Fetch-Mode": "cors"}), maya.post(url, {"who_helps": "x"})):
            assert refused.status_code == 409, name
            assert "nothing was saved" in text(refused)
            assert "is kept" not in text(refused)  # of a form that was nobody's
    assert {model: model.objects.count() for model in before} == before


def test_no_byte_of_other_clients_or_of_private_goals(
    cast: Cast, sign_in: SignIn, offer: Offer, write_goal: Write
) -> None:
    maya, idea = sign_in("maya"), offer()
    hand_over(maya, idea)
    hidden = re.compile(r'(name="(?:csrfmiddlewaretoken|form_of|op_id)" value=")[^"]*')
    pages = [hidden.sub(r"\1", text(maya.get(url))) for url in (HANDS, MY_WAY, BACK)]
    write_goal(in_my_words="Unseen words", visibility="just-me")
    write_goal("luz", in_my_words="Palabras de Luz")
    again = [hidden.sub(r"\1", text(maya.get(url))) for url in (HANDS, MY_WAY, BACK)]
    assert again == pages
    for page in again:
        for name in ("Toni", "Luz", "Unseen", "<nav", "Today", "<script"):
            assert name not in page


def test_it_speaks_the_clients_language(cast: Cast, sign_in: SignIn, offer: Offer) -> None:
    cast.alex.language = "es"
    cast.alex.save()
    idea, maya = offer("Visit the art group"), sign_in("maya")
    hand_over(maya, idea)
    page = maya.get(HANDS)
    shown = text(page)
    assert '<html lang="es"' in shown
    assert "Sí, esto es mío" in shown
    assert 'lang="en"' in shown
    assert "en inglés" in shown
    assert page.headers["Content-Language"] == "es"
    say(maya, "yes")
    assert "Gracias." in text(maya.get(HANDS))
    assert '<html lang="en"' in text(maya.get(BACK))
    assert Goal.objects.get().languages == {"in_my_words": "en"}  # as it was offered


def test_said_my_way_on_this_screen(cast: Cast, sign_in: SignIn, offer: Offer) -> None:
    maya, idea = sign_in("maya"), offer("Visit the art group")
    hand_over(maya, idea)
    shown = text(maya.get(MY_WAY))
    assert "Visit the art group</textarea>" in shown
    assert "just for me" not in shown.lower().replace("make it just for you", "")
    form = {"of": str(idea.pk), "op_id": str(new_id()), "in_my_words": "Draw again"}
    assert maya.post(MY_WAY, form).status_code == 422
    assert maya.post(MY_WAY, {**form, "visibility": "just-me"}).status_code == 422
    assert maya.post(MY_WAY, {**form, "visibility": "specialist"}).url == HANDS
    goal = Goal.objects.get()
    assert (goal.in_my_words, goal.agreed_how, goal.agreed_with, goal.told_to) == (
        "Draw again",
        "own-hand",
        cast.maya,
        None,
    )
    assert maya.post(MY_WAY, {**form, "visibility": "specialist"}).url == HANDS  # sent twice
    assert Goal.objects.count() == 1
    assert fresh(idea).state == STATE.REWORDED


def test_steps_and_other_words(cast: Cast, sign_in: SignIn, offer: Offer, write_goal: Write) -> None:
    goal, maya = write_goal(), sign_in("maya")
    step, words = offer("Call them", "step", goal=goal), offer("Because of Rosa", "why_it_matters", goal=goal)
    hand_over(maya, step)
    assert "An idea for a step." in text(maya.get(HANDS))
    assert (
        maya.post(MY_WAY, {"of": str(step.pk), "op_id": str(new_id()), "what": "Text them", "who": "me"}).url == HANDS
    )
    assert maya.post(BACK, {"password": PASSWORD}).url == reverse("goals:goal", args=[goal.pk])
    hand_over(maya, words)
    say(maya, "yes")
    assert [(one.what, one.what_by) for one in Step.objects.all()] == [("Text them", cast.alex)]
    goal = fresh(goal)
    assert (goal.why_it_matters, goal.agreed_how) == ("Because of Rosa", "own")
    told = Revision.objects.filter(told=True).order_by("at")
    assert [(row.author, row.facts["how"]) for row in told] == [(cast.maya, "own-hand")] * 2


# --- a goal that was written down as they said it ---------------------------------------------------------------------
def test_a_goal_just_written_down_waits_for_their_own_hand(cast: Cast, sign_in: SignIn) -> None:
    maya, client = sign_in("maya"), cast.clients["toni"]
    form = {"op_id": str(new_id()), "in_my_words": "A door I can lock", "visibility": "specialist", "way": "own-hand"}
    answer = maya.post(reverse("goals:tell", args=[client.pk]), form)
    goal = Goal.objects.get()
    assert answer.url == reverse("goals:hand-over-goal", args=[goal.pk])
    assert (goal.lifecycle, goal.agreed_how, goal.agreed_with) == (LIFE.PROPOSED, "", None)
    hand_over(maya, goal)
    shown = text(maya.get(HANDS))
    assert "written down as you said it" in shown
    assert "A door I can lock" in shown
    say(maya, "yes")
    goal = fresh(goal)
    assert (goal.lifecycle, goal.agreed_how, goal.agreed_with, goal.told_to) == (
        LIFE.ACTIVE,
        "own-hand",
        cast.maya,
        cast.maya,
    )


@pytest.mark.parametrize(
    ("answer", "life"), [("no-thanks", LIFE.REJECTED), ("not-now", LIFE.PROPOSED), ("later", LIFE.PROPOSED)]
)
def test_a_goal_that_is_not_theirs_yet(answer: str, life: str, cast: Cast, sign_in: SignIn) -> None:
    goal, maya = waits_for_yes(cast), sign_in("maya")
    hand_over(maya, goal)
    say(maya, answer)
    assert (fresh(goal).lifecycle, fresh(goal).agreed_how) == (life, "")
    assert "Thank you" in text(maya.get(HANDS))


def test_a_goal_written_down_said_their_way(cast: Cast, sign_in: SignIn) -> None:
    goal, maya = waits_for_yes(cast), sign_in("maya")
    hand_over(maya, goal)
    form = {"of": str(goal.pk), "op_id": str(new_id()), "version": "1", "text": "Sing alone"}
    assert maya.post(MY_WAY, {**form, "text": ""}).status_code == 422
    assert maya.post(MY_WAY, form).url == HANDS
    goal = fresh(goal)
    assert (goal.in_my_words, goal.lifecycle, goal.agreed_version, goal.wording_version) == (
        "Sing alone",
        LIFE.ACTIVE,
        2,
        2,
    )
    assert (goal.agreed_how, goal.told_to) == ("own-hand", None)


def test_not_more_than_two_wait_for_a_yes(cast: Cast, sign_in: SignIn) -> None:
    waits_for_yes(cast, "toni", "First")
    waits_for_yes(cast, "toni", "Second")
    form = {"op_id": str(new_id()), "in_my_words": "Third", "visibility": "specialist", "way": "own-hand"}
    answer = sign_in("maya").post(reverse("goals:tell", args=[cast.clients["toni"].pk]), form)
    assert answer.status_code == 422
    assert "Two goals wait for Toni’s yes already" in text(answer)
    assert Goal.objects.count() == 2
    Goal.objects.filter(author=cast.maya).update(visibility="just-me")  # a refusal would tell of them
    assert sign_in("maya").post(reverse("goals:tell", args=[cast.clients["toni"].pk]), form).status_code == 302


# --- what goes wrong --------------------------------------------------------------------------------------------------
def test_answered_elsewhere_meanwhile(cast: Cast, sign_in: SignIn, offer: Offer) -> None:
    idea, maya = offer(), sign_in("maya")
    hand_over(maya, idea)
    sign_in("alex").post(reverse("goals:answer", args=[idea.pk]), {"answer": "no-thanks", "version": "1"})
    say(maya, "yes")
    assert (fresh(idea).state, fresh(idea).answered_how) == (STATE.NO_THANKS, "own")
    assert "Thank you" in text(maya.get(HANDS))
    other = sign_in("maya")
    assert hand_over(other, idea).url == reverse("goals:list", args=[idea.client_id])
    assert "This was answered meanwhile." in text(other.get("/"))


@pytest.mark.parametrize("why", ["assignment", "private"])
def test_support_that_ends_while_the_screen_is_handed_over(
    why: str, cast: Cast, sign_in: SignIn, offer: Offer, write_goal: Write
) -> None:
    goal, maya = write_goal(), sign_in("maya")
    idea = offer("Call them", "step", goal=goal)
    hand_over(maya, idea)
    if why == "assignment":
        held = Assignment.objects.get(client=idea.client, specialist=cast.maya)
        end_assignment(held, Assignment.EndReason.CLOSED, by=None)
    else:
        save(sign_in("alex"), goal, visibility="just-me")
    say(maya, "yes")
    assert not Step.objects.exists()
    shown = text(maya.get(HANDS))
    assert "Thank you" in shown
    assert "Call them" not in shown


def test_bad_input(cast: Cast, sign_in: SignIn, offer: Offer) -> None:
    maya, idea = sign_in("maya"), offer()
    hand_over(maya, idea)
    for form in ({}, {"answer": "maybe", "version": "1"}, {"answer": "yes", "version": "x"}):
        answer = maya.post(HANDS, form)
        assert answer.status_code == 422
        assert "Please choose once more" in text(answer)
    assert fresh(idea).state == STATE.OPEN


def test_a_screen_is_locked_against_guessing(cast: Cast, sign_in: SignIn, offer: Offer) -> None:
    maya = sign_in("maya")
    hand_over(maya, offer())
    answers = [maya.post(BACK, {"password": f"guess {number}"}) for number in range(12)]
    assert {answer.status_code for answer in answers} == {422}
    assert "many tries" in text(answers[-1])
    assert maya.post(BACK, {"password": PASSWORD}).status_code == 422
    assert maya.post(reverse("account_logout")).status_code == 302  # there is still a way out
    assert Role.objects.filter(user=cast.maya).exists()
