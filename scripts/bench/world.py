"""Rows in bulk around the demo cast: 300 times with Alex, some 3,000 with others, so that indexes matter."""

import random
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.contrib.auth.hashers import make_password
from django.db import connection
from django.test import Client as Browser

from accounts.models import Actor, Role, User
from clients.models import Assignment, Client, KeptFrom
from goals.models import Goal
from home.demo import cast as demo
from peersupport.lib.clock import now
from peersupport.lib.ids import new_id
from peersupport.lib.sealed import seal
from scripts.bench import goals
from sessions.actions import tally_missing
from sessions.models import ClientWord, ContactLog

LOGS_OF_ALEX = 300
CLIENTS, LOGS_EACH = 100, 30
CASELOAD = 25  # of Maya; the others share the rest
WISHES = 12  # for someone else, waiting for a manager
SAID_OF_ONE = 6  # what a client said about one log
SESSIONS = 300  # of Maya

# Made-up texts of about the length people write. All different: repeated ones would compress to nothing.
_DICE = random.Random(2026)  # noqa: S311 -- the same texts in every run
_WORDS = (
    "about after again alone along always another answer appointment apply asked because before began better birthday "
    "bread brother bus called came certificate church clinic closed coat coffee cold corner county cousin dance day "
    "deposit doctor dog door early easier enough evening every family far father feel few first food form found "
    "friend garden gave glad good group hard heard help her home hope hour house how hungry idea if job kept key "
    "kitchen knew landlord last laughed letter library line list listened little long look lost lunch made maybe "
    "meeting moment money morning mother moved music near need neighbor new next night nobody not number office old "
    "once open over own pain paper park peace people phone plan promise quiet rain read ready rent rest ride room "
    "said sat school see shelter shoes show sister sleep slow small some soon spoke start station stay step still "
    "store story street talk team tell then there they thing think thought three time tired today together told "
    "tomorrow took train tried try turn two until voice wait walk want warm was water week went what when where who "
    "why winter wish with word work worry write year yesterday"
)


def begin() -> None:
    """What the small world has beyond the cast. Call it once, before anything is counted."""
    cast = demo.load()
    goals.begin(cast.clients["alex"], cast.actor("alex"), cast.actor("maya"), _text)
    KeptFrom.objects.create(client=cast.clients["luz"], person=cast.sam)  # asked; the manager's home has one to settle


def fill() -> None:
    """Call it once, after the cast was seeded."""
    cast = demo.load()
    goals.fill(goal_of_alex(), cast.actor("alex"), cast.actor("maya"), _text)
    maya, *others = [cast.actor(name, Role.Kind.SPECIALIST) for name in ("maya", "sam", "noor")]
    alex = cast.clients["alex"]
    missing = LOGS_OF_ALEX - ContactLog.objects.filter(client=alex).count()
    add_times(logs(alex, maya, missing, every=timedelta(hours=16)))
    everyone = people(cast.program.pk)
    for number, client in enumerate(everyone):
        by = maya if number < CASELOAD else others[number % len(others)]
        Assignment.objects.create(client=client, specialist=by.user, starts_at=client.opened_at)
        add_times(logs(client, by, LOGS_EACH, every=timedelta(days=6), begin=number, newest_unfinished=True))
    KeptFrom.objects.bulk_create(KeptFrom(client=client, person=maya.user) for client in everyone[:WISHES])
    ClientWord.objects.bulk_create(_said(talked_about()) for _ in range(SAID_OF_ONE))
    tally_missing()
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")


def places() -> dict[str, str]:
    """Ids of what is looked at."""
    alex = demo.load().clients["alex"]
    signed = ContactLog.objects.filter(client=alex, signed_at__isnull=False).order_by("-occurred_at")
    usual = signed.filter(client_words__isnull=True)[0]
    return {"alex": str(alex.pk), "log": str(usual.pk), "goal": str(goal_of_alex().pk)}


def goal_of_alex() -> Goal:
    """The one with everything in it."""
    return Goal.objects.filter(client=demo.load().clients["alex"]).select_related("client__user").earliest("created_at")


def sessions() -> list[str]:
    """Session keys of Maya: whoever saves a form gets a sentence into their session, which must not grow with them."""
    maya = demo.load().maya
    keys = []
    for _ in range(SESSIONS):
        browser = Browser()
        browser.force_login(maya)
        keys.append(browser.session.session_key or "")
    return keys


def talked_about() -> ContactLog:
    """The log of Alex about which something was said first."""
    alex = demo.load().clients["alex"]
    return ClientWord.objects.filter(log__client=alex).select_related("log__client").order_by("at", "pk")[0].log


def people(program_id: UUID) -> list[Client]:
    """Clients of one program, without sign-in."""
    opened = now() - timedelta(days=200)
    users = [
        User(first_name=_text(1)[:-1], last_name=_text(1)[:-1], password=make_password(None)) for _ in range(CLIENTS)
    ]
    User.objects.bulk_create(users)
    Role.objects.bulk_create(
        Role(user=user, program_id=program_id, kind=Role.Kind.CLIENT, starts_at=opened) for user in users
    )
    return Client.objects.bulk_create(Client(user=user, program_id=program_id, opened_at=opened) for user in users)


def logs(
    client: Client, by: Actor, number: int, *, every: timedelta, begin: int = 0, newest_unfinished: bool = False
) -> list[ContactLog]:
    """The newest one first; they differ in kind, from `begin` on in turn."""
    newest = now() - timedelta(hours=2)
    found = [_log(client, by, newest - position * every, begin + position) for position in range(number)]
    for log in found[newest_unfinished:]:
        log.signed_at = log.changed_at = log.occurred_at + timedelta(hours=1)
        log.signed_name = f"{by.user.first_name} {by.user.last_name}"
        log.signed_role, log.signed_credential = by.hat, by.role.credential
    return found


def _log(client: Client, by: Actor, at: datetime, position: int) -> ContactLog:
    pk = new_id()
    modes, who = list(ContactLog.Mode), list(ContactLog.WhoReachedOut)[position % 3]
    words = seal(
        ContactLog, pk, what_mattered=_text(16), what_we_did=_text(40), how_it_went=_text(9), next_steps=_text(16)
    )
    facts: dict[str, Any] = {
        "minutes_direct": 15 * (1 + position % 4),
        "mode": modes[position % len(modes)],
        "who_reached_out": who,
        "planned": who == ContactLog.WhoReachedOut.NOBODY,
        "place": ContactLog.Place.COMMUNITY,
        "service": ContactLog.Service.ONE_TO_ONE,
        "language": "en",
    }
    times = {"happened_on": at.date(), "occurred_at": at, "started_at": at, "time_zone": by.user.time_zone}
    return ContactLog(pk=pk, client=client, author=by.user, op_id=new_id(), **times, **facts, **words)


def add_times(times: list[ContactLog]) -> None:
    """These logs; about every tenth the client said something."""
    ContactLog.objects.bulk_create(times)
    ClientWord.objects.bulk_create(_said(log) for log in times[5::10])


def _said(log: ContactLog) -> ClientWord:
    pk = new_id()
    return ClientWord(
        pk=pk,
        log=log,
        author=log.client.user,
        op_id=new_id(),
        kind=ClientWord.Kind.IN_MY_WORDS,
        language="en",
        **seal(ClientWord, pk, text=_text(12)),
    )


def _text(words: int) -> str:
    return " ".join(_DICE.choices(_WORDS.split(), k=words)).capitalize() + "."
