"""A composed query finds what the plain QuerySet finds, for everyone; and refuses what it could not keep."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import connection
from django.db.models import QuerySet
from django.test.utils import CaptureQueriesContext
from django.utils import translation
from django.utils.connection import ConnectionDoesNotExist

from accounts.models import Actor, Role, User
from clients import actions as clients
from clients import permissions as of_clients
from clients.models import Assignment, Client, KeptFrom
from goals import permissions as of_goals
from goals.models import Goal
from home.demo.cast import Cast
from peersupport.lib.clock import now
from peersupport.lib.composed import MOST_SHAPES, Composed, NotComposable, composed
from peersupport.lib.ids import new_id


def everyone(cast: Cast) -> list[Actor]:
    return [Actor(role.user, role) for role in Role.objects.select_related("user", "program").order_by("pk")]


def same(query: Composed[Any, Any], *args: Any) -> int:
    """How many rows both find: the same ones, in the same order, with everything that came along."""
    kept, plain = query(*args), list(query.plain(*args))
    assert kept == plain
    assert [_all_of(row) for row in kept] == [_all_of(row) for row in plain]
    return len(kept)


def _all_of(row: Any) -> Any:
    if not hasattr(row, "_state"):
        return row
    came_along = {name: vars(other) | {"_state": None} for name, other in row._state.fields_cache.items() if other}
    return type(row), vars(row) | {"_state": None}, came_along


@pytest.fixture
def crowded(cast: Cast, write_goal: Callable[..., Goal]) -> Cast:
    """Every kind of tie: covers that began and ended, someone kept away, goals shared and not, one put away."""
    alex, luz = cast.clients["alex"], cast.clients["luz"]
    clients.assign_cover(alex, cast.sam, until=now() + timedelta(days=3), by=None)
    clients.assign_cover(luz, cast.maya, starts_at=now() - timedelta(days=9), until=now() - timedelta(days=1), by=None)
    clients.keep_away(luz, cast.noor, by=cast.actor("luz"))
    for visibility in ("just-me", "specialist", "support"):
        write_goal(visibility=visibility)
    return cast


def test_every_actor_finds_the_same_with_and_without_composing(crowded: Cast) -> None:
    actors, people = everyone(crowded), list(Client.objects.all())
    assert {actor.hat for actor in actors} == set(Role.Kind.values)
    found = [same(of_clients._client, actor, client.pk) for actor in actors for client in people]
    assert 0 < sum(found) < len(found)
    found = [same(of_goals._goal, actor, goal.pk, w) for actor in actors for goal in Goal.objects.all() for w in (0, 1)]
    assert 0 < sum(found) < len(found)
    for client in people:
        same(of_clients._assigned, client.pk, client.program_id)
        specialists = tuple(Assignment.objects.values_list("specialist", flat=True))
        for number in range(len(specialists)):
            same(of_clients._supervisors, client.pk, client.program_id, specialists[:number])


def test_what_is_kept_follows_the_rows_and_the_clock(crowded: Cast, clock: Any) -> None:
    alex, sam = crowded.clients["alex"], crowded.actor("sam")
    assert same(of_clients._client, sam, alex.pk) == 1
    clock.move(days=4)  # the cover is over
    assert same(of_clients._client, sam, alex.pk) == 0
    clock.move(days=-4)
    assert same(of_clients._client, sam, alex.pk) == 1
    KeptFrom.objects.create(
        client=alex, person=crowded.sam, asked_at=now(), in_force_since=now() + timedelta(seconds=1)
    )
    assert same(of_clients._client, sam, alex.pk) == 0


def test_nothing_of_whoever_asked_first_is_kept(crowded: Cast) -> None:
    """Neither in the SQL nor beside it: the first one's values, language and rows."""
    query: Composed[Any, Client] = Composed(of_clients._client.build)
    alex, luz = crowded.clients["alex"], crowded.clients["luz"]
    with translation.override("es"):
        assert query(crowded.actor("maya"), alex.pk) == [alex]
    values = str([(kept.sql, kept.params) for kept in query.kept.values() if kept])
    actor = crowded.actor("maya")
    for value in (alex.pk, actor.person_id, actor.role.program_id):
        assert str(value) not in values
        assert value.hex not in values
    assert query(crowded.actor("maya"), luz.pk) == []
    assert query(crowded.actor("sam"), luz.pk) == [luz]
    assert query(crowded.actor("sam"), luz.pk)[0] is not query(crowded.actor("sam"), luz.pk)[0]


def test_it_is_composed_once_for_each_hat_and_asked_with_one_query(crowded: Cast) -> None:
    composing = []

    def build(actor: Actor, pk: UUID) -> QuerySet[Client]:
        composing.append(actor.hat)
        return Client.objects.visible_to(actor).filter(pk=pk)

    query = composed(build)
    actors = everyone(crowded) * 2
    with CaptureQueriesContext(connection) as queries:
        for actor in actors:
            query(actor, crowded.clients["alex"].pk)
    assert len(queries) == len(actors)
    assert sorted(composing) == sorted([*Role.Kind.values] * 2)


def test_a_stand_in_knows_only_what_it_was_given(cast: Cast) -> None:
    """Or a rule that asks for more would be decided once, for everybody."""
    actor = Actor.of_parts(cast.actor("maya").parts)
    assert actor.wears(Role.Kind.SPECIALIST)
    assert actor.person_id == cast.maya.pk
    for touch in (lambda: actor.user.is_active, lambda: actor.role.credential, lambda: actor.role.program):
        with pytest.raises((ConnectionDoesNotExist, AttributeError)):
            touch()


def _a_day_later(at: datetime) -> QuerySet[User]:
    return User.objects.filter(created_at__gt=at + timedelta(days=1))


def _lately() -> QuerySet[User]:
    return User.objects.filter(created_at__gt=now() - timedelta(days=1))


def _someone() -> QuerySet[User]:
    return User.objects.filter(pk=new_id())


def _in_part(pk: UUID) -> QuerySet[User]:
    return User.objects.filter(first_name=f"{pk}!")


@pytest.mark.parametrize(
    ("build", "args"), [(_a_day_later, [now()]), (_lately, []), (_someone, []), (_in_part, [new_id()])]
)
def test_what_is_more_than_its_arguments_is_refused(build: Any, args: list[Any], db: None) -> None:
    with pytest.raises(NotComposable):
        composed(build)(*args)


def test_values_that_should_stand_in_places_do_not_become_shapes(db: None) -> None:
    query: Composed[Any, User] = composed(lambda number: User.objects.filter(first_name=str(number)))
    for number in range(MOST_SHAPES):
        query(number)
    with pytest.raises(NotComposable):
        query(MOST_SHAPES)
