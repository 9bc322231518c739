"""How a client can say that words are theirs: always with who was there, and the client is told the next day."""

from collections.abc import Callable, Iterator
from datetime import date, datetime, time, timedelta
from itertools import product
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client as Browser
from django.urls import reverse

from audit.models import Event
from goals.actions.goals import add_goal
from goals.actions.ideas import decline, put_off, take
from goals.actions.writing import Sent
from goals.models import Goal, Revision, Step, Suggestion
from goals.permissions.consent import agreed_without_own_sign_in
from goals.rules import Way
from home.demo.cast import Cast
from peersupport.lib.clock import now
from peersupport.lib.ids import new_id
from peersupport.lib.refusals import Refusal
from tests.fixtures_goals import fresh, save

SignIn = Callable[..., Browser]
Write = Callable[..., Goal]
Offer = Callable[..., Suggestion]
STATE, LIFE, HOW = Suggestion.State, Goal.Lifecycle, Goal.AgreedHow
PAPER = {"way": "paper", "on": "2026-01-02", "kept_by": "client"}


def text(answer: Any) -> str:
    return str(answer.content.decode())


def page(browser: Browser, goal: Goal, name: str = "goal") -> str:
    return text(browser.get(reverse(f"goals:{name}", args=[goal.pk])))


def tell(browser: Browser, cast: Cast, client: str = "toni", **fields: str) -> Any:
    form = {"op_id": str(new_id()), "in_my_words": "A door I can lock", "visibility": "specialist", **fields}
    return browser.post(reverse("goals:tell", args=[cast.clients[client].pk]), form)


def told_answer(browser: Browser, idea: Suggestion, **fields: str) -> Any:
    form = {"op_id": str(new_id()), "version": "1", "way": "in-person", "read_back": "on", **fields}
    return browser.post(reverse("goals:told-answer", args=[idea.pk]), form)


def how(goal: Goal) -> tuple[Any, ...]:
    return (goal.agreed_how, goal.agreed_with, goal.agreed_through, goal.agreed_interpreter)


# --- what the database holds ------------------------------------------------------------------------------------------
SOUND = {
    "": {},
    "own": {"agreed_version": 1, "agreed_at": "now"},
    "own-hand": {"agreed_version": 1, "agreed_at": "now", "agreed_with": "maya"},
    "spoken": {"agreed_version": 1, "agreed_at": "now", "agreed_with": "maya", "agreed_through": "phone"},
    "paper": {
        "agreed_version": 1,
        "agreed_at": "now",
        "agreed_with": "maya",
        "agreed_on": date(2026, 1, 2),
        "agreed_kept_by": "us",
    },
}
NOTHING = {
    "agreed_version": None,
    "agreed_at": None,
    "agreed_with": None,
    "agreed_through": "",
    "agreed_interpreter": False,
    "agreed_on": None,
    "agreed_kept_by": "",
}
SOMETHING = {**SOUND["paper"], "agreed_through": "video", "agreed_interpreter": True}


def combinations() -> Iterator[tuple[str, dict[str, Any]]]:
    """Every way with every choice of what could stand beside it."""
    names = list(NOTHING)
    for way, given in product([*SOUND, "sworn"], product([False, True], repeat=len(names))):
        yield way, {name: (SOMETHING if has else NOTHING)[name] for name, has in zip(names, given, strict=True)}


def is_sound(way: str, columns: dict[str, Any]) -> bool:
    """As docs/decisions/0071 says it, apart from the constraint."""
    if way not in SOUND:
        return False
    must = set(SOUND[way])
    may = must | ({"agreed_interpreter"} if way in {"own-hand", "spoken", "paper"} else set())
    has = {name for name, value in columns.items() if value != NOTHING[name]}
    return must <= has <= may


def test_agreed_only_with_all_that_belongs_to_the_way(cast: Cast, write_goal: Write) -> None:
    goal = write_goal()
    save_as = {"now": goal.created_at, "maya": cast.maya.pk}
    Goal.objects.filter(pk=goal.pk).update(lifecycle="on-hold")  # so that no other rule is asked
    columns = ", ".join(f"{name}{'_id' if name == 'agreed_with' else ''} = %s" for name in NOTHING)
    wrong = []
    for way, values in combinations():
        given = [save_as.get(value, value) if isinstance(value, str) else value for value in values.values()]
        fields = [Goal._meta.get_field(name) for name in NOTHING]
        given = [field.get_db_prep_value(value, connection) for field, value in zip(fields, given, strict=True)]
        key = Goal._meta.get_field("id").get_db_prep_value(goal.pk, connection)
        try:
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(f"UPDATE goals_goal SET agreed_how = %s, {columns} WHERE id = %s", [way, *given, key])
            stands = True
        except IntegrityError:
            stands = False
        if stands != is_sound(way, values):
            wrong.append((way, values, stands))
    assert not wrong
    assert sum(is_sound(*one) for one in combinations()) == 8


def test_answered_alone_or_with_someone(cast: Cast, offer: Offer) -> None:
    idea = offer()
    row = Suggestion.objects.filter(pk=idea.pk)
    closed = {"state": STATE.NO_THANKS, "place": None}
    row.update(**closed, answered_how="own")
    row.update(**closed, answered_how="paper", answered_with=cast.maya)
    for columns in (
        {"answered_how": "own", "answered_with": cast.maya},
        {"answered_how": "own-hand", "answered_with": None},
        {"answered_how": "", "answered_with": cast.maya},
        {"answered_how": "sworn", "answered_with": cast.maya},
        {"answered_how": "own", "answered_with": None, "state": STATE.OPEN, "place": 1},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            row.update(**{**closed, **columns})


# --- told -------------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("said", "stands", "reads"),
    [
        ({"way": "in-person"}, ("spoken", "in-person", False), "Toni said this to Maya in person"),
        ({"way": "phone"}, ("spoken", "phone", False), "Toni said this to Maya by phone"),
        ({"way": "video", "interpreter": "on"}, ("spoken", "video", True), "Through an interpreter."),
        (PAPER, ("paper", "", False), "Toni said yes on paper, dated"),
    ],
)
def test_a_goal_told_in_each_way(
    said: dict[str, str], stands: tuple[Any, ...], reads: str, cast: Cast, sign_in: SignIn
) -> None:
    maya = sign_in("maya")
    assert tell(maya, cast, read_back="on", **said).status_code == 302
    goal = Goal.objects.get()
    assert (goal.agreed_how, goal.agreed_through, goal.agreed_interpreter) == stands
    assert (goal.agreed_with, goal.told_to, goal.lifecycle) == (cast.maya, cast.maya, LIFE.ACTIVE)
    assert reads in page(maya, goal)
    revision = Revision.objects.get()
    assert revision.told
    assert revision.facts["how"] == goal.agreed_how
    assert f"as Toni said it, {'on paper' if goal.agreed_how == 'paper' else ''}" in page(maya, goal, "history")


@pytest.mark.parametrize(
    ("said", "says"),
    [
        ({}, "Please choose one of these"),
        ({"way": "sworn"}, "Please choose one of these"),
        ({"way": "phone"}, "Please read it back to them first"),
        ({"way": "paper", "kept_by": "us"}, "which day stands"),
        ({"way": "paper", "on": "2999-01-01", "kept_by": "us"}, "This day is still to come"),
        ({"way": "paper", "on": "2026-01-02"}, "Please choose one of these"),
        ({"way": "paper", "on": "soon", "kept_by": "us"}, "Enter a valid date"),
    ],
)
def test_bad_ways(said: dict[str, str], says: str, cast: Cast, sign_in: SignIn) -> None:
    answer = tell(sign_in("maya"), cast, **said)
    assert answer.status_code == 422
    assert says in text(answer)
    assert "A door I can lock" in text(answer)
    assert not Goal.objects.exists()


def test_without_a_sign_in_everything_is_done_as_told(cast: Cast, sign_in: SignIn, write_goal: Write) -> None:
    """Reworded, said more, shared more, paused, gone on with, finished, brought back, set aside, unsaid: with how."""
    goal, maya = write_goal("toni", told_to="maya"), sign_in("maya")
    by_phone = {"told": "on", "way": "phone", "interpreter": "on"}
    steps: list[tuple[dict[str, str], Any]] = [
        ({"in_my_words": "A door with my key"}, ("in_my_words", "A door with my key")),
        ({"why_it_matters": "I sleep"}, ("why_it_matters", "I sleep")),
        ({"visibility": "support"}, ("visibility", "support")),
        ({"dimension": "home", "achievement": "improving"}, ("achievement", "improving")),
        *(({"lifecycle": life}, ("lifecycle", life)) for life in ("on-hold", "active", "completed", "active")),
        *(({"lifecycle": life}, ("lifecycle", life)) for life in ("cancelled", "active", "entered-in-error")),
    ]
    for number, (fields, (name, value)) in enumerate(steps):
        answer = save(maya, goal, number + 1, **by_phone, **fields)
        assert answer.status_code == 302, (fields, text(answer))
        assert getattr(fresh(goal), name) == value
    assert how(fresh(goal)) == ("spoken", cast.maya, "phone", True)
    told = Revision.objects.filter(goal=goal, version__gt=1)
    assert all(row.told and row.facts["through"] == "phone" and row.author == cast.maya for row in told)
    assert told.count() == len(steps)
    assert maya.get(reverse("goals:goal", args=[goal.pk])).status_code == 404  # unsaid: gone for staff
    form = {"op_id": str(new_id()), "what": "Ask about the key", "who": "me"}
    other = write_goal("toni", told_to="maya")
    assert maya.post(reverse("goals:new-step", args=[other.pk]), form).status_code == 302
    assert save(maya, other, told="on", way="paper", why_it_matters="x").status_code == 422  # a paper has its day
    assert save(maya, other, told="on", **PAPER, in_my_words="On paper").status_code == 302
    assert (fresh(other).agreed_how, fresh(other).agreed_on, fresh(other).agreed_kept_by) == (
        "paper",
        date(2026, 1, 2),
        "client",
    )


def test_their_own_save_has_nobody_beside(cast: Cast, sign_in: SignIn, write_goal: Write) -> None:
    goal = write_goal(told_to="maya")
    assert how(goal) == ("spoken", cast.maya, "in-person", False)
    save(sign_in("alex"), goal, in_my_words="My own words")
    assert how(fresh(goal)) == ("own", None, "", False)
    assert "said this to" not in page(sign_in("alex"), goal)


# --- answers to ideas, written down -----------------------------------------------------------------------------------
def test_a_yes_that_was_said(cast: Cast, sign_in: SignIn, offer: Offer) -> None:
    idea, maya = offer("Visit the art group"), sign_in("maya")
    assert "They told me their answer" in text(maya.get(reverse("goals:list", args=[idea.client_id])))
    form = {"op_id": str(new_id()), "answer": "yes", "way": "phone", "interpreter": "on"}
    for _ in range(3):
        answer = told_answer(maya, idea, **form)
    assert answer.status_code in {302, 409}
    goal = Goal.objects.get()
    assert how(goal) == ("spoken", cast.maya, "phone", True)
    assert (goal.in_my_words, goal.client) == ("Visit the art group", cast.clients["alex"])
    assert (fresh(idea).state, fresh(idea).answered_how, fresh(idea).answered_with) == (
        STATE.TAKEN,
        "spoken",
        cast.maya,
    )
    assert Event.objects.filter(verb="idea.taken", actor_id=cast.maya.pk).count() == 1


@pytest.mark.parametrize(("answer", "state"), [("not-now", STATE.NOT_NOW), ("no-thanks", STATE.NO_THANKS)])
def test_a_no_that_was_said(answer: str, state: str, cast: Cast, sign_in: SignIn, offer: Offer) -> None:
    idea = offer()
    assert told_answer(sign_in("maya"), idea, answer=answer, **PAPER).status_code == 302
    assert (fresh(idea).state, fresh(idea).answered_how, fresh(idea).answered_with) == (state, "paper", cast.maya)
    assert not Goal.objects.exists()


def test_said_their_own_way(cast: Cast, sign_in: SignIn, offer: Offer, write_goal: Write) -> None:
    goal, maya = write_goal(), sign_in("maya")
    step, words = offer("Call them", "step", goal=goal), offer("Near Rosa", "in_my_words", goal=goal)
    refused = told_answer(maya, step, answer="my-way")
    assert refused.status_code == 422
    assert "Write what they said" in text(refused)
    assert told_answer(maya, step, answer="my-way", text="Text them").status_code == 302
    assert [(one.what, one.what_by) for one in Step.objects.all()] == [("Text them", cast.alex)]
    assert told_answer(maya, words, answer="my-way", text="On Rosa’s street").status_code == 302
    goal = fresh(goal)
    assert (goal.in_my_words, *how(goal)) == ("On Rosa’s street", "spoken", cast.maya, "in-person", False)
    assert goal.agreed_version == goal.wording_version


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"answer": "maybe"}, "Please choose one of these"),
        ({"read_back": ""}, "Please read it back"),
        ({"way": ""}, "Please choose"),
        ({"version": "x"}, "too old"),
        ({"answer": "my-way", "text": "w" * 1001}, "1 character too long"),
    ],
)
def test_bad_answers(wrong: dict[str, str], says: str, cast: Cast, sign_in: SignIn, offer: Offer) -> None:
    idea = offer()
    answer = told_answer(sign_in("maya"), idea, **{"answer": "yes", **wrong})
    assert answer.status_code == 422
    assert says in text(answer)
    assert fresh(idea).state == STATE.OPEN


def test_an_answer_that_stands_is_not_written_over(cast: Cast, sign_in: SignIn, offer: Offer) -> None:
    idea = offer()
    sign_in("alex").post(reverse("goals:answer", args=[idea.pk]), {"answer": "no-thanks", "version": "1"})
    answer = told_answer(sign_in("maya"), idea, answer="yes")
    assert answer.status_code == 409
    assert (fresh(idea).state, fresh(idea).answered_how) == (STATE.NO_THANKS, "own")


# --- the next day -----------------------------------------------------------------------------------------------------
def test_the_next_day_they_are_told_until_they_looked(cast: Cast, sign_in: SignIn, offer: Offer, clock: Any) -> None:
    idea = offer("Visit the art group")
    told_answer(sign_in("maya"), idea, answer="yes")
    goal, client = Goal.objects.get(), cast.clients["alex"]
    said = "You said yes to this on"

    def shown() -> tuple[bool, bool]:
        alex = sign_in("alex")
        return said in text(alex.get("/")), said in page(alex, goal)

    assert shown() == (False, False)  # the same day
    clock.move(days=1)
    assert [one.goal for one in agreed_without_own_sign_in(client)] == [goal]
    assert said in text(sign_in("alex").get("/"))
    assert said in text(sign_in("alex").get("/"))  # home alone is no look at the goal
    assert said in page(sign_in("alex"), goal)
    assert said in page(sign_in("alex"), goal)  # while they are at it
    assert said not in text(sign_in("alex").get("/"))
    clock.move(hours=1)
    assert shown() == (False, False)
    assert agreed_without_own_sign_in(client) == []
    for name in ("maya", "noor"):
        assert said not in page(sign_in(name), goal)


def test_one_tap_says_it_was_not_so(cast: Cast, sign_in: SignIn, write_goal: Write, clock: Any) -> None:
    goal = write_goal(told_to="maya")
    clock.move(days=1)
    alex = sign_in("alex")
    home = text(alex.get("/"))
    assert "Change it here, or say it was not so." in home
    assert "I did not say this" in home
    assert save(alex, goal, lifecycle="entered-in-error").status_code == 302
    assert fresh(goal).lifecycle == LIFE.ENTERED_IN_ERROR
    assert "You said yes to this" not in text(alex.get("/"))
    assert sign_in("maya").get(reverse("goals:goal", args=[goal.pk])).status_code == 404


def test_told_of_steps_and_other_words_too(
    cast: Cast, sign_in: SignIn, offer: Offer, write_goal: Write, clock: Any
) -> None:
    goal, maya = write_goal(), sign_in("maya")
    step = offer("Call them", "step", goal=goal)
    told_answer(maya, step, answer="yes")
    clock.move(days=1)
    (said,) = agreed_without_own_sign_in(cast.clients["alex"])
    assert (said.goal, said.text, said.beside, said.whole) == (goal, "Call them", cast.maya, False)
    assert "Call them" in text(sign_in("alex").get("/"))
    assert agreed_without_own_sign_in(cast.clients["luz"]) == []


def test_by_their_own_clock(cast: Cast, sign_in: SignIn, clock: Any) -> None:
    """Told at 7 PM in Honolulu, which is the next day elsewhere: it is still today there, until midnight."""
    cast.alex.time_zone = "Pacific/Honolulu"
    cast.alex.save()
    client = cast.clients["alex"]
    client.user.time_zone = "Pacific/Honolulu"
    clock.set(datetime.combine(now().date() + timedelta(days=7), time(19), ZoneInfo("Pacific/Honolulu")))
    sent = Sent({"in_my_words": "1", "visibility": "specialist"}, 0, new_id(), told=True, way=Way())
    add_goal(client, sent, by=cast.actor("maya"))
    clock.move(hours=4, minutes=59)
    assert agreed_without_own_sign_in(client) == []
    clock.move(minutes=2)
    assert len(agreed_without_own_sign_in(client)) == 1


def test_nobody_answers_for_them_without_saying_how(cast: Cast, offer: Offer) -> None:
    idea, told = offer(), Sent({}, 1, new_id(), told=True)
    for name, way in (("maya", None), ("dana", Way()), ("omar", Way()), ("luz", None)):
        for answer in (put_off, decline):
            with pytest.raises(Refusal, match="Only the person it was offered to"):
                answer(idea, way=way, by=cast.actor(name))
    for name, sent in (("maya", Sent({}, 1, new_id())), ("dana", told), ("luz", told)):
        with pytest.raises(Refusal, match="Only the person it was offered to"):
            take(idea, sent, by=cast.actor(name))
    assert fresh(idea).state == STATE.OPEN
