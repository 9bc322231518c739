"""What the client says about a time together: rows of their own, taken back or hidden, read or unread."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import DatabaseError, transaction
from django.test import Client as Browser
from django.urls import reverse

from home.demo.cast import Cast
from peersupport.lib.ids import new_id
from sessions.models import ClientWord, ContactLog

Write = Callable[..., ContactLog]
SignIn = Callable[..., Browser]


def say(browser: Browser, log: ContactLog, text: str, kind: str = "in-my-words", **more: Any) -> Any:
    form = {"op_id": str(new_id()), "kind": kind, "text": text, **more}
    return browser.post(reverse("contacts:add-words", args=[log.pk]), form)


def page(browser: Browser, log: ContactLog) -> str:
    return browser.get(reverse("contacts:log", args=[log.pk])).content.decode()


def test_the_clients_words_stand_beside_the_specialists(cast: Cast, sign_in: SignIn, write_log: Write) -> None:
    log = write_log(signed=True, what_we_did="we walked")
    assert say(sign_in("alex"), log, "it was good to be outside").status_code == 302
    for name in ("alex", "maya", "noor"):
        assert "it was good to be outside" in page(sign_in(name), log)
    assert "it was good to be outside" not in page(sign_in("dana"), log)
    assert ClientWord.objects.get().language == "en"


@pytest.mark.parametrize("kind", ["in-my-words", "saw-it-differently"])
def test_nothing_to_say_gets_a_sentence(kind: str, cast: Cast, sign_in: SignIn, write_log: Write) -> None:
    answer = say(sign_in("alex"), write_log(signed=True), "  ", kind)
    assert answer.status_code == 422
    assert "nothing here yet" in answer.content.decode()


def test_agreeing_needs_no_words(cast: Cast, sign_in: SignIn, write_log: Write) -> None:
    assert say(sign_in("alex"), write_log(signed=True), "", "saw-it-so").status_code == 302


def test_a_text_over_the_limit_is_kept_on_the_page(cast: Cast, sign_in: SignIn, write_log: Write) -> None:
    answer = say(sign_in("alex"), write_log(signed=True), "b" * 10_002)
    assert answer.status_code == 422
    assert "b" * 10_002 in answer.content.decode()
    assert "2 characters too long" in answer.content.decode()


def test_the_same_words_three_times_are_said_once(cast: Cast, sign_in: SignIn, write_log: Write) -> None:
    log, browser, op_id = write_log(signed=True), sign_in("alex"), str(new_id())
    assert [say(browser, log, "once", op_id=op_id).status_code for _ in range(3)] == [302, 302, 302]
    assert ClientWord.objects.count() == 1
    changed = say(browser, log, "other words", op_id=op_id)
    assert changed.status_code == 409
    assert "other words" in changed.content.decode()


def test_unread_words_taken_back_were_never_said(cast: Cast, sign_in: SignIn, write_log: Write) -> None:
    log, alex = write_log(signed=True), sign_in("alex")
    say(alex, log, "too much")
    word = ClientWord.objects.get()
    url = reverse("contacts:take-back", args=[log.pk, word.pk])
    assert [alex.post(url).status_code for _ in range(3)] == [302, 302, 302]
    shown = page(sign_in("maya"), log)
    assert "too much" not in shown
    assert "took this back" not in shown
    assert "You took this back" in page(alex, log)


def test_read_words_taken_back_leave_a_trace_but_no_text(cast: Cast, sign_in: SignIn, write_log: Write) -> None:
    log, alex, maya = write_log(signed=True), sign_in("alex"), sign_in("maya")
    say(alex, log, "too much")
    assert "too much" in page(maya, log)
    alex.post(reverse("contacts:take-back", args=[log.pk, ClientWord.objects.get().pk]))
    shown = page(maya, log)
    assert "too much" not in shown
    assert "Alex took this back" in shown


def test_reading_on_the_timeline_counts_as_reading(cast: Cast, sign_in: SignIn, write_log: Write) -> None:
    log, alex = write_log(signed=True), sign_in("alex")
    say(alex, log, "seen there")
    assert "seen there" in sign_in("maya").get(reverse("client", args=[log.client_id])).content.decode()
    alex.post(reverse("contacts:take-back", args=[log.pk, ClientWord.objects.get().pk]))
    assert "Alex took this back" in page(sign_in("maya"), log)


def test_a_look_at_facts_alone_is_not_reading(cast: Cast, sign_in: SignIn, write_log: Write) -> None:
    log, alex = write_log(signed=True), sign_in("alex")
    say(alex, log, "not for Dana")
    page(sign_in("dana"), log)
    alex.post(reverse("contacts:take-back", args=[log.pk, ClientWord.objects.get().pk]))
    assert "took this back" not in page(sign_in("maya"), log)


def test_new_words_wait_on_today_until_they_are_read(cast: Cast, sign_in: SignIn, write_log: Write) -> None:
    log, maya = write_log(signed=True), sign_in("maya")
    say(sign_in("alex"), log, "please read")
    assert "added something about a time together" in maya.get("/").content.decode()
    assert "please read" not in maya.get("/").content.decode()
    page(maya, log)
    assert "added something about a time together" not in maya.get("/").content.decode()


def test_the_database_refuses_to_change_what_a_client_said(cast: Cast, sign_in: SignIn, write_log: Write) -> None:
    say(sign_in("alex"), write_log(signed=True), "as said")
    with pytest.raises(DatabaseError, match="stands for ever"), transaction.atomic():
        ClientWord.objects.update(kind="saw-it-so")
    with pytest.raises(DatabaseError, match="stands for ever"), transaction.atomic():
        ClientWord.objects.all()._raw_delete("default")
