"""Two programs in which things happen at random for some months, by way of the real actions at the right moment.

The same seed makes the same world. `live` goes on from where the world is; `RICH` says what a world must hold before a
test may trust what it finds there.
"""

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from accounts import actions as accounts
from accounts.models import Actor, Program, Role, Supervision, User
from checkins import actions as checkins
from checkins.models import CheckIn
from clients import actions as clients
from clients.models import Assignment, Client, KeptFrom
from conversations import actions as conversations
from conversations.models import ReachOut
from goals.actions.goals import add_goal, change_goal
from goals.actions.writing import Sent
from goals.models import Goal
from home.demo.cast import WEEK, Cast
from notifications.models import Delivery
from peersupport.lib.clock import now
from peersupport.lib.ids import new_id
from peersupport.lib.refusals import Refusal
from sessions import actions as sessions
from sessions.actions import Contact
from sessions.models import ContactLog, EnteredInError
from tests.checking_in import answered_before, terms
from tests.conftest import Clock

FAR = "Asia/Kolkata"  # the second program's: half a day and a half hour away
FIRST = ("José", "Zoë", "Ana", "Łukasz", "Bo", "Mei", "Al", "Ángel", "Ida", "Ravi", "Noa", "Jo")
LAST = ("Núñez", "Okoye", "Smith", "Ågren", "Li", "O’Neil", "Reyes", "Das")
Act = Callable[["World"], None]


@dataclass
class World:
    cast: Cast
    clock: Clock
    dice: random.Random
    far: Program = field(init=False)
    specialists: list[Actor] = field(default_factory=list)
    supervisors: list[Actor] = field(default_factory=list)  # dana has two hats of this kind
    people: list[Client] = field(default_factory=list)

    def pick(self, found: Any) -> Any:
        rows = list(found)
        return self.dice.choice(rows) if rows else None


def begin(cast: Cast, clock: Clock, seed: int, days: int = 100) -> World:
    """So many days ago; nothing has happened yet."""
    world = World(cast, clock, random.Random(seed))
    clock.move(days=-days)
    world.far = Program.objects.create(name="Harbor", time_zone=FAR)
    accounts.set_program_hours(world.far, WEEK, time(9), time(18), by=None)
    _staff(world)
    _people(world)
    return world


def live(world: World, days: int, acts: int) -> None:
    """Things happen, evenly over the days; afterwards it is so many days later."""
    for _ in range(acts):
        world.clock.move(seconds=days * 86400 / acts)
        act = world.dice.choices(list(ACTS), weights=list(ACTS.values()))[0]
        try:
            act(world)
        except Refusal:  # what may not be done is not done, here as everywhere
            continue


def _staff(world: World) -> None:
    cast, begun = world.cast, now() - timedelta(days=1)
    kim = accounts.create_person(first_name="Kim", last_name="Vance", time_zone=FAR, by=None)
    lee = accounts.create_person(first_name="Lee", last_name="Ortiz", by=None)
    for person, kind, program in (
        (kim, Role.Kind.SPECIALIST, world.far),
        (lee, Role.Kind.SPECIALIST, cast.program),
        (cast.maya, Role.Kind.SPECIALIST, world.far),
        (cast.dana, Role.Kind.SUPERVISOR, world.far),
    ):
        accounts.give_role(person, kind, program=program, starts_at=begun, by=None)
    accounts.start_supervision(cast.dana, kim, starts_at=begun, by=None)
    accounts.start_supervision(cast.priya, lee, starts_at=begun, by=None)
    roles = Role.objects.select_related("user", "program").order_by("pk")
    world.specialists = [Actor(role.user, role) for role in roles.filter(kind=Role.Kind.SPECIALIST)]
    world.supervisors = [Actor(role.user, role) for role in roles.filter(kind=Role.Kind.SUPERVISOR)]


def _people(world: World) -> None:
    world.people = list(world.cast.clients.values())
    for number in range(26):
        program = world.far if number % 4 == 3 else world.cast.program
        first, last = world.dice.choice(FIRST), world.dice.choice(LAST)
        user = accounts.create_person(first_name=first, last_name=last, by=None)
        accounts.give_role(user, Role.Kind.CLIENT, program=program, by=None)
        client = clients.open_client(user, program, by=None)
        clients.set_quiet_mark(client, world.dice.choice([None, 3, 7, 14, 30]), by=None)  # type: ignore[arg-type]
        clients.assign_specialist(client, _someone_of(world, client).user, by=None)
        world.people.append(client)


def _someone_of(world: World, client: Client) -> Actor:
    found: Actor = world.pick(one for one in world.specialists if one.role.program_id == client.program_id)
    return found


def _someone_with(world: World, client: Client) -> Actor:
    """Most often who walks with them; now and then someone else, as when people help out."""
    walking = set(Assignment.objects.open().filter(client=client).values_list("specialist", flat=True))
    own = [one for one in world.specialists if one.person_id in walking and one.role.program_id == client.program_id]
    return world.pick(own) if own and world.dice.random() < 0.8 else _someone_of(world, client)


def _hat_of(log: ContactLog) -> Actor:
    roles = Role.objects.filter(user=log.author, kind=Role.Kind.SPECIALIST, program=log.client.program)
    return Actor(log.author, roles.select_related("program").get())


# --- what happens -----------------------------------------------------------------------------------------------------
def _contact(world: World, zone: str) -> Contact:
    dice = world.dice
    day = now().astimezone(ZoneInfo(zone)).date() - timedelta(days=dice.choice([0, 0, 0, 1, 2, 4, 7, 12]))
    started = time(dice.randrange(24), dice.choice([0, 15, 59])) if dice.random() < 0.5 else None
    return Contact(
        happened_on=day,
        mode=dice.choice(ContactLog.Mode.values),
        who_reached_out=dice.choice(ContactLog.WhoReachedOut.values),
        minutes_direct=dice.choice([0, 5, 10, 15, 20, 45, 60, 95]),
        minutes_travel=dice.choice([0, 30]),
        started=started,
        time_zone=zone,
        outcome=dice.choices(ContactLog.Outcome.values, weights=[6, 2, 2, 1, 1])[0],
        service=dice.choice(["", "", "goals", "crisis"]),
    )


def log(world: World) -> None:
    client = world.pick(world.people)
    by = _someone_with(world, client)
    made = sessions.start_log(client, _contact(world, by.user.time_zone), op_id=new_id(), by=by)
    if world.dice.random() < 0.6:
        _sign(made, by)


def _sign(made: ContactLog, by: Actor) -> None:
    """Whoever lost the person meanwhile cannot sign any more, and the log stays as it is."""
    if ContactLog.objects.visible_to(by).filter(pk=made.pk).exists():
        sessions.sign_log(ContactLog.objects.with_marks().get(pk=made.pk), version=made.version, by=by)


def _some_log(world: World, **which: Any) -> ContactLog | None:
    rows = ContactLog.objects.with_marks().select_related("client__program", "client__user", "author")
    found: ContactLog | None = world.pick(rows.filter(**which).order_by("pk"))
    seen = found is not None and ContactLog.objects.visible_to(_hat_of(found)).filter(pk=found.pk).exists()
    return found if seen else None


def sign(world: World) -> None:
    found = _some_log(world, signed_at=None)
    if found is not None:
        sessions.sign_log(found, version=found.version, by=_hat_of(found))


def correct(world: World) -> None:
    found = _some_log(world, signed_at__isnull=False)
    if found is None:
        return
    by = _hat_of(found)
    again = sessions.correct_log(found, _contact(world, by.user.time_zone), op_id=new_id(), by=by)
    if world.dice.random() < 0.7:
        _sign(again, by)


def mistake(world: World) -> None:
    found = _some_log(world)
    if found is not None:
        sessions.enter_in_error(found, "0", by=_hat_of(found))


def goal(world: World) -> None:
    client = world.pick(world.people)
    by = Actor(client.user, Role.objects.select_related("program").get(user=client.user, kind=Role.Kind.CLIENT))
    visibility = world.dice.choice(["just-me", "specialist", "support", "support"])
    made = add_goal(client, Sent({"in_my_words": "1", "visibility": visibility}, 0, new_id(), "en"), by=by)
    life = world.dice.choice(["", "", "on-hold", "completed", "cancelled", "entered-in-error"])
    if life:
        change_goal(made, Sent({"lifecycle": life}, made.version, new_id(), "en"), by=by)


def reach_out(world: World) -> None:
    conversations.open_reach_out(world.pick(world.people), "talk", op_id=new_id(), language="en", by=None)


def hear(world: World) -> None:
    waiting = ReachOut.objects.waiting().select_related("client").order_by("-opened_at", "pk")[:4]
    row: ReachOut | None = world.pick(waiting)
    if row is None:
        return
    if world.dice.random() < 0.25:
        own = Role.objects.select_related("program", "user").get(user=row.client.user, kind=Role.Kind.CLIENT)
        conversations.take_back(row, by=Actor(own.user, own))
    else:
        conversations.answer(row, "called", language="en", by=_someone_of(world, row.client))


def reassign(world: World) -> None:
    client = world.pick(world.people)
    for held in Assignment.objects.open().filter(client=client, kind=Assignment.Kind.PRIMARY):
        clients.end_assignment(held, Assignment.EndReason.HANDED_ON, by=None)
    clients.assign_specialist(client, _someone_of(world, client).user, by=None)


def cover(world: World) -> None:
    client = world.pick(world.people)
    until = now() + timedelta(days=world.dice.choice([1, 10, 60]))
    clients.assign_cover(client, _someone_of(world, client).user, until=until, by=None)


def close(world: World) -> None:
    client = world.pick(world.people)
    closed = None if Client.objects.filter(pk=client.pk, closed_at__isnull=False).exists() else now()
    Client.objects.filter(pk=client.pk).update(closed_at=closed)


def keep_away(world: World) -> None:
    client, person = world.pick(world.people), world.pick(world.supervisors).user
    named = KeptFrom.objects.filter(client=client, person=person, ended_at=None).first()
    if named is None:
        KeptFrom.objects.create(client=client, person=person, asked_at=now(), in_force_since=now())
    else:
        clients.let_back(named, by=world.supervisors[0])


def supervise(world: World) -> None:
    """A specialist passes to someone else, or has two supervisors for a while."""
    specialist: User = world.pick(world.specialists).user
    for held in Supervision.objects.open().filter(specialist=specialist):
        if world.dice.random() < 0.7:
            accounts.end_supervision(held, by=None)
    supervisor = world.pick(world.supervisors).user
    if not Supervision.objects.filter(supervisor=supervisor, specialist=specialist, ends_at=None).exists():
        accounts.start_supervision(supervisor, specialist, by=None)


def check_in(world: World) -> None:
    client = world.pick(Client.objects.active().select_related("user", "program").order_by("pk"))
    rows = CheckIn.objects.filter(agreement__client=client).select_related("agreement__client__user")
    like = rows.order_by("planned_for").first()
    if like is None:
        own = Role.objects.select_related("program", "user").get(user=client.user, kind=Role.Kind.CLIENT)
        checkins.propose(client, terms(), op_id=new_id(), by=Actor(own.user, own))
        like = rows.earliest("planned_for")
    made = answered_before(like, world.dice.randrange(1, 40), world.dice.choice(["good", "so-so", ""]))
    if CheckIn.objects.filter(agreement=made.agreement, local_date=made.local_date).exists():
        return
    made.save(force_insert=True)
    if world.dice.random() < 0.5:
        _deliver(made, made.planned_for, world.dice.choice(["suppressed", "expired", "delivered"]))


def _deliver(made: CheckIn, at: datetime, state: str) -> None:
    Delivery.objects.create(
        kind="check-in",
        subject_id=made.pk,
        recipient=made.agreement.client.user,
        channel="in-app",
        key=str(made.pk),
        state=state,
        reason="paused" if state == "suppressed" else "",
        due_at=at,
        expires_at=at + timedelta(hours=4),
        try_at=at,
        planned_zone="UTC",
        ended_at=at,
        accepted_at=at if state == "delivered" else None,
    )


ACTS: dict[Act, int] = {
    log: 50,
    sign: 8,
    correct: 7,
    mistake: 3,
    goal: 6,
    reach_out: 8,
    hear: 5,
    check_in: 9,
    reassign: 2,
    cover: 2,
    close: 1,
    keep_away: 2,
    supervise: 1,
}


def poverty(world: World) -> dict[str, int]:
    """What there is too little of for a test to mean much; empty when the world is rich enough."""
    logs = ContactLog.objects
    found = {
        "people": (len(world.people), 25),
        "contacts": (logs.newest_form().filter(signed_at__isnull=False, outcome="connected").count(), 80),
        "unsigned": (logs.unfinished().count(), 20),
        "corrected": (logs.with_marks().filter(corrected=True).count(), 10),
        "errors": (EnteredInError.objects.count(), 6),
        "handed on": (Assignment.objects.filter(end_reason="handed-on").count(), 4),
        "covers": (Assignment.objects.filter(kind="cover").count(), 4),
        "kept away": (KeptFrom.objects.in_force().count(), 2),
        "ended supervisions": (Supervision.objects.filter(ends_at__isnull=False).count(), 1),
        "goals not shared": (Goal.objects.exclude(visibility="support").count(), 6),
        "answered late or never": (ReachOut.objects.waiting().count(), 3),
        "check-ins": (CheckIn.objects.filter(answered_at__isnull=True).count(), 6),
    }
    return {name: number for name, (number, least) in found.items() if number < least}
