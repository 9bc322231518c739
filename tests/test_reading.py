"""What counts as read, and which look is noted: also while someone writes, takes back or corrects."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client as Browser
from django.urls import reverse

from audit.models import Event
from clients.actions import open_words
from clients.models import Visit
from home.demo.cast import Cast
from peersupport.lib.ids import new_id
from sessions import actions, pages
from sessions.models import ClientWord, ContactLog
from tests.test_contact_log import fast

Write = Callable[..., ContactLog]
SignIn = Callable[..., Browser]


def say(cast: Cast, log: ContactLog, text: str = "too much") -> ClientWord:
    alex = cast.actor("alex")
    return actions.add_words(log, ClientWord.Kind.IN_MY_WORDS, text, op_id=new_id(), language="en", by=alex)


def url_of(log: ContactLog, name: str = "contacts:log") -> str:
    return reverse(name, args=[log.pk])


def meanwhile(act: Callable[[], Any]) -> None:
    """What another request does, which the guard of this GET must not hold against it."""
    guards, connection.execute_wrappers = connection.execute_wrappers, []
    try:
        act()
    finally:
        connection.execute_wrappers = guards


def test_a_word_written_while_someone_reads_is_not_read(
    cast: Cast, sign_in: SignIn, write_log: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    log = write_log(signed=True)
    real = pages.look_at

    def look_late(*args: Any, **kwargs: Any) -> None:
        meanwhile(lambda: say(cast, log, "please call me"))
        real(*args, **kwargs)

    monkeypatch.setattr(pages, "look_at", look_late)
    assert "please call me" not in sign_in("maya").get(url_of(log)).content.decode()
    assert "added something" in sign_in("maya").get("/").content.decode()


def test_a_word_taken_back_while_someone_reads_is_not_shown(
    cast: Cast, sign_in: SignIn, write_log: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    log = write_log(signed=True)
    word = ClientWord.objects.select_related("log").get(pk=say(cast, log).pk)
    real = pages.look_at

    def look_late(*args: Any, **kwargs: Any) -> None:
        meanwhile(lambda: actions.take_back(word, by=cast.actor("alex")))
        real(*args, **kwargs)

    monkeypatch.setattr(pages, "look_at", look_late)
    assert "too much" not in sign_in("maya").get(url_of(log)).content.decode()


@pytest.mark.parametrize("name", ["contacts:edit", "contacts:correct"])
def test_a_form_filled_with_words_is_a_look(name: str, cast: Cast, sign_in: SignIn, write_log: Write) -> None:
    log = write_log(signed=name == "contacts:correct", what_mattered="mine")
    assert "mine" in sign_in("maya").get(url_of(log, name)).content.decode()
    assert Event.objects.filter(verb="read", actor_id=cast.maya.pk, page=log.page).exists()


def test_looking_at_facts_and_then_at_words_are_two_looks(cast: Cast, sign_in: SignIn, write_log: Write) -> None:
    log, dana = write_log(signed=True, what_we_did="walked"), sign_in("dana")
    dana.get(reverse("client", args=[log.client_id]))
    open_words(cast.clients["alex"], "why", op_id=new_id(), language="en", by=cast.actor("dana"))
    dana.get(reverse("client", args=[log.client_id]))
    found = Event.objects.filter(verb="read", actor_id=cast.dana.pk).order_by("at").values_list("page", flat=True)
    assert list(found) == ["facts-client", "client"]


def test_two_hats_leave_two_events(cast: Cast, sign_in: SignIn, write_log: Write) -> None:
    log = write_log(signed=True)
    for hat in ("supervisor", "specialist"):
        Event.objects.bulk_create(
            [Event(verb="read", actor_id=cast.dana.pk, hat=hat, client_id=log.client_id, page="client", bucket=1)],
            ignore_conflicts=True,
        )
    assert Event.objects.filter(bucket=1).count() == 2


def test_an_opening_is_made_once_and_its_reach_is_told(cast: Cast, sign_in: SignIn, write_log: Write) -> None:
    log, dana = write_log(signed=True), sign_in("dana")
    form = {"op_id": str(new_id()), "reason": "sign-off"}
    for _ in range(3):
        assert dana.post(url_of(log, "contacts:open"), form).status_code == 302
    shown = sign_in("alex").get(reverse("my-privacy", args=[log.client_id])).content.decode()
    assert shown.count("sign-off") == 1
    assert "one time together" in shown
    assert dana.get(url_of(write_log(), "contacts:open")).status_code == 403


def test_what_was_about_someone_else_shows_to_nobody_but_its_author(
    cast: Cast, sign_in: SignIn, write_log: Write
) -> None:
    log = write_log(signed=True, what_we_did="it was about Luz")
    form = {"reason": "wrong person", "about_someone_else": "on"}
    assert sign_in("maya").post(url_of(log, "contacts:mistake"), form).status_code == 302
    for name in ("alex", "noor"):
        shown = sign_in(name).get(url_of(log)).content.decode()
        assert "it was about Luz" not in shown
        assert "wrong person" in shown
    assert "it was about Luz" in sign_in("maya").get(url_of(log)).content.decode()


def test_the_reason_of_a_mistake_shows_on_an_unfinished_log_too(cast: Cast, sign_in: SignIn, write_log: Write) -> None:
    log = write_log(what_we_did="half")
    sign_in("maya").post(url_of(log, "contacts:mistake"), {"reason": "pressed twice"})
    assert "pressed twice" in sign_in("alex").get(url_of(log)).content.decode()


def test_a_corrected_log_leads_to_the_one_that_stands(cast: Cast, sign_in: SignIn, write_log: Write) -> None:
    log, maya = write_log(signed=True), sign_in("maya")
    maya.post(url_of(log, "contacts:correct"), fast(sign="yes"))
    first = ContactLog.objects.get(corrects=log)
    assert maya.get(url_of(log, "contacts:mistake")).status_code == 403  # only the newest can be a mistake
    maya.post(url_of(first, "contacts:mistake"), {"reason": "wrong"})
    maya.post(url_of(log, "contacts:correct"), fast(sign="yes"))
    second = ContactLog.objects.exclude(pk=first.pk).get(corrects=log)
    shown = sign_in("alex").get(url_of(log)).content.decode()
    assert url_of(second) in shown
    assert url_of(first) not in shown


def test_a_form_used_elsewhere_makes_no_correction_and_says_so(cast: Cast, sign_in: SignIn, write_log: Write) -> None:
    log, maya, form = write_log(signed=True), sign_in("maya"), fast(sign="yes")
    maya.post(reverse("contacts:new", args=[log.client_id]), form)
    answer = maya.post(url_of(log, "contacts:correct"), form)
    assert answer.status_code == 409
    again = form | {"op_id": answer.context["form"]["op_id"].value()}
    assert maya.post(url_of(log, "contacts:correct"), again).status_code == 302
    assert ContactLog.objects.filter(corrects=log).count() == 1


def test_save_and_sign_sent_again_after_a_mistake_is_answered(cast: Cast, sign_in: SignIn) -> None:
    maya, form = sign_in("maya"), fast(sign="yes")
    url = reverse("contacts:new", args=[cast.clients["alex"].pk])
    maya.post(url, form)
    maya.post(url_of(ContactLog.objects.get(), "contacts:mistake"), {"reason": "wrong"})
    assert maya.post(url, form).status_code == 409


def test_a_change_of_ones_time_zone_moves_no_contact(cast: Cast, sign_in: SignIn, write_log: Write) -> None:
    maya, url = sign_in("maya"), reverse("contacts:new", args=[cast.clients["alex"].pk])
    day = "2026-01-14"
    maya.post(url, fast(happened_on=day, started="14:00", ended="14:30"))
    log = ContactLog.objects.get()
    maya.post("/more/", {"language": "en", "time_zone": "America/New_York"})
    form = fast(happened_on=day, started="14:00", ended="14:30", what_we_did="words", version=log.version)
    assert maya.post(url_of(log, "contacts:edit"), form).status_code == 302
    assert ContactLog.objects.get().started_at == log.started_at


def test_words_stay_when_a_program_stops_asking_for_them(cast: Cast, sign_in: SignIn, write_log: Write) -> None:
    log = write_log(what_we_did="from before")
    type(cast.program).objects.update(note_mode="no-narrative")
    form = fast(happened_on=log.happened_on.isoformat(), version=log.version, minutes="45")
    assert sign_in("maya").post(url_of(log, "contacts:edit"), form).status_code == 302
    kept = ContactLog.objects.get()
    assert (kept.what_we_did, kept.minutes_direct) == ("from before", 45)
    assert "<textarea" not in sign_in("maya").get(url_of(log, "contacts:mistake")).content.decode()


@pytest.mark.parametrize("version", ["2147483647", "9" * 5000, "-1", "x", ""])
def test_versions_nobody_was_given_are_refused(version: str, cast: Cast, sign_in: SignIn, write_log: Write) -> None:
    log = write_log()
    assert sign_in("maya").post(url_of(log, "contacts:sign"), {"version": version}).status_code == 409
    form = fast(happened_on=log.happened_on.isoformat(), version=version)
    assert sign_in("maya").post(url_of(log, "contacts:edit"), form).status_code == 422


@pytest.mark.parametrize("position", ["<MDAwMS0wMS0wMVQwMDowMDowMCsyMzo1OXw", "<", ">x", "<" + "A" * 4000])
def test_made_up_positions_are_answered(position: str, cast: Cast, sign_in: SignIn) -> None:
    url = reverse("contacts:times", args=[cast.clients["alex"].pk])
    assert sign_in("alex").get(url, {"at": position}).status_code == 200


def test_a_look_is_one_visit_for_each_word(cast: Cast, sign_in: SignIn, write_log: Write) -> None:
    log = write_log(signed=True)
    say(cast, log)
    for _ in range(2):
        sign_in("maya").get(url_of(log))
    assert Visit.objects.filter(user=cast.maya, page__startswith="word:").count() == 1
