"""What is new about goals: on Today, and as a message one chose to get: neutral, once a day, none once it was seen."""

from collections.abc import Callable
from datetime import datetime, time, timedelta
from typing import Any

import pytest
from django.core.mail import EmailMessage
from django.test import Client as Browser
from django.urls import reverse
from django.utils import translation

from accounts.models import Role
from audit.models import Event
from clients.actions import end_assignment, note_pause
from clients.models import Assignment, Pause
from goals.actions.goals import change_goal
from goals.actions.ideas import put_off
from goals.actions.news import LOOK_EVERY, choose_news, plan_due
from goals.actions.steps import change_step
from goals.actions.writing import Sent
from goals.kinds import NEWS
from goals.models import Goal, News, NewsChoice, Step
from home.actions import close_client, tick
from home.demo.cast import Cast
from notifications.actions import dispatch
from notifications.models import ContactPoint, Delivery
from peersupport.lib.clock import now
from peersupport.lib.ids import new_id
from tests.checking_in import los_angeles
from tests.conftest import Clock
from tests.fixtures_goals import WORDS, fresh

SignIn = Callable[..., Browser]
Write = Callable[..., Any]
MONDAY = los_angeles(6, 14, 10)
Tick = Callable[[datetime], None]


def text(answer: Any) -> str:
    return str(answer.content.decode())


def save(cast: Cast, goal: Goal, **fields: str) -> None:
    change_goal(goal, Sent(fields, fresh(goal).version, new_id()), by=cast.actor("alex"))


def mark(cast: Cast, step: Step, status: str) -> None:
    change_step(step, Sent({"status": status}, fresh(step).version, new_id()), by=cast.actor("alex"))


# --- on Today ---------------------------------------------------------------------------------------------------------
def test_today_says_in_one_line_what_a_client_did_until_it_was_looked_at(
    cast: Cast, sign_in: SignIn, write_goal: Write, write_step: Write
) -> None:
    maya, goal = sign_in("maya"), write_goal()
    assert "<b>Alex</b> added a goal" in text(maya.get("/"))
    assert WORDS not in text(maya.get("/"))
    maya.get(reverse("goals:list", args=[goal.client_id]))
    assert "added a goal" not in text(maya.get("/"))
    step = write_step(goal)
    assert "<b>Alex</b> changed something in a goal" in text(maya.get("/"))
    mark(cast, step, "stuck")
    save(cast, goal, in_my_words="Live near Rosa")
    assert "<b>Alex</b> is stuck with a step and said a goal in other words" in text(maya.get("/"))
    maya.get(reverse("goals:goal", args=[goal.pk]))
    assert "stuck with a step" not in text(maya.get("/"))
    save(cast, goal, lifecycle="completed")
    assert "<b>Alex</b> finished a goal" in text(maya.get("/"))
    assert "finished" not in text(sign_in("dana").get("/"))
    assert "finished" not in text(sign_in("sam").get("/"))


def test_today_says_nothing_of_what_is_not_shared(
    cast: Cast, sign_in: SignIn, write_goal: Write, write_step: Write
) -> None:
    goal = write_goal(visibility="just-me")
    mark(cast, write_step(goal), "stuck")
    for name in ("maya", "noor", "dana"):
        page = text(sign_in(name).get("/"))
        assert "added a goal" not in page
        assert "stuck" not in page


def test_the_clients_home_says_what_is_new_in_one_place(
    cast: Cast, sign_in: SignIn, write_goal: Write, clock: Clock
) -> None:
    first, second = write_goal(in_my_words="Sleep at night"), write_goal(in_my_words="Walk every day")
    alex = sign_in("alex")
    alex.get(reverse("goals:list", args=[first.client_id]))
    clock.move(hours=1)
    alex = sign_in("alex")
    alex.get(reverse("goals:list", args=[first.client_id]))  # looked at, and away since
    clock.move(hours=2)
    for goal in (first, second):
        change_goal(goal, Sent({"who_helps": "Maya on Mondays"}, 1, new_id()), by=cast.actor("maya"))
    home = text(sign_in("alex").get("/"))
    assert home.count('<span class="chip new">new</span>') == 2
    assert home.index("Sleep at night") < home.index("Something went right?")
    for said in ("Sleep at night", "Walk every day"):
        assert said in home


# --- the message ------------------------------------------------------------------------------------------------------
@pytest.fixture
def wants(cast: Cast, has_email: Callable[..., ContactPoint], clock: Clock) -> Callable[..., NewsChoice]:
    """`wants("alex")`: an address that may be written to, and the choice. It is Monday, ten in the morning."""
    clock.set(MONDAY)

    def choose(name: str = "alex", **point: Any) -> NewsChoice:
        has_email(name, **point)
        actor = cast.actor(name, Role.Kind.SPECIALIST if name in {"maya", "noor", "sam"} else None)
        return choose_news(actor, wanted=True, client_id=None)

    return choose


@pytest.fixture
def at(clock: Clock) -> Tick:
    """The clockwork's tick at this moment, twice."""

    def move(moment: datetime) -> None:
        clock.set(moment)
        tick()
        tick()

    return move


def test_an_idea_is_told_an_hour_later_once(
    wants: Callable[..., NewsChoice], offer: Write, at: Tick, mailoutbox: list[EmailMessage]
) -> None:
    wants()
    offer()
    at(MONDAY + timedelta(minutes=50))
    assert mailoutbox == []
    at(MONDAY + timedelta(minutes=61))
    [mail] = mailoutbox
    assert (mail.subject, mail.to) == ("Something new for you", ["alex@mail.example"])
    for days in range(1, 9):  # still not looked at: no message says it twice
        at(MONDAY + timedelta(days=days))
    assert len(mailoutbox) == 1
    offer("Another one")
    at(MONDAY + timedelta(days=8, hours=2))
    assert len(mailoutbox) == 2


@pytest.mark.parametrize("language", ["en", "es"])
def test_the_message_is_always_the_same_and_says_nothing(
    language: str,
    *,
    cast: Cast,
    wants: Callable[..., NewsChoice],
    offer: Write,
    write_victory: Write,
    say_back: Write,
    at: Tick,
    mailoutbox: list[EmailMessage],
) -> None:
    for person in (cast.alex, cast.maya):
        type(person).objects.filter(pk=person.pk).update(language=language)
    wants("alex")
    wants("maya")
    offer("wrenbird")
    say_back(write_victory("wrenbird too"), "wrenbird three")
    at(MONDAY + timedelta(minutes=61))
    assert {mail.to[0] for mail in mailoutbox} == {"alex@mail.example", "maya@mail.example"}
    assert len({(mail.subject, mail.body) for mail in mailoutbox}) == 1
    letter = mailoutbox[0].message().as_string()
    with translation.override(language):
        goal = translation.gettext("Goal")
    assert not [said for said in ("wrenbird", "Alex", "Maya", "Reyes", goal.lower()) if said in letter]


@pytest.mark.parametrize("page", ["home", "goals:list"])
def test_what_was_seen_is_not_told(
    page: str,
    *,
    cast: Cast,
    wants: Callable[..., NewsChoice],
    offer: Write,
    at: Tick,
    sign_in: SignIn,
    clock: Clock,
    mailoutbox: list[EmailMessage],
) -> None:
    wants()
    offer()
    at(MONDAY + timedelta(minutes=1))
    assert Delivery.objects.get(kind=NEWS).state == "pending"
    clock.set(MONDAY + timedelta(minutes=20))
    sign_in("alex").get(reverse(page, args=[] if page == "home" else [cast.clients["alex"].pk]))
    at(MONDAY + timedelta(minutes=26))
    assert Delivery.objects.get(kind=NEWS).reason == "seen"
    at(MONDAY + timedelta(minutes=90))
    assert mailoutbox == []
    offer("Newer than that look")
    at(MONDAY + timedelta(hours=3))
    assert len(mailoutbox) == 1  # the one of today has not left before
    assert News.objects.count() == 1


def test_seen_in_the_very_last_moment(
    *, wants: Callable[..., NewsChoice], offer: Write, at: Tick, sign_in: SignIn, clock: Clock, mailoutbox: Any
) -> None:
    wants()
    offer()
    at(MONDAY + timedelta(minutes=58))  # planned; the next look of the planner comes after it is due
    clock.set(MONDAY + timedelta(minutes=59))
    sign_in("alex").get("/")
    clock.set(MONDAY + timedelta(minutes=61))
    dispatch()
    assert (mailoutbox, Delivery.objects.get(kind=NEWS).reason) == ([], "seen")


def test_a_cheer_is_told_unless_it_was_read(
    *,
    wants: Callable[..., NewsChoice],
    write_victory: Write,
    say_back: Write,
    at: Tick,
    sign_in: SignIn,
    mailoutbox: Any,
) -> None:
    wants()
    say_back(write_victory())
    sign_in("alex").get("/")
    at(MONDAY + timedelta(hours=2))
    assert mailoutbox == []
    say_back(write_victory())
    at(MONDAY + timedelta(hours=4))
    assert len(mailoutbox) == 1


def test_at_most_one_a_day(
    *, wants: Callable[..., NewsChoice], offer: Write, cast: Cast, at: Tick, sign_in: SignIn, mailoutbox: Any
) -> None:
    wants()
    for hours in range(0, 9, 2):
        idea = offer(f"Idea {hours}")
        at(MONDAY + timedelta(hours=hours + 1, minutes=1))
        put_off(idea, by=cast.actor("alex"))
    offer("The last one")
    at(MONDAY + timedelta(hours=9, minutes=59))
    assert len(mailoutbox) == 1
    at(MONDAY + timedelta(days=1))
    assert len(mailoutbox) == 2
    assert sorted(News.objects.values_list("local_date", flat=True)) == [
        (MONDAY + timedelta(days=days)).date() for days in (0, 1)
    ]


def test_by_day_or_at_the_hours_the_address_names(
    wants: Callable[..., NewsChoice], offer: Write, at: Tick, clock: Clock, mailoutbox: Any
) -> None:
    wants()
    clock.set(MONDAY.replace(hour=22))
    offer()
    at(MONDAY.replace(hour=23, minute=30))
    assert mailoutbox == []
    at(los_angeles(6, 15, 9, 1))
    assert len(mailoutbox) == 1
    ContactPoint.objects.update(good_from=time(18), good_until=time(19))
    clock.set(los_angeles(6, 16, 9))
    offer("Another")
    at(los_angeles(6, 16, 12))
    assert len(mailoutbox) == 1
    at(los_angeles(6, 16, 18, 1))
    assert len(mailoutbox) == 2


def test_nothing_leaves_that_nobody_chose_and_off_is_off_at_once(
    *, cast: Cast, wants: Callable[..., NewsChoice], has_email: Any, offer: Write, at: Tick, mailoutbox: Any
) -> None:
    has_email("luz")
    offer()
    at(MONDAY + timedelta(hours=2))
    assert not News.objects.exists()
    wants()
    at(MONDAY + timedelta(hours=2, minutes=1))
    assert len(mailoutbox) == 1
    offer("Another")
    at(MONDAY + timedelta(hours=3))
    assert Delivery.objects.filter(kind=NEWS, state="pending").exists()
    choose_news(cast.actor("alex"), wanted=False, client_id=None)
    assert not Delivery.objects.filter(kind=NEWS, state="pending").exists()
    at(MONDAY + timedelta(days=1))
    assert len(mailoutbox) == 1
    assert Delivery.objects.filter(kind=NEWS).count() == 2  # nor is anything planned any more


@pytest.mark.parametrize("way", ["off", "closed", "away", "address", "only they"])
def test_the_last_moment_is_asked_again(
    way: str, *, cast: Cast, wants: Callable[..., NewsChoice], offer: Write, at: Tick, clock: Clock, mailoutbox: Any
) -> None:
    wants()
    offer()
    at(MONDAY + timedelta(minutes=58))
    client = cast.clients["alex"]
    if way == "off":
        NewsChoice.objects.update(wanted=False)  # behind the engine's back
    elif way == "closed":
        close_client(client, "goals-met", by=cast.actor("omar"))
    elif way == "away":
        note_pause(client, Pause.Kind.TRAVEL, MONDAY.date(), None, by=cast.actor("alex"))
    elif way == "address":
        ContactPoint.objects.update(may_email=False)
    else:
        ContactPoint.objects.update(only_i_reach_out=True)
    at(MONDAY + timedelta(minutes=61))
    at(MONDAY + timedelta(hours=5))
    assert mailoutbox == []
    [row] = Delivery.objects.filter(kind=NEWS)  # and it is not planned again and again
    assert row.state in {"suppressed", "cancelled"}


def test_the_switch_shows_the_exact_wording_and_leaves_its_event(
    *, cast: Cast, sign_in: SignIn, has_email: Any, offer: Write, at: Tick, clock: Clock, mailoutbox: Any
) -> None:
    clock.set(MONDAY)
    alex, page = sign_in("alex"), reverse("reach-me")
    shown = text(alex.get(page))
    assert "There is something new for you to read." in shown
    assert "Right now: off." in shown
    alex.post(reverse("reach-me-news"), {"wanted": "yes"})
    assert "no confirmed address it may go to" in text(alex.get(page))
    has_email()
    assert "Right now: on." in text(alex.get(page))
    offer()
    at(MONDAY + timedelta(hours=2))
    [mail] = mailoutbox
    assert mail.subject in shown
    assert all(line in shown for line in str(mail.body).splitlines() if line)
    alex = sign_in("alex")
    for _time in range(2):
        alex.post(reverse("reach-me-news"), {"wanted": "no"})
    verbs = Event.objects.filter(verb__startswith="news.").order_by("at")
    assert list(verbs.values_list("verb", flat=True)) == ["news.wanted", "news.stopped"]
    assert "A message when something is new" not in text(sign_in("dana").get(page))


# --- for a specialist -------------------------------------------------------------------------------------------------
def test_a_specialist_is_told_in_the_hours_they_read(
    *, wants: Callable[..., NewsChoice], write_goal: Write, at: Tick, clock: Clock, sign_in: SignIn, mailoutbox: Any
) -> None:
    wants("maya")
    friday = los_angeles(6, 18, 17, 30)
    clock.set(friday)
    write_goal()
    at(friday + timedelta(hours=2))
    at(friday + timedelta(days=1))
    assert mailoutbox == []  # Saturday
    at(los_angeles(6, 21, 9, 1))
    assert [mail.to for mail in mailoutbox] == [["maya@mail.example"]]


def test_a_specialist_is_told_nothing_of_what_is_private_or_not_theirs_any_more(
    *, cast: Cast, wants: Callable[..., NewsChoice], write_goal: Write, write_victory: Write, at: Tick, mailoutbox: Any
) -> None:
    wants("maya")
    wants("sam")
    write_goal(visibility="just-me")
    write_victory(visibility="just-me")
    at(MONDAY + timedelta(hours=2))
    assert not News.objects.exists()
    write_goal()
    at(MONDAY + timedelta(hours=2, minutes=30))
    assert News.objects.count() == 1
    end_assignment(Assignment.objects.get(specialist=cast.maya, client=cast.clients["alex"]), "closed", by=None)
    at(MONDAY + timedelta(hours=5))
    assert mailoutbox == []


def test_a_pass_asks_as_much_for_many_as_for_few(
    cast: Cast, wants: Callable[..., NewsChoice], django_assert_max_num_queries: Any
) -> None:
    wants("alex")
    wants("luz")
    with django_assert_max_num_queries(12):
        plan_due(now())
    at = now() + LOOK_EVERY - timedelta(seconds=30)
    with django_assert_max_num_queries(3):  # each is looked at every five minutes
        plan_due(at)
