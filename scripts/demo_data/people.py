"""Programs, those who work there, and clients: rows by the thousand, made in Python and stored in bulk."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from datetime import datetime, time, timedelta
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING
from uuid import UUID

from django.contrib.auth.hashers import make_password

from accounts.models import ContactHours, Program, ProgramHours, Role, Supervision, User
from audit.models import Event
from clients.models import Assignment, Client
from home.demo.cast import CREDENTIAL, PASSWORD, WEEK
from peersupport.lib.ids import id_at

if TYPE_CHECKING:
    from scripts.demo_data.fill import Progress, Size

PROGRAM = "Scale "
PER_PROGRAM, PER_SPECIALIST, PER_SUPERVISOR = 2_000, 25, 8
OPENING = 0.8  # of the years; then nobody new comes
BATCH = 2_000
NAMES = tomllib.loads(Path(__file__).with_name("names.toml").read_text(encoding="utf-8"))
FIRST, LAST = NAMES["first"].split(), NAMES["last"].split()


def add(size: Size, progress: Progress) -> None:
    crowd = _Crowd(size)
    for number in range(-(-size.clients // PER_PROGRAM)):
        crowd.open_program(number)
    for begin in range(0, size.clients, BATCH):
        progress("clients", begin, size.clients)
        crowd.welcome(range(begin, min(begin + BATCH, size.clients)))
    progress("clients", size.clients, size.clients)


class _Crowd:
    def __init__(self, size: Size) -> None:
        self.size = size
        self.dice = Random(size.clients)  # noqa: S311 -- the same people each time
        self.password = make_password(PASSWORD)
        self.since = size.begins - timedelta(days=60)
        self.programs: list[Program] = []
        self.specialists: list[list[User]] = []

    def id(self, at: datetime) -> UUID:
        return id_at(at, self.dice.getrandbits(74))

    def open_program(self, number: int) -> None:
        program = Program.objects.create(pk=self.id(self.since), name=f"{PROGRAM}{number + 1}")
        ProgramHours.objects.bulk_create(
            ProgramHours(program=program, weekday=day, opens=time(9), closes=time(18)) for day in WEEK
        )
        here = min(PER_PROGRAM, self.size.clients - number * PER_PROGRAM)
        before = sum(len(staff) for staff in self.specialists)
        specialists = [self.person(self.since, f"s{before + one + 1}") for one in range(-(-here // PER_SPECIALIST))]
        above = -(-len(specialists) // PER_SUPERVISOR)
        supervisors = [self.person(self.since, f"v{number + 1}-{one + 1}") for one in range(above)]
        manager = self.person(self.since, f"m{number + 1}")
        User.objects.bulk_create([*specialists, *supervisors, manager])
        kinds = [
            (specialists, Role.Kind.SPECIALIST),
            (supervisors, Role.Kind.SUPERVISOR),
            ([manager], Role.Kind.MANAGER),
        ]
        roles = [self.role(user, program, kind, self.since) for users, kind in kinds for user in users]
        Role.objects.bulk_create(roles)
        supervisions = [
            Supervision(supervisor=supervisors[place // PER_SUPERVISOR], specialist=user, starts_at=self.since)
            for place, user in enumerate(specialists)
        ]
        Supervision.objects.bulk_create(supervisions)
        ContactHours.objects.bulk_create(
            ContactHours(specialist=user, weekday=day, opens=time(9), closes=time(18))
            for user in specialists
            for day in WEEK
        )
        made: list[tuple[str, User | Role | Supervision]] = []
        made += [("person.created", row) for row in (*specialists, *supervisors, manager)]
        made += [("role.given", row) for row in roles]
        made += [("supervision.started", row) for row in supervisions]
        Event.objects.bulk_create(self.event(verb, row, self.since) for verb, row in made)
        self.programs.append(program)
        self.specialists.append(specialists)

    def welcome(self, numbers: range) -> None:
        """Clients on the day they came, one after the other over the years."""
        opened = [self.size.begins + self.opens_after(number) for number in numbers]
        users = [self.person(at, f"c{number + 1}") for number, at in zip(numbers, opened, strict=True)]
        places = [number // PER_PROGRAM for number in numbers]
        program = [self.programs[place] for place in places]
        together = list(zip(users, program, opened, strict=True))
        roles = [self.role(user, where, Role.Kind.CLIENT, at) for user, where, at in together]
        clients = [
            Client(pk=self.id(at), user=user, program=where, opened_at=at, quiet_after_days=self.quiet())
            for user, where, at in together
        ]
        walking = [
            Assignment(pk=self.id(client.opened_at), client=client, specialist=self.specialist(number), starts_at=at)
            for number, client, at in zip(numbers, clients, opened, strict=True)
        ]
        User.objects.bulk_create(users)
        Role.objects.bulk_create(roles)
        Client.objects.bulk_create(clients)
        Assignment.objects.bulk_create(walking)
        Event.objects.bulk_create(self.events_of(users, roles, clients, walking))

    def events_of(
        self, users: list[User], roles: list[Role], clients: list[Client], walking: list[Assignment]
    ) -> Iterator[Event]:
        for user, role, client, assignment in zip(users, roles, clients, walking, strict=True):
            at = client.opened_at
            yield self.event("person.created", user, at)
            yield self.event("role.given", role, at)
            yield self.event("client.opened", client, at, client.pk)
            yield self.event("assignment.started", assignment, at, client.pk)

    def event(self, verb: str, row: object, at: datetime, client_id: UUID | None = None) -> Event:
        """By the system, as `audit.record` writes it."""
        kind, subject = type(row).__name__.lower(), getattr(row, "pk", None)
        return Event(
            pk=self.id(at), verb=verb, at=at, hat="system", client_id=client_id, subject_type=kind, subject_id=subject
        )

    def person(self, at: datetime, key: str) -> User:
        first, last = self.dice.choice(FIRST), self.dice.choice(LAST)
        language = "es" if self.dice.random() < 0.1 or key[-1] == "3" else "en"  # also where there are only a few
        email = f"{key}@example.org"
        return User(
            pk=self.id(at),
            email=email,
            first_name=first,
            last_name=last,
            language=language,
            password=self.password,
            created_at=at,
        )

    def role(self, user: User, program: Program, kind: Role.Kind, at: datetime) -> Role:
        credential = CREDENTIAL if kind == Role.Kind.SPECIALIST else ""
        return Role(pk=self.id(at), user=user, program=program, kind=kind, credential=credential, starts_at=at)

    def specialist(self, number: int) -> User:
        staff = self.specialists[number // PER_PROGRAM]
        return staff[number % PER_PROGRAM % len(staff)]

    def quiet(self) -> int | None:
        return self.dice.choice((None, None, 7, 14, 14, 21, 30))

    def opens_after(self, number: int) -> timedelta:
        return timedelta(days=365 * self.size.years * OPENING) * (number / self.size.clients)
