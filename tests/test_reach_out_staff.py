"""Reach-outs in the chairs of those who answer them, and of those who may not."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client as Browser

from accounts import actions as accounts
from accounts.models import Role
from audit.models import Event
from clients.actions import assign_cover, end_assignment, keep_away, settle_kept_away
from clients.models import Assignment, Opening, Visit
from conversations.actions import open_reach_out
from conversations.models import ReachOut
from conversations.permissions import past_promise, taken_back_lately, waiting_for
from home.demo.cast import Cast
from peersupport.lib.clock import now
from peersupport.lib.ids import new_id
from peersupport.lib.sealed import NotLoaded
from tests.reaching_out import do, state_of
from tests.test_reach_out import page_of

SignIn = Callable[..., Browser]
At = Callable[..., None]
Send = Callable[..., ReachOut]


def again(row: ReachOut) -> ReachOut:
    return ReachOut.objects.get(pk=row.pk)


# --- Today ------------------------------------------------------------------------------------------------------------
def test_today_shows_who_waits_with_the_promise_and_one_action(at: At, reach_out: Send, sign_in: SignIn) -> None:
    at("14:10")
    row = reach_out("talk", "the letter came")
    for name in ("maya", "noor"):  # the cover too
        today = page_of(sign_in(name), "/")
        assert "Alex could use a talk" in today
        assert "the letter came" in today
        assert "Sent at 2:10 PM. Promised by 3:20 PM." in today
        assert today.count(f'href="{state_of(row)}"') == 1
    assert "Alex could use a talk" not in page_of(sign_in("sam"), "/")
    at("15:21")
    assert "Promised by 3:20 PM, which has passed." in page_of(sign_in("maya"), "/")


def test_the_earliest_promise_comes_first_whatever_kind_of_day(
    cast: Cast, at: At, reach_out: Send, sign_in: SignIn
) -> None:
    assign_cover(cast.clients["luz"], cast.maya, until=now() + timedelta(days=14), by=None)
    at("14:10")
    reach_out("say-hi", who="luz")
    at("14:20")
    reach_out("hard-day")
    today = page_of(sign_in("maya"), "/")
    assert today.index("Luz says hi") < today.index("Alex is having a hard day")


def test_a_hard_day_after_say_hi_stands_beside_it_and_one_answer_is_for_both(
    at: At, reach_out: Send, sign_in: SignIn
) -> None:
    at("14:10")
    first = reach_out("say-hi")
    maya = sign_in("maya")
    maya.post(do(first, "seen"))
    at("14:40")
    second, maya = reach_out("hard-day", "now it is"), sign_in("maya")
    today = page_of(maya, "/")
    assert today.index("Alex says hi") < today.index("Alex is having a hard day")
    assert "now it is" in today
    page = page_of(maya, state_of(first))
    assert "now it is" in page
    assert "I have read this" in page  # the first one is seen, the second is not
    maya.post(do(first, "answered"), {"how": "called", "also": [str(second.pk)]})
    assert {again(row).answered_how for row in (first, second)} == {"called"}
    assert "says hi" not in page_of(maya, "/")


def test_what_came_after_the_page_was_opened_is_not_answered_with_it(at: At, reach_out: Send, sign_in: SignIn) -> None:
    at("14:10")
    first, maya = reach_out("say-hi"), sign_in("maya")
    maya.get(state_of(first))
    second = reach_out("hard-day")
    maya.post(do(first, "answered"), {"how": "called"})
    assert again(second).waits
    assert again(second).seen_at is None
    assert "Alex is having a hard day" in page_of(maya, "/")


def test_only_this_clients_own_rows_can_be_answered_along(cast: Cast, at: At, reach_out: Send, sign_in: SignIn) -> None:
    at("14:10")
    row, strange = reach_out(), reach_out(who="luz")
    neighbour = open_reach_out(cast.clients["toni"], "talk", op_id=new_id(), language="en", by=None)  # Maya's too
    also = [str(strange.pk), str(neighbour.pk), "nonsense", str(new_id())]
    sign_in("maya").post(do(row, "answered"), {"how": "met", "also": also})
    assert not again(row).waits
    assert again(strange).waits
    assert again(neighbour).waits


def test_one_client_who_writes_often_hides_nobody(cast: Cast, at: At, reach_out: Send, sign_in: SignIn) -> None:
    at("14:10")
    rows = [reach_out("talk", f"line {number}") for number in range(6)]
    today = page_of(sign_in("maya"), "/")
    assert [f"line {number}" in today for number in range(6)] == [True, False, False, False, True, True]
    assert "and 3 more" in today
    page = page_of(sign_in("maya"), state_of(rows[0]))
    assert all(f"line {number}" in page for number in range(6))
    assert [len(waiting.rows) for waiting in waiting_for(cast.actor("maya"))] == [6]


# --- seen and answered are deliberate ---------------------------------------------------------------------------------
def test_looking_tells_nobody_saying_so_does(at: At, reach_out: Send, sign_in: SignIn) -> None:
    at("14:10")
    row, alex, maya = reach_out(), sign_in("alex"), sign_in("maya")
    maya.get("/")
    maya.get(state_of(row))
    assert again(row).seen_at is None
    assert "has seen it" not in page_of(alex, state_of(row))
    assert maya.post(do(row, "seen")).status_code == 302
    assert "Maya has seen it." in page_of(alex, state_of(row))
    assert "Maya has seen it." in page_of(alex, "/")
    sign_in("noor").post(do(row, "seen"))
    assert again(row).seen_by_id == again(row).seen_by.pk == maya_pk(row)
    assert Event.objects.filter(verb="reach_out.seen").count() == 1


def maya_pk(row: ReachOut) -> Any:
    return Assignment.objects.get(client=row.client_id, kind="primary").specialist_id


@pytest.mark.parametrize(
    ("how", "told"),
    [("called", "Maya called you."), ("texted", "Maya sent you a text."), ("met", "You and Maya met.")],
)
def test_the_client_reads_how_it_was_answered(how: str, told: str, at: At, reach_out: Send, sign_in: SignIn) -> None:
    at("14:10")
    row = reach_out()
    answer = sign_in("maya").post(do(row, "answered"), {"how": how}, follow=True)
    assert "They see that you answered." in answer.content.decode()
    assert "Log a contact" in answer.content.decode()
    assert again(row).seen_by_id == again(row).answered_by_id  # answering is seeing
    for url in (state_of(row), "/"):
        assert told in page_of(sign_in("alex"), url)
    at("15:21")
    assert "No one has answered" not in page_of(sign_in("alex"), state_of(row))


def test_a_word_back_reaches_whoever_asked_for_one(at: At, reach_out: Send, sign_in: SignIn) -> None:
    at("14:10")
    row, maya = reach_out(wants="write"), sign_in("maya")
    assert "Would like you to write here." in page_of(maya, state_of(row))
    empty = maya.post(do(row, "answered"), {"how": "wrote", "answer": "  "})
    assert empty.status_code == 422
    assert "There is nothing written yet." in empty.content.decode()
    maya.post(do(row, "answered"), {"how": "wrote", "answer": "I am here until six."})
    for url in (state_of(row), "/"):
        assert "I am here until six." in page_of(sign_in("alex"), url)
    assert "I am here until six." in page_of(sign_in("noor"), state_of(row))
    at("14:11", days=1)
    assert "I am here until six." not in page_of(sign_in("alex"), "/")  # a day later it is on its own page only


def test_no_way_chosen_gets_a_sentence_and_keeps_the_words(reach_out: Send, sign_in: SignIn) -> None:
    row = reach_out()
    answer = sign_in("maya").post(do(row, "answered"), {"answer": "keep me"})
    assert answer.status_code == 422
    assert "Please choose how you answered." in answer.content.decode()
    assert "keep me" in answer.content.decode()
    assert again(row).waits


def test_the_same_answer_three_times_is_one(reach_out: Send, sign_in: SignIn) -> None:
    row, maya, answer = reach_out(), sign_in("maya"), {"how": "called", "answer": "until six"}
    assert [maya.post(do(row, "answered"), answer).status_code for _ in range(3)] == [302, 302, 302]
    assert Event.objects.filter(verb="reach_out.answered").count() == 1


def test_an_answer_given_before_is_for_what_the_page_shows_now(at: At, reach_out: Send, sign_in: SignIn) -> None:
    at("14:10")
    row, maya = reach_out("say-hi"), sign_in("maya")
    maya.post(do(row, "answered"), {"how": "called"})
    later = reach_out("hard-day")
    assert "Alex is having a hard day" in page_of(maya, state_of(row))
    maya.post(do(row, "answered"), {"how": "called", "also": [str(later.pk)]})
    assert again(later).answered_how == "called"


def test_a_second_answer_is_told_and_its_words_stay_on_the_screen(reach_out: Send, sign_in: SignIn) -> None:
    row = reach_out()
    sign_in("noor").post(do(row, "answered"), {"how": "called"})
    late = sign_in("maya").post(do(row, "answered"), {"how": "wrote", "answer": "keep me"})
    page = " ".join(late.content.decode().split())
    assert late.status_code == 409
    assert "This was answered meanwhile." in page
    assert "Noor called." in page
    assert "keep me" in page
    assert again(row).answer == ""


def test_never_mind_reaches_whoever_was_about_to_answer(cast: Cast, at: At, reach_out: Send, sign_in: SignIn) -> None:
    at("14:10")
    row, maya = reach_out("hard-day", "too much"), sign_in("maya")
    sign_in("alex").post(do(row, "take-back"))
    late = maya.post(do(row, "answered"), {"how": "called"})
    assert late.status_code == 409
    assert "never mind, they are fine" in late.content.decode()
    today = page_of(maya, "/")
    assert "Alex says: never mind, I’m fine" in today
    assert "too much" not in today + late.content.decode()
    at("14:10", days=3)
    assert taken_back_lately(cast.actor("maya")) == [row]  # until someone has seen it
    sign_in("maya").post(do(row, "seen"))
    assert taken_back_lately(cast.actor("maya")) == []


def test_an_answer_stands_when_never_mind_comes_later(at: At, reach_out: Send, sign_in: SignIn) -> None:
    at("14:10")
    row, alex = reach_out(), sign_in("alex")
    sign_in("maya").post(do(row, "answered"), {"how": "called"})
    late = alex.post(do(row, "take-back"))
    assert late.status_code == 409
    assert "Maya called you." in late.content.decode()
    assert again(row).taken_back_at is None


# --- who may not ------------------------------------------------------------------------------------------------------
def test_rights_end_with_the_assignment_and_begin_with_it(cast: Cast, at: At, reach_out: Send, sign_in: SignIn) -> None:
    at("14:10")
    row, maya = reach_out(), sign_in("maya")
    for assignment in Assignment.objects.open().filter(client=row.client):
        end_assignment(assignment, Assignment.EndReason.HANDED_ON, by=None)
    for name in ("maya", "noor"):
        browser = sign_in(name)
        assert "could use a talk" not in page_of(browser, "/")
        assert browser.get(state_of(row)).status_code == 404
        assert browser.post(do(row, "seen")).status_code == 404
        assert browser.post(do(row, "answered"), {"how": "called"}).status_code == 404
    assert maya.post(do(row, "take-back")).status_code == 404
    assign_cover(cast.clients["alex"], cast.sam, until=now() + timedelta(days=1), by=None)
    assert state_of(row) in page_of(sign_in("sam"), "/")
    assert again(row).seen_at is None


def test_someone_kept_away_sees_nothing_of_it(cast: Cast, at: At, reach_out: Send, sign_in: SignIn) -> None:
    kept = keep_away(cast.clients["alex"], cast.noor, by=cast.actor("alex"))
    settle_kept_away(kept, instead=None, by=cast.actor("omar"))
    at("14:10")
    assert "Maya is on now." in page_of(sign_in("alex"), "/reach-out/")
    assert "Noor" not in page_of(sign_in("alex"), "/reach-out/")
    row, noor = reach_out(), sign_in("noor")
    assert "Alex" not in page_of(noor, "/")
    assert noor.get(state_of(row)).status_code == 404
    assert noor.post(do(row, "answered"), {"how": "called"}).status_code == 404


def test_the_other_hat_of_a_client_does_not_answer(cast: Cast, at: At, sign_in: SignIn, reach_out: Send) -> None:
    at("14:10")
    row = reach_out(who="rio")
    specialist = sign_in("rio", Role.Kind.SPECIALIST)
    assert specialist.get(state_of(row)).status_code == 404
    assert "Rio could use a talk" not in page_of(specialist, "/")
    assert specialist.get("/reach-out/").status_code == 403
    assert "Rio could use a talk" in page_of(sign_in("noor"), "/")


def test_a_supervisor_sees_that_someone_waits_and_opens_words_with_a_reason(
    cast: Cast, at: At, reach_out: Send, sign_in: SignIn
) -> None:
    at("14:10")
    row, other, dana = reach_out("talk", "the letter came"), reach_out("talk", "another line"), sign_in("dana")
    assert "Waiting past the promise" not in page_of(dana, "/")
    at("15:21")
    dana = sign_in("dana")
    home = page_of(dana, "/")
    assert "Waiting past the promise" in home
    assert "Alex could use a talk" in home
    page = page_of(dana, state_of(row))
    assert "Promised by 3:20 PM, which has passed." in page
    assert "the letter came" not in home + page
    assert "another line" not in home + page
    assert "I have read this" not in page
    for what in ("seen", "answered", "take-back"):
        assert dana.post(do(row, what), {"how": "called"}).status_code == 403
    reason = {"op_id": str(new_id()), "reason": "Maya is ill today"}
    assert dana.post(f"{do(row, 'open')}?next={state_of(row)}", reason).url == state_of(row)
    assert Opening.objects.get().subject_id == row.pk
    page = page_of(dana, state_of(row))
    assert "the letter came" in page
    assert "another line" not in page  # of this one only
    assert "the letter came" not in page_of(dana, state_of(other))
    assert "Waiting past the promise" not in page_of(sign_in("priya"), "/")
    privacy = page_of(sign_in("alex"), f"/clients/{row.client_id}/privacy/")
    assert "one time you reached out" in privacy
    assert "Maya is ill today" in privacy


def test_a_supervisor_also_learns_of_those_who_were_promised_nothing(cast: Cast, reach_out: Send) -> None:
    accounts.set_program_hours(cast.program, [], now().time(), now().time(), by=None)
    reach_out("talk", "words")
    (waiting,) = past_promise(cast.actor("dana"))
    with pytest.raises(NotLoaded):
        assert waiting.first.words
    accounts.end_supervision(cast.maya.supervised_by.get(), by=None)
    accounts.end_supervision(cast.noor.supervised_by.get(), by=None)
    assert past_promise(cast.actor("dana")) == []


def test_words_taken_back_are_not_opened_by_any_reason(cast: Cast, reach_out: Send, sign_in: SignIn) -> None:
    row, dana = reach_out(words="too much today"), sign_in("dana")
    reason = {"op_id": str(new_id()), "reason": "to see"}
    dana.post(do(row, "open"), reason)
    sign_in("alex").post(do(row, "take-back"))
    assert "too much today" not in page_of(dana, state_of(row))
    assert dana.post(do(row, "open"), {**reason, "op_id": str(new_id())}).status_code == 403


def test_managers_learn_nothing_of_it(reach_out: Send, sign_in: SignIn) -> None:
    row, omar = reach_out("hard-day", "words"), sign_in("omar")
    assert omar.get(state_of(row)).status_code == 404
    assert "hard day" not in page_of(omar, "/") + page_of(omar, "/clients/")


# --- every look leaves a trace, and no word leaves the page -----------------------------------------------------------
def test_every_look_by_someone_else_is_recorded_and_the_client_can_see_it(
    at: At, cast: Cast, reach_out: Send, sign_in: SignIn
) -> None:
    at("14:10")
    row = reach_out(words="the letter came")
    reads = Event.objects.filter(verb="read", client_id=row.client_id)
    sign_in("alex").get(state_of(row))
    assert not reads.exists()
    sign_in("maya").get("/")
    assert [(read.actor_id, read.page) for read in reads.all()] == [(cast.maya.pk, row.page)]
    sign_in("noor").get(state_of(row))
    sign_in("dana").get(state_of(row))
    found = {(read.actor_id, read.page) for read in reads.all()}
    assert found == {(cast.maya.pk, row.page), (cast.noor.pk, row.page), (cast.dana.pk, f"facts-{row.page}")}
    assert Visit.objects.filter(page=row.page, user=cast.noor).exists()
    privacy = page_of(sign_in("alex"), f"/clients/{row.client_id}/privacy/")
    assert "read what you wrote when you reached out" in privacy
    assert "saw that you reached out, without the words" in privacy


def test_no_word_stands_in_an_address_a_title_a_log_or_plain_in_the_database(
    at: At, reach_out: Send, sign_in: SignIn, caplog: pytest.LogCaptureFixture
) -> None:
    at("14:10")
    row = reach_out("talk", "wordthatmustnotshow")
    maya = sign_in("maya")
    maya.post(do(row, "answered"), {"how": "nothing", "answer": "otherwordthatmustnotshow"})
    answer = maya.post(do(row, "answered"), {"how": "wrote", "answer": "otherwordthatmustnotshow"})
    title = page_of(maya, state_of(row)).partition("<title>")[2].partition("</title>")[0]
    assert "mustnotshow" not in answer.url + title + caplog.text + str(dict(maya.session))
    assert title.strip() == "Reach-out"
    stored = ReachOut.objects.filter(pk=row.pk).values().get()
    assert b"mustnotshow" not in bytes(stored["words_sealed"]) + bytes(stored["answer_sealed"])
    assert "mustnotshow" not in str(list(Event.objects.values()))
