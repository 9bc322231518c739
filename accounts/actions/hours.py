"""Everything that changes when someone is there for people."""

from datetime import time

from django.db import transaction

from accounts.models import Actor, ContactHours, Program, ProgramHours, User
from audit import actions as audit


@transaction.atomic
def set_contact_hours(specialist: User, days: list[int], opens: time, closes: time, *, by: Actor | None) -> None:
    """The same span on each of `days` (Monday is 0), in the specialist's own zone. Replaces what was set."""
    ContactHours.objects.filter(specialist=specialist).delete()
    ContactHours.objects.bulk_create(
        ContactHours(specialist=specialist, weekday=day, opens=opens, closes=closes) for day in days
    )
    audit.record("contact_hours.set", by=by, subject=specialist)


@transaction.atomic
def set_program_hours(program: Program, days: list[int], opens: time, closes: time, *, by: Actor | None) -> None:
    """The same span on each of `days`, in the program's zone. Replaces what was set."""
    ProgramHours.objects.filter(program=program).delete()
    ProgramHours.objects.bulk_create(
        ProgramHours(program=program, weekday=day, opens=opens, closes=closes) for day in days
    )
    audit.record("program_hours.set", by=by, subject=program)
