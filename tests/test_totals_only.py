"""A program without narrative that shows supervisors totals only: the report, its file, and the supervisor’s home."""

import csv
import re
from collections.abc import Callable
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client as Browser
from django.urls import reverse

from accounts.actions import create_person
from accounts.models import Program
from audit.models import Event
from clients import actions as clients
from clients.models import Client
from home.demo import times
from home.demo.cast import Cast
from peersupport.lib.clock import now
from reports.figures.definitions import FIGURES
from tests.scene_people import PROGRAM
from tests.test_caseload_report import FILE, FIND, HOW, URL, behind

SignIn = Callable[..., Browser]
NAMES = ("Alex", "Rio", "Toni", "Maya", "Noor", "Kit", "Sam")
TOO_FEW = "With fewer than 5 people, open or closed, a sum would tell whose it is."


@pytest.fixture
def furnished(cast: Cast) -> Cast:
    times.seed(cast)
    return cast


@pytest.fixture
def enough(furnished: Cast) -> list[Client]:
    """With them five people are in her care."""
    return [someone_more(furnished, name) for name in ("Kit", "Sam")]


def someone_more(cast: Cast, name: str) -> Client:
    user = create_person(first_name=name, time_zone="America/Los_Angeles", by=None)
    client = clients.open_client(user, cast.program, by=None)
    clients.assign_specialist(client, cast.maya, by=None)
    return client


@pytest.fixture
def dana(furnished: Cast, sign_in: SignIn) -> Browser:
    return sign_in("dana")


def totals_only() -> None:
    Program.objects.update(note_mode="no-narrative", totals_only=True)


def text(answer: Any) -> str:
    found: str = b"".join(answer.streaming_content).decode() if answer.streaming else answer.content.decode()
    return found


def names_in(page: str) -> list[str]:
    main = page.partition("<main")[2].partition("</main>")[0] or page
    return [name for name in NAMES if name in main]


def sums_of(page: str) -> list[str]:
    found = re.findall(r"<td[^>]*>(?:<a[^>]*>)?([^<]*)", page[page.rindex("<tfoot>") :])
    return [text for text in found if text]


def test_a_manager_chooses_it_where_no_words_are_written(cast: Cast, sign_in: SignIn) -> None:
    omar, url = sign_in("omar"), reverse("program", args=[cast.program.pk])
    assert "totals only" in text(omar.get(url))
    no_words = {**PROGRAM, "note_mode": "no-narrative", "totals_only": "on"}
    refused = omar.post(url, {**no_words, "note_mode": "written-together", "version": 1})
    assert refused.status_code == 422
    assert "totals_only" in refused.context["form"].errors
    assert omar.post(url, {**no_words, "version": 1}).status_code == 302
    assert Program.objects.get().totals_only
    assert 'name="totals_only" class="checkboxinput form-check-input" ' in text(omar.get(url))
    kept = omar.post(url, {**no_words, "note_mode": "written-together", "version": 2})
    assert kept.status_code == 422
    assert omar.post(url, {**PROGRAM, "version": 2}).status_code == 302
    assert not Program.objects.get().totals_only


def test_the_database_keeps_it_to_programs_without_narrative(cast: Cast) -> None:
    for mode in ("written-together", "billable"):
        with pytest.raises(IntegrityError), transaction.atomic():
            Program.objects.update(note_mode=mode, totals_only=True)


@pytest.mark.parametrize("asks", ["", "by=specialists", "sort=-contacts", "page=all", "also=modes&also=check-ins"])
def test_the_report_tells_sums_and_nobody_by_name(asks: str, dana: Browser, enough: list[Client]) -> None:
    assert names_in(text(dana.get(f"{URL}?{asks}")))
    by_person = text(dana.get(f"{URL}?{asks.removeprefix('by=specialists')}"))
    totals_only()
    page = text(dana.get(f"{URL}?{asks}"))
    assert names_in(page) == []
    assert '<p class="big">5 · 4 · 2.7</p>' in page
    assert "Totals only, as this program chose" in page
    assert "/clients/" not in page.partition("<main")[2]
    assert not [url for url in (FIND, "/rows/", "sort=", "?by=", ";by=") if url in page]
    assert sums_of(page) == sums_of(by_person)
    assert len(sums_of(page)) >= 9


def test_no_way_around_it(dana: Browser, furnished: Cast, enough: list[Client]) -> None:
    found = dana.post(FIND, {"query": "", "sought": "Alex"})
    assert "name=" in found.url
    totals_only()
    for name in FIGURES:
        for whose in ("", f"?client={furnished.clients['alex'].pk}", f"?author={furnished.maya.pk}"):
            assert dana.get(behind(name) + whose).status_code == 403
            assert dana.get(behind(name, file=True) + whose).status_code == 403
    assert dana.post(FIND, {"query": "", "sought": "Alex"}).status_code == 403
    page = text(dana.get(URL))
    for asks in (f"specialist={furnished.maya.pk}", found.url.partition("?")[2], "name=nothing"):
        narrowed = text(dana.get(f"{URL}?{asks}"))
        assert names_in(narrowed) == []
        assert '<p class="big">5 · 4 · 2.7</p>' in narrowed
    assert "specialist" not in page.partition("<form")[2].partition("</form>")[0].lower()


def test_the_file_is_the_sums_and_leaves_no_event_about_anyone(dana: Browser, enough: list[Client]) -> None:
    totals_only()
    file = text(dana.get(f"{FILE}?by=specialists&page=all"))
    lines = list(csv.reader(file.removeprefix("\ufeff").splitlines()))
    assert names_in(file) == []
    assert lines[-1] == ["Rows", "0"]
    head, sums = lines[-3], lines[-2]
    assert sums[0] == "All of them"
    assert sums[head.index("Contacts")] == "4"
    assert len(head) == len(sums)
    assert not Event.objects.filter(verb="export").exists()
    assert Event.objects.filter(verb="list", page="export-caseload").count() == 1


@pytest.mark.parametrize("state", ["open", "both"])
def test_of_fewer_than_five_nobody_learns_a_number(state: str, dana: Browser, furnished: Cast) -> None:
    someone_more(furnished, "Kit")
    totals_only()
    asks = f"?state={state}&since=2026-01-01&until=2026-12-31"
    page, file = text(dana.get(URL + asks)), text(dana.get(FILE + asks))
    assert TOO_FEW in page
    assert TOO_FEW in file
    for number in ('class="big"', "<table", "card weeks", FILE):
        assert number not in page
    for number in ("Contacts", "All of them", "Rows"):
        assert number not in file
    someone_more(furnished, "Sam")
    page, file = text(dana.get(URL + asks)), text(dana.get(FILE + asks))
    assert '<p class="big">5 · 4 · 2.7</p>' in page
    assert TOO_FEW not in page + file
    assert "All of them" in file


def test_two_reports_do_not_tell_of_the_few_between_them(dana: Browser, furnished: Cast, enough: list[Client]) -> None:
    closed = someone_more(furnished, "Lou")
    Client.objects.filter(pk=closed.pk).update(closed_at=now())
    totals_only()
    pages = {state: text(dana.get(f"{URL}?state={state}")) for state in ("open", "closed", "both")}
    assert '<p class="big">5 ·' in pages["open"]
    for state in ("closed", "both"):
        assert TOO_FEW in pages[state]
        assert TOO_FEW in text(dana.get(f"{FILE}?state={state}"))


def test_how_we_count_says_so(dana: Browser) -> None:
    assert "shows totals only" not in text(dana.get(HOW))
    totals_only()
    assert "shows totals only" in text(dana.get(HOW))


def test_her_home_says_that_and_not_with_whom(
    dana: Browser, furnished: Cast, write_log: Callable[..., Any], clock: Any
) -> None:
    clients.set_quiet_mark(furnished.clients["toni"], 1, by=furnished.actor("maya"))
    write_log()
    clock.move(days=5)
    page = text(dana.get("/"))
    assert "Gone quiet" in page
    assert "Logs without a signature" in page
    totals_only()
    page = text(dana.get("/"))
    assert "Gone quiet" not in page
    assert "/rows/" not in page
    assert "Someone has gone longer without a talk" in page
    assert "Some logs have no signature yet." in page


def test_another_programs_choice_changes_nothing_here(dana: Browser, furnished: Cast) -> None:
    Program.objects.create(name="Harbor", note_mode="no-narrative", totals_only=True)
    assert names_in(text(dana.get(URL)))
