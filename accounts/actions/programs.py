"""Everything that changes a program: its rules, its hours, the phone lines it names."""

from datetime import time
from typing import Any

from django.db import transaction
from django.db.models import F, Max
from django.utils.translation import gettext_lazy as _

from accounts.actions.hours import set_program_hours
from accounts.actions.roles import give_role
from accounts.models import Actor, Line, Program, Role
from audit import actions as audit
from peersupport.lib.refusals import Stale

# Every program begins with the line that is awake at any hour of any day.
AWAKE_ALWAYS = {
    "name": {"en": "988", "es": "988"},
    "says": {
        "en": "Any kind of crisis. Call or text, free. Now and then they can send help; you can ask them first.",
        "es": "Cualquier crisis. Llama, gratis, y oprime 2, o manda AYUDA por texto. A veces mandan ayuda; "
        "puedes preguntarles antes.",
    },
    "number": "988",
    "takes_texts": True,
}


@transaction.atomic
def create_program(name: str, *, time_zone: str = "America/Los_Angeles", by: Actor | None) -> Program:
    """Without hours yet: nobody is promised an answer before the manager has said when someone is there.

    Whoever adds one runs it, under a hat of its own.
    """
    program = Program.objects.create(name=name, time_zone=time_zone)
    Line.objects.create(program=program, **AWAKE_ALWAYS)
    audit.record("program.created", by=by, subject=program)
    if by is not None:
        give_role(by.user, Role.Kind.MANAGER, program=program, by=by)
    return program


@transaction.atomic
def change_program(
    program: Program, *, version: int, days: list[int], opens: time, closes: time, by: Actor, **rules: Any
) -> None:
    """Its rules and its hours. Promises that were given already stay as they are. Stale if it changed since."""
    _move(program, version, **rules)
    set_program_hours(program, days, opens, closes, by=by)
    audit.record("program.changed", by=by, subject=program)


@transaction.atomic
def add_line(program: Program, *, version: int, by: Actor, **about: Any) -> Line:
    _move(program, version)
    last = Line.objects.filter(program=program).aggregate(last=Max("position"))["last"]
    line = Line.objects.create(program=program, position=0 if last is None else last + 1, **about)
    audit.record("line.added", by=by, subject=line)
    return line


@transaction.atomic
def change_line(line: Line, *, version: int, by: Actor, **about: Any) -> None:
    _move(line.program, version)
    Line.objects.filter(pk=line.pk).update(**about)
    audit.record("line.changed", by=by, subject=line)


@transaction.atomic
def remove_line(line: Line, *, version: int, by: Actor) -> None:
    """No page names it any more."""
    _move(line.program, version)
    audit.record("line.removed", by=by, subject=line)
    Line.objects.filter(pk=line.pk).delete()


def _move(program: Program, version: int, **columns: Any) -> None:
    """Compare and set: two managers with the same page open never overwrite each other unnoticed."""
    rows = Program.objects.filter(pk=program.pk, version=version)
    if not rows.update(version=F("version") + 1, **columns):
        sentence = _("This was changed in the meantime. Please look at it once more.")
        raise Stale(sentence, stands=Program.objects.get(pk=program.pk))
