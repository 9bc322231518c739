"""For the crawl: setting up a program, people coming in and going; bad input on every form of it."""

from datetime import time
from typing import Any

from django.urls import reverse

from accounts import actions as accounts
from accounts.models import Program, ProgramHours
from tests.crawl import Crawl

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
    return {"program": [program.pk], "line": [program.lines.all()[0].pk]}


def moments(on: Crawl, things: dict[str, list[Any]]) -> None:
    _program(on, things)


def _program(on: Crawl, things: dict[str, list[Any]]) -> None:
    page = reverse("program", args=things["program"])
    version = Program.objects.get().version
    for wrong in (
        {"promise": "-1", "opens": "9", "name": " "},
        {"promise": "", "closes": "08:00", "time_zone": "9", "noun": "9", "days": ["9"]},
        {"name": "1" * 121, "note_mode": "9", "passed_on_en": "1" * 3001, "closes": ""},
    ):
        on.post("omar", page, **{**PROGRAM, "version": version, **wrong})
    on.post("omar", page, **PROGRAM, version=99)
    on.post("omar", page, **PROGRAM, version=version, passed_on_en="1", passed_on_es="2")
    lines, line = (
        reverse("lines", args=things["program"]),
        reverse("line", args=[*things["program"], things["line"][0]]),
    )
    for wrong in ({"number": "a"}, {"opens": "09:00"}, {"opens": "09:00", "closes": "09:00"}, {"says_es": ""}):
        on.post("omar", lines, **{**LINE, "version": version + 1, **wrong})
    on.post("omar", lines, **LINE, version=99)
    on.post("omar", line, **LINE, version=99)
    on.post("omar", lines, **LINE, version=version + 1)
    on.post("omar", line, remove="yes", version=version + 2)
    on.post("omar", reverse("programs"), name="2")
    Program.objects.filter(pk=things["program"][0]).update(note_mode="billable")
    on.get("omar", page)
    ProgramHours.objects.all().delete()
    on.get("omar", "/")
    accounts.set_program_hours(on.cast.program, [0, 1, 2, 3, 4], time(9), time(18), by=None)
