"""A goal for more than half of the clients, in words that people of the demo's year said."""

from __future__ import annotations

from datetime import timedelta
from functools import cache
from random import Random
from typing import TYPE_CHECKING
from uuid import UUID

from audit.models import Event
from clients.models import Client
from goals.models import Goal, Revision
from home.demo.year import told
from peersupport.lib.ids import id_at
from peersupport.lib.sealed import seal
from scripts.demo_data.people import PROGRAM

if TYPE_CHECKING:
    from scripts.demo_data.fill import Progress, Size

BATCH = 1_000
AREAS = ("home", "health", "purpose", "community", "")
SHARED = ("support", "support", "specialist", "specialist", "just-me")


def add(size: Size, progress: Progress) -> None:
    dice = Random(size.contacts)  # noqa: S311 -- the same each time
    clients = (
        Client.objects.filter(program__name__startswith=PROGRAM).select_related("user").order_by("opened_at", "pk")
    )
    waiting: list[tuple[Goal, Revision, Event]] = []
    for done, client in enumerate(clients.order_by("opened_at", "pk").iterator(chunk_size=BATCH), 1):
        if dice.random() < 0.6:
            waiting.append(_goal(client, dice))
        if len(waiting) == BATCH:
            _store(waiting)
            progress("clients asked for goals", done, size.clients)
    _store(waiting)
    progress("clients asked for goals", size.clients, size.clients)


def _store(waiting: list[tuple[Goal, Revision, Event]]) -> None:
    Goal.objects.bulk_create(goal for goal, _revision, _event in waiting)
    Revision.objects.bulk_create(revision for _goal, revision, _event in waiting)
    Event.objects.bulk_create(event for _goal, _revision, event in waiting)
    waiting.clear()


@cache
def _texts(language: str) -> list[str]:
    people = [person for person in told.everyone() if person.language == language]
    return [goal.words for person in people for goal in person.goals]


def _goal(client: Client, dice: Random) -> tuple[Goal, Revision, Event]:
    """The row, its first revision and its event, as `add_goal` by the client leaves them."""
    at = client.opened_at + timedelta(days=dice.randrange(4, 60), hours=dice.randrange(12))
    pk, revision, op_id, event_id = (id_at(at, dice.getrandbits(74)) for _ in range(4))
    text, language = dice.choice(_texts(client.user.language)), client.user.language
    facts = {"dimension": dice.choice(AREAS), "visibility": dice.choice(SHARED), "lifecycle": "active"}
    goal = Goal(
        pk=pk,
        client=client,
        author=client.user,
        created_at=at,
        changed_at=at,
        languages={"in_my_words": language},
        agreed_version=1,
        agreed_at=at,
        agreed_how=Goal.AgreedHow.OWN,
        **facts,
        **seal(Goal, pk, in_my_words=text),
    )
    event = Event(
        pk=event_id,
        verb="goal.added",
        at=at,
        actor_id=client.user_id,
        hat="client",
        client_id=client.pk,
        subject_type="goal",
        subject_id=pk,
    )
    return goal, _first(goal, revision, op_id, facts, text), event


def _first(goal: Goal, pk: UUID, op_id: UUID, facts: dict[str, str], text: str) -> Revision:
    kept = {name: value for name, value in facts.items() if value}
    return Revision(
        pk=pk,
        goal=goal,
        author=goal.author,
        at=goal.created_at,
        op_id=op_id,
        op_fingerprint="-",
        base_version=0,
        version=1,
        changed=sorted(["in_my_words", *kept]),
        facts=kept,
        visibility=facts["visibility"],
        language=goal.languages["in_my_words"],
        **seal(Revision, pk, in_my_words=text),
    )
