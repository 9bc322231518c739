"""Every text keeps the language it is written in, and says so to whoever reads in another one."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client as Browser
from django.urls import reverse

from accounts.models import User
from goals.actions.goals import add_goal
from goals.actions.ideas import Idea, suggest
from goals.actions.steps import add_step
from goals.actions.writing import Sent
from goals.models import Goal, Revision, Step, Suggestion
from home.demo.cast import Cast
from peersupport.lib.ids import new_id
from tests.fixtures_goals import fresh, save, save_step

SignIn = Callable[..., Browser]
Write = Callable[..., Goal]


def text(answer: Any) -> str:
    return str(answer.content.decode())


def page(browser: Browser, goal: Goal, name: str = "goal") -> str:
    return text(browser.get(reverse(f"goals:{name}", args=[goal.pk])))


def chosen(html: str, field: str) -> str:
    """What the select beside that box says."""
    select = re.search(rf'name="language_{field}">(.*?)</select>', html, re.DOTALL)
    assert select is not None, field
    return re.findall(r'value="([\w-]+)"\s+selected', select.group(1))[0]


def luzs_goal(cast: Cast, **fields: Any) -> Goal:
    given = {"in_my_words": "Volver a cocinar", "why_it_matters": "Mi mamá lo hacía", "visibility": "specialist"}
    return add_goal(cast.clients["luz"], Sent({**given, **fields}, 0, new_id(), "es"), by=cast.actor("luz"))


def test_it_is_said_at_every_place_to_a_reader_of_another_language(cast: Cast, sign_in: SignIn) -> None:
    User.objects.filter(pk=cast.sam.pk).update(language="en")
    goal, luz, sam = luzs_goal(cast), sign_in("luz"), sign_in("sam")
    pot = {"what": "Una olla grande", "who": "me", "by_when": None}
    add_step(goal, Sent(pot, 0, new_id(), "es"), by=cast.actor("luz"))
    step = Step.objects.get()
    listed = reverse("goals:list", args=[goal.client_id])
    places = {
        "list": (listed, ("Volver a cocinar", "Una olla grande")),
        "goal": (reverse("goals:goal", args=[goal.pk]), ("Volver a cocinar", "Mi mamá lo hacía", "Una olla grande")),
        "history": (reverse("goals:history", args=[goal.pk]), ("Volver a cocinar", "Una olla grande")),
        "step": (reverse("goals:step", args=[goal.pk, step.pk]), ("Volver a cocinar", "Una olla grande")),
        "suggest": (
            reverse("goals:suggest", args=[goal.pk]) + "?about=why_it_matters",
            ("Volver a cocinar", "Mi mamá lo hacía"),
        ),
    }
    for name, (url, words) in places.items():
        shown = text(sam.get(url))
        for one in words:
            assert re.search(rf'lang="es"[^>]*>\s*(<a [^>]*>)?{one}', shown), (name, one)
        assert shown.count("in Spanish") >= len(words), name
        for own in (luz.get(url),) if name != "suggest" else ():
            assert "en español" not in text(own), name
    assert "en español" not in text(luz.get("/"))


def test_ideas_and_steps_of_a_specialist_who_writes_in_another_language(cast: Cast, sign_in: SignIn) -> None:
    goal, client, sam = luzs_goal(cast), cast.clients["luz"], cast.actor("sam")
    suggest(client, Idea("goal", "Visit the market", language="en"), op_id=new_id(), by=sam)
    suggest(client, Idea("step", "Buy a pot", who="me", language="en"), goal=goal, op_id=new_id(), by=sam)
    add_step(goal, Sent({"what": "Bring rice", "who": "specialist", "by_when": None}, 0, new_id(), "en"), by=sam)
    luz = sign_in("luz")
    for url, words in (
        ("/", ("Visit the market", "Buy a pot", "Bring rice")),
        (reverse("goals:list", args=[client.pk]), ("Visit the market", "Buy a pot", "Bring rice")),
        (reverse("goals:goal", args=[goal.pk]), ("Buy a pot", "Bring rice")),
    ):
        shown = text(luz.get(url))
        for one in words:
            assert re.search(rf'lang="en"[^>]*>{one}', shown), (url, one)
        assert shown.count("en inglés") == len(words), url


def test_a_yes_keeps_the_language_of_the_idea(cast: Cast, sign_in: SignIn) -> None:
    client = cast.clients["luz"]
    idea = suggest(client, Idea("goal", "Visit the market", language="en"), op_id=new_id(), by=cast.actor("sam"))
    luz = sign_in("luz")
    luz.post(reverse("goals:answer", args=[idea.pk]), {"answer": "yes", "version": "1"})
    assert Goal.objects.get().languages == {"in_my_words": "en"}
    assert "en inglés" in page(luz, Goal.objects.get())


def test_the_writer_says_that_a_text_is_in_another_language(cast: Cast, sign_in: SignIn) -> None:
    alex = sign_in("alex")
    form = {"op_id": str(new_id()), "in_my_words": "Nadar", "visibility": "specialist", "language": "es"}
    alex.post(reverse("goals:new", args=[cast.clients["alex"].pk]), form)
    goal = Goal.objects.get()
    assert goal.languages == {"in_my_words": "es"}
    shown = page(alex, goal)
    assert 'lang="es">Nadar' in re.sub(r"\s*>", ">", shown)
    assert "in Spanish" in shown
    assert (chosen(shown, "in_my_words"), chosen(shown, "why_it_matters")) == ("es", "en")
    save(alex, goal, why_it_matters="Dlo a", language_why_it_matters="ht", how_i_will_know="I swim")
    assert fresh(goal).languages == {"in_my_words": "es", "why_it_matters": "ht", "how_i_will_know": "en"}
    shown = page(alex, goal)
    assert "in Haitian Creole" in shown
    assert "in Haitian Creole" in page(alex, goal, "history")


def test_only_the_language_was_wrong(sign_in: SignIn, write_goal: Write) -> None:
    """The text stays as it is: no line in the history, and nobody has to choose between two texts."""
    goal, alex = write_goal(why_it_matters="Porque sí"), sign_in("alex")
    assert save(alex, goal, why_it_matters="Porque sí", language_why_it_matters="es").status_code == 302
    goal = fresh(goal)
    assert (goal.languages["why_it_matters"], goal.version, goal.agreed_version, goal.beside) == ("es", 2, 1, {})
    assert "in Spanish" in page(alex, goal)
    assert Revision.objects.filter(goal=goal, version=2, changed=[]).count() == 1
    assert page(alex, goal, "history").count("<article") == 1


def test_both_texts_say_their_language(sign_in: SignIn, write_goal: Write) -> None:
    goal, alex, maya = write_goal(), sign_in("alex"), sign_in("maya")
    save(alex, goal, who_helps="My neighbor")
    save(maya, goal, who_helps="Mi vecina", language_who_helps="es")
    shown = page(alex, goal)
    assert 'lang="es">Mi vecina' in shown
    assert shown.count("in Spanish") == 1
    rival = Revision.objects.get(set_beside=["who_helps"])
    settle = {"op_id": str(new_id()), "version": "3", "field": "who_helps", "rival": str(rival.pk), "keep": "beside"}
    alex.post(reverse("goals:settle", args=[goal.pk]), settle)
    assert (fresh(goal).who_helps, fresh(goal).languages["who_helps"]) == ("Mi vecina", "es")


def test_a_step_and_an_idea_in_another_language(cast: Cast, sign_in: SignIn, write_goal: Write) -> None:
    goal, alex, maya = write_goal(), sign_in("alex"), sign_in("maya")
    form = {"op_id": str(new_id()), "what": "Llamar", "who": "me", "language": "es"}
    alex.post(reverse("goals:new-step", args=[goal.pk]), form)
    step = Step.objects.get()
    assert step.languages == {"what": "es"}
    save_step(alex, step, what="Chamar", language_what="pt")
    assert fresh(step).languages == {"what": "pt"}
    idea = {"op_id": str(new_id()), "about": "goal", "text": "Mercado", "language": "es"}
    maya.post(reverse("goals:suggest-goal", args=[goal.client_id]), idea)
    assert Suggestion.objects.get().language == "es"
    assert "in Spanish" in text(alex.get("/"))


@pytest.mark.parametrize("code", ["xx", "", "en'><script>"])
def test_a_language_nobody_knows(code: str, sign_in: SignIn, write_goal: Write) -> None:
    goal = write_goal()
    answer = save(sign_in("alex"), goal, why_it_matters="Typed here", language_why_it_matters=code)
    assert answer.status_code == 422
    assert "Typed here" in text(answer)
    assert fresh(goal).languages == {"in_my_words": "en"}


def test_the_language_of_a_field_that_is_not_theirs(sign_in: SignIn, write_goal: Write) -> None:
    goal = write_goal(why_it_matters="Rosa")
    answer = save(sign_in("maya"), goal, why_it_matters="Rosa", language_why_it_matters="es")
    assert answer.status_code == 403
    assert fresh(goal).languages["why_it_matters"] == "en"


def test_it_is_asked_only_where_it_differs(sign_in: SignIn, write_goal: Write) -> None:
    goal, alex = write_goal(why_it_matters="Rosa", how_i_will_know="I swim"), sign_in("alex")
    save(alex, goal, why_it_matters="Porque sí", language_why_it_matters="es")
    fold = r'<details class="edit"( open)?><summary>In another language\?<span class="visually-hidden">: (.*?)</span>'
    asks = {label: bool(is_open) for is_open, label in re.findall(fold, page(alex, goal))}
    others = ("In my words", "Strengths I bring", "How I will know", "Who helps")
    assert asks == {"Why it matters to me": True, **dict.fromkeys(others, False)}
