"""Something went right: written down once, shared as chosen, answered in words, found again on a hard day."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db import DatabaseError, transaction
from django.test import Client as Browser
from django.urls import reverse

from audit.models import Event
from clients.actions import open_words
from conversations.actions import open_reach_out
from goals.actions import victories as actions
from goals.actions.victories import today_of
from goals.models import Cheer, Goal, Victory
from goals.pages.seasons import season_in_words, season_of
from home.demo.cast import Cast
from peersupport.lib.ids import new_id
from peersupport.lib.refusals import Refusal, Stale
from tests.fixtures_goals import RIGHT, fresh

SignIn = Callable[..., Browser]
Write = Callable[..., Any]


def text(answer: Any) -> str:
    return str(answer.content.decode())


def page_of(cast: Cast, name: str = "alex") -> str:
    return reverse("goals:victories", args=[cast.clients[name].pk])


def send(browser: Browser, url: str, **fields: Any) -> Any:
    return browser.post(url, {"op_id": str(new_id()), **{name: str(value) for name, value in fields.items()}})


# --- writing one down -------------------------------------------------------------------------------------------------
def test_from_the_home_with_one_tap_a_text_and_who_may_see_it(cast: Cast, sign_in: SignIn) -> None:
    alex = sign_in("alex")
    home = text(alex.get("/"))
    assert "Something went right?" in home
    assert 'name="visibility" value="just-me"' in home
    assert "checked" not in home  # nothing is chosen for them
    answer = send(alex, page_of(cast), text="I called my brother", visibility="just-me")
    assert answer.status_code == 302
    shown = text(alex.get(answer.url))
    assert "I called my brother" in shown
    assert "just for me" in shown
    [row] = Victory.objects.all()
    assert (row.visibility, row.told_to, row.author, row.language) == ("just-me", None, cast.alex, "en")


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"visibility": "just-me"}, "Big or small, a few words are enough."),
        ({"text": "I slept"}, "Please choose one of these."),
        ({"text": "I slept", "visibility": "everyone"}, "Please choose one of these."),
        ({"text": "I slept", "visibility": "just-me", "on": "2999-01-01"}, "That day is still to come."),
        ({"text": "x" * 10_001, "visibility": "just-me"}, "Nothing was cut"),
        ({"text": "I slept\x00", "visibility": "just-me"}, "cannot be saved"),
        ({"text": "I slept", "visibility": "just-me", "op_id": "9"}, "Please save once more."),
    ],
)
def test_what_cannot_be_kept_says_why_and_stays_typed(
    fields: dict[str, str], says: str, cast: Cast, sign_in: SignIn
) -> None:
    answer = send(sign_in("alex"), page_of(cast), **fields)
    assert answer.status_code == 422
    assert says in text(answer)
    assert fields.get("text", "")[:7] in text(answer)
    assert not Victory.objects.exists()


def test_the_same_form_three_times_makes_one_and_other_words_are_told(cast: Cast, sign_in: SignIn) -> None:
    alex, form = sign_in("alex"), {"op_id": str(new_id()), "text": "I cooked", "visibility": "specialist"}
    for _time in range(3):
        assert alex.post(page_of(cast), form).status_code == 302
    assert Victory.objects.count() == 1
    other = alex.post(page_of(cast), {**form, "text": "I cooked rice"})
    assert other.status_code == 409
    assert "I cooked rice" in text(other)
    stolen = send(sign_in("luz"), page_of(cast, "luz"), **{**form, "text": "Cociné"})
    assert stolen.status_code == 302  # a form is unique for its author, so another's id harms nobody
    assert Victory.objects.count() == 2


def test_tied_to_a_goal_it_stands_on_its_page(cast: Cast, sign_in: SignIn, write_goal: Write) -> None:
    goal, alex = write_goal(), sign_in("alex")
    before = goal.page_version
    shown = text(alex.get(reverse("goals:goal", args=[goal.pk])))
    assert f"{page_of(cast)}?goal={goal.pk}" in shown
    answer = send(alex, page_of(cast), text=RIGHT, visibility="specialist", goal=goal.pk)
    assert answer.url == reverse("goals:goal", args=[goal.pk])
    for name in ("alex", "maya"):
        assert RIGHT in text(sign_in(name).get(answer.url))
    assert fresh(goal).page_version == before + 1
    other = write_goal("luz")
    assert send(alex, page_of(cast), text="x", visibility="just-me", goal=other.pk).status_code == 404


def test_the_words_stand_for_ever(cast: Cast, write_victory: Write, say_back: Write) -> None:
    victory = write_victory()
    cheer = say_back(victory)
    for rows, columns in (
        (Victory.objects.filter(pk=victory.pk), {"text_sealed": b"x"}),
        (Victory.objects.filter(pk=victory.pk), {"happened_on": date(2020, 1, 1)}),
        (Cheer.objects.filter(pk=cheer.pk), {"text_sealed": b"x"}),
    ):
        with pytest.raises(DatabaseError, match="stands for ever"), transaction.atomic():
            rows.update(**columns)
    for row in (victory, cheer):
        with pytest.raises(DatabaseError, match="stands for ever"), transaction.atomic():
            type(row).objects.filter(pk=row.pk)._raw_delete("default")


def test_told_in_person_only_for_whoever_has_no_sign_in(cast: Cast, sign_in: SignIn) -> None:
    maya, fields = sign_in("maya"), {"text": "Slept in a bed", "visibility": "specialist"}
    assert send(maya, page_of(cast), **fields).status_code == 403
    assert send(maya, page_of(cast, "toni"), **{**fields, "visibility": "just-me"}).status_code == 422
    assert send(maya, page_of(cast, "toni"), **fields).status_code == 302
    [row] = Victory.objects.all()
    assert (row.told_to, row.client.user) == (cast.maya, cast.toni)
    assert "as told to Maya" in text(maya.get(page_of(cast, "toni")))
    assert "Say a word back" not in text(maya.get(page_of(cast, "toni")))  # nobody would read it


# --- who may see it ---------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("visibility", "readers", "opened"),
    [
        ("just-me", {"alex"}, {"alex"}),
        ("specialist", {"alex", "maya", "noor"}, {"alex", "maya", "noor"}),
        ("support", {"alex", "maya", "noor"}, {"alex", "maya", "noor", "dana"}),
    ],
)
def test_who_reads_it(
    visibility: str, readers: set[str], opened: set[str], *, cast: Cast, sign_in: SignIn, write_victory: Write
) -> None:
    write_victory(visibility=visibility)

    def read_by() -> set[str]:
        names = ("alex", "maya", "noor", "dana", "omar", "sam", "priya", "luz")
        return {name for name in names if RIGHT in text(sign_in(name).get(page_of(cast)))}

    assert read_by() == readers
    there = "Something that went right" in text(sign_in("dana").get(page_of(cast)))
    assert there is (visibility == "support")
    open_words(cast.clients["alex"], "audit week", op_id=new_id(), language="en", by=cast.actor("dana"))
    assert read_by() == opened


def test_a_goal_that_is_not_shared_does_not_show_beside_what_is(
    cast: Cast, sign_in: SignIn, write_goal: Write, write_victory: Write
) -> None:
    private = write_goal(in_my_words="Get out of debt to Pat", visibility="just-me")
    write_victory(goal=private)
    shown = text(sign_in("maya").get(page_of(cast)))
    assert RIGHT in shown
    assert "Pat" not in shown
    assert private.pk.hex not in shown.replace("-", "")
    assert "Get out of debt to Pat" in text(sign_in("alex").get(page_of(cast)))
    assert sign_in("maya").get(f"{page_of(cast)}?goal={private.pk}").status_code == 404


def test_sharing_less_goes_through_from_an_old_page_and_sharing_more_does_not(
    cast: Cast, sign_in: SignIn, write_victory: Write
) -> None:
    victory, alex = write_victory(visibility="specialist"), sign_in("alex")
    url = reverse("goals:share-victory", args=[victory.pk])
    assert alex.post(url, {"version": "1", "visibility": "support"}).status_code == 302
    assert alex.post(url, {"version": "1", "visibility": "just-me"}).status_code == 302  # the page was old
    assert fresh(victory).visibility == "just-me"
    answer = alex.post(url, {"version": "1", "visibility": "support"})
    assert answer.status_code == 409
    assert "changed in another window" in text(answer)
    assert fresh(victory).visibility == "just-me"
    for wrong in ({"version": "1", "visibility": "all"}, {"visibility": "support"}):
        assert alex.post(url, wrong).status_code == 422
    for name in ("maya", "dana"):
        assert sign_in(name).post(url, {"version": "3", "visibility": "support"}).status_code == 404


def test_put_away_it_is_gone_for_everyone_and_comes_back_as_it_was(
    cast: Cast, sign_in: SignIn, write_victory: Write
) -> None:
    victory, alex, maya = write_victory(), sign_in("alex"), sign_in("maya")
    url = reverse("goals:put-victory-away", args=[victory.pk])
    for _time in range(2):
        assert alex.post(url).status_code == 302
    assert RIGHT not in text(alex.get(page_of(cast)))
    assert RIGHT not in text(maya.get(page_of(cast)))
    assert RIGHT in text(alex.get(page_of(cast) + "?put-away=yes"))
    assert RIGHT not in text(maya.get(page_of(cast) + "?put-away=yes"))
    assert maya.post(url, {"back": "yes"}).status_code == 404
    alex.post(url, {"back": "yes"})
    assert RIGHT in text(maya.get(page_of(cast)))


# --- look how far -----------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("day", "said"),
    [
        (date(2026, 12, 1), "Winter 2026 to 2027"),
        (date(2027, 2, 28), "Winter 2026 to 2027"),
        (date(2027, 3, 1), "Spring 2027"),
        (date(2027, 8, 31), "Summer 2027"),
        (date(2027, 11, 30), "Fall 2027"),
    ],
)
def test_seasons(day: date, said: str) -> None:
    assert season_in_words(season_of(day)) == said


def test_season_by_season_page_by_page(cast: Cast, sign_in: SignIn, write_victory: Write, clock: Any) -> None:
    today = today_of(cast.clients["alex"])
    for ago in range(0, 300, 10):
        write_victory(f"went right {ago}.", on=today - timedelta(days=ago))
    alex = sign_in("alex")
    first = text(alex.get(page_of(cast)))
    assert "went right 0." in first
    assert "went right 190." in first
    assert "went right 200." not in first
    seasons = [season_in_words(season_of(today - timedelta(days=ago))) for ago in (0, 190)]
    assert first.index(seasons[0]) < first.index(seasons[1])
    older = first.split('rel="next" href="')[1].split('"')[0].replace("&amp;", "&")
    second = text(alex.get(page_of(cast) + older))
    assert "went right 200." in second
    assert "went right 190." not in second


def test_only_this_goal(cast: Cast, sign_in: SignIn, write_goal: Write, write_victory: Write) -> None:
    goal = write_goal()
    write_victory("about the goal", goal=goal)
    write_victory("about something else")
    shown = text(sign_in("maya").get(f"{page_of(cast)}?goal={goal.pk}"))
    assert "about the goal" in shown
    assert "about something else" not in shown
    for strange in ("9", str(new_id())):
        assert sign_in("alex").get(f"{page_of(cast)}?goal={strange}").status_code == 404


# --- on a hard day ----------------------------------------------------------------------------------------------------
def reached_out(cast: Cast, kind: str) -> str:
    row = open_reach_out(cast.clients["alex"], kind, "", op_id=new_id(), language="en", by=cast.actor("alex"))
    return reverse("conversations:state", args=[row.pk])


def test_a_hard_day_offers_one_and_always_the_same_that_day(
    cast: Cast, sign_in: SignIn, write_victory: Write, clock: Any
) -> None:
    words = [f"went right {number}" for number in range(9)]
    for said in words:
        write_victory(said, visibility="just-me", on=date(2020, 4, 19))
    offered = set()
    hard, talk = reached_out(cast, "hard-day"), reached_out(cast, "talk")
    for day in range(6):
        alex = sign_in("alex")
        shown = [[said for said in words if said in text(alex.get(hard))] for _time in range(3)]
        assert shown[0] == shown[1] == shown[2]
        assert len(shown[0]) == 1
        offered |= set(shown[0])
        clock.move(days=day + 1)
    alex = sign_in("alex")
    assert len(offered) > 1
    page = text(alex.get(hard))
    assert "You wrote this in April 2020." in page
    assert "Not now" in page
    assert "went right" not in text(alex.get(talk))
    for name in ("maya", "dana"):
        assert "went right" not in text(sign_in(name).get(hard))


def test_a_hard_day_offers_nothing_that_never_was_or_was_put_away(
    cast: Cast, sign_in: SignIn, write_goal: Write, write_victory: Write
) -> None:
    error = write_goal(visibility="just-me")
    write_victory("of a goal that never was", goal=error)
    Goal.objects.filter(pk=error.pk).update(lifecycle="entered-in-error")
    actions.put_away(write_victory("put away"), by=cast.actor("alex"))
    write_victory("de otra persona", "luz")
    shown = text(sign_in("alex").get(reached_out(cast, "hard-day")))
    for said in ("never was", "put away", "otra persona", "better day"):
        assert said not in shown


def test_at_night_it_stands_with_the_lines(cast: Cast, sign_in: SignIn, write_victory: Write, clock: Any) -> None:
    write_victory()
    monday = datetime(2027, 6, 14, tzinfo=ZoneInfo(cast.alex.time_zone))
    for hour, offered in ((2, True), (12, False)):
        clock.set(monday.replace(hour=hour, minute=4))
        assert (RIGHT in text(sign_in("alex").get(reverse("conversations:reach-out")))) is offered


# --- what is noted ----------------------------------------------------------------------------------------------------
def test_looks_and_writes_are_noted(cast: Cast, sign_in: SignIn, write_victory: Write, say_back: Write) -> None:
    victory = write_victory(visibility="support")
    say_back(victory)
    for name in ("alex", "maya", "dana"):
        sign_in(name).get(page_of(cast))
    reads = Event.objects.filter(verb="read").values_list("actor_id", "page")
    assert set(reads) == {(cast.maya.pk, "victories"), (cast.dana.pk, "facts-victories")}
    verbs = set(Event.objects.filter(client_id=victory.client_id).values_list("verb", flat=True))
    assert {"victory.written", "cheer.given"} <= verbs
    privacy = text(sign_in("alex").get(reverse("my-privacy", args=[victory.client_id])))
    assert "read what went right, as you share it" in privacy


def test_actions_refuse_whoever_may_not(cast: Cast, write_victory: Write) -> None:
    victory = write_victory(visibility="support")
    for act in (actions.put_away, actions.bring_back):
        for name in ("maya", "dana"):
            with pytest.raises(Refusal):
                act(victory, by=cast.actor(name))
    with pytest.raises(Refusal):
        actions.cheer(victory, "x", op_id=new_id(), language="en", by=cast.actor("dana"))
    actions.share_victory(victory, "specialist", version=1, by=cast.actor("alex"))
    with pytest.raises(Stale):
        actions.share_victory(victory, "support", version=1, by=cast.actor("alex"))
