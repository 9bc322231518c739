"""Who reads a goal is the client's to say, and no staff hat writes the client's own words."""

import re
from collections.abc import Callable, Iterator
from importlib import import_module
from itertools import product
from pkgutil import iter_modules
from typing import Any

import pytest
from django import forms
from django.core.cache import cache
from django.test import Client as Browser
from django.urls import reverse

from accounts.actions import end_role
from accounts.models import Role
from audit.models import Event
from clients.actions import end_assignment, keep_away, open_words
from clients.models import Assignment, KeptFrom
from goals import forms as goal_forms
from goals.actions.goals import change_goal
from goals.actions.victories import put_away, share_victory
from goals.actions.writing import Sent
from goals.models import Comment, Goal, Revision, Suggestion, Victory
from goals.models.goals import OWN_WORDS, Visibility
from goals.urls import urlpatterns
from home.demo.cast import Cast
from peersupport.lib.clock import now
from peersupport.lib.ids import new_id
from tests.fixtures_alexs import waiting_for_a_yes
from tests.fixtures_goals import WORDS, fresh, save
from tests.test_access_matrix import MATRIX, PEOPLE, RANDOM

SignIn = Callable[..., Browser]
Write = Callable[..., Goal]
STAFF = {name: who for name, who in PEOPLE.items() if name not in {"alex", "luz", "rio"}}


def text(answer: Any) -> str:
    return str((b"".join(answer.streaming_content) if answer.streaming else answer.content).decode())


def goal_url(goal: Goal, name: str = "goal") -> str:
    return reverse(f"goals:{name}", args=[goal.pk])


def page(browser: Browser, goal: Goal, name: str = "goal") -> str:
    return text(browser.get(goal_url(goal, name)))


def share(cast: Cast, goal: Goal, visibility: str) -> None:
    version = fresh(goal).version
    change_goal(goal, Sent({"visibility": visibility}, version, new_id()), by=cast.actor("alex"))


def open_for_dana(cast: Cast) -> None:
    open_words(cast.clients["alex"], "audit week", op_id=new_id(), language="en", by=cast.actor("dana"))


# --- three ways to share ----------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("visibility", "readers", "opened"),
    [
        (Visibility.JUST_ME, {"alex"}, {"alex"}),
        (Visibility.SPECIALIST, {"alex", "maya", "noor"}, {"alex", "maya", "noor"}),
        (Visibility.SUPPORT, {"alex", "maya", "noor"}, {"alex", "maya", "noor", "dana"}),
    ],
)
def test_who_reads_it(
    visibility: str, readers: set[str], opened: set[str], *, cast: Cast, sign_in: SignIn, write_goal: Write
) -> None:
    goal = write_goal(visibility=visibility)
    listed = reverse("goals:list", args=[goal.client_id])

    def read_by() -> set[str]:
        found = set()
        for name, who in PEOPLE.items():
            browser = sign_in(*who)
            seen = {WORDS in shown for shown in (page(browser, goal), page(browser, goal, "history"))}
            seen.add(WORDS in text(browser.get(listed)))
            assert len(seen) == 1, name
            found |= {name} if seen == {True} else set()
        return found

    assert read_by() == readers
    open_for_dana(cast)
    assert read_by() == opened


def test_a_supervisor_sees_that_a_shared_goal_is_there(
    cast: Cast, sign_in: SignIn, write_goal: Write, write_step: Any
) -> None:
    goal, dana = write_goal(visibility="support", dimension="home"), sign_in("dana")
    write_step(goal)
    shown = page(dana, goal)
    for said in ("working on it", "home", "Steps: to do", "Open the words"):
        assert said in shown
    for name in ("goal", "history"):
        for words in (WORDS, "Call the housing office"):
            assert words not in page(dana, goal, name)
    share(cast, goal, "specialist")
    open_for_dana(cast)
    assert dana.get(goal_url(goal)).status_code == 404


@pytest.mark.parametrize(
    ("visibility", "name", "says"),
    [
        ("just-me", "alex", "Only you can read this. A court could still order it."),
        ("specialist", "alex", "You and Maya can read this. Noor too, until"),
        ("specialist", "alex", "Nobody else here."),
        ("support", "alex", "Dana: that there is a goal; the words only after saying why, and you will see it."),
        ("specialist", "maya", "You and Alex can read this."),
        ("support", "noor", "Supervisors see that there is a goal"),
        ("support", "dana", "Alex and Maya can read this."),
    ],
)
def test_every_page_says_who_reads_it(
    visibility: str, name: str, says: str, sign_in: SignIn, write_goal: Write
) -> None:
    goal, browser = write_goal(visibility=visibility), sign_in(name)
    assert says in page(browser, goal)
    assert says in page(browser, goal, "history")


def test_what_was_written_in_private_stays_there_when_the_goal_is_shared(
    cast: Cast, sign_in: SignIn, write_goal: Write
) -> None:
    goal, alex = write_goal(visibility="just-me", in_my_words="Get out of debt to Pat"), sign_in("alex")
    save(alex, goal, why_it_matters="Pat scares me")
    save(alex, goal, why_it_matters="A second tab, also private")  # both stand, for Alex
    save(alex, goal, 3, in_my_words="Have some money left", why_it_matters="So I sleep")
    share(cast, goal, "specialist")
    maya = sign_in("maya")
    shown = page(maya, goal) + page(maya, goal, "history")
    assert "Have some money left" in shown
    for private in ("Get out of debt to Pat", "Pat scares me", "also private"):
        assert private not in shown
        assert private in page(alex, goal) + page(alex, goal, "history")


# --- just for me: nothing of it reaches a staff page ------------------------------------------------------------------
MADE = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d[+-]\d\d:\d\d")  # the minute in which a file was made


def staff_pages(
    cast: Cast, sign_in: SignIn, things: dict[str, Any], meanwhile: Callable[[], object] = lambda: None
) -> Iterator[tuple[str, str]]:
    for name, who in STAFF.items():
        cache.clear()  # nobody else is at a goal just now
        meanwhile()
        browser = sign_in(*who)
        for url_name, row in MATRIX.items():
            answer = browser.get(reverse(url_name, args=[things[need] for need in row.needs]))
            # Where someone is signed in grows with each of their sign-ins.
            if answer.status_code == 200 and url_name not in {"healthz", "readyz", "sign-ins"}:
                yield f"{name} {url_name}", MADE.sub("", RANDOM.sub(r"\1", text(answer)))


@pytest.mark.slow
def test_a_goal_just_for_me_is_in_no_byte_of_any_staff_page(
    cast: Cast,
    sign_in: SignIn,
    *,
    write_goal: Write,
    write_step: Any,
    write_victory: Any,
    offer: Any,
    clock: Any,
    request: Any,
) -> None:
    """Every page of every staff hat is the same, byte for byte, whether such a goal is there or not."""
    clock.set(now().replace(hour=18, minute=1, second=0))
    things = request.getfixturevalue("alexs")
    open_for_dana(cast)
    dict(staff_pages(cast, sign_in, things))  # what only a first look shows
    before = dict(staff_pages(cast, sign_in, things))
    alex = sign_in("alex")
    private = write_goal(in_my_words="Unseen words", visibility="specialist", who_helps="Unseen helper")
    step = offer("Unseen step", "step", goal=private)
    change_goal(private, Sent({"visibility": "just-me"}, 1, new_id()), by=cast.actor("alex"))
    alex.post(reverse("goals:answer", args=[step.pk]), {"answer": "yes", "version": "2"})
    moved = write_step(private, what="Unseen, too")
    write_step(private, what="Unseen, as well")
    alex.post(reverse("goals:order", args=[private.pk]), {"op_id": str(new_id()), "later": str(moved.pk)})
    for more in ({}, {"step": str(moved.pk)}):
        alex.post(reverse("goals:talk", args=[private.pk]), {"op_id": str(new_id()), "text": "Unseen note", **more})
    assert Comment.objects.filter(goal=private).count() == 2
    save(alex, private, 2, why_it_matters="Unseen reason", lifecycle="on-hold")
    shared = write_victory("Unseen victory, shared once", goal=private)
    share_victory(shared, "just-me", version=1, by=cast.actor("alex"))
    write_victory("Unseen victory", visibility="just-me", goal=Goal.objects.get(pk=things["goal"]))
    put_away(write_victory("Unseen victory, put away", visibility="support"), by=cast.actor("alex"))
    after = dict(staff_pages(cast, sign_in, things, lambda: page(alex, private, "live")))
    assert len(after) > 60
    assert {where for where, html in after.items() if html != before[where]} == set()
    assert not [where for where, html in after.items() if "Unseen" in html or private.pk.hex in html]
    for who in STAFF.values():
        for name in ("goal", "live", "history", "talk", "order", "new-step", "suggest"):
            assert sign_in(*who).get(goal_url(private, name)).status_code == 404


def test_an_idea_on_a_goal_that_went_private_gives_its_place_free(
    cast: Cast, sign_in: SignIn, write_goal: Write, offer: Any
) -> None:
    goal = write_goal()
    idea = offer("Call them", "step", goal=goal)
    share(cast, goal, "just-me")
    assert (fresh(idea).state, fresh(idea).place) == (Suggestion.State.NOT_NOW, None)
    assert "Call them" in text(sign_in("alex").get(reverse("goals:list", args=[goal.client_id])))
    assert sign_in("maya").post(reverse("goals:offer-again", args=[idea.pk])).status_code == 404


# --- crafted forms ----------------------------------------------------------------------------------------------------
def every_form_field() -> set[str]:
    modules = [import_module(f"goals.forms.{found.name}") for found in iter_modules(goal_forms.__path__)]
    found = [value for module in modules for value in vars(module).values() if isinstance(value, type)]
    classes = [value for value in found if issubclass(value, forms.Form)]
    assert len(classes) > 5
    columns = {field.attname for model in (Goal, Revision, Suggestion) for field in model._meta.concrete_fields}
    return {name for found in classes for name in found.base_fields} | columns | set(OWN_WORDS)


@pytest.mark.slow
def test_no_staff_hat_writes_own_words_by_any_route(
    cast: Cast, sign_in: SignIn, *, write_goal: Write, write_step: Any, offer: Any, comment_on: Any, right: Any
) -> None:
    goal = write_goal(
        visibility="support", why_it_matters="a", strengths_i_bring="b", how_i_will_know="c", who_helps="d"
    )
    told = write_goal("toni", told_to="maya")
    alex = sign_in("alex")
    save(alex, goal, in_my_words="My newest words")
    save(alex, goal, in_my_words="My other tab")  # two texts stand: nobody else may choose
    rival = Revision.objects.get(set_beside=["in_my_words"])
    ids = {"goal": goal.pk, "step": write_step(goal).pk, "idea": offer().pk, "client": goal.client_id, **right}
    ids |= {"told_goal": waiting_for_a_yes(cast).pk, "comment": comment_on(goal, "alex", "Glad of it").pk}
    sealed = {pk: own_words(pk) for pk in (goal.pk, told.pk)}
    told_before = set(Goal.objects.values_list("pk", flat=True))
    for (name, who), pattern in product(STAFF.items(), urlpatterns):
        browser = sign_in(*who)
        url = reverse(f"goals:{pattern.name}", args=[ids[need] for need in MATRIX[f"goals:{pattern.name}"].needs])
        for form in crafted(goal, rival)[0 if name in {"maya", "noor"} else -2 :]:
            browser.post(url, form)
            assert own_words(goal.pk) == sealed[goal.pk], (who, url, form)
    maya = sign_in("maya")
    for form in crafted(told, rival):  # Toni has no sign-in: what Maya writes must say that it was read back
        maya.post(goal_url(told), {name: value for name, value in form.items() if name != "told"})
        assert own_words(told.pk) == sealed[told.pk]
    assert fresh(goal).lifecycle == Goal.Lifecycle.ACTIVE
    assert fresh(goal).visibility == "support"
    made = Goal.objects.exclude(pk__in=told_before)
    assert all(new.told_to_id and new.agreed_how == "spoken" for new in made)  # "told to, read back", said openly
    assert made.exists()
    assert list(Victory.objects.values_list("pk", "visibility")) == [(right["victory"], "support")]
    idea = Suggestion.objects.get(pk=ids["idea"])  # "they told me": openly, with who says so
    assert (idea.state, idea.answered_how) == ("taken", "spoken")
    assert idea.answered_with in {cast.maya, cast.noor}


def own_words(pk: Any) -> tuple[Any, ...]:
    return tuple(map(bytes, Goal.objects.values_list(*(f"{name}_sealed" for name in OWN_WORDS)).get(pk=pk)))


def crafted(goal: Goal, rival: Revision) -> list[dict[str, str]]:
    """Every field alone and all of them at once, on a form that is otherwise sound."""
    sound = {
        "version": str(fresh(goal).version),
        "told": "on",
        "read_back": "on",
        "way": "phone",
        "rival": str(rival.pk),
    }
    sound |= {"keep": "beside", "field": "in_my_words", "answer": "yes", "about": "in_my_words"}
    values = {
        "visibility": "specialist",
        "lifecycle": "cancelled",
        "who": "me",
        "by_when": "2030-01-01",
        "status": "done",
        "dimension": "health",
        "achievement": "achieved",
    }
    typed = {name: values.get(name, "Staff words") for name in every_form_field() if name not in sound}
    one_by_one = [{name: value} for name, value in typed.items() if name in {*OWN_WORDS, "beside", "text", "lifecycle"}]
    pairs = [{"in_my_words": "Staff words", name: typed[name]} for name in ("visibility", "what", "who_helps", "text")]
    sets = [
        {"about": "goal", "text": "Staff words"},
        *one_by_one,
        *pairs,
        {**typed},
        {name: typed[name] for name in (*OWN_WORDS, "visibility")},
    ]
    return [{**sound, "op_id": str(new_id()), **one} for one in sets]


def test_a_specialist_sees_why_their_words_were_not_taken(sign_in: SignIn, write_goal: Write) -> None:
    goal = write_goal()
    answer = save(sign_in("maya"), goal, why_it_matters="Staff words")
    assert answer.status_code == 403
    assert "These words are not yours to change" in text(answer)
    assert "Staff words" in text(answer)


# --- rights end at once -----------------------------------------------------------------------------------------------
@pytest.mark.parametrize("way", ["assignment", "role", "kept away"])
def test_support_that_ended_while_the_page_was_open(way: str, cast: Cast, sign_in: SignIn, write_goal: Write) -> None:
    goal, maya = write_goal(), sign_in("maya")
    assert WORDS in page(maya, goal)
    if way == "assignment":
        held = Assignment.objects.get(client=goal.client, specialist=cast.maya)
        end_assignment(held, Assignment.EndReason.CLOSED, by=None)
    elif way == "role":
        end_role(Role.objects.get(user=cast.maya), by=None)
        Role.objects.create(user=cast.maya, program=cast.program, kind=Role.Kind.SPECIALIST)
        Assignment.objects.filter(specialist=cast.maya).update(ends_at=now(), end_reason="closed")
    else:
        keep_away(goal.client, cast.maya, by=cast.actor("alex"))
        KeptFrom.objects.update(in_force_since=now())
    answer = save(maya, goal, who_helps="Typed while it ended")
    assert answer.status_code == 404
    assert "nothing was saved" in text(answer)
    assert "Typed while it ended" in text(answer)
    assert fresh(goal).who_helps == ""
    never = maya.post(reverse("goals:goal", args=[new_id()]), {"who_helps": "Typed while it ended"})
    assert RANDOM.sub(r"\1", text(never)) == RANDOM.sub(r"\1", text(answer))  # it tells nothing


def test_every_look_by_someone_else_is_noted(cast: Cast, sign_in: SignIn, write_goal: Write) -> None:
    goal = write_goal(visibility="support")
    listed = reverse("goals:list", args=[goal.client_id])
    for name in ("alex", "maya", "dana"):
        browser = sign_in(name)
        for url in (listed, goal_url(goal), goal_url(goal, "history")):
            browser.get(url)

    def pages(name: str) -> list[str]:
        return sorted(Event.objects.filter(verb="read", actor_id=getattr(cast, name).pk).values_list("page", flat=True))

    own, plain = goal.page, goal.pk.hex
    assert pages("maya") == [f"goal-history:{plain}", own, "goals"]
    assert pages("dana") == [f"facts-goal-history:{plain}", f"facts-goal:{plain}", "facts-goals"]
    assert pages("alex") == []


def test_every_write_leaves_its_event(cast: Cast, sign_in: SignIn, write_goal: Write, write_step: Any) -> None:
    goal = write_goal()
    write_step(goal)
    save(sign_in("maya"), goal, who_helps="Maya")
    verbs = Event.objects.filter(client_id=goal.client_id, bucket__isnull=True, verb__contains="g").order_by("at", "pk")
    assert list(verbs.values_list("verb", flat=True))[-2:] == ["goal.added", "goal.changed"]
    assert Event.objects.filter(verb="step.added", subject_type="step").count() == 1
