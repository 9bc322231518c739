"""A few words on a goal or a step, and cheers: for whoever shares the goal, and taken back while unread."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client as Browser
from django.urls import reverse

from audit.models import Event
from clients.actions import open_words
from clients.models import Visit
from goals.actions.comments import say, take_back
from goals.actions.goals import change_goal
from goals.actions.writing import Sent
from goals.models import Comment, CommentTakenBack, Goal, Step
from goals.pages.comments import views_of
from goals.permissions.comments import newest_comments
from home.demo.cast import Cast
from peersupport.lib import append_only
from peersupport.lib.clock import now
from peersupport.lib.ids import new_id
from peersupport.lib.refusals import Refusal
from tests.fixtures_goals import fresh

SignIn = Callable[..., Browser]
Write = Callable[..., Goal]
SAID = "I am glad you called them"


def text(answer: Any) -> str:
    return str(answer.content.decode())


def page(browser: Browser, goal: Goal, name: str = "goal") -> str:
    return text(browser.get(reverse(f"goals:{name}", args=[goal.pk])))


def step_page(browser: Browser, step: Step) -> str:
    return text(browser.get(reverse("goals:step", args=[step.goal_id, step.pk])))


def send(browser: Browser, goal: Goal, **fields: str) -> Any:
    form = {"op_id": str(new_id()), "text": "", **fields}
    return browser.post(reverse("goals:talk", args=[goal.pk]), form)


def send_back(browser: Browser, comment: Comment) -> Any:
    return browser.post(reverse("goals:take-back", args=[comment.pk]))


def share(cast: Cast, goal: Goal, visibility: str) -> None:
    change_goal(goal, Sent({"visibility": visibility}, fresh(goal).version, new_id()), by=cast.actor("alex"))


# --- saying and reading -----------------------------------------------------------------------------------------------
def test_both_say_something_and_read_it(sign_in: SignIn, write_goal: Write) -> None:
    goal, alex, maya = write_goal(), sign_in("alex"), sign_in("maya")
    before = fresh(goal).page_version
    assert send(maya, goal, text=SAID)["Location"].endswith("#talk")
    assert fresh(goal).page_version == before + 1
    shown = page(alex, goal)
    assert SAID in shown
    assert 'class="chip new"' in shown
    send(alex, goal, text="Me too")
    for name in ("goal", "talk"):
        assert "Me too" in page(maya, goal, name)
    said = Comment.objects.get(author__first_name="Maya")
    assert (said.kind, said.language, said.visibility) == ("comment", "en", "specialist")
    assert Event.objects.filter(verb="comment.said", subject_type="comment").count() == 2
    assert SAID.encode() not in bytes(said.text_sealed)


def test_on_a_step_it_stands_there_and_on_the_goal(sign_in: SignIn, write_goal: Write, write_step: Any) -> None:
    goal, alex, maya = write_goal(), sign_in("alex"), sign_in("maya")
    step, other = write_step(goal), write_step(goal, what="See three places")
    answer = send(maya, goal, text=SAID, step=str(step.pk))
    assert answer["Location"] == reverse("goals:step", args=[goal.pk, step.pk]) + "#talk"
    assert SAID in step_page(alex, step)
    assert SAID not in step_page(alex, other)
    assert "About the step:" in page(alex, goal)


def test_new_until_one_has_been_away(sign_in: SignIn, write_goal: Write, comment_on: Any, clock: Any) -> None:
    goal, alex = write_goal(), sign_in("alex")
    comment_on(goal, "maya", SAID)
    assert 'class="chip new"' in page(alex, goal)
    clock.move(minutes=5)
    assert 'class="chip new"' in page(alex, goal)  # still the same look
    clock.move(minutes=40)
    assert 'class="chip new"' not in page(alex, goal)
    assert 'class="chip new"' not in page(sign_in("maya"), goal)  # one's own is never new
    assert 'class="chip new"' in page(sign_in("noor"), goal)


def test_the_list_of_goals_says_that_something_was_said(
    cast: Cast, sign_in: SignIn, write_goal: Write, comment_on: Any
) -> None:
    goal, alex = write_goal(), sign_in("alex")
    listed = reverse("goals:list", args=[goal.client_id])

    def is_new() -> bool:
        return 'class="chip new"' in text(alex.get(listed))

    assert not is_new()
    comment = comment_on(goal, "maya", SAID)
    Visit.objects.filter(page="goals").update(before=now() - timedelta(hours=1))
    assert is_new()
    take_back(comment, by=cast.actor("maya"))
    assert not is_new()  # as if never said
    comment_on(goal, "alex", "mine")
    assert not is_new()


def test_cheers_are_words_ready_or_ones_own(sign_in: SignIn, write_goal: Write) -> None:
    goal, alex, maya = write_goal(), sign_in("alex"), sign_in("maya")
    send(maya, goal, cheer="courage")
    send(maya, goal, text="You did it your way.", as_cheer="on")
    send(alex, goal, cheer="thanks")
    cheers = Comment.objects.filter(kind="cheer").order_by("at")
    assert [cheer.text for cheer in cheers] == [
        "That took courage.",
        "You did it your way.",
        "Thank you for walking with me.",
    ]
    assert page(alex, goal).count('class="comment cheer"') == 3


def test_ready_words_are_in_the_language_of_whoever_chose_them(cast: Cast, sign_in: SignIn, write_goal: Write) -> None:
    for person, language in ((cast.maya, "es"), (cast.alex, "en")):
        person.language = language
        person.save()
    goal = write_goal()
    send(sign_in("maya"), goal, cheer="courage")
    said = Comment.objects.get()
    assert said.language == "es"
    assert said.text != "That took courage."
    assert f'lang="es">{said.text}<' in page(sign_in("alex"), goal)
    assert "in Spanish</p>" in page(sign_in("alex"), goal)


@pytest.mark.parametrize(
    ("wrong", "status", "says"),
    [
        ({}, 422, "There is nothing here yet."),
        ({"text": "   "}, 422, "There is nothing here yet."),
        ({"text": "x" * 10_001}, 422, "too long"),
        ({"text": "a\x00b"}, 422, "cannot be saved"),
        ({"cheer": "courage", "text": "typed here"}, 422, "You wrote words of your own too"),
        ({"cheer": "strange"}, 422, "too old"),
        ({"text": "typed here", "op_id": "x"}, 422, "too old"),
        ({"text": "typed here", "step": "x"}, 422, ""),
        ({"text": "typed here", "step": "0195b8a0-0000-7000-8000-000000000000"}, 404, "typed here"),
    ],
)
def test_what_cannot_be_said_stays_in_the_box(
    wrong: dict[str, str], status: int, says: str, sign_in: SignIn, write_goal: Write
) -> None:
    goal = write_goal()
    answer = send(sign_in("maya"), goal, **wrong)
    assert answer.status_code == status
    assert says in text(answer)
    if "typed here" in wrong.get("text", ""):
        assert "typed here" in text(answer)
    assert not Comment.objects.exists()


def test_sent_three_times_it_is_said_once(sign_in: SignIn, write_goal: Write) -> None:
    goal, maya, op_id = write_goal(), sign_in("maya"), str(new_id())
    assert {send(maya, goal, text=SAID, op_id=op_id).status_code for _ in range(3)} == {302}
    other = send(maya, goal, text="typed here", op_id=op_id)
    assert (other.status_code, Comment.objects.count()) == (409, 1)
    assert "typed here" in text(other)
    assert f'name="op_id" value="{op_id}"' not in text(other)
    theirs = send(sign_in("alex"), goal, text="typed here", op_id=op_id)
    assert "belongs to someone else" in text(theirs)
    assert Comment.objects.count() == 1


def test_an_action_checks_once_more_who_may_say_it(cast: Cast, write_goal: Write, comment_on: Any) -> None:
    goal = write_goal(visibility="support")
    for name in ("dana",):
        with pytest.raises(Refusal):
            say(goal, Comment.Kind.COMMENT, SAID, op_id=new_id(), language="en", by=cast.actor(name))
    with pytest.raises(Refusal):
        take_back(comment_on(goal, "maya", SAID), by=cast.actor("alex"))


# --- who reads it -----------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("visibility", "readers"),
    [("just-me", {"alex"}), ("specialist", {"alex", "maya", "noor"}), ("support", {"alex", "maya", "noor", "dana"})],
)
def test_it_goes_with_the_goal(
    visibility: str, readers: set[str], *, cast: Cast, sign_in: SignIn, write_goal: Write, comment_on: Any
) -> None:
    goal = write_goal(visibility=visibility)
    comment_on(goal, "alex", SAID)
    people = ("alex", "luz", "maya", "sam", "noor", "dana", "priya", "omar")

    def read_by(name: str) -> set[str]:
        return {who for who in people if SAID in page(sign_in(who), goal, name)}

    assert read_by("goal") == readers - {"dana"}
    open_words(cast.clients["alex"], "audit week", op_id=new_id(), language="en", by=cast.actor("dana"))
    assert read_by("goal") == read_by("talk") == readers
    assert Event.objects.filter(verb="read", actor_id=cast.maya.pk).exists() is ("maya" in readers)


def test_what_was_said_more_narrowly_stays_so(cast: Cast, sign_in: SignIn, write_goal: Write, comment_on: Any) -> None:
    goal = write_goal(visibility="just-me")
    comment_on(goal, "alex", "a note to myself")
    share(cast, goal, "specialist")
    for name in ("goal", "talk"):
        assert "a note to myself" not in page(sign_in("maya"), goal, name)
        assert "a note to myself" in page(sign_in("alex"), goal, name)
    comment_on(goal, "maya", SAID)
    share(cast, goal, "just-me")
    assert sign_in("maya").get(reverse("goals:talk", args=[goal.pk])).status_code == 404
    assert "A note to myself" in page(sign_in("alex"), goal)
    assert send_back(sign_in("maya"), Comment.objects.get(author=cast.maya)).status_code == 404


# --- taking back ------------------------------------------------------------------------------------------------------
def test_unread_it_is_as_if_never_said(sign_in: SignIn, write_goal: Write, comment_on: Any) -> None:
    goal, alex, maya = write_goal(), sign_in("alex"), sign_in("maya")
    comment = comment_on(goal, "maya", SAID)
    shown = page(maya, goal)
    assert "not read yet" in shown
    assert "Take it back" in shown
    assert {send_back(maya, comment).status_code for _ in range(2)} == {302}
    assert CommentTakenBack.objects.count() == 1
    for browser in (alex, maya):
        for name in ("goal", "talk"):
            shown = page(browser, goal, name)
            assert SAID not in shown
            assert "took this back" not in shown


def test_read_it_says_that_it_was_taken_back(sign_in: SignIn, write_goal: Write, comment_on: Any) -> None:
    goal, alex, maya = write_goal(), sign_in("alex"), sign_in("maya")
    comment = comment_on(goal, "alex", SAID)
    page(maya, goal)
    assert "not read yet" not in page(alex, goal)
    send_back(alex, comment)
    assert "Alex took this back." in page(maya, goal)
    assert "You took this back." in page(alex, goal)
    for browser in (alex, maya, sign_in("noor")):
        assert SAID not in page(browser, goal)
    assert Event.objects.filter(verb="comment.taken_back").count() == 1


def test_it_is_read_where_it_is_shown_and_only_there(sign_in: SignIn, write_goal: Write, comment_on: Any) -> None:
    goal = write_goal()
    first = comment_on(goal, "alex", "the first")
    for number in range(5):
        comment_on(goal, "alex", f"later {number}")
    shown = page(sign_in("maya"), goal)
    assert "the first" not in shown  # the page of the goal has the newest three
    assert "Earlier words" in shown
    assert Visit.objects.filter(page__startswith="comment:").count() == 3
    send_back(sign_in("alex"), first)
    assert "took this back" not in page(sign_in("maya"), goal, "talk")


def test_taken_back_while_someone_was_loading_the_page(cast: Cast, write_goal: Write, comment_on: Any) -> None:
    goal, maya = write_goal(), cast.actor("maya")
    comment = comment_on(goal, "alex", SAID)
    loaded = newest_comments(maya, goal, 6)
    take_back(comment, by=cast.actor("alex"))
    assert len(loaded) == 1
    assert views_of(maya, goal, loaded, {}) == []


def test_only_its_author_takes_it_back(sign_in: SignIn, write_goal: Write, comment_on: Any) -> None:
    goal = write_goal(visibility="support")
    comment = comment_on(goal, "maya", SAID)
    for name, status in {"alex": 403, "noor": 403, "dana": 404, "sam": 404, "omar": 404}.items():
        assert send_back(sign_in(name), comment).status_code == status
    assert not CommentTakenBack.objects.exists()


# --- in the database --------------------------------------------------------------------------------------------------
def test_comments_stand_for_ever(cast: Cast, write_goal: Write, comment_on: Any) -> None:
    take_back(comment_on(write_goal(), "maya", SAID), by=cast.actor("maya"))
    for rows in (Comment.objects.all(), CommentTakenBack.objects.all()):
        for change in (lambda rows=rows: rows.update(id=new_id()), lambda rows=rows: rows._raw_delete(rows.db)):
            with pytest.raises(DatabaseError, match=append_only.REFUSAL), transaction.atomic():
                change()


def test_the_triggers_are_in_the_catalog(db: None) -> None:
    tables = ("goals_revision", "goals_comment", "goals_commenttakenback")
    assert {f"stand_{table}_{change}" for table in tables for change in ("update", "delete")} <= append_only.installed(
        connection
    )


def test_words_in_another_language_than_their_page_say_so(cast: Cast, sign_in: SignIn, write_goal: Write) -> None:
    goal = write_goal()
    assert send(sign_in("maya"), goal, text="Estoy contigo.", language="es").status_code == 302
    said = Comment.objects.get()
    assert (said.text, said.language) == ("Estoy contigo.", "es")
    shown = page(sign_in("alex"), goal)
    assert '<p dir="auto" lang="es">Estoy contigo.</p>' in shown
    assert "in Spanish</p>" in shown
    assert send(sign_in("maya"), goal, text="kept", language="xx").status_code == 422
