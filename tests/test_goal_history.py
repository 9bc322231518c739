"""Everything typed can be found and brought back: saves close together as one, texts that are not in the goal now."""

import re
from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
from django.test import Client as Browser
from django.urls import reverse

from clients.actions import assign_specialist, end_assignment
from clients.models import Assignment
from goals.actions.goals import change_goal, settle_texts
from goals.actions.writing import Sent
from goals.models import Goal, Revision
from goals.pages.saved import before_typing
from goals.rules import BESIDE, FIELD
from home.demo.cast import Cast
from peersupport.lib.ids import new_id
from tests.fixtures_goals import fresh, save, save_step

SignIn = Callable[..., Browser]
Write = Callable[..., Goal]


def text(answer: Any) -> str:
    return str(answer.content.decode())


def history(browser: Browser, goal: Goal, query: str = "") -> str:
    return text(browser.get(reverse("goals:history", args=[goal.pk]) + query))


def button_of(shown: str, words: str) -> str:
    """What the button under this text on a history page sends."""
    found = re.search(rf">{re.escape(words)}<.*?name=\"bring\"\s+value=\"([^\"]+)\"", shown, re.DOTALL)
    assert found, words
    return found[1]


def bring(browser: Browser, goal: Goal, value: str, **more: Any) -> Any:
    form = {"op_id": str(new_id()), "bring": value, **more}
    return browser.post(reverse("goals:restore", args=[goal.pk]), form)


def write_anew(cast: Cast, goal: Goal, name: str, **fields: str) -> Revision:
    return change_goal(goal, Sent(fields, fresh(goal).version, new_id()), by=cast.actor(name))


# --- bringing back ----------------------------------------------------------------------------------------------------
def test_an_earlier_text_comes_back_as_a_new_save(sign_in: SignIn, write_goal: Write, clock: Any) -> None:
    goal, alex = write_goal(why_it_matters="First words"), sign_in("alex")
    clock.move(minutes=20)
    save(alex, goal, why_it_matters="Second words")
    value = button_of(history(alex, goal), "First words")
    answer = bring(alex, goal, value)
    assert answer.status_code == 302
    assert fresh(goal).why_it_matters == "First words"
    newest = Revision.objects.latest("at")
    first = Revision.objects.earliest("at")
    assert (newest.restores, newest.version, fresh(goal).version) == (first, 3, 3)
    assert "Brought back from earlier" in history(alex, goal)
    assert 'class="undo' in text(alex.get(answer["Location"])).replace("card undo", "undo")


def test_what_was_just_saved_is_undone_with_one_tap(sign_in: SignIn, write_goal: Write) -> None:
    goal, alex = write_goal(why_it_matters="First words"), sign_in("alex")
    answer = save(alex, goal, why_it_matters="Second words")
    shown = text(alex.get(answer["Location"]))
    assert "Undo: Why it matters to me" in shown
    value = re.findall(r'name="bring"\s+value="([^"]+)"', shown)
    assert len(value) == 1
    bring(alex, goal, value[0])
    assert fresh(goal).why_it_matters == "First words"
    saved = answer["Location"].partition("?")[2]
    here = reverse("goals:goal", args=[goal.pk])
    for who, query in (("maya", saved), ("alex", saved), ("alex", "saved=x"), ("alex", f"saved={new_id()}")):
        assert "Undo:" not in text(sign_in(who).get(f"{here}?{query}"))  # not theirs, or no longer what stands there


def test_undo_skips_nothing_that_its_reader_may_not_see(cast: Cast, sign_in: SignIn, write_goal: Write) -> None:
    """What stood there before was written in private: an older text is not what they wrote over."""
    goal, maya = write_goal(who_helps="Shared words"), sign_in("maya")
    write_anew(cast, goal, "alex", visibility="just-me")
    write_anew(cast, goal, "alex", who_helps="Private words")
    write_anew(cast, goal, "alex", visibility="specialist")
    shown = text(maya.get(save(maya, goal, fresh(goal).version, who_helps="Maya’s words")["Location"]))
    assert "Maya’s words" in shown
    assert "Undo:" not in shown
    answer = save(maya, goal, fresh(goal).version, who_helps="Maya’s other words")
    assert "Undo:" in text(maya.get(answer["Location"]))


def test_undone_is_what_one_typed_not_its_last_letters() -> None:
    """A save that goes on from the one before is the same typing."""
    first, second, other = (Revision(changed=["who_helps"]) for _ in range(3))
    third, fourth = (Revision(changed=["who_helps"], continues=before) for before in (second, second))
    fourth.continues = third
    elsewhere = Revision(changed=["why_it_matters"])
    assert before_typing(fourth, "who_helps", [elsewhere, third, second, elsewhere, first, other]) is first
    assert before_typing(second, "who_helps", [first]) is first
    assert before_typing(second, "who_helps", [elsewhere]) is None


def test_it_keeps_the_voice_of_whoever_typed_it(cast: Cast, sign_in: SignIn, write_goal: Write, clock: Any) -> None:
    goal, alex, maya = write_goal(who_helps="Rosa"), sign_in("alex"), sign_in("maya")
    clock.move(minutes=20)
    write_anew(cast, goal, "maya", who_helps="Maya and Rosa")
    bring(maya, goal, button_of(history(maya, goal), "Rosa"))
    goal = fresh(goal)
    assert (goal.who_helps, goal.who_helps_by) == ("Rosa", cast.alex)
    assert "Brought back what Alex wrote" in history(maya, goal)
    assert "Brought back what you wrote" in history(alex, goal)
    bring(alex, goal, button_of(history(alex, goal), "Maya and Rosa"))
    assert fresh(goal).who_helps_by == cast.maya
    bring(maya, goal, button_of(history(maya, goal), "Rosa"))  # brought back from what was brought back
    assert {save.restores for save in Revision.objects.filter(said_by=cast.alex)} == {Revision.objects.earliest("at")}


def test_a_step_that_was_offered_keeps_its_voice_when_it_comes_back(
    cast: Cast, sign_in: SignIn, write_goal: Write, offer: Any, clock: Any
) -> None:
    goal, alex = write_goal(), sign_in("alex")
    idea = offer("Call them", "step", goal=goal)
    alex.post(reverse("goals:answer", args=[idea.pk]), {"answer": "yes", "version": "1"})
    step = goal.steps.get()
    clock.move(minutes=20)
    save_step(alex, step, what="Walk there")
    assert fresh(step).what_by == cast.alex
    bring(alex, goal, button_of(history(alex, goal), "Call them"))
    assert (fresh(step).what, fresh(step).what_by) == ("Call them", cast.maya)


def test_what_somebody_wrote_meanwhile_stands_beside_it(cast: Cast, sign_in: SignIn, write_goal: Write) -> None:
    goal, alex = write_goal(who_helps="Rosa"), sign_in("alex")
    write_anew(cast, goal, "alex", who_helps="Nobody")
    value = button_of(history(alex, goal), "Rosa")
    write_anew(cast, goal, "maya", who_helps="Maya")
    answer = bring(alex, goal, value)
    assert answer.status_code == 409
    assert "Both texts are kept" in text(answer)
    goal = fresh(goal)
    assert goal.who_helps == "Maya"
    rival = Revision.objects.latest("at")
    settle_texts(goal, "who_helps", rival.pk, BESIDE, sent=Sent({}, goal.version, new_id()), by=cast.actor("maya"))
    assert (fresh(goal).who_helps, fresh(goal).who_helps_by) == ("Rosa", cast.alex)  # Maya chose it, Alex wrote it


def test_sent_three_times_it_comes_back_once(sign_in: SignIn, write_goal: Write) -> None:
    goal, alex = write_goal(why_it_matters="First"), sign_in("alex")
    save(alex, goal, why_it_matters="Second")
    value, op_id = button_of(history(alex, goal), "First"), str(new_id())
    assert {bring(alex, goal, value, op_id=op_id).status_code for _ in range(3)} == {302}
    assert fresh(goal).version == 3
    assert Revision.objects.count() == 3


def test_own_words_come_back_by_their_owner_only(sign_in: SignIn, write_goal: Write, cast: Cast) -> None:
    goal, maya = write_goal(why_it_matters="First"), sign_in("maya")
    write_anew(cast, goal, "alex", why_it_matters="Second")
    shown = history(maya, goal)
    assert "First" in shown
    assert 'name="bring"' not in shown
    value = button_of(history(sign_in("alex"), goal), "First")
    assert bring(maya, goal, value).status_code == 403
    assert bring(maya, goal, value, told="on").status_code == 403
    assert fresh(goal).why_it_matters == "Second"


def test_as_told_they_come_back_once_it_was_read_back(sign_in: SignIn, write_goal: Write, cast: Cast) -> None:
    goal, maya = write_goal("toni", told_to="maya", why_it_matters="First"), sign_in("maya")
    change_goal(goal, Sent({"why_it_matters": "Second"}, 1, new_id(), told=True), by=cast.actor("maya"))
    value = button_of(history(maya, goal), "First")
    assert bring(maya, goal, value).status_code == 403
    assert bring(maya, goal, value, told="on").status_code == 302
    assert fresh(goal).why_it_matters == "First"
    assert Revision.objects.latest("at").voice(goal.client) == cast.toni


@pytest.mark.parametrize(
    "value",
    [
        "",
        "x",
        "0.why_it_matters.1",
        "0195b8a0-0000-7000-8000-000000000000.why_it_matters.1",
        "SAVE.who_helps.1",
        "SAVE.lifecycle.1",
    ],
)
def test_a_strange_button_brings_nothing(value: str, sign_in: SignIn, write_goal: Write) -> None:
    goal = write_goal(why_it_matters="First")
    value = value.replace("SAVE", Revision.objects.get().pk.hex)
    assert bring(sign_in("alex"), goal, value).status_code in {404, 422}
    assert bring(sign_in("alex"), goal, f"{Revision.objects.get().pk.hex}.why_it_matters.99").status_code == 409
    assert fresh(goal).version == 1


def test_what_was_written_in_private_is_not_to_be_brought_back_by_others(
    cast: Cast, sign_in: SignIn, write_goal: Write
) -> None:
    goal = write_goal(visibility="just-me", who_helps="Nobody but Pat")
    private = Revision.objects.get()
    write_anew(cast, goal, "alex", who_helps="Rosa", visibility="specialist")
    assert bring(sign_in("maya"), goal, f"{private.pk.hex}.who_helps.2").status_code == 404
    assert fresh(goal).who_helps == "Rosa"


# --- saves close together ---------------------------------------------------------------------------------------------
def test_saves_close_together_are_shown_as_one(cast: Cast, sign_in: SignIn, write_goal: Write, clock: Any) -> None:
    goal, alex = write_goal(), sign_in("alex")
    for number in range(7):
        clock.move(seconds=5)
        write_anew(cast, goal, "alex", why_it_matters=f"typing {number}")
    shown = history(alex, goal)
    assert shown.count("<article") == 2
    assert "and 6 saves before" in shown
    assert shown.index("typing 6") < shown.index("and 6 saves before") < shown.index("typing 0")
    clock.move(minutes=11)
    write_anew(cast, goal, "alex", why_it_matters="later")
    write_anew(cast, goal, "alex", how_i_will_know="elsewhere")
    assert history(alex, goal).count("<article") == 4


def test_what_another_wrote_in_between_is_never_folded_away(cast: Cast, sign_in: SignIn, write_goal: Write) -> None:
    goal = write_goal()
    for name, typed in (("alex", "mine"), ("maya", "theirs"), ("alex", "mine again"), ("alex", "and again")):
        write_anew(cast, goal, name, who_helps=typed)
        write_anew(cast, goal, "alex", why_it_matters=f"beside {typed}")  # another field goes on by itself
    shown = history(sign_in("alex"), goal)
    assert shown.count("<article") == 5
    assert "and 1 save before" in shown
    assert "and 3 saves before" in shown


def test_of_two_fields_neither_was_written_by_another_in_between(
    cast: Cast, sign_in: SignIn, write_goal: Write
) -> None:
    goal = write_goal()
    for _ in range(2):
        for name, fields in (
            ("alex", {"how_i_will_know": "mine", "who_helps": "mine"}),
            ("maya", {"who_helps": "theirs"}),
        ):
            write_anew(cast, goal, name, **{field: f"{words} {new_id()}" for field, words in fields.items()})
    assert history(sign_in("alex"), goal).count("<article") == 5


def test_choices_and_what_was_brought_back_stand_for_themselves(cast: Cast, sign_in: SignIn, write_goal: Write) -> None:
    goal, alex = write_goal(why_it_matters="First"), sign_in("alex")
    write_anew(cast, goal, "alex", lifecycle="on-hold")
    write_anew(cast, goal, "alex", lifecycle="active")
    write_anew(cast, goal, "alex", why_it_matters="Second")
    bring(alex, goal, button_of(history(alex, goal), "First"))
    assert history(alex, goal).count("<article") == 5


def test_pages_are_full_however_many_saves_fold(cast: Cast, sign_in: SignIn, write_goal: Write, clock: Any) -> None:
    goal, alex = write_goal(), sign_in("alex")
    for number in range(25):
        clock.move(minutes=11)
        for typed in ("a", "b"):
            write_anew(cast, goal, "alex", why_it_matters=f"{typed}{number}.")
    seen, query = "", ""
    for entries in (20, 6):
        shown = history(alex, goal, query)
        assert shown.count("<article") == entries
        seen += shown
        query = shown.partition('rel="next" href="')[2].partition('"')[0]
    assert all(seen.count(f">{typed}{number}.<") == 1 for number in range(25) for typed in "ab")
    back = shown.partition('rel="prev" href="')[2].partition('"')[0]
    assert history(alex, goal, back).count("<article") == 20


# --- texts that are not in the goal now -------------------------------------------------------------------------------
def test_lost_texts_are_found_again(cast: Cast, sign_in: SignIn, write_goal: Write) -> None:
    """Written over, not kept of two, and pushed out of the places beside a field: for both, as far as it is shared."""
    goal = write_goal(who_helps="stands first")
    write_anew(cast, goal, "alex", who_helps="stands now", lifecycle="on-hold")
    for number in range(7):
        change_goal(goal, Sent({"who_helps": f"rival {number}"}, 1, new_id()), by=cast.actor("maya"))
    rival = Revision.objects.get(pk=UUID(fresh(goal).beside["who_helps"][0][0]))
    settle_texts(
        goal, "who_helps", rival.pk, FIELD, sent=Sent({}, fresh(goal).version, new_id()), by=cast.actor("alex")
    )
    for name in ("alex", "maya"):
        shown = history(sign_in(name), goal, "?only=aside")
        found = re.findall(r"not in the goal now</span>.*?>((?:rival|stands) \w+)<", shown, re.DOTALL)
        assert sorted(set(found)) == ["rival 0", "rival 1", "rival 2", "stands first"]
        for stands in ("stands now", "rival 3", "rival 6", "paused"):
            assert f">{stands}<" not in shown.partition("<article")[2]
        bring(sign_in(name), goal, button_of(shown, "rival 0"))
        assert fresh(goal).who_helps == "rival 0"
        write_anew(cast, goal, "alex", who_helps="stands now")


def test_the_filter_has_pages(cast: Cast, sign_in: SignIn, write_goal: Write, clock: Any) -> None:
    goal = write_goal()
    assert "Every text that was ever written here stands" in history(sign_in("alex"), goal, "?only=aside")
    for number in range(24):
        clock.move(minutes=11)
        write_anew(cast, goal, "alex", why_it_matters=f"text {number}.")
        write_anew(cast, goal, "alex", dimension=("home", "health")[number % 2])
    alex = sign_in("alex")
    shown = history(alex, goal, "?only=aside")
    query = shown.partition('rel="next" href="')[2].partition('"')[0].replace("&amp;", "&")
    assert "only=aside" in query
    shown += history(alex, goal, query)
    assert all(f">text {number}.<" in shown for number in range(23))
    assert ">text 23.<" not in shown


def test_a_choice_names_who_walked_along_then(
    cast: Cast, sign_in: SignIn, write_goal: Write, write_step: Any, clock: Any
) -> None:
    """Not whoever came later."""
    goal, alex = write_goal(visibility="just-me"), sign_in("alex")
    save(alex, goal, visibility="specialist")
    save_step(alex, write_step(goal), who="specialist")
    shown = history(alex, goal)
    assert "Who may see it: me and Maya" in shown
    assert "Who does it: Maya" in shown
    assert "Who may see it: me and my specialist" in history(sign_in("maya"), goal)
    clock.move(minutes=15)
    end_assignment(Assignment.objects.get(client=goal.client, specialist=cast.maya), reason="moved", by=None)
    assign_specialist(goal.client, cast.noor, by=None)
    shown = history(alex, goal)
    assert "Who may see it: me and my specialist" in shown
    assert "Who does it: my specialist" in shown
