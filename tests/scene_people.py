"""For the crawl: setting up a program, people coming in and going; bad input on every form of it."""

from datetime import UTC, datetime, time, timedelta
from typing import Any

from django.core.cache import cache
from django.urls import reverse

from accounts import actions as accounts
from accounts.models import Invitation, Line, Program, ProgramHours, Role, User
from clients.actions import assign_specialist, end_assignment
from clients.models import Assignment, Client, Closing
from conversations.actions import open_reach_out
from home.actions import add_client, close_client, invite_person, reopen_client, tick
from home.pages.managing import today_of
from peersupport.lib.ids import new_id
from tests.crawl import Crawl
from tests.fixtures_alexs import invited

DAY = timedelta(days=1)
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)
NEW = {"first_name": "3", "last_name": "", "email": "3@[127.0.0.1]", "kind": "specialist", "language": "en"}
LINE = {"name_en": "1", "name_es": "1", "says_en": "2", "says_es": "2", "number": "555-0100"}
PROGRAM = {
    "name": "1",
    "noun": "client",
    "time_zone": "UTC",
    "days": ["0", "1"],
    "opens": "09:00",
    "closes": "17:00",
    "promise": "60",
    "note_mode": "written-together",
}


def set_the_scene(on: Crawl) -> dict[str, list[Any]]:
    program = on.cast.program
    people = {name: [value] for name, value in invited(on.cast).items()}
    return {**people, "program": [program.pk], "line": [program.lines.all()[0].pk]}


def moments(on: Crawl, things: dict[str, list[Any]]) -> None:
    _program(on, things)
    _staff(on, things)
    _coming_in(on, things)
    _handing_over(on)
    _coming_and_going(on)
    _of_one_name(on)


def _program(on: Crawl, things: dict[str, list[Any]]) -> None:
    page = reverse("program", args=things["program"])
    version = Program.objects.get().version
    for wrong in (
        {"promise": "-1", "opens": "9", "name": " "},
        {"promise": "", "closes": "08:00", "time_zone": "9", "noun": "9", "days": ["9"]},
        {"name": "1" * 121, "note_mode": "9", "passed_on_en": "1" * 3001, "closes": ""},
    ):
        on.post("omar", page, **{**PROGRAM, "version": version, **wrong})
    named = {**PROGRAM, "name": on.cast.program.name}
    on.post("omar", page, **named, version=99)
    on.post("omar", page, **named, version=version, passed_on_en="1", passed_on_es="2")
    lines, line = (
        reverse("lines", args=things["program"]),
        reverse("line", args=[*things["program"], things["line"][0]]),
    )
    for wrong in ({"number": "a"}, {"opens": "09:00"}, {"opens": "09:00", "closes": "09:00"}, {"says_es": ""}):
        on.post("omar", lines, **{**LINE, "version": version + 1, **wrong})
    on.post("omar", lines, **LINE, version=99)
    on.post("omar", line, **LINE, version=99)
    on.post("omar", lines, **LINE, version=version + 1)
    added = reverse("line", args=[*things["program"], Line.objects.get(number=LINE["number"]).pk])
    on.post("omar", added, remove="yes", version=version + 2)
    on.post("omar", reverse("programs"), name="2")
    on.get("omar", reverse("programs"))
    on.get("omar", reverse("more"))
    Program.objects.filter(pk=things["program"][0]).update(note_mode="billable")
    on.get("omar", page)
    ProgramHours.objects.all().delete()
    on.get("omar", "/")
    accounts.set_program_hours(on.cast.program, [0, 1, 2, 3, 4], time(9), time(18), by=None)


def _staff(on: Crawl, things: dict[str, list[Any]]) -> None:
    new = reverse("new-staff")
    for wrong in ({"email": "1"}, {"email": "maya@example.org"}, {"kind": "9", "first_name": "", "language": "9"}):
        on.post("omar", new, **{**NEW, **wrong})
    on.post("omar", new, **NEW)
    fresh = User.objects.filter(first_name="3").latest("created_at")
    page = reverse("person", args=[fresh.pk])
    on.post("omar", reverse("withdraw", args=[fresh.pk]))
    on.post("omar", reverse("invite", args=[fresh.pk]), address="")
    on.post("omar", reverse("invite", args=[fresh.pk]), address="4@[127.0.0.1]")
    Invitation.objects.filter(user=fresh).update(created_at=LONG_AGO, expires_at=LONG_AGO + DAY)
    on.get("omar", page)
    on.get("omar", reverse("people"))
    User.objects.filter(pk=fresh.pk).update(is_active=False)
    on.get("omar", page)
    maya = things["staff"][0]
    for wrong in ({"kind": "9"}, {"kind": "specialist"}):
        on.post("omar", reverse("add-role", args=[maya]), **wrong)
    for who in ("", str(on.cast.dana.pk), str(on.cast.priya.pk)):
        on.post("omar", reverse("supervise", args=[maya]), person=who)
    on.post("omar", reverse("end-role", args=[maya, things["role"][0]]))
    leave = reverse("leaving-staff", args=[maya])
    on.get("omar", leave)
    on.post("omar", leave)
    open_reach_out(on.cast.clients["luz"], "talk", op_id=new_id(), language="en", by=None)
    for name in ("sam", "omar"):
        on.get("omar", reverse("leaving-staff", args=[getattr(on.cast, name).pk]))
        on.post("omar", reverse("leaving-staff", args=[getattr(on.cast, name).pk]))
    on.post("omar", reverse("leaving-staff", args=[on.cast.priya.pk]))
    last = Role.objects.get(user=on.cast.omar, program=things["program"][0])
    on.post("omar", reverse("end-role", args=[on.cast.omar.pk, last.pk]))


def _coming_in(on: Crawl, things: dict[str, list[Any]]) -> None:
    toni = things["invited"][0]
    about, invite = reverse("about", args=[toni]), reverse("invite", args=[toni])
    on.post("omar", about, first_name="", language="9", time_zone="9")
    for how in ({"how": "email"}, {"how": "email", "address": "maya@example.org"}, {"how": "paper"}):
        on.post("omar", invite, **how)
    on.post("out", reverse("code"), code="9")
    by_mail = invite_person(on.cast.toni, Role.Kind.CLIENT, "toni@[127.0.0.1]", by=on.cast.actor("omar"))
    on.get("out", reverse("invitation", args=[by_mail.code]))
    on.post("omar", invite, how="paper")
    old = reverse("invitation", args=things["code"])
    on.get("out", old)
    on.get("out", reverse("invitation", args=["0" * 16]))
    standing = Invitation.objects.standing().get(user=toni)
    link = reverse("invitation", args=[standing.code])
    chosen = {"email": "5@[127.0.0.1]", "password": "1234 abcd efgh", "again": "1234 abcd efgh"}
    for wrong in ({"again": "9"}, {"password": "1", "again": "1"}, {"email": "maya@example.org"}, {"email": "9"}):
        on.post("out", link, **{**chosen, **wrong})
    on.post("out", link, **chosen)
    on.get("out", link)
    Invitation.objects.filter(pk=standing.pk).update(accepted_at=None, created_at=LONG_AGO, expires_at=LONG_AGO + DAY)
    on.get("out", link)
    for _try in range(25):
        answer = on.get("out", reverse("invitation", args=["1" * 16]))
    assert answer.status_code == 429
    cache.clear()


def _of_one_name(on: Crawl) -> None:
    """One who waits; two, one of whom has someone; one who was here."""
    new, names, by = reverse("new-client"), {"first_name": "6", "language": "en"}, on.cast.actor("omar")
    on.post("omar", new, **names)
    other = add_client(**names, last_name="", program=on.cast.program, specialist=on.cast.sam, by=by)
    on.post("omar", new, **names)
    close_client(other, Closing.Reason.MOVED, by=by)
    on.post("omar", new, **names)


def _coming_and_going(on: Crawl) -> None:
    new, omar = reverse("new-client"), on.cast.actor("omar")
    for about in ({"first_name": "", "language": "9", "someone": "9"}, {"first_name": "6", "language": "en"}):
        on.post("omar", new, **about)
    client = Client.objects.select_related("user", "program").get(user__first_name="6")
    for page in ("/", reverse("clients"), reverse("setup")):
        on.get("omar", page)
    assign, person = reverse("assign", args=[client.pk]), reverse("person", args=[client.user_id])
    noor = str(on.cast.noor.pk)
    for wrong in (
        {"kind": "cover"},
        {"kind": "primary", "until": "2001-01-01"},
        {"until": "9"},
        {"kind": "primary", "until": "2999-01-01"},
    ):
        on.post("omar", assign, **{"someone": noor, **wrong})
    soon = today_of(client.program) + timedelta(days=3)
    on.post("omar", assign, someone=noor, kind="primary", until=str(soon))
    on.post("omar", assign, someone=noor, kind="primary")
    on.get("omar", "/")
    end = reverse("end-assignment", args=[client.pk, client.assignments.get().pk])
    on.get("omar", end)
    on.post("omar", end, reason="9")
    on.post("omar", end, reason="not-needed")
    _away(on)
    close, reopen = reverse("close", args=[client.pk]), reverse("reopen", args=[client.pk])
    on.post("omar", reverse("close", args=[on.cast.clients["alex"].pk]), reason="moved")
    for reason in ("9", "moved"):
        on.post("omar", close, reason=reason)
    for page in (person, reverse("clients"), reopen):
        on.get("omar", page)
    for reason in ("9", "came-back"):
        on.post("omar", reopen, reason=reason)
    on.get("omar", person)
    rio = on.cast.clients["rio"]
    close_client(rio, Closing.Reason.MOVED, by=omar)
    for page in ("/", reverse("conversations:reach-out")):
        on.get("rio", page)
    on.post("rio", reverse("conversations:reach-out"), op_id=str(new_id()), kind="talk")
    reopen_client(rio, Closing.Return.MISTAKE, on.cast.noor, by=omar)


def _away(on: Crawl) -> None:
    """Two who look at the same break: the client, and whoever walks with them."""
    client = on.cast.clients["alex"]
    page = reverse("pause", args=[client.pk])
    day = {"starts_on": "2026-01-01"}
    for wrong in ({}, {"kind": "9", "starts_on": "9"}, {"kind": "jail", **day, "ends_on": "2025-12-31"}):
        on.post("alex", page, **wrong)
    on.post("alex", page, kind="travel", starts_on="1026-01-01")
    today = today_of(client.user)
    for until in ("", str(today + timedelta(days=9))):
        on.post("maya", page, kind="hospital", starts_on=str(today), ends_on=until)
        for who in ("alex", "maya"):
            on.get(who, "/")
            on.get(who, page)
        on.get("maya", reverse("client", args=[client.pk]))
    tick()
    on.get("alex", reverse("checkins:list", args=[client.pk]))
    for who in ("alex", "maya"):
        on.post(who, reverse("pause-end", args=[client.pk]))


def _handing_over(on: Crawl) -> None:
    """Alex's is planned already; Rio's is told in person, Toni has nobody to hand on from."""
    cast = on.cast
    if not cast.clients["rio"].assignments.open().exists():  # another scene had somebody leave
        assign_specialist(cast.clients["rio"], cast.noor, by=None)
    alex, rio, toni = (reverse("handover", args=[cast.clients[name].pk]) for name in ("alex", "rio", "toni"))
    on.get("maya", reverse("client", args=[cast.clients["alex"].pk]))
    for name in ("alex", "maya", "sam", "dana"):
        on.get(name, "/")
    on.post("alex", f"{alex}read/")
    on.get("alex", alex)
    on.get("omar", alex)
    on.post("omar", f"{alex}call-off/")
    on.get("rio", rio)
    today, maya = today_of(Program.objects.get(pk=cast.program.pk)), str(cast.maya.pk)
    form = {"someone": maya, "why": "leaving", "day": str(today)}
    for wrong in ({}, {"day": "2001-01-01"}, {"day": "2999-01-01"}, {"day": ""}, {"why": "9", "someone": "9"}):
        on.post("omar", rio, **{**form, **wrong})
    on.post("omar", toni, **form)
    on.post("omar", rio, **form, told="on")
    on.post("omar", f"{rio}call-off/")
    for page in ("/", rio):
        on.get("rio", page)
    later = {**form, "someone": str(cast.sam.pk), "day": str(today + 9 * DAY), "told": "on"}
    for someone in (maya, str(cast.sam.pk), str(cast.noor.pk)):
        on.post("omar", rio, **{**later, "someone": someone})
    on.get("omar", rio)
    on.post("omar", f"{rio}call-off/")
    end_assignment(cast.clients["rio"].assignments.open().get(), Assignment.EndReason.LEFT, by=None)
    on.post("omar", rio, **later)
    assign_specialist(cast.clients["rio"], cast.noor, by=None)
