"""For the crawl: contact logs in every state, people kept away, signing in, and pages that say something went wrong."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.shortcuts import render
from django.test import Client as Browser
from django.test import RequestFactory
from django.urls import reverse
from django.utils import translation

from accounts.models import Program, Role
from accounts.signing_in import FORM_OF, sign_form_for
from clients.actions import keep_away, look_at, open_words
from home.demo.cast import PASSWORD
from peersupport.lib.clock import now
from peersupport.lib.ids import new_id
from sessions import actions
from sessions.actions import Contact
from sessions.models import ClientWord, ContactLog
from tests.crawl import Crawl
from tests.fixtures_cast import contact_facts

OURS: Path = settings.BASE_DIR / "templates"
WORDS = {"what_mattered": "1 2", "what_we_did": "3 4", "how_it_went": "5 6", "next_steps": "7 8"}


def set_the_scene(on: Crawl) -> dict[str, list[Any]]:
    """What Alex and Maya have done: every state a contact log can be in, and what others did about it."""
    cast = on.cast
    alex, maya, dana = cast.actor("alex"), cast.actor("maya"), cast.actor("dana")
    client = cast.clients["alex"]
    logs = [on.write_log(signed=True, who_reached_out=who) for who in ContactLog.WhoReachedOut.values]
    logs += [on.write_log(outcome=how, mode="text", **WORDS) for how in ContactLog.Outcome.values]
    told = on.write_log(signed=True, language="en", **WORDS)
    for kind in ClientWord.Kind.values:
        actions.add_words(told, ClientWord.Kind(kind), "9", op_id=new_id(), language="en", by=alex)
    look_at(client, [told.page], by=maya)
    actions.take_back(told.client_words.all()[0], by=alex)
    corrected = on.write_log(signed=True, **WORDS)
    again = actions.correct_log(corrected, Contact(**contact_facts(), **WORDS), op_id=new_id(), by=maya)
    actions.sign_log(again, version=again.version, by=maya)
    wrong = on.write_log()
    actions.enter_in_error(wrong, "0", by=maya)
    open_words(client, "1", op_id=new_id(), subject_id=told.pk, language=on.language, by=dana)
    kept = [keep_away(client, person, by=alex) for person in (cast.maya, cast.sam)]
    word = told.client_words.all()[1]
    return {
        "client": [client.pk],
        "log": [log.pk for log in (told, corrected, again, wrong, logs[1])],
        "draft": [logs[-1].pk],
        "word": [word.pk],
        "kept": [row.pk for row in kept],
    }


def moments(on: Crawl, things: dict[str, list[Any]]) -> None:
    """Pages that take more than asking for an address: success, refusal, nothing there, something broken."""
    new = reverse("contacts:new", args=[on.cast.clients["alex"].pk])
    for wrong in CONTACT_ERRORS:
        on.post("maya", new, **{**CONTACT, **wrong})
    twice = {**CONTACT, "op_id": str(new_id())}
    for minutes in ("30", "45"):
        on.post("maya", new, **{**twice, "minutes": minutes})
    on.post("maya", new, **CONTACT, op_id=str(new_id()), sign="yes")
    edit, sign = (reverse(f"contacts:{name}", args=things["draft"]) for name in ("edit", "sign"))
    for url, version in ((edit, 9), (edit, 1), (sign, 1), (sign, 2), (edit, 2)):
        on.post("maya", url, **CONTACT, version=version)
    on.post("maya", reverse("contacts:correct", args=[things["log"][1]]), **CONTACT, op_id=str(new_id()))
    on.post("alex", reverse("keep-away", args=things["client"]), person=str(on.cast.noor.pk))
    on.post("alex", reverse("keep-away", args=things["client"]), person=str(on.cast.priya.pk))
    on.post("omar", reverse("settle", args=[things["kept"][0]]))
    on.post("omar", reverse("settle", args=[things["kept"][0]]), instead=str(on.cast.rio.pk))
    on.get("alex", reverse("my-privacy", args=things["client"]))
    on.get("maya", reverse("client", args=[on.cast.clients["toni"].pk]))
    on.post("maya", reverse("more"), language="en", time_zone="9")
    for noun in Program.Noun.values:
        Program.objects.update(noun=noun)
        on.get("noor", reverse("clients"))
    on.get("luz", "/nothing/")
    around_signing_in(on, new)
    for page in sorted(OURS.glob("[45]*.html")):
        with translation.override(on.language):
            on.keep("out", "GET", page.name, render(RequestFactory().get("/"), page.name))


def around_signing_in(on: Crawl, url: str) -> None:
    out, enter, login = Browser(headers={"accept-language": on.language}), reverse("account_login"), "maya@example.org"
    on.post(out, enter, login=login, password="9")
    kept = on.post(out, url, **{FORM_OF: sign_form_for(on.cast.actor("maya"))}, **WORDS)
    on.post(out, enter, login=login, password=PASSWORD, next=kept.context["next_url"])
    strict = Browser(enforce_csrf_checks=True)
    strict.cookies = on.sign_in("maya").cookies
    for owner in (on.cast.actor("maya"), on.cast.actor("noor")):
        on.post(strict, url, **{FORM_OF: sign_form_for(owner)}, **WORDS)
    Role.objects.filter(user=on.cast.luz).update(ends_at=now())
    on.get("luz", "/")


CONTACT = {
    "mode": "phone",
    "outcome": "connected",
    "who_reached_out": "client",
    "minutes": "30",
    "happened_on": "2026-01-05",
}
CONTACT_ERRORS: list[dict[str, Any]] = [
    {"happened_on": "2999-01-01", "minutes": "other"},
    {"happened_on": "1999-01-01", "minutes": "", "ended": "10:00"},
    {"happened_on": "9", "minutes_other": "9999", "minutes": "other", "minutes_travel": "-1", "mode": "9"},
    {"minutes": "9", "minutes_travel": "?", "started": "9:99", "place": "9"},
    {"started": "10:00", "ended": "09:00", "what_mattered": "1" * 10_001, "what_we_did": "1" * 10_002},
    {"what_mattered": "1\x002", "op_id": "9"},
]
