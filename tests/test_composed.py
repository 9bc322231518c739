"""A composed query finds what the plain QuerySet finds, for everyone; and refuses what it could not keep."""

import sys
from collections import defaultdict
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from django.apps import apps
from django.db import connection
from django.db.models import BigIntegerField, Q, QuerySet, Sum, functions
from django.test.utils import CaptureQueriesContext
from django.utils import translation
from django.utils.connection import ConnectionDoesNotExist

from accounts.models import Actor, Role, User
from checkins import permissions as of_check_ins
from checkins.actions import answer as answer_check_in
from checkins.models import CheckIn
from clients import actions as clients
from clients import pages, trust
from clients import permissions as of_clients
from clients.models import Client, Handover, KeptFrom, Pause
from conversations import permissions as of_reach_outs
from conversations.actions import answer, open_reach_out
from conversations.actions import take_back as never_mind
from goals.actions.comments import take_back as take_back_comment
from goals.actions.goals import change_goal
from goals.actions.ideas import put_off
from goals.actions.writing import Sent
from goals.models import Comment, Goal, Step, Suggestion, Victory
from goals.permissions import comments as of_comments
from goals.permissions import consent as of_consent
from goals.permissions import goals as of_goals
from goals.permissions import ideas as of_ideas
from goals.permissions import live as of_open_pages
from goals.permissions import news as of_news
from goals.permissions import victories as of_victories
from home import permissions as of_staff
from home.demo.cast import Cast
from home.pages import handovers
from home.views import today
from peersupport.lib.among import ids_of
from peersupport.lib.clock import now
from peersupport.lib.composed import MOST_SHAPES, Composed, NotComposable, composed
from peersupport.lib.ids import new_id
from reports import permissions as of_reports
from reports.figures import counting
from reports.rules.chosen import Span
from sessions import permissions as of_contacts
from sessions.actions import add_words, take_back
from sessions.models import ClientWord, ContactLog, Tally
from sessions.rules.counting import tallies_of


def everyone(cast: Cast) -> list[Actor]:
    return [Actor(role.user, role) for role in Role.objects.select_related("user", "program").order_by("pk")]


def same(query: Composed[Any, Any], *args: Any) -> int:
    """How many rows both find: the same ones, in the same order if they have one, with everything that came along."""
    asked = query.plain(*args)
    kept, plain = query(*args), list(asked)
    if not asked.ordered:
        kept, plain = sorted(kept, key=repr), sorted(plain, key=repr)
    assert kept == plain
    assert [_all_of(row) for row in kept] == [_all_of(row) for row in plain]
    return len(kept)


def _all_of(row: Any) -> Any:
    if not hasattr(row, "_state"):
        return row
    came_along = {name: vars(other) | {"_state": None} for name, other in row._state.fields_cache.items() if other}
    return type(row), vars(row) | {"_state": None}, came_along


@pytest.fixture
def crowded(
    cast: Cast,
    *,
    write_goal: Callable[..., Goal],
    write_step: Callable[..., Step],
    offer: Callable[..., Suggestion],
    write_log: Callable[..., ContactLog],
    comment_on: Callable[..., Comment],
    write_victory: Callable[..., Victory],
    say_back: Callable[..., Any],
    due: Callable[..., CheckIn],
) -> Cast:
    """Covers that began and ended, someone kept away, goals shared and not, words taken back, all that Today shows."""
    answer_check_in(due(), CheckIn.Answer.GOOD, language="en", by=cast.actor("alex"))
    alex, luz = cast.clients["alex"], cast.clients["luz"]
    clients.assign_cover(alex, cast.sam, until=now() + timedelta(days=3), by=None)
    clients.assign_cover(luz, cast.maya, starts_at=now() - timedelta(days=9), until=now() - timedelta(days=1), by=None)
    clients.keep_away(luz, cast.noor, by=cast.actor("luz"))
    goals = [write_goal(visibility=visibility) for visibility in ("just-me", "specialist", "support")]
    write_goal("toni", told_to="maya")
    step = write_step(goals[2], "maya")
    comment_on(goals[0], "alex", "for me")
    said = [comment_on(goals[2], name, "for us", step=one) for name in ("alex", "maya") for one in (step, None)]
    take_back_comment(said[0], by=cast.actor("alex"))
    offer("Ask the landlord", about="step", goal=goals[1])
    put_off(offer("Visit the art group"), by=cast.actor("alex"))
    change_goal(goals[1], Sent({"in_my_words": "a door of my own"}, goals[1].version, new_id()), by=cast.actor("alex"))
    rights = [write_victory(goal=goal, visibility=goal.visibility) for goal in goals]
    say_back(rights[1])
    logs = [write_log(signed=True, what_we_did="walked") for _ in range(3)]
    write_log()
    words = [
        add_words(log, ClientWord.Kind.IN_MY_WORDS, "mine", op_id=new_id(), language="en", by=cast.actor("alex"))
        for log in logs
    ]
    take_back(words[0], by=cast.actor("alex"))
    _what_comes(cast)
    return cast


def _what_comes(cast: Cast) -> None:
    """Reach-outs that wait, were answered or taken back; a handover, and someone away."""
    alex, maya = cast.clients["alex"], cast.actor("maya")
    for number in range(3):
        sent = open_reach_out(alex, "talk", op_id=new_id(), language="en", by=None)
        if number == 1:
            never_mind(sent, by=cast.actor("alex"))
        if number == 2:
            answer(sent, "called", language="en", by=maya)
    leaving, soon = Handover.Why.LEAVING, now() + timedelta(days=3)
    luz, sam = cast.clients["luz"], cast.actor("sam")
    clients.plan_handover(luz, cast.maya, leaving, at=soon, told_in_person=True, by=sam)
    clients.note_pause(alex, Pause.Kind.TRAVEL, now().date(), None, by=maya)


def asked_by(actor: Actor, before: datetime) -> Iterator[tuple[Composed[Any, Any], tuple[Any, ...]]]:
    """Every composed query there is, about everything there is."""
    yield from ((of_goals._goal, (actor, goal.pk, words)) for goal in Goal.objects.all() for words in (True, False))
    for client in Client.objects.order_by("pk"):
        specialists, logs = _keys(User.objects.order_by("pk")), _keys(ContactLog.objects.filter(client=client))
        yield of_clients._client, (actor, client.pk)
        yield of_victories._new_cheers, (client.pk, client.user_id, before)
        yield of_clients._assigned, (client.pk, client.program_id)
        yield of_staff._handovers, (client.pk,)
        yield of_staff._pauses, (client.pk, now().date())
        yield from (
            (of_clients._supervisors, (client.pk, client.program_id, specialists[:most])) for most in (0, 1, 3, 9)
        )
        yield of_contacts._words_on, (client.pk, logs)
        middle = ContactLog.objects.filter(client=client).order_by("occurred_at")[1:2].values_list("occurred_at", "pk")
        yield of_contacts._part, (actor, client.pk, (False, 2, None, None))
        for at, pk in middle:
            yield from ((of_contacts._part, (actor, client.pk, (newer, 9, at, pk))) for newer in (True, False))
        for goal in Goal.objects.filter(client=client):
            yield of_ideas._open_ideas, (actor, client.pk, goal.pk)
            yield of_consent._waiting_or_agreed, (client.pk, goal.pk, before)
            yield of_victories._for_goal, (actor, client.pk, goal.pk)
            yield of_goals.changed_by_others, (actor, goal.pk, before)
            yield of_open_pages._page_version, (actor, goal.pk)
            yield of_comments._newest, (actor, goal.pk, None, 6)
            yield from ((of_comments._newest, (actor, goal.pk, step.pk, 6)) for step in goal.steps.all())
    yield of_goals._steps, (_keys(Goal.objects.order_by("pk")),)
    yield of_victories._cheers, (_keys(Victory.objects.order_by("pk")),)
    yield from _of_a_report(actor)
    yield of_contacts._taken_back, (_keys(ClientWord.objects.order_by("pk")),)
    yield trust._hours_of, (actor.user.pk,)
    yield from _of_the_homes(actor, before)
    if actor.wears(Role.Kind.CLIENT):
        yield pages._own, (actor,)


def _of_the_homes(actor: Actor, before: datetime) -> Iterator[tuple[Composed[Any, Any], tuple[Any, ...]]]:
    yield from ((query, (actor,)) for query in (today._people, today._unfinished, today._said))
    yield from ((of_reach_outs._waiting, (actor, words)) for words in (True, False))
    yield of_reach_outs._taken_back, (actor, before)
    yield of_check_ins._answers, (actor, before)
    yield from ((of_ideas._answered, (actor, since)) for since in (before, None))
    yield of_victories._unseen, (actor, before)
    yield of_news._saves, (actor, before)
    yield handovers._handovers, (actor, before)
    for client in Client.objects.order_by("pk"):
        yield of_reach_outs._latest, (client.pk, before)
        yield of_goals._current, (actor, client.pk)
        yield of_consent._goals, (client.pk, now())
        yield of_check_ins._standing, (client.pk,)
        yield of_check_ins._planned, (client.pk, before)
        yield of_contacts._latest, (actor, client.pk)
        yield of_ideas._waiting, (client.pk,)


def _of_a_report(actor: Actor) -> Iterator[tuple[Composed[Any, Any], tuple[Any, ...]]]:
    day, begins = now().date(), now() - timedelta(days=30)
    people = ids_of(Client.objects.order_by("pk").values_list("pk", flat=True))
    yield of_reports._held, (actor,)
    zones = [ZoneInfo(zone) for zone in ("America/Los_Angeles", "Asia/Kolkata")]
    yield from ((of_reports._today, (people, day, zone)) for zone in zones)
    for groups in ((False, False, False), (True, False, True), (True, True, True)):
        for last in (day, None):
            days, span = (begins.date(), last, day), Span(begins, now() + timedelta(days=1))
            yield counting._counted, (actor, people, days, span, groups)
            yield counting._by_author, (people, days, groups)
            yield from ((counting._one_by_one, (people, days, groups, zone)) for zone in zones)
    logs = ids_of(ContactLog.objects.order_by("pk").values_list("pk", flat=True))
    yield from ((tallies_of, (logs, zone)) for zone in zones)


def _keys(rows: QuerySet[Any]) -> tuple[UUID, ...]:
    return tuple(rows.values_list("pk", flat=True))


def test_every_query_finds_the_same_for_every_actor_with_and_without_composing(crowded: Cast) -> None:
    actors, found = everyone(crowded), defaultdict[str, set[int]](set)
    assert {actor.hat for actor in actors} == set(Role.Kind.values)
    for actor in actors:
        for query, args in asked_by(actor, now() - timedelta(days=1)):
            found[f"{query.build.__module__}.{query.build.__name__}"].add(same(query, *args))
    assert {name for name, numbers in found.items() if not any(numbers)} == set(), "compared nothing with nothing"
    compared = {id(query) for actor in actors for query, _args in asked_by(actor, now())}
    assert {name for name, query in composed_everywhere() if id(query) not in compared} == set()


def composed_everywhere() -> Iterator[tuple[str, Composed[Any, Any]]]:
    ours = {config.name for config in apps.get_app_configs()}
    for name, module in list(sys.modules.items()):
        if name.partition(".")[0] in ours:
            yield from ((f"{name}.{key}", value) for key, value in vars(module).items() if isinstance(value, Composed))


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


def _large_sums(pk: UUID) -> QuerySet[Tally, tuple[Any, ...]]:
    large = functions.Cast("minutes", BigIntegerField())
    rows: QuerySet[Tally, tuple[Any, ...]] = Tally.objects.filter(client=pk).order_by().values_list("two_way")
    return rows.annotate(all=Sum(large), of_none=Sum(large, filter=Q(minutes__lt=0)))


def test_sums_are_integers(crowded: Cast) -> None:
    """PostgreSQL tells the sum of large integers as a decimal number."""
    found = composed(_large_sums)(crowded.clients["alex"].pk)
    assert found == list(_large_sums(crowded.clients["alex"].pk))
    assert {type(number) for _two_way, number, _none in found} == {int}
    assert {none for *_numbers, none in found} == {None}


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor != "postgresql", reason="PostgreSQL keeps prepared statements")
def test_each_connection_is_told_once_and_keeps_what_is_the_same_for_all(cast: Cast) -> None:
    query, people = composed(counting._counted.build), ids_of([cast.clients["alex"].pk])
    days, span = (now().date() - timedelta(days=30), None, now().date()), Span(now() - timedelta(days=30), now())
    asks = (cast.actor("dana"), people, days, span, (False, False, False))
    for _connection in range(2):
        for _again in range(7):  # from the sixth time on the plan may be one for all values
            assert query(*asks) == list(query.plain(*asks))
        (kept,) = query.kept.values()
        assert kept is not None
        with connection.cursor() as cursor:
            cursor.execute("SELECT statement FROM pg_prepared_statements WHERE name = %s", [kept.name])
            ((told,),) = cursor.fetchall()
        assert f"'{Goal.Lifecycle.ACTIVE}'" in told  # written out
        assert people not in told
        connection.close()


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
