"""A handover on the Today of the one who leaves and of the one who comes, and on the supervisor's home."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext

from accounts import actions as accounts
from accounts.models import User
from clients.actions import (
    assign_specialist,
    call_off_handover,
    close_client,
    end_assignment,
    keep_away,
    open_client,
    plan_handover,
)
from clients.models import Assignment, Client, Closing, Handover
from conversations.actions import open_reach_out
from goals.models import Goal
from home.demo import goals
from home.demo.cast import Cast
from peersupport.lib.clock import now
from peersupport.lib.ids import new_id
from sessions.models import ContactLog
from tests.checking_in import Agree
from tests.conftest import Clock

SignIn = Callable[..., Browser]
DAY = timedelta(days=1)
HEADING = "Handing on"


def planned(cast: Cast, client: str = "alex", to: str = "sam", days: int = 3) -> Handover:
    someone, at = getattr(cast, to), now() + days * DAY
    by = cast.actor("omar")
    return plan_handover(cast.clients[client], someone, Handover.Why.TIME, at=at, told_in_person=False, by=by)


@pytest.fixture
def home(cast: Cast, sign_in: SignIn) -> Callable[[str], str]:
    User.objects.update(language="en")
    cast.sam.refresh_from_db()

    def look(name: str) -> str:
        return " ".join(re.sub(r"<[^>]+>", " ", sign_in(name).get("/").content.decode()).split())

    return look


Look = Callable[[str], str]


def test_whoever_leaves_reads_who_when_and_what_goes_along(
    cast: Cast, home: Look, write_log: Callable[..., ContactLog], agree_on: Agree
) -> None:
    goals.seed(cast)
    agree_on("alex")
    client, alex = cast.clients["alex"], cast.actor("alex")
    open_reach_out(client, "talk", "", op_id=new_id(), language="en", by=alex)
    write_log()
    Goal.objects.filter(client=client).update(visibility="specialist")
    shown = Goal.objects.filter(client=client).current().count()
    planned(cast)
    page = home("maya")
    assert HEADING in page
    assert "Alex R. goes on with Sam O.:" in page
    assert "1 reach-out that waits" in page
    assert f"{shown} goals" in page
    assert "1 check-in agreed on" in page
    assert "1 log is not signed yet: it stays yours alone" in page
    Goal.objects.filter(client=client).update(visibility="just-me")
    assert "goals" not in home("maya").partition(HEADING)[2].partition("The people you walk with")[0]


def test_whoever_comes_reads_no_name_before_the_day(cast: Cast, sign_in: SignIn, clock: Clock, home: Look) -> None:
    handover = planned(cast)
    html = sign_in("sam").get("/").content.decode()
    assert "Maya O. hands someone on to you" in home("sam")
    assert "Alex" not in html
    assert str(cast.clients["alex"].pk) not in html
    clock.set(handover.takes_effect_at + timedelta(minutes=1))
    assert "You walk with Alex R. since" in home("sam")
    assert HEADING not in home("maya")
    clock.set(handover.takes_effect_at + 7 * DAY + timedelta(minutes=1))
    assert HEADING not in home("sam")


def test_a_cover_who_comes_for_good_knows_them_already(cast: Cast, home: Look) -> None:
    planned(cast, to="noor")
    assert "Maya O. hands Alex R. on to you" in home("noor")


def test_nobody_else_reads_of_it(cast: Cast, home: Look) -> None:
    planned(cast)
    for name in ("noor", "rio"):
        assert HEADING not in home(name)


@pytest.mark.parametrize("end", ["called off", "closed", "kept away", "gone before"])
def test_what_does_not_happen_does_not_stand_there(end: str, cast: Cast, home: Look) -> None:
    handover, client = planned(cast), cast.clients["alex"]
    assert HEADING in home("sam")
    if end == "called off":
        call_off_handover(handover, by=cast.actor("omar"))
    elif end == "closed":
        close_client(client, Closing.Reason.CHOSE, by=cast.actor("omar"))
    elif end == "kept away":
        keep_away(client, cast.sam, by=cast.actor("alex"))
    else:
        end_assignment(handover.leaving, Assignment.EndReason.LEFT, by=None)
    assert (HEADING in home("sam")) == (end == "gone before")
    assert (HEADING in home("maya")) == (end == "kept away")


def test_a_wish_that_waits_hides_nothing_from_whoever_walks_with_them(cast: Cast, home: Look) -> None:
    planned(cast)
    assert keep_away(cast.clients["alex"], cast.maya, by=cast.actor("alex")).in_force_since is None
    assert "Alex R. goes on with Sam O.:" in home("maya")


def test_the_supervisor_reads_who_follows(cast: Cast, home: Look) -> None:
    planned(cast)
    page = home("dana")
    assert "Maya O. walks with them until" in page
    assert "then Sam O." in page


def test_many_cost_what_one_costs(cast: Cast, sign_in: SignIn) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as seen:
            assert sign_in("maya").get("/").status_code == 200
        return len(seen)

    planned(cast)
    queries()
    one = queries()
    for number in range(12):
        person = accounts.create_person(first_name=f"{number}", by=None)
        client = open_client(person, cast.program, by=None)
        assign_specialist(client, cast.maya, by=None)
        at, by = now() + 2 * DAY, cast.actor("omar")
        plan_handover(client, cast.sam, Handover.Why.TIME, at=at, told_in_person=True, by=by)
    assert queries() == one
    assert Client.objects.count() == 16
