"""The caseload report of a supervisor of three hundred: beside the minimal page, and counting beside SQL by hand."""

import time
from collections.abc import Callable
from datetime import timedelta
from statistics import median
from typing import Any
from zoneinfo import ZoneInfo

from django.db import connection

from accounts import actions as accounts
from accounts.models import Actor, Role
from clients.models import Assignment, Client
from home.demo import cast as demo
from peersupport.lib.clock import now
from reports.figures.counting import MINUTES, count
from reports.permissions import caseload_of
from reports.rules.chosen import Chosen, last_days
from scripts.bench import world
from sessions.actions import tally_missing

SUPERVISOR, PEOPLE, LOGS_EACH, ROUNDS = "nell", 300, 30, 15

# What the report counts of everyone in 30 days, as one would write it by hand; the same numbers come out.
BY_HAND = """
WITH people AS (
    SELECT DISTINCT client.id, client.user_id, client.quiet_after_days, client.opened_at
    FROM clients_client client
    JOIN clients_assignment held ON held.client_id = client.id
    JOIN accounts_supervision answers ON answers.specialist_id = held.specialist_id
    WHERE client.program_id = %(program)s AND client.closed_at IS NULL AND answers.supervisor_id = %(supervisor)s
        AND held.starts_at <= %(now)s AND (held.ends_at IS NULL OR held.ends_at > %(now)s)
        AND answers.starts_at <= %(now)s AND (answers.ends_at IS NULL OR answers.ends_at > %(now)s)
        AND NOT EXISTS (SELECT 1 FROM clients_keptfrom kept WHERE kept.client_id = client.id
            AND kept.person_id = %(supervisor)s AND kept.in_force_since IS NOT NULL AND kept.ended_at IS NULL)
), newest AS (
    SELECT log.* FROM peer_sessions_contactlog log JOIN people ON people.id = log.client_id
    WHERE log.occurred_at >= %(begins)s AND log.occurred_at < %(ends)s
        AND NOT EXISTS (SELECT 1 FROM peer_sessions_enteredinerror error WHERE error.log_id = log.id)
        AND NOT EXISTS (SELECT 1 FROM peer_sessions_contactlog later WHERE later.corrects_id = log.id
            AND later.signed_at IS NOT NULL
            AND NOT EXISTS (SELECT 1 FROM peer_sessions_enteredinerror error WHERE error.log_id = later.id))
), counted AS (
    SELECT client_id, author_id,
        count(*) FILTER (WHERE talked) AS contacts,
        count(*) FILTER (WHERE talked AND NOT planned) AS outside,
        count(*) FILTER (WHERE talked AND who_reached_out = 'client') AS by_client,
        sum(minutes_direct) FILTER (WHERE talked) AS minutes,
        count(*) FILTER (WHERE signed_at IS NOT NULL AND (mode = 'voicemail' AND outcome = 'connected'
            OR outcome IN ('did-not-connect', 'left-message'))) AS attempts,
        count(*) FILTER (WHERE signed_at IS NULL) AS unfinished
    FROM (SELECT newest.*, signed_at IS NOT NULL AND outcome = 'connected' AND mode <> 'voicemail' AS talked
        FROM newest) AS seen
    GROUP BY client_id, author_id
)
SELECT people.id, named.first_name, named.last_name, people.quiet_after_days, people.opened_at, counted.*,
    (SELECT max(log.occurred_at) FROM peer_sessions_contactlog log
        WHERE log.client_id = people.id AND log.outcome = 'connected' AND log.mode <> 'voicemail') AS last,
    (SELECT count(*) FROM goals_goal goal WHERE goal.client_id = people.id AND goal.visibility = 'support'
        AND goal.lifecycle = 'active') AS goals,
    (SELECT count(*) FROM conversations_reachout sent WHERE sent.client_id = people.id
        AND sent.opened_at >= %(begins)s AND sent.opened_at < %(ends)s AND sent.promised_by IS NOT NULL) AS promised
FROM people JOIN accounts_user named ON named.id = people.user_id LEFT JOIN counted ON counted.client_id = people.id
ORDER BY named.first_name, named.last_name
"""
LATE = """
SELECT log.client_id, log.author_id, count(*) FROM peer_sessions_contactlog log
WHERE log.client_id = ANY(%(ids)s::uuid[]) AND log.occurred_at >= %(begins)s AND log.occurred_at < %(ends)s
    AND log.corrects_id IS NULL
    AND (coalesce(log.signed_at, %(now)s) AT TIME ZONE %(zone)s)::date - log.happened_on > CASE
        WHEN log.service = 'crisis' THEN 1 WHEN extract(isodow FROM log.happened_on) IN (3, 4, 5) THEN 5
        WHEN extract(isodow FROM log.happened_on) = 6 THEN 4 ELSE 3 END
    AND NOT EXISTS (SELECT 1 FROM peer_sessions_enteredinerror error WHERE error.log_id = log.id)
GROUP BY log.client_id, log.author_id
"""
WEEKS = """
SELECT date_trunc('week', log.occurred_at AT TIME ZONE %(zone)s) AS week, log.planned, count(*)
FROM peer_sessions_contactlog log
WHERE log.client_id = ANY(%(ids)s::uuid[]) AND log.occurred_at >= %(begins)s AND log.occurred_at < %(ends)s
    AND log.signed_at IS NOT NULL AND log.outcome = 'connected' AND log.mode <> 'voicemail'
    AND NOT EXISTS (SELECT 1 FROM peer_sessions_enteredinerror error WHERE error.log_id = log.id)
    AND NOT EXISTS (SELECT 1 FROM peer_sessions_contactlog later WHERE later.corrects_id = log.id
        AND later.signed_at IS NOT NULL)
GROUP BY week, log.planned
"""


def fill() -> None:
    """A supervisor, one specialist and their people, beside everyone else."""
    cast = demo.load()
    nell = accounts.create_person(first_name="Nell", email=f"{SUPERVISOR}@example.org", password=demo.PASSWORD, by=None)
    kim = accounts.create_person(first_name="Kim", by=None)
    accounts.give_role(nell, Role.Kind.SUPERVISOR, program=cast.program, by=None)
    role = accounts.give_role(kim, Role.Kind.SPECIALIST, program=cast.program, by=None)
    accounts.start_supervision(nell, kim, by=None)
    people: list[Client] = []
    while len(people) < PEOPLE:
        people += world.people(cast.program.pk)
    for number, client in enumerate(people):
        Assignment.objects.create(client=client, specialist=kim, starts_at=client.opened_at)
        by = Actor(kim, role)
        world.add_times(
            world.logs(client, by, LOGS_EACH, every=timedelta(days=3), begin=number, newest_unfinished=True)
        )
    tally_missing()
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")


def beside_sql() -> dict[str, Any]:
    """Milliseconds of one counting, by turns: ours with all it takes to ask, and SQL that was written by hand."""
    cast = demo.load()
    role = Role.objects.select_related("user", "program").get(user__email=f"{SUPERVISOR}@example.org")
    actor, zone = Actor(role.user, role), ZoneInfo(cast.program.time_zone)
    chosen = Chosen(*last_days(zone), zone)
    ours = _ours(actor, chosen)
    assert ours() == _by_hand(actor, chosen)(), "the two count differently"
    ways = {"ours": ours, "by_hand": _by_hand(actor, chosen)}
    found: dict[str, list[float]] = {name: [] for name in ways}
    for _ in range(ROUNDS):
        for name, way in ways.items():
            begun = time.perf_counter()
            way()
            found[name].append((time.perf_counter() - begun) * 1000)
    return {name: round(median(times), 3) for name, times in found.items()}


def _ours(actor: Actor, chosen: Chosen) -> Callable[[], tuple[int, ...]]:
    def ask() -> tuple[int, ...]:
        report = count(actor, caseload_of(actor), chosen)
        report.shown(report.people.values())
        names = ("contacts", "outside", MINUTES, "attempts", "unfinished", "late")
        weeks = sum(week.planned + week.outside for week in report.weeks)
        return (len(report.people), *(report.total[name] for name in names), weeks)

    return ask


def _by_hand(actor: Actor, chosen: Chosen) -> Callable[[], tuple[int, ...]]:
    asks: dict[str, Any] = {
        "program": actor.role.program_id,
        "supervisor": actor.person_id,
        "now": now(),
        "begins": chosen.begins,
        "ends": chosen.ends,
        "zone": str(chosen.zone),
    }

    def ask() -> tuple[int, ...]:
        with connection.cursor() as cursor:
            cursor.execute(BY_HAND, asks)
            names = [column[0] for column in cursor.description]
            rows = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
            also = {**asks, "ids": [str(row["id"]) for row in rows]}
            cursor.execute(LATE, also)
            late = sum(row[2] for row in cursor.fetchall())
            cursor.execute(WEEKS, also)
            weeks = sum(row[2] for row in cursor.fetchall())
        counted = ("contacts", "outside", "minutes", "attempts", "unfinished")
        return (len(rows), *(sum(row[name] or 0 for row in rows) for name in counted), late, weeks)

    return ask
