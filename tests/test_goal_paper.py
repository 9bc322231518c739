"""My plan on paper: what stands on it, in whose language, and what never does."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client as Browser
from django.urls import reverse

from accounts.models import User
from audit.models import Event
from clients.models import Visit
from goals.actions.goals import add_goal, change_goal
from goals.actions.steps import change_step
from goals.actions.writing import Sent
from goals.models import Goal
from goals.rules import OWN_HAND
from home.demo.cast import Cast
from peersupport.lib.ids import new_id
from tests.fixtures_goals import WORDS

SignIn = Callable[..., Browser]
Write = Callable[..., Goal]


def paper(browser: Browser, cast: Cast, client: str = "alex", query: str = "") -> Any:
    return browser.get(reverse("goals:paper", args=[cast.clients[client].pk]) + query)


def sheet(answer: Any) -> str:
    found = re.search(r'<section class="sheet.*?</section>', answer.content.decode(), re.DOTALL)
    assert found is not None
    return re.sub(r"\s+", " ", found.group())


def test_what_stands_on_it(cast: Cast, sign_in: SignIn, write_goal: Write, write_step: Any) -> None:
    goal = write_goal(why_it_matters="I sleep there", who_helps="Rosa")
    write_step(goal, "maya", what="Call the office", who="specialist", by_when="2027-03-05")
    write_step(goal, what="See three places")
    done = write_step(goal, what="Write the list")
    change_step(done, Sent({"status": "done"}, 1, new_id()), by=cast.actor("alex"))
    finished = write_goal(in_my_words="Learn to swim")
    change_goal(finished, Sent({"lifecycle": "completed"}, 1, new_id()), by=cast.actor("alex"))
    for name in ("alex", "maya"):
        answer = paper(sign_in(name), cast)
        shown = sheet(answer)
        for said in (WORDS, "I sleep there", "Rosa", "Call the office", "See three places", "1 step done", "988"):
            assert said in shown
        assert "Maya does this by Friday, March 5" in shown
        assert "I do this." in shown  # the client speaks, whoever prints it
        for other in ("Learn to swim", "Write the list", "Alex", "Riverside", "I agree"):
            assert other not in shown
        page = answer.content.decode()
        assert "data-print" in page
        assert "<title>\n      \n  Page\n" in page
        assert "Nothing on it says where it comes from." in page


def test_chosen_for_it(cast: Cast, sign_in: SignIn, write_goal: Write, settings: Any) -> None:
    first, second = write_goal(), write_goal(in_my_words="Learn to swim")
    alex = sign_in("alex")
    query = f"?language=en&large=on&sign=on&organization=on&goal={first.pk}"
    answer = paper(alex, cast, query=query)
    shown = sheet(answer)
    assert 'class="sheet large"' in shown
    assert shown.count("I agree to this wording:") == 1
    assert settings.ORGANIZATION_NAME in shown
    assert WORDS in shown
    assert second.in_my_words not in shown
    assert "stands on it, too" in answer.content.decode()
    assert "No goals right now" in sheet(paper(alex, cast, query="?language=en"))


def test_just_for_me_only_if_its_owner_ticks_it(cast: Cast, sign_in: SignIn, write_goal: Write) -> None:
    private = write_goal(in_my_words="Unseen words", visibility="just-me")
    alex = sign_in("alex")
    first = paper(alex, cast)
    assert "Unseen words" not in sheet(first)
    assert f'value="{private.pk}"' in first.content.decode()
    ticked = paper(alex, cast, query=f"?language=en&goal={private.pk}")
    assert "Unseen words" in sheet(ticked)
    assert "whoever finds the paper can read it" in ticked.content.decode()
    for name in ("maya", "noor"):
        refused = paper(sign_in(name), cast, query=f"?language=en&goal={private.pk}")
        assert refused.status_code == 422
        assert "Unseen words" not in refused.content.decode()
        assert "Unseen words" not in paper(sign_in(name), cast).content.decode()


def test_in_the_clients_language_whoever_prints_it(cast: Cast, sign_in: SignIn, write_step: Any) -> None:
    User.objects.filter(pk=cast.sam.pk).update(language="en")
    given = {"in_my_words": "Volver a cocinar", "visibility": "specialist"}
    goal = add_goal(cast.clients["luz"], Sent(given, 0, new_id(), "es"), by=cast.actor("luz"))
    write_step(goal, "sam", what="Bring rice", who="specialist")
    answer = paper(sign_in("sam"), cast, "luz")
    shown = sheet(answer)
    assert '<section class="sheet" lang="es">' in shown
    assert "Mi plan" in shown
    assert "Esto lo hace Sam." in shown
    assert 'lang="en">Bring rice' in shown
    assert "The plan of Luz on paper" in answer.content.decode()
    english = sheet(paper(sign_in("sam"), cast, "luz", f"?language=en&goal={goal.pk}"))
    assert 'lang="en">' in english
    assert "My plan" in english
    assert 'lang="es">Volver a cocinar' in english


def test_a_goal_that_waits_for_a_signature(cast: Cast, sign_in: SignIn) -> None:
    sent = Sent({"in_my_words": "A door", "visibility": "specialist"}, 0, new_id(), told=True, way=OWN_HAND)
    goal = add_goal(cast.clients["toni"], sent, agreed=False, by=cast.actor("maya"))
    shown = sheet(paper(sign_in("maya"), cast, "toni", f"?language=en&sign=on&goal={goal.pk}"))
    for said in ("A door", "Written down, not agreed", "I agree to this wording:", "Date:"):
        assert said in shown


def test_a_look_by_someone_else_is_noted(cast: Cast, sign_in: SignIn, write_goal: Write) -> None:
    write_goal()
    paper(sign_in("alex"), cast)
    assert not Event.objects.filter(verb="read").exists()
    paper(sign_in("maya"), cast)
    assert Event.objects.filter(verb="read", page="goals", actor_id=cast.maya.pk).count() == 1
    assert not Visit.objects.filter(user=cast.maya, page="goals").exists()  # answers to ideas stay unseen


@pytest.mark.parametrize("query", ["?language=xx", "?language=", "?language=en&goal=9"])
def test_strange_choices(query: str, cast: Cast, sign_in: SignIn, write_goal: Write) -> None:
    write_goal()
    answer = paper(sign_in("alex"), cast, query=query)
    assert answer.status_code == 422
    assert "Please choose one of these" in answer.content.decode()
    assert WORDS in sheet(answer)


def test_reachable_from_the_goals(cast: Cast, sign_in: SignIn) -> None:
    url = reverse("goals:paper", args=[cast.clients["alex"].pk])
    for name, there in (("alex", True), ("maya", True), ("dana", False)):
        listed = sign_in(name).get(reverse("goals:list", args=[cast.clients["alex"].pk])).content.decode()
        assert (url in listed) is there
