"""The named cast: the people of the demo, and the fixture of the tests."""

from dataclasses import dataclass
from datetime import time, timedelta

from django.contrib.auth.hashers import make_password
from django.db import transaction

from accounts import actions as accounts
from accounts.models import Actor, Line, Program, Role, User
from clients import actions as clients
from clients.models import Client
from peersupport.lib.clock import now

PASSWORD = "walk-beside-2026"  # noqa: S105 -- known to everyone; only ever set in demo mode and tests
WEEK = [0, 1, 2, 3, 4]
LINES = (
    (
        {"en": "Peer warmline", "es": "Línea de apoyo entre pares"},
        {
            "en": "People who have been there. Just to talk. They do not send anyone.",
            "es": "Gente que ha pasado por lo mismo. Solo para hablar. No mandan a nadie.",
        },
        ("555-0142", False, time(17), time(2)),
    ),
    (
        {"en": "988", "es": "988"},
        {
            "en": "Any kind of crisis. Call or text, free. Now and then they can send help; you can ask them first.",
            "es": "Cualquier crisis. Llama, gratis, y oprime 2, o manda AYUDA por texto. A veces mandan ayuda; "
            "puedes preguntarles antes.",
        },
        ("988", True, None, None),
    ),
)


@dataclass(frozen=True)
class Cast:
    program: Program
    alex: User
    luz: User
    toni: User  # a client without sign-in, told in person
    maya: User
    sam: User
    noor: User
    dana: User
    priya: User
    omar: User
    rio: User  # specialist, and a client supported by noor
    clients: dict[str, Client]

    def actor(self, name: str, kind: Role.Kind | None = None) -> Actor:
        """The person under their hat; `kind` says which where they have two."""
        user: User = getattr(self, name)
        roles = Role.objects.open().filter(user=user).select_related("program")
        role = (roles.filter(kind=kind) if kind else roles).order_by("starts_at", "pk").first()
        assert role is not None
        return Actor(user, role)


NAMES = {
    "alex": ("Alex", "Reyes", "en"),
    "luz": ("Luz", "Marín", "es"),
    "toni": ("Toni", "Baker", "en"),
    "maya": ("Maya", "Okafor", "en"),
    "sam": ("Sam", "Ortega", "es"),
    "noor": ("Noor", "Haddad", "en"),
    "dana": ("Dana", "Whitfield", "en"),
    "priya": ("Priya", "Nair", "en"),
    "omar": ("Omar", "Castillo", "en"),
    "rio": ("Rio", "Tanaka", "en"),
}
ROLES = {
    Role.Kind.CLIENT: ("alex", "luz", "toni", "rio"),
    Role.Kind.SPECIALIST: ("maya", "sam", "noor", "rio"),
    Role.Kind.SUPERVISOR: ("dana", "priya"),
    Role.Kind.MANAGER: ("omar",),
}
CREDENTIAL = "CPS"


@transaction.atomic
def seed() -> Cast:
    """Everyone, their program, who walks with whom and who supervises whom. Call it on an empty database."""
    begun, hired = now() - timedelta(days=200), now() - timedelta(days=400)
    program = _program()
    password = make_password(PASSWORD)  # once: to make it for each of them takes most of a start
    people = {
        key: person("" if key == "toni" else key, first, last, language, password)
        for key, (first, last, language) in NAMES.items()
    }
    for kind, names in ROLES.items():
        credential = CREDENTIAL if kind == Role.Kind.SPECIALIST else ""
        for name in names:
            since = begun if kind == Role.Kind.CLIENT or name == "rio" else hired  # Rio was supported here before
            accounts.give_role(people[name], kind, program=program, credential=credential, starts_at=since, by=None)
    for supervisor, specialist in (("dana", "maya"), ("dana", "noor"), ("priya", "sam"), ("priya", "rio")):
        accounts.start_supervision(people[supervisor], people[specialist], starts_at=hired, by=None)
    for name in ROLES[Role.Kind.SPECIALIST]:
        accounts.set_contact_hours(people[name], WEEK, time(9), time(18), by=None)
    found = {
        name: clients.open_client(people[name], program, opened_at=begun, by=None) for name in ROLES[Role.Kind.CLIENT]
    }
    for client, specialist in (("alex", "maya"), ("luz", "sam"), ("toni", "maya"), ("rio", "noor")):
        clients.assign_specialist(found[client], people[specialist], starts_at=begun, by=None)
    clients.assign_cover(
        found["alex"], people["noor"], starts_at=now() - timedelta(days=1), until=now() + timedelta(days=14), by=None
    )
    return Cast(program=program, clients=found, **people)


def person(key: str, first: str, last: str, language: str, password: str) -> User:
    """Someone who signs in as `key`@example.org with this password, hashed already; without a key: nobody can."""
    user = accounts.create_person(first_name=first, last_name=last, language=language, by=None)
    if key:
        user.email, user.password = f"{key}@example.org", password
        user.save(update_fields=["email", "password"])
    return user


def load() -> Cast:
    """The cast that is already there."""
    people = {key: User.objects.get(first_name=first, last_name=last) for key, (first, last, _) in NAMES.items()}
    clients_of = {client.user_id: client for client in Client.objects.select_related("user", "program")}
    found = {key: clients_of[user.pk] for key, user in people.items() if user.pk in clients_of}
    return Cast(program=found["alex"].program, clients=found, **people)


def add_lines(program: Program) -> None:
    for position, (name, says, (number, takes_texts, opens, closes)) in enumerate(LINES):
        Line.objects.create(
            program=program,
            name=name,
            says=says,
            number=number,
            takes_texts=takes_texts,
            opens=opens,
            closes=closes,
            position=position,
        )


def _program() -> Program:
    program = Program.objects.create(name="Riverside, adults")
    accounts.set_program_hours(program, WEEK, time(9), time(18), by=None)
    add_lines(program)
    return program
