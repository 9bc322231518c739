"""Logging a contact: the fast path, bad input, forms sent twice, other windows, signing, correcting."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import DatabaseError, transaction
from django.test import Client as Browser
from django.urls import reverse

from audit.models import Event
from home.demo.cast import Cast
from peersupport.lib.clock import now
from peersupport.lib.ids import new_id
from sessions.models import ContactLog, EnteredInError

Write = Callable[..., ContactLog]
SignIn = Callable[..., Browser]


def fast(**more: Any) -> dict[str, Any]:
    """What the fast path sends: taps, no typing."""
    today = (now() - timedelta(hours=8)).date()
    return {
        "op_id": str(new_id()),
        "mode": "phone",
        "outcome": "connected",
        "who_reached_out": "client",
        "minutes": "30",
        "happened_on": today.isoformat(),
        **more,
    }


def new_url(cast: Cast, client: str = "alex") -> str:
    return reverse("contacts:new", args=[cast.clients[client].pk])


def only_log() -> ContactLog:
    return ContactLog.objects.with_words().get()


def test_a_contact_is_saved_without_typing(cast: Cast, sign_in: SignIn) -> None:
    answer = sign_in("maya").post(new_url(cast), fast())
    log = only_log()
    assert answer.status_code == 302
    assert answer.url == reverse("contacts:log", args=[log.pk])
    assert (log.mode, log.minutes_direct, log.who_reached_out, log.planned) == ("phone", 30, "client", False)
    assert log.author == cast.maya
    assert not log.signed
    assert Event.objects.filter(verb="contact.logged", actor_id=cast.maya.pk, client_id=log.client_id).count() == 1


def test_planned_means_nobody_reached_out(cast: Cast, sign_in: SignIn) -> None:
    sign_in("maya").post(new_url(cast), fast(who_reached_out="nobody"))
    assert only_log().planned is True


def test_minutes_of_ones_own_choice(cast: Cast, sign_in: SignIn) -> None:
    sign_in("maya").post(new_url(cast), fast(minutes="other", minutes_other="7"))
    assert only_log().minutes_direct == 7


def test_not_connecting_needs_no_minutes(cast: Cast, sign_in: SignIn) -> None:
    sign_in("maya").post(new_url(cast), fast(outcome="did-not-connect", minutes=""))
    assert (only_log().minutes_direct, only_log().outcome) == (0, "did-not-connect")


def test_times_are_the_authors_own(cast: Cast, sign_in: SignIn) -> None:
    yesterday = (now() - timedelta(days=1, hours=8)).date()
    sign_in("maya").post(new_url(cast), fast(happened_on=yesterday.isoformat(), started="14:00", ended="14:45"))
    log = only_log()
    assert log.started_at is not None
    assert log.ended_at is not None
    assert log.time_zone == "America/Los_Angeles"
    assert log.ended_at - log.started_at == timedelta(minutes=45)
    assert log.occurred_at == log.started_at


TOMORROW = (now() + timedelta(days=2)).date().isoformat()
YESTERDAY = (now() - timedelta(days=1, hours=8)).date().isoformat()
LONG = "a" * 10_001
REFUSED = {
    "a day that has not come": ({"happened_on": TOMORROW}, "This day has not come yet"),
    "a day long past": ({"happened_on": "1875-01-01"}, "check the year"),
    "not a day": ({"happened_on": "31 Feb"}, "Enter a valid date"),
    "ends before it starts": (
        {"happened_on": YESTERDAY, "started": "15:00", "ended": "14:00"},
        "This ends before it starts",
    ),
    "an end without a start": ({"happened_on": YESTERDAY, "ended": "14:00"}, "an end but no start"),
    "over a day": ({"minutes": "other", "minutes_other": "1441"}, "more than 24 hours"),
    "less than nothing": ({"minutes": "other", "minutes_other": "-5"}, "below zero"),
    "not a number": ({"minutes": "other", "minutes_other": "many"}, "whole number"),
    "other, but how many": ({"minutes": "other"}, "How many minutes was it?"),
    "connected for no time": ({"minutes": ""}, "A guess is fine"),
    "no way": ({"mode": ""}, "Please choose how you were in touch"),
    "a way nobody knows": ({"mode": "pigeon"}, "pigeon"),
    "a text over the limit": ({"what_we_did": LONG}, "1 character too long"),
    "an unsavable sign": ({"what_we_did": "be\x00fore"}, "a sign in this text that cannot be saved"),
    "half a surrogate": ({"what_we_did": "\ud800".encode("utf-8", "surrogatepass")}, None),
    "no form id": ({"op_id": "nonsense"}, "Please save once more"),
}


@pytest.mark.parametrize("what", REFUSED)
def test_bad_input_gets_a_sentence_and_loses_nothing(what: str, cast: Cast, sign_in: SignIn) -> None:
    wrong, sentence = REFUSED[what]
    answer = sign_in("maya").post(new_url(cast), fast(next_steps="keep me", **wrong))
    page = answer.content.decode()
    if sentence is None and answer.status_code == 302:  # the browser's encoding already mended it
        assert only_log().next_steps == "keep me"
        return
    assert answer.status_code == 422
    assert (sentence or "") in page
    assert "keep me" in page
    for value in wrong.values():
        if isinstance(value, str) and "\x00" not in value and value != "nonsense":
            assert value in page
    assert ContactLog.objects.count() == 0
    assert not Event.objects.filter(verb="contact.logged").exists()


def test_any_script_is_kept_as_typed(cast: Cast, sign_in: SignIn) -> None:
    typed = "مرحبا 👋🏽 שלום\n\n  two spaces  <b>&amp;</b> 'quotes' \u202e"
    sign_in("maya").post(new_url(cast), fast(what_we_did=typed, next_steps="x" * 10_000))
    assert only_log().what_we_did == typed.strip()
    assert len(only_log().next_steps) == 10_000


def test_the_same_form_three_times_is_one_log(cast: Cast, sign_in: SignIn) -> None:
    browser, form = sign_in("maya"), fast(what_we_did="once", sign="yes")
    places = {browser.post(new_url(cast), form).url for _ in range(3)}
    assert places == {reverse("contacts:log", args=[only_log().pk])}
    assert only_log().signed
    assert Event.objects.filter(verb="contact.logged").count() == 1


def test_a_used_form_with_other_words_is_kept_and_can_be_saved_too(cast: Cast, sign_in: SignIn) -> None:
    browser, form = sign_in("maya"), fast(what_we_did="first")
    browser.post(new_url(cast), form)
    answer = browser.post(new_url(cast), {**form, "what_we_did": "second"})
    assert answer.status_code == 409
    assert "second" in answer.content.decode()
    again = answer.context["form"]["op_id"].value()
    assert again != form["op_id"]
    browser.post(new_url(cast), {**form, "what_we_did": "second", "op_id": again})
    assert sorted(log.what_we_did for log in ContactLog.objects.all()) == ["first", "second"]


def edited(log: ContactLog, **more: Any) -> dict[str, Any]:
    return fast(happened_on=log.happened_on.isoformat(), version=log.version, **more)


def test_words_come_later(cast: Cast, sign_in: SignIn, write_log: Write) -> None:
    log, browser = write_log(), sign_in("maya")
    answer = browser.post(reverse("contacts:edit", args=[log.pk]), edited(log, what_we_did="we sat by the river"))
    assert answer.status_code == 302
    assert only_log().what_we_did == "we sat by the river"
    assert only_log().version == 2


def test_a_second_window_shows_both_and_overwrites_only_knowingly(
    cast: Cast, sign_in: SignIn, write_log: Write
) -> None:
    log, browser = write_log(), sign_in("maya")
    url = reverse("contacts:edit", args=[log.pk])
    browser.post(url, edited(log, what_we_did="from the first window"))
    stale = browser.post(url, edited(log, what_we_did="from the second window"))
    assert stale.status_code == 409
    assert "from the second window" in stale.content.decode()
    assert reverse("contacts:log", args=[log.pk]) in stale.content.decode()
    assert only_log().what_we_did == "from the first window"
    form = edited(log, what_we_did="both read") | {"version": stale.context["form"]["version"].value()}
    assert browser.post(url, form).status_code == 302
    assert only_log().what_we_did == "both read"


def test_the_same_edit_three_times_is_one_change(cast: Cast, sign_in: SignIn, write_log: Write) -> None:
    log, browser = write_log(), sign_in("maya")
    form = edited(log, what_we_did="once")
    answers = [browser.post(reverse("contacts:edit", args=[log.pk]), form).status_code for _ in range(3)]
    assert answers == [302, 302, 302]
    assert only_log().version == 2
    assert Event.objects.filter(verb="contact.changed").count() == 1


def test_signing_twice_is_signing_once(cast: Cast, sign_in: SignIn, write_log: Write) -> None:
    log, browser = write_log(), sign_in("maya")
    for _ in range(3):
        assert browser.post(reverse("contacts:sign", args=[log.pk]), {"version": log.version}).status_code == 302
    signed = only_log()
    assert (signed.signed_name, signed.signed_role, signed.signed_credential) == ("Maya Okafor", "specialist", "CPS")
    assert Event.objects.filter(verb="contact.signed").count() == 1


def test_signing_what_changed_in_another_window_is_refused(cast: Cast, sign_in: SignIn, write_log: Write) -> None:
    log, browser = write_log(), sign_in("maya")
    browser.post(reverse("contacts:edit", args=[log.pk]), edited(log, what_we_did="newer"))
    answer = browser.post(reverse("contacts:sign", args=[log.pk]), {"version": log.version})
    assert answer.status_code == 409
    assert not only_log().signed


def test_a_signed_log_cannot_be_edited_and_the_typed_text_is_kept(
    cast: Cast, sign_in: SignIn, write_log: Write
) -> None:
    log = write_log(signed=True, what_we_did="as signed")
    answer = sign_in("maya").post(reverse("contacts:edit", args=[log.pk]), edited(log, what_we_did="too late"))
    assert answer.status_code == 409
    assert "too late" in answer.content.decode()
    assert only_log().what_we_did == "as signed"


@pytest.mark.parametrize("change", [{"minutes_direct": 60}, {"what_we_did_sealed": b""}, {"signed_at": None}])
def test_the_database_refuses_to_change_a_signed_log(change: dict[str, Any], write_log: Write) -> None:
    log, unfinished = write_log(signed=True), write_log()
    with pytest.raises(DatabaseError, match="stands for ever"), transaction.atomic():
        ContactLog.objects.filter(pk=log.pk).update(**change)
    with pytest.raises(DatabaseError, match="stands for ever"), transaction.atomic():
        ContactLog.objects.filter(pk=log.pk)._raw_delete("default")
    assert ContactLog.objects.filter(pk=unfinished.pk).update(minutes_direct=60) == 1


def test_a_correction_is_a_new_log_that_points_back(cast: Cast, sign_in: SignIn, write_log: Write) -> None:
    log, browser = write_log(signed=True, what_we_did="Tuesday"), sign_in("maya")
    url = reverse("contacts:correct", args=[log.pk])
    form = fast(what_we_did="Wednesday", sign="yes")
    assert [browser.post(url, form).status_code for _ in range(3)] == [302, 302, 302]
    correction = ContactLog.objects.with_marks().get(corrects=log)
    assert correction.signed
    old = ContactLog.objects.with_marks().get(pk=log.pk)
    assert old.corrected
    assert old.what_we_did == "Tuesday"
    assert browser.post(url, fast(what_we_did="Thursday")).status_code == 409
    page = browser.get(reverse("contacts:log", args=[log.pk])).content.decode()
    assert reverse("contacts:log", args=[correction.pk]) in page


def test_an_unsigned_or_mistaken_correction_leaves_the_old_log_standing(
    cast: Cast, sign_in: SignIn, write_log: Write
) -> None:
    log, browser = write_log(signed=True), sign_in("maya")
    url = reverse("contacts:correct", args=[log.pk])
    browser.post(url, fast())
    assert not ContactLog.objects.with_marks().get(pk=log.pk).corrected
    correction = ContactLog.objects.get(corrects=log)
    browser.post(reverse("contacts:mistake", args=[correction.pk]), {"reason": "wrong day"})
    assert browser.post(url, fast(sign="yes")).status_code == 302
    assert ContactLog.objects.with_marks().get(pk=log.pk).corrected


def test_a_mistake_is_struck_through_and_kept(cast: Cast, sign_in: SignIn, write_log: Write) -> None:
    log, browser = write_log(signed=True, what_we_did="someone else's walk"), sign_in("maya")
    url = reverse("contacts:mistake", args=[log.pk])
    assert browser.post(url, {"reason": " "}).status_code == 422
    assert [browser.post(url, {"reason": "wrong person"}).status_code for _ in range(3)] == [302, 302, 302]
    assert EnteredInError.objects.get().reason == "wrong person"
    shown = sign_in("alex").get(reverse("contacts:log", args=[log.pk])).content.decode()
    assert "entered by mistake" in shown
    assert "wrong person" in shown
    assert browser.get(reverse("contacts:correct", args=[log.pk])).status_code == 403


def test_no_narrative_means_no_words_anywhere(cast: Cast, sign_in: SignIn) -> None:
    cast.program.note_mode = "no-narrative"
    cast.program.save()
    browser = sign_in("maya")
    assert 'name="what_we_did"' not in browser.get(new_url(cast)).content.decode()
    browser.post(new_url(cast), fast(what_we_did="crafted"))
    assert only_log().what_we_did == ""
