"""Reaching out, in the client's chair: the form by day and by night, what becomes of it, and nothing lost."""

from collections.abc import Callable
from datetime import time, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client as Browser

from accounts import actions as accounts
from audit.models import Event
from clients.models import Assignment
from conversations.actions import open_reach_out
from conversations.models import ReachOut
from home.demo.cast import WEEK, Cast
from peersupport.lib.ids import new_id
from tests.reaching_out import do, form, state_of

SignIn = Callable[..., Browser]
At = Callable[..., None]
Send = Callable[..., ReachOut]
URL = "/reach-out/"


def page_of(browser: Browser, url: str) -> str:
    """The text of a page, each run of white space as one blank."""
    return " ".join(browser.get(url).content.decode().split())


# --- by day -----------------------------------------------------------------------------------------------------------
def test_one_tap_is_enough_and_the_promise_is_a_time(cast: Cast, at: At, reach_out: Send, sign_in: SignIn) -> None:
    at("14:10")
    row = reach_out("hard-day")
    assert (row.client, row.kind, row.wants, row.words) == (cast.clients["alex"], "hard-day", "", "")
    told = page_of(sign_in("alex"), state_of(row))
    assert "You reached out at 2:10 PM." in told
    assert "You will hear by 3:20 PM." in told
    event = Event.objects.get(verb="reach_out.opened")
    assert (event.actor_id, event.hat, event.client_id) == (cast.alex.pk, "client", row.client_id)


def test_what_was_said_and_how_to_answer_are_kept(at: At, reach_out: Send, sign_in: SignIn) -> None:
    at("14:10")
    row = reach_out("talk", "the letter came\n\nnot <b>urgent</b>", wants="call")
    assert (row.words, row.wants, row.language) == ("the letter came\n\nnot <b>urgent</b>", "call", "en")
    told = page_of(sign_in("alex"), state_of(row))
    assert "You wrote at 2:10 PM." in told
    assert "the letter came<br><br>not &lt;b&gt;urgent&lt;/b&gt;" in told
    assert "Call me" in told


def test_the_form_says_who_is_on_by_when_and_who_reads(at: At, sign_in: SignIn) -> None:
    at("14:10")
    page = page_of(sign_in("alex"), URL)
    assert "Maya and Noor are on now." in page
    assert "You will hear by 3:20 PM." in page
    assert "You and Maya can read this." in page
    assert "Dana: dates" in page
    assert "checked" not in page
    assert page.index("Say hi") < page.index("If you need someone now") < page.index("Call 988")


def test_nothing_chosen_gets_a_sentence_and_keeps_what_was_typed(at: At, sign_in: SignIn) -> None:
    at("14:10")
    answer = sign_in("alex").post(URL, {"op_id": str(new_id()), "words": "keep me", "wants": "text"})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "Please choose one of the three. Any of them is fine." in page
    assert "keep me" in page
    assert page.count(" checked") == 1
    assert ReachOut.objects.count() == 0


REFUSED: dict[str, tuple[dict[str, Any], str]] = {
    "a line over the limit": ({"words": "a" * 10_001}, "1 character too long"),
    "an unsavable sign": ({"words": "be\x00fore"}, "a sign in this text that cannot be saved"),
    "a kind nobody knows": ({"kind": "emergency", "words": "keep me"}, "keep me"),
    "a way nobody knows": ({"wants": "pigeon", "words": "keep me"}, "keep me"),
    "no form id": ({"op_id": "nonsense", "words": "keep me"}, "Please save once more"),
}


@pytest.mark.parametrize("what", REFUSED)
def test_bad_input_gets_a_sentence_and_loses_nothing(what: str, sign_in: SignIn) -> None:
    wrong, sentence = REFUSED[what]
    answer = sign_in("alex").post(URL, form(**wrong))
    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert wrong["words"].replace("\x00", "") in answer.content.decode().replace("\x00", "")
    assert ReachOut.objects.count() == 0


def test_the_longest_line_is_kept(reach_out: Send) -> None:
    assert reach_out(words="ü" * 10_000).words == "ü" * 10_000


# --- at night and on other days when nobody is on ---------------------------------------------------------------------
def test_at_night_the_lines_that_are_awake_come_first(at: At, sign_in: SignIn) -> None:
    at("23:04")
    page = page_of(sign_in("alex"), URL)
    assert "It is 11:04 PM. Some people are awake." in page
    assert page.index("Awake now") < page.index("Peer warmline") < page.index("<b>988</b>")
    assert page.index("Call 988") < page.index("Leave a word for Maya") < page.index("Say hi")
    assert "Maya reads it on Thursday, 9 AM." in page
    assert "You will hear by Thursday, 10:10 AM." in page
    assert "is on now" not in page
    at("02:04", days=1)
    page = page_of(sign_in("alex"), URL)
    assert "Maya reads it at 9 AM." in page
    assert "You will hear by 10:10 AM." in page
    assert "Peer warmline" not in page  # it sleeps at this hour
    assert "Awake now" in page


def test_on_a_weekend_too_without_calling_it_night(at: At, sign_in: SignIn) -> None:
    at("14:10", days=3)
    page = page_of(sign_in("alex"), URL)
    assert "It is" not in page.partition("</main>")[0]
    assert page.index("Awake now") < page.index("Leave a word for Maya")
    assert "Maya reads it on Monday, 9 AM." in page
    assert "You will hear by Monday, 10:10 AM." in page


def test_the_lines_come_first_whenever_nobody_is_on_although_the_program_is_open(
    cast: Cast, at: At, sign_in: SignIn
) -> None:
    for person in (cast.maya, cast.noor):
        accounts.set_contact_hours(person, WEEK, time(15), time(18), by=None)
    at("14:10")
    page = page_of(sign_in("alex"), URL)
    assert page.index("Awake now") < page.index("Leave a word for Maya")
    assert "Maya reads it at 3 PM." in page
    assert "You will hear by 3:20 PM." in page


def test_in_spanish_988_comes_with_the_key_to_press(cast: Cast, at: At, sign_in: SignIn) -> None:
    at("02:04")
    page = page_of(sign_in("luz"), URL)
    assert 'lang="es"' in page
    assert "oprime 2" in page.partition("<form")[2].partition("<footer")[0]
    assert "oprime 2" in page.partition("<footer")[2]


def test_the_promise_is_shown_in_the_readers_own_zone(cast: Cast, at: At, reach_out: Send, sign_in: SignIn) -> None:
    accounts.change_time_zone(cast.alex, "America/New_York", by=cast.actor("alex"))
    at("14:10")
    assert "You will hear by 6:20 PM." in page_of(sign_in("alex"), state_of(reach_out()))


# --- what cannot be promised is not promised --------------------------------------------------------------------------
def test_without_program_hours_it_says_that_no_time_can_be_named(
    cast: Cast, at: At, reach_out: Send, sign_in: SignIn
) -> None:
    accounts.set_program_hours(cast.program, [], time(9), time(18), by=None)
    at("14:10")
    browser = sign_in("alex")
    assert "We cannot say by when you will hear." in page_of(browser, URL)
    row = reach_out()
    assert row.promised_by is None
    told = page_of(browser, state_of(row))
    assert "We cannot say by when you will hear." in told
    assert "No one has answered yet" not in told
    assert "You will hear by" not in told + page_of(browser, "/")


def test_with_nobody_there_it_says_so_and_still_keeps_it(cast: Cast, at: At, sign_in: SignIn, reach_out: Send) -> None:
    at("14:10")
    Assignment.objects.filter(client=cast.clients["alex"], kind="cover").delete()
    accounts.end_role(cast.actor("maya").role, by=None)
    page = page_of(sign_in("alex"), URL)
    assert "Nobody here walks with you right now." in page
    assert page.index("Awake now") < page.index("Say hi")
    assert "Maya" not in page
    row = reach_out(words="still here")
    assert row.promised_by is None
    assert "We cannot say by when" in page_of(sign_in("alex"), state_of(row))


def test_when_the_promise_has_passed_it_is_said_plainly(at: At, reach_out: Send, sign_in: SignIn) -> None:
    at("14:10")
    row, browser = reach_out(), sign_in("alex")
    at("15:21")
    for url in (state_of(row), "/"):
        page = page_of(browser, url)
        assert "No one has answered yet. That is on us, not on you." in page
        assert "You will hear by" not in page
        assert "Call 988" in page


# --- more than one; replays; never mind -------------------------------------------------------------------------------
def test_the_same_form_sent_three_times_is_one_reach_out(at: At, sign_in: SignIn) -> None:
    browser, sent = sign_in("alex"), form(words="once")
    places = {browser.post(URL, sent).url for _ in range(3)}
    assert places == {state_of(ReachOut.objects.get())}
    assert Event.objects.filter(verb="reach_out.opened").count() == 1


def test_a_used_form_with_other_words_is_kept_and_can_be_sent_too(at: At, sign_in: SignIn) -> None:
    at("14:10")
    browser, sent = sign_in("alex"), form(kind="say-hi", words="first")
    browser.post(URL, sent)
    answer = browser.post(URL, {**sent, "kind": "hard-day", "words": "second"})
    assert answer.status_code == 409
    assert "second" in answer.content.decode()
    assert state_of(ReachOut.objects.get()) in answer.content.decode()
    again = answer.context["form"]["op_id"].value()
    assert browser.post(URL, {**sent, "kind": "hard-day", "words": "second", "op_id": again}).status_code == 302
    assert {(row.kind, row.words) for row in ReachOut.objects.all()} == {("say-hi", "first"), ("hard-day", "second")}


def test_two_people_may_use_the_same_form_id(reach_out: Send) -> None:
    op_id = str(new_id())
    assert reach_out(op_id=op_id).client != reach_out(who="luz", op_id=op_id).client


def test_a_second_one_stands_beside_the_first_with_its_own_promise(at: At, reach_out: Send, sign_in: SignIn) -> None:
    at("14:10")
    first = reach_out("say-hi")
    at("14:40")
    second = reach_out("hard-day")
    home = page_of(sign_in("alex"), "/")
    assert "You reached out at 2:40 PM. You will hear by 3:50 PM." in home
    assert "You reached out at 2:10 PM. You will hear by 3:20 PM." in home
    assert home.index(state_of(second)) < home.index(state_of(first))
    assert "You reached out already" in page_of(sign_in("alex"), URL)


def test_never_mind_ends_it_and_hides_the_words(at: At, reach_out: Send, sign_in: SignIn) -> None:
    at("14:10")
    row, browser = reach_out(words="too much today"), sign_in("alex")
    assert "Never mind, I’m fine" in page_of(browser, state_of(row))
    for _ in range(3):
        assert browser.post(do(row, "take-back")).status_code == 302
    assert Event.objects.filter(verb="reach_out.taken_back").count() == 1
    told = page_of(browser, state_of(row))
    assert "You said: never mind, I’m fine." in told
    assert "too much today" in told  # to the client only
    assert "Only you can read this now." in told
    assert "You wrote" not in page_of(browser, "/")
    seen = page_of(sign_in("maya"), state_of(row))
    assert "Alex says: never mind, I’m fine" in seen
    assert "too much today" not in seen + page_of(sign_in("maya"), "/")
    assert "I could use some support" in page_of(browser, "/")


def test_the_home_leads_there_and_names_the_promise(at: At, sign_in: SignIn) -> None:
    at("14:10")
    home = page_of(sign_in("alex"), "/")
    assert "I could use some support" in home
    assert "Maya and Noor are on now. You will hear by 3:20 PM." in home
    assert home.index('href="/reach-out/"') < home.index("Our times together")


# --- by link, without signing in --------------------------------------------------------------------------------------
def test_a_client_who_answers_by_link_is_its_author(cast: Cast, at: At, sign_in: SignIn) -> None:
    at("14:10")
    alex = cast.clients["alex"]
    with transaction.atomic():
        row = open_reach_out(alex, "talk", "call me, please", wants="call", op_id=new_id(), language="en", by=None)
    event = Event.objects.get(verb="reach_out.opened")
    assert (event.actor_id, event.hat) == (cast.alex.pk, "link")
    assert "call me, please" in page_of(sign_in("alex"), state_of(row))
    assert "call me, please" in page_of(sign_in("maya"), "/")


def test_it_goes_with_the_transaction_it_is_part_of(cast: Cast) -> None:
    with transaction.atomic():
        open_reach_out(cast.clients["alex"], "talk", op_id=new_id(), language="en", by=None)
        transaction.set_rollback(True)
    assert ReachOut.objects.count() == Event.objects.filter(verb="reach_out.opened").count() == 0


def test_nobody_reaches_out_for_someone_else(cast: Cast) -> None:
    with pytest.raises(ValueError, match="only the client"):
        open_reach_out(cast.clients["alex"], "talk", op_id=new_id(), language="en", by=cast.actor("maya"))


# --- what the database holds by itself --------------------------------------------------------------------------------
SEEN = {"seen_at": 1, "seen_by": True}
ANSWERED = {"answered_at": 2, "answered_by": True, "answered_how": "called"}
BROKEN: dict[str, dict[str, Any]] = {
    "seen by nobody": {"seen_at": 1},
    "seen at no time": {"seen_by": True},
    "seen before it was opened": {**SEEN, "seen_at": -1},
    "answered unseen": ANSWERED,
    "answered by nobody": {**SEEN, **ANSWERED, "answered_by": False},
    "answered at no time": {**SEEN, **ANSWERED, "answered_at": None},
    "answered somehow or other": {**SEEN, **ANSWERED, "answered_how": ""},
    "answered before it was seen": {**SEEN, **ANSWERED, "seen_at": 3},
    "not answered, but in some way": {**SEEN, "answered_how": "met"},
    "answered and taken back": {**SEEN, **ANSWERED, "taken_back_at": 3},
    "taken back before it was opened": {"taken_back_at": -1},
    "promised for earlier": {"promised_by": -1},
}


def column(row: ReachOut, name: str, value: Any, cast: Cast) -> Any:
    """Times are minutes after it was opened."""
    if name.endswith("_by") and name != "promised_by":
        return cast.maya if value else None
    return row.opened_at + timedelta(minutes=value) if isinstance(value, int) else value


@pytest.mark.parametrize("what", BROKEN)
def test_the_database_holds_open_then_seen_then_answered(what: str, cast: Cast, reach_out: Send) -> None:
    row = reach_out()
    rows = ReachOut.objects.filter(pk=row.pk)
    change = {name: column(row, name, value, cast) for name, value in BROKEN[what].items()}
    with pytest.raises(IntegrityError), transaction.atomic():
        rows.update(**change)
    whole = {name: column(row, name, value, cast) for name, value in {**SEEN, **ANSWERED}.items()}
    assert rows.update(**whole) == 1


def test_a_program_without_narrative_offers_no_writing(cast: Cast, at: At, sign_in: SignIn, reach_out: Send) -> None:
    cast.program.note_mode = "no-narrative"
    cast.program.save()
    at("14:10")
    assert "Write here" not in page_of(sign_in("alex"), URL)
    assert sign_in("alex").post(URL, form(wants="write")).status_code == 422
    row = reach_out()
    maya = sign_in("maya")
    assert "A word back" not in page_of(maya, state_of(row))
    assert maya.post(do(row, "answered"), {"how": "wrote", "answer": "crafted"}).status_code == 422
    maya.post(do(row, "answered"), {"how": "called", "answer": "crafted"})
    assert ReachOut.objects.get().answer == ""
