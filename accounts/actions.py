"""Everything that changes people, roles and programs."""

from datetime import datetime, time

from django.db import transaction

from accounts.models import Actor, ContactHours, Program, ProgramHours, Role, Supervision, User
from audit import actions as audit
from peersupport.lib.clock import now


@transaction.atomic
def create_person(
    *,
    first_name: str,
    last_name: str = "",
    email: str | None = None,
    password: str | None = None,
    language: str = "en",
    time_zone: str = "America/Los_Angeles",
    by: Actor | None,
) -> User:
    """A person who can sign in (e-mail and password given) or who is told in person (neither)."""
    user = User(
        first_name=first_name,
        last_name=last_name,
        email=email.lower() if email else None,
        language=language,
        time_zone=time_zone,
    )
    user.set_password(password if email else None)
    user.save(force_insert=True)
    audit.record("person.created", by=by, subject=user)
    return user


@transaction.atomic
def give_role(
    user: User,
    kind: Role.Kind,
    *,
    program: Program,
    credential: str = "",
    starts_at: datetime | None = None,
    by: Actor | None,
) -> Role:
    role = Role.objects.create(
        user=user, kind=kind, program=program, credential=credential, starts_at=starts_at or now()
    )
    audit.record("role.given", by=by, subject=role)
    return role


@transaction.atomic
def end_role(role: Role, *, by: Actor | None) -> None:
    """Rights of this hat end with the next request."""
    if Role.objects.filter(pk=role.pk, ends_at__isnull=True).update(ends_at=now()):
        audit.record("role.ended", by=by, subject=role)


@transaction.atomic
def start_supervision(
    supervisor: User, specialist: User, *, starts_at: datetime | None = None, by: Actor | None
) -> Supervision:
    supervision = Supervision.objects.create(supervisor=supervisor, specialist=specialist, starts_at=starts_at or now())
    audit.record("supervision.started", by=by, subject=supervision)
    return supervision


@transaction.atomic
def end_supervision(supervision: Supervision, *, by: Actor | None) -> None:
    if Supervision.objects.filter(pk=supervision.pk, ends_at__isnull=True).update(ends_at=now()):
        audit.record("supervision.ended", by=by, subject=supervision)


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


@transaction.atomic
def change_language(user: User, language: str, *, by: Actor) -> None:
    User.objects.filter(pk=user.pk).update(language=language)
    audit.record("language.changed", by=by, subject=user)


@transaction.atomic
def change_time_zone(user: User, time_zone: str, *, by: Actor) -> None:
    """Only the person's own clock. What was planned by it is re-planned by `home.actions`, once anything is."""
    User.objects.filter(pk=user.pk).update(time_zone=time_zone)
    audit.record("time_zone.changed", by=by, subject=user)
