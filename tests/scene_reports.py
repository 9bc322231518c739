"""For the crawl: the caseload report, cut and sorted in every way, and what it says about bad input."""

from typing import Any

from django.urls import reverse

from accounts import actions as accounts
from accounts.models import Program
from clients import actions as clients
from reports.figures.definitions import FIGURES
from reports.pages.tables import SIZE
from tests.crawl import Crawl

EVERYTHING = "also=modes&also=begun&also=meetings&also=check-ins"


def set_the_scene(_on: Crawl) -> dict[str, list[Any]]:
    return {"figure": list(FIGURES)}


def moments(on: Crawl, things: dict[str, list[Any]]) -> None:
    page, find = reverse("reports:caseload"), reverse("reports:find")
    [client] = things["client"]
    rows = [reverse("reports:rows", args=[name]) for name in ("contacts", "two-way", "asked")]
    for number in range(SIZE + 1):
        person = accounts.create_person(first_name=f"{100 + number}", by=None)
        clients.assign_specialist(clients.open_client(person, on.cast.program, by=None), on.cast.noor, by=None)
    clients.set_quiet_mark(on.cast.clients["toni"], 1, by=None)
    for asks in (EVERYTHING, f"by=specialists&{EVERYTHING}", "sort=-contacts", "page=2", "page=all", "state=closed"):
        on.get("dana", f"{page}?{asks}")
    for wrong in (
        "since=9&until=",
        "since=2026-02-02&until=2026-01-01",
        "since=2020-01-01",
        "specialist=9&state=9&also=9",
        "name=9",
    ):
        on.get("dana", f"{page}?{wrong}")
    for url in rows:
        for whose in (
            f"client={client}",
            f"author={on.cast.maya.pk}",
            "author=others",
            "since=2026-01-01&until=2026-01-01",
        ):
            on.get("dana", f"{url}?{whose}")
    for sought in ("1", "1 2", "9" * 90):
        on.post("dana", find, query="since=2026-01-01", sought=sought)
    on.get("dana", "/")
    _totals_only(on, page)


def _totals_only(on: Crawl, page: str) -> None:
    program = Program.objects.filter(pk=on.cast.program.pk)
    program.update(note_mode="no-narrative", totals_only=True)
    for path in (page, reverse("reports:how-we-count"), "/", reverse("reports:rows", args=["contacts"])):
        on.get("dana", path)
    program.update(note_mode="written-together", totals_only=False)
