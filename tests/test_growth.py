"""Lists cost the same number of queries for 300 rows as for 3, and never more than ten."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
from django.db import connection
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts import actions as accounts
from accounts import staying
from accounts.actions import invite
from accounts.models import Role
from checkins.models import CheckIn
from clients import actions as clients
from clients.actions import open_words
from conversations.actions import answer, mark_seen, open_reach_out, take_back
from goals.models import Cheer, Comment, Goal, Revision, Step, Suggestion, Victory
from home.demo.cast import Cast
from peersupport.lib.clock import now
from peersupport.lib.ids import new_id
from peersupport.lib.sealed import seal, words_of
from sessions.models import ContactLog
from tests.checking_in import answered_before, with_check_ins

# What they tell comes from a different table for each part, and none of it grows.
MOST = {"my-privacy": 13, "home": 19, "person": 14, "client": 11, "goals:goal": 11}
ASKED = ("checkins:list", "checkins:new")
TALK = ("conversations:reach-out", "conversations:state")
GOALS = ("goals:list", "goals:put-away", "goals:goal", "goals:history", "goals:talk", "goals:victories")
TIMES = ("contacts:times", "contacts:log")
REPORTS = ("reports:caseload", "reports:caseload-file", "reports:rows", "reports:rows-file")
PAGES = {
    "alex": (
        "home",
        *TIMES,
        *TALK,
        *ASKED,
        *GOALS,
        "goals:new",
        "goals:new-step",
        "goals:order",
        "my-privacy",
        "more",
        "reach-me",
    ),
    "maya": (
        *("home", *TALK[1:], "clients", "client", *TIMES, "contacts:choose", "contacts:new", *ASKED),
        *(*GOALS, "goals:suggest", "goals:suggest-goal", "goals:tell"),
    ),
    "noor": ("client", "contacts:log", "goals:list", "goals:goal"),
    "dana": ("home", *TALK[1:], "clients", "client", *TIMES, *ASKED[:1], *GOALS, *REPORTS),
    "omar": ("home", "clients", "people", "person", "setup", "programs", "assign", "handover"),
}
OF_THE_CLIENT = {*ASKED, "client", "contacts:times", "contacts:new", "my-privacy", "goals:list", "goals:put-away"}
OF_THE_CLIENT |= {"goals:victories", "goals:new", "goals:tell", "goals:suggest-goal", "assign", "handover"}
OF_THE_GOAL = {"goals:goal", "goals:history", "goals:talk", "goals:new-step", "goals:order", "goals:suggest"}


def queries_of(browser: Browser, url: str) -> int:
    browser.get(url)  # the first look writes visits that later ones only move
    with CaptureQueriesContext(connection) as queries:
        answer = browser.get(url)
        assert answer.status_code == 200
        assert not answer.streaming or list(answer.streaming_content)
    return len([query for query in queries if "SAVEPOINT" not in query["sql"]])


def make_logs(like: ContactLog, number: int) -> None:
    rows = []
    for index in range(number):
        pk = new_id()
        columns = {
            field.attname: getattr(like, field.attname)
            for field in ContactLog._meta.concrete_fields
            if field.attname not in words_of(ContactLog)
        }
        columns |= {"id": pk, "op_id": pk, **seal(ContactLog, pk, what_we_did="walked", next_steps="more")}
        signed = {"signed_at": now(), "signed_name": "Maya"} if index % 3 else {"signed_at": None, "signed_name": ""}
        rows.append(ContactLog(**{**columns, **signed}))
    ContactLog.objects.bulk_create(rows)


def make_reach_outs(cast: Cast, number: int) -> UUID:
    """Of every state, unanswered ones most; the first of them."""
    alex, maya = cast.clients["alex"], cast.actor("maya")
    rows = [open_reach_out(alex, "talk", "words", op_id=new_id(), language="en", by=None) for _ in range(number)]
    mark_seen(rows[0], by=maya)
    answer(rows[1], "wrote", "back", language="en", by=maya)
    take_back(rows[2], by=cast.actor("alex"))
    return rows[0].pk


def make_answers(like: CheckIn, number: int) -> None:
    CheckIn.objects.bulk_create([answered_before(like, day) for day in range(1, number + 1)], ignore_conflicts=True)


def make_goals(like: Goal, number: int) -> None:
    """As many goals, put away by turns, and steps, saves and put-off ideas of this one."""
    lives = [Goal.Lifecycle.CANCELLED, Goal.Lifecycle.ACTIVE]
    agreed = {"agreed_version": 1, "agreed_at": now(), "agreed_how": "own"}
    _copy(like, [{**agreed, "lifecycle": lives[index % 2]} for index in range(number)])
    step = Step(goal=like, position=0, what_by=like.client.user, who="me", languages={"what": "en"})
    save = Revision(goal=like, author=like.client.user, base_version=1, changed=["why_it_matters"], language="en")
    save.visibility, save.op_fingerprint = like.visibility, "x"
    idea = Suggestion(client=like.client, author=like.client.user, kind="goal", state="not-now", language="en")
    right = Victory(client=like.client, goal=like, author=like.client.user, language="en", happened_on=now().date())
    right.happened_at, right.visibility, right.op_fingerprint = now(), "support", "x"
    victories = _copy(right, [{"op_id": new_id()} for _ in range(number)])
    maya = like.client.assignments.get(kind="primary").specialist
    cheer = Cheer(author=maya, language="en", op_fingerprint="x")
    _copy(cheer, [{"op_id": new_id(), "victory_id": victory.pk, "at": now()} for victory in victories])
    last = Step.objects.filter(goal=like).count()
    _copy(step, [{"position": last + index} for index in range(1, number + 1)])
    _copy(_comment(like), [{"op_id": new_id(), "at": now()} for _ in range(number)])
    _copy(save, [{"op_id": new_id(), "at": now()} for _ in range(number)])
    _copy(idea, [{"op_id": new_id(), "answered_at": now()} for _ in range(number)])


def _comment(goal: Goal) -> Comment:
    """Of nobody who looks at these pages, so that it is new to everyone."""
    helper = accounts.create_person(first_name="Someone", by=None)
    said = Comment(client=goal.client, goal=goal, author=helper, kind="comment", language="en", op_fingerprint="x")
    said.visibility = goal.visibility
    return said


def _copy(row: Any, changes: list[dict[str, Any]]) -> list[Any]:
    """A row like this one for each of `changes`."""
    model = type(row)
    plain = {field.attname: getattr(row, field.attname) for field in model._meta.concrete_fields}
    words = {name.removesuffix("_sealed"): "words" for name in words_of(model)}
    rows = []
    for columns in changes:
        pk = new_id()
        rows.append(model(**{**plain, "id": pk, **columns, **seal(model, pk, **words)}))
    return list(model.objects.bulk_create(rows))


@pytest.fixture
def noted_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Who is here is written down once, however slow the machine is."""
    monkeypatch.setattr(staying, "NOTED_EVERY", staying.IDLE_STAFF)


@pytest.mark.slow
@pytest.mark.usefixtures("noted_once")
@pytest.mark.parametrize("name", PAGES)
def test_the_number_of_queries_does_not_grow(
    name: str, cast: Cast, sign_in: Callable[..., Browser], write_log: Callable[..., ContactLog], write_goal: Any
) -> None:
    log = write_log(signed=True, what_we_did="walked")
    make_logs(log, 2)
    goal = write_goal(visibility="support")
    make_goals(goal, 3)
    open_words(cast.clients["alex"], "growth", op_id=new_id(), language="en", by=cast.actor("dana"))
    reach_out = make_reach_outs(cast, 3)
    check_in, _agreement, _idea = with_check_ins(cast)
    make_answers(check_in, 3)
    args = {url: [log.client_id] for url in OF_THE_CLIENT}
    args |= {
        "reports:rows": ["contacts"],
        "reports:rows-file": ["contacts"],
        "contacts:log": [log.pk],
        "conversations:state": [reach_out],
        "person": [cast.maya.pk],
    }
    args |= {url: [goal.pk] for url in OF_THE_GOAL}
    addresses = {url: reverse(url, args=args.get(url, [])) for url in PAGES[name]}
    browser = sign_in(name)
    few = {url: queries_of(browser, address) for url, address in addresses.items()}
    make_logs(log, 297)
    make_reach_outs(cast, 97)
    make_answers(check_in, 300)
    make_goals(goal, 297)
    for number in range(30):
        person = accounts.create_person(first_name=f"P{number}", by=None)
        accounts.give_role(person, Role.Kind.SPECIALIST, program=cast.program, by=None)
        invite(person, Role.Kind.SPECIALIST, program=cast.program, by=None)
        client = clients.open_client(person, cast.program, by=None)
        clients.assign_specialist(client, cast.maya, by=None)
        open_reach_out(client, "talk", "words", op_id=new_id(), language="en", by=None)
    assert {url: queries_of(browser, address) for url, address in addresses.items()} == few
    assert {url: count for url, count in few.items() if count > MOST.get(url, 10)} == {}
