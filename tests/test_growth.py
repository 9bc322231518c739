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
from sessions.models import ContactLog

MOST = {"my-privacy": 12}  # everything it tells comes from a different table
PAGES = {
    "alex": ("home", "contacts:times", "contacts:log", "my-privacy", "more"),
    "maya": ("home", "clients", "client", "contacts:times", "contacts:log", "contacts:choose", "contacts:new"),
    "noor": ("client", "contacts:log"),
    "dana": ("home", "clients", "client", "contacts:times", "contacts:log"),
    "omar": ("home", "clients"),
}
CASES = [(name, url) for name, urls in PAGES.items() for url in urls]
OF_THE_CLIENT = {"client", "contacts:times", "contacts:new", "my-privacy"}


def measure(browser: Browser, url: str) -> int:
    browser.get(url)  # the first look writes visits that later ones only move
    with CaptureQueriesContext(
        connection,
    ) as queries:
        assert browser.get(url).status_code == 200
    return len([query for query in queries if "SAVEPOINT" not in query["sql"]])


@pytest.mark.parametrize(("name", "url"), CASES)
def test_the_number_of_queries_does_not_grow(
    name: str, url: str, cast: Cast, sign_in: Callable[..., Browser], write_log: Callable[..., ContactLog]
) -> None:
    def make(number: int) -> ContactLog:
        return [write_log(signed=index % 3 > 0, what_we_did="walked") for index in range(number)][-1]

    log = make(3)
    open_words(cast.clients["alex"], "growth", language="en", by=cast.actor("dana"))
    args = [log.pk] if url == "contacts:log" else [log.client_id] if url in OF_THE_CLIENT else []
    address = reverse(url, args=args)
    browser = sign_in(name)
    few = measure(browser, address)
    make(60)
    for number in range(20):
        person = accounts.create_person(first_name=f"P{number}", by=None)
        client = clients.open_client(person, cast.program, by=None)
        clients.assign_specialist(client, cast.maya, by=None)
    assert measure(browser, address) == few
    assert few <= MOST.get(url, 10)
