"""Who is there, since when, and who walks with whom."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime

from django.contrib.auth.hashers import make_password

from accounts import actions as accounts
from accounts.models import Actor, Program, Role
from clients import actions as clients
from clients.models import Assignment, Client
from home.demo.cast import CREDENTIAL, PASSWORD, Cast, add_lines
from home.demo.cast import person as new_person
from home.demo.year.days import DAY, Days, clock
from home.demo.year.told import Person, Staff
from peersupport.lib.clock import standing_at

LONG_AGO = 400  # days that everyone on the staff has been here at least


@dataclass(frozen=True)
class Place:
    """Everyone under the hat they act in. `told`: who a client is in the data files."""

    days: Days
    staff: dict[str, Actor] = field(default_factory=dict)
    managers: dict[str, Actor] = field(default_factory=dict)  # by the name of the program
    told: dict[str, Person] = field(default_factory=dict)
    clients: dict[str, Client] = field(default_factory=dict)
    actors: dict[str, Actor] = field(default_factory=dict)  # the clients themselves

    def walking_with(self, person: Person, ago: int) -> Actor:
        """Their specialist, so many days ago."""
        if person.before and ago > person.before[1]:
            return self.staff[person.before[0]]
        return self.staff[person.walks_with]

    def manager_of(self, person: Person) -> Actor:
        return self.managers[self.staff[person.walks_with].role.program.name]

    def supervisor_of(self, person: Person) -> Actor:
        specialist = self.staff[person.walks_with].user
        found = specialist.supervised_by.select_related("supervisor").order_by("starts_at", "pk")
        key = found[0].supervisor.first_name.lower()
        return self.staff[key]


def gather(cast: Cast, working: Staff, everyone: list[Person], days: Days) -> Place:
    """People of the second program, then every client on the day they came."""
    managers = {cast.program.name: cast.actor("omar")}
    place = Place(days, staff=dict(_of_the_cast(cast)), managers=managers)
    password = make_password(PASSWORD)  # made once: to make it for each of them would take half a minute
    with standing_at(days.moment(days.today - LONG_AGO * DAY, "09:00")):
        _open_program(place, working, password)
    for person in everyone:
        with standing_at(days.moment(days.ago(person.since, working=True), "09:30")):
            _welcome(place, person, password)
    for person in everyone:
        _walk(place, person)
    return place


def _of_the_cast(cast: Cast) -> Iterator[tuple[str, Actor]]:
    for name in ("maya", "sam", "noor", "rio"):
        yield name, cast.actor(name, Role.Kind.SPECIALIST)
    for name in ("dana", "priya"):
        yield name, cast.actor(name, Role.Kind.SUPERVISOR)


def _open_program(place: Place, working: Staff, password: str) -> None:
    told = working.program
    program = Program.objects.create(name=told.name, noun=told.noun, reply_promise_minutes=told.promise)
    accounts.set_program_hours(program, told.days, clock(told.opens), clock(told.closes), by=None)
    add_lines(program)
    supervisor = working.supervisor
    place.staff[supervisor[0]] = _hire(supervisor, Role.Kind.SUPERVISOR, program, password)
    place.managers[program.name] = _hire(working.manager, Role.Kind.MANAGER, program, password)
    for key, (*names, supervised_by) in working.specialists.items():
        place.staff[key] = _hire([key, *names], Role.Kind.SPECIALIST, program, password)
        user = place.staff[key].user
        accounts.set_contact_hours(user, told.days[:5], clock(told.opens), clock(told.closes), by=None)
        accounts.start_supervision(place.staff[supervised_by].user, user, by=None)


def _hire(who: list[str], kind: Role.Kind, program: Program, password: str) -> Actor:
    key, first, last, language = who
    user = new_person(key, first, last, language, password)
    credential = CREDENTIAL if kind == Role.Kind.SPECIALIST else ""
    return Actor(user, accounts.give_role(user, kind, program=program, credential=credential, by=None))


def _welcome(place: Place, person: Person, password: str) -> None:
    first, _, last = person.name.partition(" ")
    user = new_person(person.key if person.sign_in else "", first, last, person.language, password)
    program = place.staff[person.walks_with].role.program
    role = accounts.give_role(user, Role.Kind.CLIENT, program=program, by=None)
    client = clients.open_client(user, program, by=None)
    place.told[person.key] = person
    place.clients[person.key], place.actors[person.key] = client, Actor(user, role)
    clients.assign_specialist(client, place.walking_with(person, person.since).user, by=None)


def _walk(place: Place, person: Person) -> None:
    """Who took over, who stood in, and what the client set for themselves."""
    client, actor = place.clients[person.key], place.actors[person.key]
    if person.before:
        with standing_at(_at(place, person.before[1], "09:00")):
            first = Assignment.objects.get(client=client, kind=Assignment.Kind.PRIMARY)
            clients.end_assignment(first, Assignment.EndReason.HANDED_ON, by=None)
            clients.assign_specialist(client, place.staff[person.walks_with].user, by=None)
    if person.cover:
        name, since, until = person.cover
        with standing_at(_at(place, since, "09:00")):
            ends = place.days.moment(place.days.today, "18:00") - until * DAY
            clients.assign_cover(client, place.staff[name].user, until=ends, by=None)
    if person.quiet_after:
        with standing_at(_at(place, person.since - 2, "19:20")):
            clients.set_quiet_mark(client, person.quiet_after, by=actor)
            client.quiet_after_days = person.quiet_after
    for name, ago in person.keeps_away:
        with standing_at(_at(place, ago, "20:05")):
            clients.keep_away(client, place.staff[name].user, by=actor)


def _at(place: Place, ago: int, wall: str) -> datetime:
    return place.days.moment(place.days.ago(ago), wall)
