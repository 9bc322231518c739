"""What each of them sees of check-ins: answers, what waits, what went quiet; and who is told that someone looked."""

import re
from collections.abc import Callable
from datetime import time, timedelta

import pytest
from django.test import Client as Browser
from django.urls import reverse

from accounts.models import Role
from audit.models import Event
from checkins import actions
from checkins.models import CheckIn, CheckInAgreement
from checkins.permissions import answers_for, ideas_for, next_for
from clients.actions import assign_cover, open_words
from clients.models import Client
from conversations.actions import answer as answer_reach_out
from conversations.actions import mark_seen
from home.demo.cast import Cast
from notifications.actions import dispatch
from peersupport.lib.clock import now
from peersupport.lib.ids import new_id
from sessions.models import ContactLog
from tests.checking_in import los_angeles, terms
from tests.conftest import Clock

Due = Callable[..., CheckIn]
SignIn = Callable[..., Browser]
WORDS = "the letter came, zebra-crossing"


def said(check_in: CheckIn, cast: Cast, answer: str = "so-so", line: str = WORDS, name: str = "alex") -> CheckIn:
    by = cast.actor(name, Role.Kind.CLIENT)
    return actions.answer(CheckIn.objects.get(pk=check_in.pk), answer, line, language="en", by=by)


def page_of(cast: Cast, name: str = "alex") -> str:
    return reverse("checkins:list", args=[cast.clients[name].pk])


def text(browser: Browser, url: str) -> str:
    answer = browser.get(url)
    assert answer.status_code == 200
    return re.sub(r"\s+", " ", answer.content.decode())


# --- answering in the app ---------------------------------------------------------------------------------------------
def test_a_client_answers_in_place_and_goes_on_where_they_were(due: Due, sign_in: SignIn, cast: Cast) -> None:
    check_in, alex = due(), sign_in("alex")
    assert "How is today?" in text(alex, "/")
    url = reverse("checkins:answer", args=[check_in.pk])
    done = alex.post(url, {"answer": "good", "line": WORDS, "next": "/"})
    assert (done.status_code, done.headers["Location"]) == (302, "/")
    home = text(alex, "/")
    assert "You said: <b>Good</b>" in home
    assert "Say it another way" in home
    assert alex.post(url, {"answer": "good", "next": "https://elsewhere.example/"}).headers["Location"] == "/"


def test_nothing_chosen_keeps_the_line_and_too_late_is_said_kindly(
    due: Due, sign_in: SignIn, clock: Clock, cast: Cast
) -> None:
    check_in, alex = due(), sign_in("alex")
    url = reverse("checkins:answer", args=[check_in.pk])
    page = alex.post(url, {"line": WORDS})
    assert page.status_code == 422
    assert WORDS in page.content.decode()
    clock.move(hours=49)
    late = sign_in("alex").post(url, {"answer": "good"})
    assert late.status_code == 422
    assert "No harm done" in late.content.decode()
    assert not CheckIn.objects.answered().exists()


def test_a_client_without_a_line_and_one_in_another_persons_hat(due: Due, sign_in: SignIn) -> None:
    check_in = due()
    url = reverse("checkins:answer", args=[check_in.pk])
    assert sign_in("luz").post(url, {"answer": "good"}).status_code == 404
    assert sign_in("maya").post(url, {"answer": "good"}).status_code == 403


# --- who reads --------------------------------------------------------------------------------------------------------
def test_the_specialist_reads_the_answer_and_the_client_is_told(due: Due, sign_in: SignIn, cast: Cast) -> None:
    said(due(), cast)
    page = text(sign_in("maya"), page_of(cast))
    assert "So-so" in page
    assert WORDS in page
    [event] = Event.objects.filter(page="check-ins", verb="read")
    assert (event.actor_id, event.client_id) == (cast.maya.pk, cast.clients["alex"].pk)


def test_a_supervisor_sees_that_there_was_an_answer_and_reads_it_only_after_saying_why(
    due: Due, sign_in: SignIn, cast: Cast
) -> None:
    said(due(), cast, "call")
    dana = sign_in("dana")
    page = text(dana, page_of(cast))
    assert "answered" in page
    for word in (WORDS, "like a call", "asked for a call"):
        assert word not in page
    assert Event.objects.filter(page="facts-check-ins", actor_id=cast.dana.pk).exists()
    assert not Event.objects.filter(page="check-ins").exists()
    open_words(cast.clients["alex"], "I was asked to.", op_id=new_id(), language="en", by=cast.actor("dana"))
    assert WORDS in text(dana, page_of(cast))
    assert Event.objects.filter(page="check-ins", actor_id=cast.dana.pk).exists()


def test_quiet_is_said_quietly(due: Due, sign_in: SignIn, clock: Clock, cast: Cast) -> None:
    due()
    dispatch()
    assert "open for an answer" in text(sign_in("maya"), page_of(cast))
    clock.move(hours=49)
    page = text(sign_in("maya"), page_of(cast))
    assert "<p>quiet</p>" in page
    assert "miss" not in page.lower()


def test_what_was_not_sent_says_why(
    due: Due, write_log: Callable[..., ContactLog], sign_in: SignIn, cast: Cast
) -> None:
    due()
    write_log(happened_on=los_angeles(6, 16, 8).date(), started=time(8, 30), time_zone="America/Los_Angeles")
    dispatch()
    alex = sign_in("alex")
    assert "There had been a talk that day" in text(alex, page_of(cast))
    assert "How is today?" not in text(alex, page_of(cast))
    assert "How is today?" not in text(alex, "/")


# --- Today ------------------------------------------------------------------------------------------------------------
def test_an_answer_stands_on_today_until_it_is_read(due: Due, sign_in: SignIn, cast: Cast, clock: Clock) -> None:
    check_in, maya = due(), sign_in("maya")
    said(check_in, cast)
    assert WORDS in text(maya, "/")
    assert WORDS in text(maya, "/")  # seeing it there is not reading it
    text(maya, page_of(cast))
    assert WORDS not in text(maya, "/")
    clock.move(minutes=5)
    said(check_in, cast, "good", "")  # turned to another answer: new again
    assert "Alex</b> answered: Good" in text(maya, "/")
    assign_cover(cast.clients["alex"], cast.noor, until=now() + timedelta(days=1), by=None)
    assert answers_for(cast.actor("noor")) != []  # a cover reads for herself
    assert answers_for(cast.actor("sam")) == []
    assert answers_for(cast.actor("dana")) == []


def test_a_wish_for_a_call_stands_there_once(due: Due, cast: Cast) -> None:
    row = said(due(), cast, "call")
    maya = cast.actor("maya")
    assert answers_for(maya) == []  # its reach-out is there
    assert row.reach_out is not None
    mark_seen(row.reach_out, by=maya)
    assert answers_for(maya) == []
    said(row, cast, "call", "and another line")  # which the reach-out does not hold
    assert [one.line for one in answers_for(maya)] == ["and another line"]
    answer_reach_out(row.reach_out, "called", language="en", by=maya)
    assert [one.pk for one in answers_for(maya)] == [row.pk]


def test_turned_away_from_a_call_both_stand_there(due: Due, cast: Cast, clock: Clock) -> None:
    check_in = due()
    said(check_in, cast, "call")
    clock.move(minutes=1)
    said(check_in, cast, "good", "")
    [row] = answers_for(cast.actor("maya"))
    assert row.answer == "good"
    assert row.reach_out is not None
    assert row.reach_out.waits


# --- the client's home ------------------------------------------------------------------------------------------------
def test_only_the_latest_one_is_asked_about(due: Due, cast: Cast, clock: Clock) -> None:
    first, client = due(), cast.clients["alex"]
    assert next_for(client).due == first
    clock.move(hours=24)
    second = next_for(client).due
    assert second is not None
    assert second.local_date - first.local_date == timedelta(days=1)
    said(second, cast)
    clock.move(minutes=11)
    assert next_for(client).due is None
    assert next_for(client).next is not None


def test_ideas_wait_on_the_home_until_they_are_answered(cast: Cast, sign_in: SignIn) -> None:
    client, alex = cast.clients["alex"], sign_in("alex")
    idea = actions.propose(client, terms(), op_id=new_id(), by=cast.actor("maya"))
    assert ideas_for(client) == [idea]
    assert "An idea from Maya" in text(alex, "/")
    actions.say_no(idea, by=cast.actor("alex"))
    assert ideas_for(client) == []
    assert "An idea from Maya" not in text(alex, "/")


@pytest.mark.parametrize(("given", "kept"), [("14", 14), ("", None), ("0", 3), ("366", 3), ("often", 3)])
def test_the_mark_for_quiet_times_is_the_clients(given: str, kept: int | None, cast: Cast, sign_in: SignIn) -> None:
    client = cast.clients["alex"]
    Client.objects.filter(pk=client.pk).update(quiet_after_days=3)
    done = sign_in("alex").post(reverse("checkins:quiet", args=[client.pk]), {"days": given})
    assert done.status_code == (302 if kept != 3 else 422)
    assert Client.objects.get(pk=client.pk).quiet_after_days == kept
    if kept == 14:
        assert "after 14 days without a talk" in text(sign_in("maya"), page_of(cast))


def test_no_word_of_it_stands_open_at_rest(due: Due, cast: Cast) -> None:
    said(due(), cast)
    row = CheckIn.objects.answered().values().get()
    assert b"zebra" not in b"".join(bytes(value) for value in row.values() if isinstance(value, bytes | memoryview))
    assert "zebra" not in repr(row)
    assert CheckInAgreement.objects.count() == 1
    assert now() > row["answered_at"]
