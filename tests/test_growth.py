"""Lists cost the same number of queries for 300 rows as for 3, and never more than ten."""

from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts import actions as accounts
from clients import actions as clients
from clients.actions import open_words
from home.demo.cast import Cast
from peersupport.lib.clock import now
from peersupport.lib.ids import new_id
from peersupport.lib.sealed import seal, words_of
from sessions.models import ContactLog

MOST = {"my-privacy": 12}  # everything it tells comes from a different table
PAGES = {
    "alex": ("home", "contacts:times", "contacts:log", "my-privacy", "more"),
    "maya": ("home", "clients", "client", "contacts:times", "contacts:log", "contacts:choose", "contacts:new"),
    "noor": ("client", "contacts:log"),
    "dana": ("home", "clients", "client", "contacts:times", "contacts:log"),
    "omar": ("home", "clients"),
}
OF_THE_CLIENT = {"client", "contacts:times", "contacts:new", "my-privacy"}


def queries_of(browser: Browser, url: str) -> int:
    browser.get(url)  # the first look writes visits that later ones only move
    with CaptureQueriesContext(connection) as queries:
        assert browser.get(url).status_code == 200
    return len([query for query in queries if "SAVEPOINT" not in query["sql"]])


def make_logs(like: ContactLog, number: int) -> None:
    rows = []
    for index in range(number):
        pk = new_id()
        columns = {
            field.attname: getattr(like, field.attname)
            for field in ContactLog._meta.concrete_fields
            if field.attname not in words_of(ContactLog)
        }
        columns |= {"id": pk, "op_id": pk, **seal(ContactLog, pk, what_we_did="walked", next_steps="more")}
        signed = {"signed_at": now(), "signed_name": "Maya"} if index % 3 else {"signed_at": None, "signed_name": ""}
        rows.append(ContactLog(**{**columns, **signed}))
    ContactLog.objects.bulk_create(rows)


@pytest.mark.parametrize("name", PAGES)
def test_the_number_of_queries_does_not_grow(
    name: str, cast: Cast, sign_in: Callable[..., Browser], write_log: Callable[..., ContactLog]
) -> None:
    log = write_log(signed=True, what_we_did="walked")
    make_logs(log, 2)
    open_words(cast.clients["alex"], "growth", op_id=new_id(), language="en", by=cast.actor("dana"))
    args = {url: [log.client_id] for url in OF_THE_CLIENT} | {"contacts:log": [log.pk]}
    addresses = {url: reverse(url, args=args.get(url, [])) for url in PAGES[name]}
    browser = sign_in(name)
    few = {url: queries_of(browser, address) for url, address in addresses.items()}
    make_logs(log, 297)
    for number in range(30):
        person = accounts.create_person(first_name=f"P{number}", by=None)
        client = clients.open_client(person, cast.program, by=None)
        clients.assign_specialist(client, cast.maya, by=None)
    assert {url: queries_of(browser, address) for url, address in addresses.items()} == few
    assert {url: count for url, count in few.items() if count > MOST.get(url, 10)} == {}
