"""A goal's page that stays open: what it asks, what it is answered, and what it may not cost or tell."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import Role
from audit.models import Event
from clients.actions import end_assignment
from clients.models import Assignment, Visit
from goals.actions.goals import change_goal
from goals.actions.writing import Sent
from goals.models import Goal
from goals.pages.live import NOBODY, tag_of
from home.demo.cast import Cast
from peersupport.lib.ids import new_id
from tests.fixtures_goals import WORDS, save
from tests.test_access_matrix import RANDOM

SignIn = Callable[..., Browser]
Write = Callable[..., Goal]
POLL = {"X-Poll": "1", "Sec-Fetch-Mode": "cors"}


def live_url(goal: Goal, **query: str) -> str:
    return reverse("goals:live", args=[goal.pk], query=query)


def ask(browser: Browser, goal: Goal, tag: str = "", **query: str) -> Any:
    headers = {**POLL, "If-None-Match": tag} if tag else POLL
    return browser.get(live_url(goal, **query), headers=headers)


def text(answer: Any) -> str:
    return str(answer.content.decode())


# --- what an open page asks -------------------------------------------------------------------------------------------
def test_nothing_new_is_a_304_without_a_trace(sign_in: SignIn, write_goal: Write, clock: Any) -> None:
    goal, maya = write_goal(), sign_in("maya")
    maya.get("/more/")
    first = ask(maya, goal)
    assert first.status_code == 200
    assert WORDS in text(first)
    events, visits, stay = Event.objects.count(), list(Visit.objects.values()), maya.session["stay"]
    for _time in range(3):
        clock.move(minutes=4)
        again = ask(maya, goal, first.headers["ETag"])
        assert (again.status_code, again.content) == (304, b"")
        assert again.headers["ETag"] == first.headers["ETag"]
    assert (Event.objects.count(), list(Visit.objects.values()), maya.session["stay"]) == (events, visits, stay)
    clock.move(minutes=4)
    asked = ask(maya, goal, first.headers["ETag"])
    assert asked.status_code == 401  # 16 minutes of questions were no activity


def test_the_page_brings_the_tag_that_it_asks_with(sign_in: SignIn, write_goal: Write) -> None:
    goal, alex = write_goal(), sign_in("alex")
    page = alex.get(reverse("goals:goal", args=[goal.pk])).context["live"]
    assert alex.get(page["url"], headers={**POLL, "If-None-Match": page["tag"]}).status_code == 304


def test_the_tag_does_not_tell_how_often_was_saved_in_private(
    cast: Cast, sign_in: SignIn, write_goal: Write, settings: Any
) -> None:
    goal, maya = write_goal(), sign_in("maya")
    change_goal(goal, Sent({"visibility": "just-me"}, 1, new_id()), by=cast.actor("alex"))
    for times in range(1, 4):
        change_goal(goal, Sent({"who_helps": "x" * times}, 1 + times, new_id()), by=cast.actor("alex"))
    change_goal(goal, Sent({"visibility": "specialist"}, 5, new_id()), by=cast.actor("alex"))
    goal.refresh_from_db()
    tag = tag_of(cast.actor("maya"), goal.pk, goal.page_version, NOBODY)
    assert ask(maya, goal).headers["ETag"] == tag
    assert re.fullmatch(r'"[0-9a-f]{20}"', tag)
    settings.SECRET_KEY = "another"  # without the key nobody finds the number by trying
    assert tag_of(cast.actor("maya"), goal.pk, goal.page_version, NOBODY) != tag


def test_what_changed_is_the_same_markup_as_the_page(sign_in: SignIn, write_goal: Write, write_step: Any) -> None:
    goal, alex, maya = write_goal(who_helps="nobody yet"), sign_in("alex"), sign_in("maya")
    write_step(goal)
    tag = ask(alex, goal).headers["ETag"]
    save(maya, goal, who_helps="Maya brings the forms.")
    changed = ask(alex, goal, tag)
    assert changed.status_code == 200
    assert "<nav" not in text(changed)
    whole = alex.get(reverse("goals:goal", args=[goal.pk]))
    for part in ('id="text-who_helps"', "Maya brings the forms.", 'id="steps"', 'id="title"'):
        assert part in text(changed)
        assert part in text(whole)


def test_a_changed_page_is_a_look(cast: Cast, sign_in: SignIn, write_goal: Write) -> None:
    goal, maya = write_goal(), sign_in("maya")
    ask(maya, goal)
    event = Event.objects.get(verb="read", page=goal.page)
    assert (event.actor_id, event.hat) == (cast.maya.pk, "specialist")
    assert Visit.objects.filter(page=goal.page).count() == 1


def test_what_arrives_while_the_page_is_open_is_new(sign_in: SignIn, write_goal: Write, clock: Any) -> None:
    """Even at the very first look, of which no visit tells."""
    goal, alex = write_goal(who_helps="nobody yet"), sign_in("alex")
    page = alex.get(reverse("goals:goal", args=[goal.pk])).context["live"]
    clock.move(seconds=3)
    save(sign_in("maya"), goal, who_helps="Maya brings the forms.")
    shown = alex.get(page["url"], headers=POLL)
    assert [view.name for view in shown.context["all_texts"] if view.is_new] == ["who_helps"]
    for strange in ("", "never", "99999999999999", "-1"):
        assert ask(alex, goal, since=strange).status_code == 200


def test_another_language_or_hat_is_another_page(cast: Cast, sign_in: SignIn, write_goal: Write) -> None:
    goal, alex = write_goal(), sign_in("alex")
    tag = ask(alex, goal).headers["ETag"]
    cast.alex.language = "es"
    cast.alex.save()
    assert ask(alex, goal, tag).status_code == 200
    assert ask(sign_in("maya"), goal, tag).status_code == 200


def test_a_page_drawn_for_somebody_else_is_not_answered(sign_in: SignIn, write_goal: Write) -> None:
    goal = write_goal()
    url = sign_in("alex").get(reverse("goals:goal", args=[goal.pk])).context["live"]["url"]
    answer = sign_in("maya").get(url, headers=POLL)
    assert (answer.status_code, answer.content) == (409, b"")


@pytest.mark.parametrize("way", ["assignment ended", "just for me"])
def test_whoever_may_not_see_it_any_more_sees_nothing(way: str, cast: Cast, sign_in: SignIn, write_goal: Write) -> None:
    goal, maya = write_goal(), sign_in("maya")
    tag = ask(maya, goal).headers["ETag"]
    if way == "assignment ended":
        end_assignment(Assignment.objects.get(client=goal.client, specialist=cast.maya), reason="moved", by=None)
    else:
        change_goal(goal, Sent({"visibility": "just-me"}, 1, new_id()), by=cast.actor("alex"))
    answer = ask(maya, goal, tag)
    assert answer.status_code == 404
    assert "This is not open to you now" in text(answer)
    assert WORDS not in text(answer)
    nothing = maya.get(reverse("goals:live", args=[new_id()]), headers=POLL)
    assert RANDOM.sub(r"\1", text(nothing)) == RANDOM.sub(r"\1", text(answer))


def test_a_supervisor_who_opened_the_words_has_no_pen(cast: Cast, sign_in: SignIn, write_goal: Write) -> None:
    goal = write_goal(visibility="support")
    assert ask(sign_in("dana"), goal).status_code == 403


@pytest.mark.parametrize("name", ["alex", "maya"])
def test_an_empty_question_costs_next_to_nothing(name: str, sign_in: SignIn, write_goal: Write) -> None:
    goal, browser = write_goal(), sign_in(name)
    tag = ask(browser, goal).headers["ETag"]
    with CaptureQueriesContext(connection) as queries:
        assert ask(browser, goal, tag).status_code == 304
    asked = [query["sql"] for query in queries if "SAVEPOINT" not in query["sql"]]
    assert (
        len([sql for sql in asked if '"cache"' not in sql and "django_session" not in sql]) <= 3
    )  # person, hats, goal
    assert not [sql for sql in asked if "sealed" in sql or sql.startswith(("INSERT", "UPDATE"))]


# --- who is here ------------------------------------------------------------------------------------------------------
def test_each_sees_that_the_other_is_here(sign_in: SignIn, write_goal: Write, clock: Any) -> None:
    goal, alex, maya = write_goal(), sign_in("alex"), sign_in("maya")
    assert "looking at this too" not in text(ask(alex, goal))
    assert "Alex is looking at this too" in text(ask(maya, goal))
    assert "Maya is looking at this too" in text(ask(alex, goal))
    tag = ask(maya, goal).headers["ETag"]
    for _time in range(5):
        clock.move(seconds=3)
        assert ask(maya, goal, tag).status_code == (304 if _time < 2 else ask(maya, goal).status_code)
    assert "looking at this too" not in text(ask(maya, goal))  # Alex asked for nothing in 15 seconds


def test_leaving_is_seen_at_once(sign_in: SignIn, write_goal: Write) -> None:
    goal, alex, maya = write_goal(), sign_in("alex"), sign_in("maya")
    ask(alex, goal)
    assert "Alex is looking" in text(ask(maya, goal))
    assert ask(alex, goal, left="1").status_code == 204
    assert "Alex is looking" not in text(ask(maya, goal))


def test_only_the_two_pens_show_up(cast: Cast, sign_in: SignIn, write_goal: Write) -> None:
    goal, alex = write_goal(visibility="support"), sign_in("alex")
    for name, kind in (("maya", None), ("noor", None), ("dana", None), ("omar", None), ("rio", Role.Kind.SPECIALIST)):
        ask(sign_in(name, kind) if kind else sign_in(name), goal)
    assert [person.first_name for person in ask(alex, goal).context["here"]] == ["Maya", "Noor"]
    end_assignment(Assignment.objects.get(client=goal.client, specialist=cast.maya), reason="moved", by=None)
    assert [person.first_name for person in ask(alex, goal).context["here"]] == ["Noor"]


def test_presence_is_no_row(sign_in: SignIn, write_goal: Write, clock: Any) -> None:
    """It stands in the cache, and there it is gone by itself."""
    goal, alex = write_goal(visibility="just-me"), sign_in("alex")
    ask(alex, goal)
    assert cache.get(f"here:{goal.pk.hex}") is not None
    assert not [name for name in connection.introspection.table_names() if "presence" in name or "here" in name]
    maya = sign_in("maya")
    assert ask(maya, goal).status_code == 404
    assert list(cache.get(f"here:{goal.pk.hex}")) == [goal.client.user.pk.hex]
