"""Who sees what, for how long, and that every look at someone else's record is noted."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client as Browser
from django.urls import reverse

from accounts.actions import end_role, end_supervision
from accounts.models import Role, Supervision
from audit import actions as audit
from audit.models import Event
from clients.actions import end_assignment, keep_away, let_back, open_words, settle_kept_away
from clients.models import Assignment, Client, KeptFrom, Opening, Visit
from home.demo.cast import Cast
from peersupport.lib import append_only
from peersupport.lib.clock import now
from peersupport.lib.ids import new_id
from peersupport.lib.refusals import Refusal
from sessions.models import ContactLog

Write = Callable[..., ContactLog]
SignIn = Callable[..., Browser]


def log_url(log: ContactLog) -> str:
    return reverse("contacts:log", args=[log.pk])


def reads(cast: Cast, name: str) -> list[Event]:
    found = Event.objects.filter(verb="read", client_id=cast.clients["alex"].pk, actor_id=getattr(cast, name).pk)
    return list(found.order_by("at"))


def because(reason: str) -> dict[str, str]:
    return {"op_id": str(new_id()), "reason": reason}


def open_for(cast: Cast, name: str = "dana", **more: Any) -> Opening:
    return open_words(cast.clients["alex"], "audit week", op_id=new_id(), language="en", by=cast.actor(name), **more)


def test_every_look_at_a_record_is_noted_once_for_ten_minutes(
    cast: Cast, sign_in: SignIn, write_log: Write, clock: Any
) -> None:
    clock.set(now().replace(minute=1, second=0))
    log, maya = write_log(signed=True), sign_in("maya")
    for _ in range(3):
        maya.get(log_url(log))
    assert [event.page for event in reads(cast, "maya")] == [log.page]
    clock.move(minutes=11)
    maya.get(log_url(log))
    assert len(reads(cast, "maya")) == 2


@pytest.mark.parametrize(("url", "page"), [("client", "client"), ("contacts:times", "times")])
def test_lists_of_words_are_noted_too(url: str, page: str, cast: Cast, sign_in: SignIn, write_log: Write) -> None:
    write_log(signed=True)
    sign_in("noor").get(reverse(url, args=[cast.clients["alex"].pk]))
    assert [event.page for event in reads(cast, "noor")] == [page]


def test_looking_at_ones_own_record_is_nobodys_business(cast: Cast, sign_in: SignIn, write_log: Write) -> None:
    sign_in("alex").get(log_url(write_log(signed=True)))
    assert reads(cast, "alex") == []


def test_if_the_look_cannot_be_noted_nothing_is_shown(
    cast: Cast, sign_in: SignIn, write_log: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    log, maya = write_log(signed=True, what_we_did="secret"), sign_in("maya")
    maya.raise_request_exception = False

    monkeypatch.setattr(audit, "_PUT", "INSERT INTO nowhere VALUES {rows}")
    answer = maya.get(log_url(log))
    assert answer.status_code == 500
    assert b"secret" not in answer.content


def test_a_supervisor_sees_facts_and_words_only_while_opened(
    cast: Cast, sign_in: SignIn, write_log: Write, clock: Any
) -> None:
    log, dana = write_log(signed=True, what_we_did="by the river", minutes_direct=25), sign_in("dana")
    shown = dana.get(log_url(log)).content.decode()
    assert "25 minutes" in shown
    assert "by the river" not in shown
    open_url = reverse("clients:opening", args=[log.client_id]) + f"?next={log_url(log)}"
    assert dana.post(open_url, because("")).status_code == 422
    answer = dana.post(open_url, because("sign-off"))
    assert answer.url == log_url(log)
    assert "by the river" in dana.get(log_url(log)).content.decode()
    clock.move(minutes=59)
    dana = sign_in("dana")
    assert "by the river" in dana.get(log_url(log)).content.decode()
    clock.move(minutes=2)
    assert "by the river" not in dana.get(log_url(log)).content.decode()


def test_an_opening_of_one_log_opens_no_other(cast: Cast, sign_in: SignIn, write_log: Write) -> None:
    asked, other = write_log(signed=True, what_we_did="asked"), write_log(signed=True, what_we_did="other")
    open_for(cast, subject_id=asked.pk)
    dana = sign_in("dana")
    assert "asked" in dana.get(log_url(asked)).content.decode()
    assert ">other<" not in dana.get(log_url(other)).content.decode()
    assert ">other<" not in dana.get(reverse("client", args=[asked.client_id])).content.decode()


def test_an_opening_is_one_persons_and_one_clients(cast: Cast, sign_in: SignIn, write_log: Write) -> None:
    log = write_log("luz", "sam", signed=True, what_we_did="cosimos")
    open_for(cast)
    assert "cosimos" not in sign_in("priya").get(log_url(log)).content.decode()


def test_an_opening_leads_only_to_pages_here(cast: Cast, sign_in: SignIn) -> None:
    url = reverse("clients:opening", args=[cast.clients["alex"].pk])
    for elsewhere in ("https://evil.example/", "//evil.example/", "javascript:alert(1)", "clients", "x"):
        assert sign_in("dana").post(f"{url}?next={elsewhere}", because("why")).url == "/"


def test_unfinished_words_are_the_authors_alone(cast: Cast, sign_in: SignIn, write_log: Write) -> None:
    log = write_log(what_we_did="half a thought", minutes_direct=20)
    open_for(cast)
    for name in ("alex", "noor", "dana"):
        for url in (log_url(log), reverse("contacts:times", args=[log.client_id])):
            shown = sign_in(name).get(url).content.decode()
            assert "20 minutes" in shown
            assert "unfinished" in shown
            assert "half a thought" not in shown
    assert "half a thought" in sign_in("maya").get(log_url(log)).content.decode()


def test_rights_end_with_the_assignment_at_the_next_request(cast: Cast, sign_in: SignIn, write_log: Write) -> None:
    log, maya, dana = write_log(signed=True), sign_in("maya"), sign_in("dana")
    alex = cast.clients["alex"]
    assert maya.get(log_url(log)).status_code == 200
    for assignment in Assignment.objects.open().filter(client=alex):
        end_assignment(assignment, Assignment.EndReason.HANDED_ON, by=cast.actor("omar"))
    for url in (log_url(log), reverse("client", args=[alex.pk]), reverse("contacts:new", args=[alex.pk])):
        assert maya.get(url).status_code == 404
        assert dana.get(url).status_code == 404
    assert maya.post(reverse("contacts:edit", args=[log.pk]), {}).status_code == 404


def test_a_cover_ends_by_itself(cast: Cast, sign_in: SignIn, write_log: Write, clock: Any) -> None:
    log, noor = write_log(signed=True), sign_in("noor")
    assert noor.get(log_url(log)).status_code == 200
    clock.move(days=14, hours=1)
    noor = sign_in("noor")
    assert noor.get(log_url(log)).status_code == 404


def test_rights_end_with_the_supervision_and_with_the_role(cast: Cast, sign_in: SignIn, write_log: Write) -> None:
    log, dana, maya = write_log(signed=True), sign_in("dana"), sign_in("maya")
    open_for(cast)
    for supervision in Supervision.objects.open().filter(supervisor=cast.dana):
        end_supervision(supervision, by=cast.actor("omar"))
    assert dana.get(log_url(log)).status_code == 404
    end_role(cast.actor("maya").role, by=cast.actor("omar"))
    assert maya.get(log_url(log)).status_code == 403
    assert maya.get("/").status_code == 403


def test_two_hats_are_two_sets_of_rights(cast: Cast, sign_in: SignIn, write_log: Write) -> None:
    own = write_log("rio", "noor", signed=True, what_we_did="rest")
    as_client, as_staff = sign_in("rio", Role.Kind.CLIENT), sign_in("rio", Role.Kind.SPECIALIST)
    assert as_client.get(log_url(own)).status_code == 200
    assert as_staff.get(log_url(own)).status_code == 404
    assert as_client.get(reverse("contacts:choose")).status_code == 403


def test_someone_named_is_kept_away_at_once(cast: Cast, sign_in: SignIn) -> None:
    alex = cast.clients["alex"]
    sign_in("alex").post(reverse("keep-away", args=[alex.pk]), {"person": str(cast.sam.pk)})
    assert KeptFrom.objects.get().in_force_since is not None
    Assignment.objects.open().filter(client=alex, kind="primary").update(specialist=cast.sam)
    assert sign_in("sam").get(reverse("client", args=[alex.pk])).status_code == 404
    assert "Sam" not in sign_in("alex").get("/").content.decode()


def test_naming_the_one_who_supports_you_asks_the_manager(cast: Cast, sign_in: SignIn) -> None:
    alex = cast.clients["alex"]
    browser, omar = sign_in("alex"), sign_in("omar")
    browser.post(reverse("keep-away", args=[alex.pk]), {"person": str(cast.maya.pk)})
    kept = KeptFrom.objects.get()
    assert kept.in_force_since is None
    assert sign_in("maya").get(reverse("client", args=[alex.pk])).status_code == 200
    assert "Maya" not in sign_in("maya").get("/").content.decode().replace("Maya O", "")
    assert "Alex asks for someone other than Maya" in omar.get("/").content.decode()
    settle = reverse("settle", args=[kept.pk])
    assert "Please choose" in omar.post(settle, follow=True).content.decode()
    assert KeptFrom.objects.asked().exists()
    assert omar.post(settle, {"instead": str(cast.sam.pk)}).status_code == 302
    assert omar.post(settle, {"instead": str(cast.sam.pk)}).status_code == 302
    assert sign_in("maya").get(reverse("client", args=[alex.pk])).status_code == 404
    assert sign_in("sam").get(reverse("client", args=[alex.pk])).status_code == 200
    ended = Assignment.objects.get(client=alex, specialist=cast.maya)
    assert ended.end_reason == "client-asked"


@pytest.mark.parametrize(("name", "waits"), [("noor", True), ("dana", True), ("priya", False), ("rio", False)])
def test_only_those_the_support_rests_on_wait_for_a_manager(name: str, waits: bool, cast: Cast) -> None:
    kept = keep_away(cast.clients["alex"], getattr(cast, name), by=cast.actor("alex"))
    assert (kept.in_force_since is None) is waits


def test_a_cover_or_supervisor_can_be_kept_away_without_a_new_specialist(cast: Cast, sign_in: SignIn) -> None:
    alex = cast.clients["alex"]
    for name in ("noor", "dana"):
        kept = keep_away(alex, getattr(cast, name), by=cast.actor("alex"))
        settle_kept_away(kept, instead=None, by=cast.actor("omar"))
        assert sign_in(name).get(reverse("client", args=[alex.pk])).status_code == 404
    assert sign_in("maya").get(reverse("client", args=[alex.pk])).status_code == 200


def test_whoever_is_kept_away_cannot_be_assigned_and_may_come_back(cast: Cast) -> None:
    alex, omar = cast.clients["alex"], cast.actor("omar")
    kept = keep_away(alex, cast.sam, by=cast.actor("alex"))
    wish = keep_away(alex, cast.maya, by=cast.actor("alex"))
    with pytest.raises(Refusal):
        settle_kept_away(wish, instead=cast.sam, by=omar)
    let_back(kept, by=cast.actor("alex"))
    settle_kept_away(wish, instead=cast.sam, by=omar)
    assert Client.objects.visible_to(cast.actor("sam")).filter(pk=alex.pk).exists()


def test_my_privacy_tells_who_looked_and_why(cast: Cast, sign_in: SignIn, write_log: Write) -> None:
    log, dana = write_log(signed=True), sign_in("dana")
    dana.get(log_url(log))
    dana.post(reverse("clients:opening", args=[log.client_id]), because("the county asked <b>"))
    dana.get(log_url(log))
    shown = sign_in("alex").get(reverse("my-privacy", args=[log.client_id])).content.decode()
    assert "the county asked &lt;b&gt;" in shown
    assert "saw date, minutes and kind of a time together" in shown
    assert "read what was written about a time together" in shown
    assert "Omar" in shown
    assert "Sam" not in shown.partition("People kept away")[0]


def test_a_visit_moves_only_after_thirty_minutes_away(cast: Cast, sign_in: SignIn, clock: Any) -> None:
    alex = sign_in("alex")
    alex.get("/")
    first = Visit.objects.get(page="home")
    assert first.before is None
    clock.move(minutes=20)
    alex.get("/")
    assert Visit.objects.get(page="home").before is None
    clock.move(minutes=31)
    alex = sign_in("alex")
    alex.get("/")
    moved = Visit.objects.get(page="home")
    assert moved.before is not None
    assert timedelta(0) <= moved.before - first.looked_at - timedelta(minutes=20) < timedelta(minutes=1)


def test_the_database_refuses_to_change_events(cast: Cast) -> None:
    assert Event.objects.exists()
    with pytest.raises(DatabaseError, match="stands for ever"), transaction.atomic():
        Event.objects.update(verb="nothing")
    with pytest.raises(DatabaseError, match="stands for ever"), transaction.atomic():
        Event.objects.all()._raw_delete("default")


@pytest.mark.django_db
def test_every_table_that_stands_has_its_triggers_after_all_migrations() -> None:
    changes = {"sqlite": ["update", "delete"]}.get(connection.vendor, ["update", "delete", "truncate"])
    tables = [
        *("audit_event", "notifications_delivery", "goals_revision"),
        *("goals_comment", "goals_commenttakenback", "goals_victory", "goals_cheer", "goals_cheertakenback"),
        *(f"peer_sessions_{name}" for name in ("contactlog", "enteredinerror", "clientword", "clientwordtakenback")),
    ]
    assert append_only.installed(connection) == {f"stand_{table}_{change}" for table in tables for change in changes}
