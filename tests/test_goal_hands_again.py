"""A page in the client's hands that is older than what is asked now; and what was typed on one."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client as Browser
from django.urls import reverse

from accounts import signing_in
from accounts.models import Role
from audit.models import Event
from goals.models import Goal, Suggestion
from home.demo.cast import PASSWORD, Cast
from peersupport.lib.ids import new_id
from tests.fixtures_goals import fresh, save
from tests.test_goal_hands import BACK, HANDS, MY_WAY, hand_over, text, waits_for_yes

SignIn = Callable[..., Browser]
Offer = Callable[..., Suggestion]
STATE, LIFE = Suggestion.State, Goal.Lifecycle


def form_on(browser: Browser, url: str) -> dict[str, str]:
    """The hidden fields of the form that the page shows."""
    page = text(browser.get(url))
    hidden = [tag for tag in re.findall(r"<input[^>]*>", page) if 'type="hidden"' in tag]
    pairs = [(re.search(r'name="([^"]*)"', tag), re.search(r'value="([^"]*)"', tag)) for tag in hidden]
    return {name.group(1): value.group(1) for name, value in pairs if name and value}


def test_yes_on_an_older_page_says_yes_to_nothing_else(sign_in: SignIn, offer: Offer) -> None:
    maya, first, second = sign_in("maya"), offer("Visit the art group"), offer("Sing with the others")
    hand_over(maya, first)
    old = form_on(maya, HANDS)  # in another window
    maya.post(BACK, {"password": PASSWORD})
    hand_over(maya, second)
    answer = maya.post(HANDS, {**old, "answer": "yes"})
    assert answer.status_code == 422
    assert "Sing with the others" in text(answer)
    assert {fresh(one).state for one in (first, second)} == {STATE.OPEN}
    assert not Goal.objects.exists()


def test_words_typed_for_one_idea_never_answer_another(sign_in: SignIn, offer: Offer) -> None:
    maya, first, second = sign_in("maya"), offer("Visit the art group"), offer("Sing with the others")
    hand_over(maya, first)
    old = {**form_on(maya, MY_WAY), "in_my_words": "Draw again", "visibility": "specialist"}
    maya.post(BACK, {"password": PASSWORD})
    hand_over(maya, second)
    answer = maya.post(MY_WAY, old)
    assert answer.status_code == 409
    assert "Draw again" in text(answer)
    assert {fresh(one).state for one in (first, second)} == {STATE.OPEN}
    assert not Goal.objects.exists()


def test_words_typed_while_it_was_answered_elsewhere_are_not_thanked_away(
    cast: Cast, sign_in: SignIn, offer: Offer
) -> None:
    maya, idea = sign_in("maya"), offer("Visit the art group")
    hand_over(maya, idea)
    typed = {**form_on(maya, MY_WAY), "in_my_words": "Draw again", "visibility": "specialist"}
    sign_in("alex").post(reverse("goals:answer", args=[idea.pk]), {"answer": "no-thanks", "version": "1"})
    answer = maya.post(MY_WAY, typed)
    assert answer.status_code == 409
    assert "Draw again" in text(answer)
    assert "Not saved" in text(answer)
    assert not Goal.objects.exists()


def test_words_typed_before_the_screen_was_taken_back_are_not_lost(sign_in: SignIn, offer: Offer) -> None:
    maya, idea = sign_in("maya"), offer("Visit the art group")
    hand_over(maya, idea)
    typed = {**form_on(maya, MY_WAY), "in_my_words": "Draw again", "visibility": "specialist"}
    maya.post(BACK, {"password": PASSWORD})
    answer = maya.post(MY_WAY, typed)
    assert answer.status_code == 409
    assert "Draw again" in text(answer)
    assert fresh(idea).state == STATE.OPEN


def test_nobody_says_yes_to_words_that_changed_meanwhile(cast: Cast, sign_in: SignIn) -> None:
    goal, maya = waits_for_yes(cast, "toni", "A door I can lock"), sign_in("maya")
    hand_over(maya, goal)
    seen = form_on(maya, HANDS)
    told = {"told": "on", "way": "phone", "in_my_words": "A room anywhere"}
    assert save(sign_in("maya"), goal, **told).status_code == 302
    assert fresh(goal).lifecycle == LIFE.PROPOSED
    answer = maya.post(HANDS, {**seen, "answer": "yes"})
    assert answer.status_code == 409
    assert "A room anywhere" in text(answer)
    assert fresh(goal).lifecycle == LIFE.PROPOSED
    assert maya.post(HANDS, {**form_on(maya, HANDS), "answer": "yes"}).url == HANDS
    assert (fresh(goal).lifecycle, fresh(goal).agreed_how) == (LIFE.ACTIVE, "own-hand")


def test_nor_with_words_of_their_own_that_were_overtaken(cast: Cast, sign_in: SignIn) -> None:
    goal, maya = waits_for_yes(cast, "toni", "A door I can lock"), sign_in("maya")
    hand_over(maya, goal)
    typed = {**form_on(maya, MY_WAY), "text": "My own door"}
    save(sign_in("maya"), goal, told="on", way="phone", in_my_words="A room anywhere")
    answer = maya.post(MY_WAY, typed)
    assert answer.status_code == 409
    assert "My own door</textarea>" in text(answer)
    assert fresh(goal).lifecycle == LIFE.PROPOSED
    again = re.search(r'name="version" value="(\d+)"', text(answer))
    assert again is not None
    assert maya.post(MY_WAY, {**typed, "version": again.group(1)}).url == HANDS
    goal = fresh(goal)
    assert (goal.in_my_words, goal.lifecycle, goal.agreed_how) == ("My own door", LIFE.ACTIVE, "own-hand")


def test_a_look_at_what_is_in_their_hands_leaves_an_event(cast: Cast, sign_in: SignIn) -> None:
    goal, maya = waits_for_yes(cast, "toni", "A door I can lock"), sign_in("maya")
    hand_over(maya, goal)
    assert "A door I can lock" in text(maya.get(HANDS))
    assert Event.objects.filter(verb="read", actor_id=cast.maya.pk, subject_id=goal.pk).count() == 1


def test_what_was_typed_in_two_other_windows_is_kept(sign_in: SignIn, offer: Offer, write_goal: Any) -> None:
    goal, maya, idea = write_goal(), sign_in("maya"), offer("Visit the art group")
    pages = [reverse(f"goals:{name}", args=[goal.pk]) for name in ("goal", "talk")]
    forms = [form_on(maya, page) for page in pages]
    hand_over(maya, idea)
    first = text(maya.post(pages[0], {**forms[0], "who_helps": "My brother drives"}))
    maya.post(pages[1], {**forms[1], "op_id": str(new_id()), "text": "You did this well"})
    there = re.search(r'href="(/accounts/resume/[^"]*)"', first)
    assert there is not None
    assert maya.get(there.group(1)).url == HANDS  # not as long as somebody else holds it
    assert "You did this well" in text(maya.get(maya.post(BACK, {"password": PASSWORD}).url))
    assert "My brother drives" in text(maya.get(there.group(1)))


def test_what_was_kept_before_never_makes_room(
    sign_in: SignIn, offer: Offer, write_goal: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    goal, maya, idea = write_goal(), sign_in("maya"), offer("Visit the art group")
    page = reverse("goals:goal", args=[goal.pk])
    form = form_on(maya, page)
    hand_over(maya, idea)
    answers = [text(maya.post(page, {**form, "who_helps": f"My brother {number}"})) for number in range(8)]
    monkeypatch.setattr(signing_in, "MOST_KEPT", sum(map(len, maya.session["kept_forms"].values())))
    full = text(maya.post(page, {**form, "who_helps": "One too many"}))
    assert "So nothing was saved here. Take the screen back first, then save once more." in full
    maya.post(BACK, {"password": PASSWORD})
    for number, answer in enumerate(answers):
        there = re.search(r'href="(/accounts/resume/[^"]*)"', answer)
        assert there is not None
        assert f"My brother {number}" in text(maya.get(there.group(1)))


def test_a_form_under_another_hat_does_not_answer_for_them(cast: Cast, sign_in: SignIn, offer: Offer) -> None:
    Role.objects.create(user=cast.maya, program=cast.program, kind=Role.Kind.MANAGER)
    maya, idea = sign_in("maya"), offer("Visit the art group")
    roles = {role.kind: role for role in Role.objects.filter(user=cast.maya)}
    maya.post(reverse("wear"), {"role": str(roles[Role.Kind.MANAGER].pk)})
    old = form_on(maya, "/")
    maya.post(reverse("wear"), {"role": str(roles[Role.Kind.SPECIALIST].pk)})
    hand_over(maya, idea)
    assert maya.post("/", {"form_of": old["form_of"]}).status_code == 409
    shown = text(maya.get(HANDS))
    assert "Visit the art group" in shown
    assert "Thank you" not in shown
