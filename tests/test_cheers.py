"""A word back for what went right: read once at home, kept beside it, taken back only while nobody read it."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, wait
from typing import Any

import pytest
from django.db import connection, connections
from django.http import Http404
from django.urls import reverse

from audit import actions as audit
from goals.actions import victories as actions
from goals.models import Cheer
from home.demo.cast import Cast
from home.views import today
from peersupport.lib.ids import new_id
from tests.fixtures_goals import RIGHT
from tests.test_reading import meanwhile
from tests.test_victories import SignIn, Write, page_of, send, text


def test_a_cheer_comes_back_in_words(cast: Cast, sign_in: SignIn, write_victory: Write, clock: Any) -> None:
    victory, maya, alex = write_victory(), sign_in("maya"), sign_in("alex")
    assert "shared something that went right" in text(maya.get("/"))
    assert RIGHT not in text(maya.get("/"))
    assert RIGHT in text(maya.get(page_of(cast)))
    assert "shared something that went right" not in text(maya.get("/"))  # it was looked at
    url = reverse("goals:cheer", args=[victory.pk])
    assert send(maya, url, text=" ").status_code == 422
    form = {"op_id": str(new_id()), "text": "That took heart."}
    for _time in range(3):
        assert maya.post(url, form).status_code == 302
    assert maya.post(url, {**form, "text": "Other"}).status_code == 409
    for _time in range(2):  # as long as they stay
        home = text(alex.get("/"))
        assert "Maya cheers:" in home
        assert "That took heart." in home
    clock.move(minutes=31)
    alex = sign_in("alex")
    assert "That took heart." not in text(alex.get("/"))
    assert "That took heart." in text(alex.get(page_of(cast)))
    assert Cheer.objects.count() == 1


def test_a_cheer_nobody_read_can_be_taken_back(
    cast: Cast, sign_in: SignIn, write_victory: Write, say_back: Write
) -> None:
    victory, maya, alex = write_victory(), sign_in("maya"), sign_in("alex")
    url = reverse("goals:take-cheer-back", args=[say_back(victory, "Too much").pk])
    assert sign_in("noor").post(url).status_code == 403
    assert maya.post(url).status_code == 302
    assert maya.post(url).status_code == 404
    for page in ("/", page_of(cast)):
        assert "Too much" not in text(alex.get(page))
    read = say_back(victory, "Well done")
    assert "Well done" in text(alex.get("/"))
    answer = maya.post(reverse("goals:take-cheer-back", args=[read.pk]))
    assert answer.status_code == 422
    assert "They have read it already" in text(answer)
    assert "Well done" in text(alex.get(page_of(cast)))


def test_what_is_taken_back_while_the_page_is_made_does_not_show(
    cast: Cast, sign_in: SignIn, write_victory: Write, say_back: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    victory, alex = write_victory(), sign_in("alex")
    cheer = say_back(victory, "Too much")
    loaded = today.new_cheers

    def load_late(client: Any) -> list[Cheer]:
        found = loaded(client)
        meanwhile(lambda: actions.take_back_cheer(cheer, by=cast.actor("maya")))
        return found

    monkeypatch.setattr(today, "new_cheers", load_late)
    assert "Too much" not in text(alex.get("/"))


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has one writer: the two come one after the other")
def test_what_is_being_taken_back_does_not_show(
    cast: Cast, sign_in: SignIn, write_victory: Write, say_back: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two connections: the home is asked for after the look at it was ruled out, and before that is in the database."""
    cheer, alex = say_back(write_victory(), "Too much"), sign_in("alex")
    record, decided, go_on = audit.record, threading.Event(), threading.Event()

    def record_late(verb: str, **about: Any) -> None:
        record(verb, **about)
        if verb == "cheer.taken_back":
            decided.set()
            assert go_on.wait(20)

    def alone(act: Callable[[], Any]) -> Any:
        try:
            return act()
        finally:
            connections.close_all()

    monkeypatch.setattr(actions.audit, "record", record_late)
    with ThreadPoolExecutor(2) as pool:
        taking = pool.submit(alone, lambda: actions.take_back_cheer(cheer, by=cast.actor("maya")))
        assert decided.wait(20)
        looking = pool.submit(alone, lambda: text(alex.get("/")))
        wait([looking], timeout=2)
        go_on.set()
        taking.result()
        assert "Too much" not in looking.result()
    assert "Too much" not in text(alex.get("/"))


def test_no_cheer_for_what_is_not_shared_any_more(cast: Cast, write_victory: Write) -> None:
    victory = write_victory()
    actions.share_victory(victory, "just-me", version=1, by=cast.actor("alex"))
    with pytest.raises(Http404):
        actions.cheer(victory, "Late", op_id=new_id(), language="en", by=cast.actor("maya"))
    assert not Cheer.objects.exists()
