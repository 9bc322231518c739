"""Reach-outs without words, in the program's hours, nearly all of them answered, and their events."""

from __future__ import annotations

from typing import TYPE_CHECKING

from peersupport.lib.clock import now
from scripts.demo_data.contacts import CLIENTS
from scripts.demo_data.sql import (
    DAY,
    HOUR,
    UTC_MINUS,
    chance,
    empty,
    local_hour,
    moment,
    on_a_working_day,
    one_of,
    run,
    seconds,
    series,
    uuid,
)

if TYPE_CHECKING:
    from scripts.demo_data.fill import Progress, Size

CHUNK = 20_000
HOURS = "0909101011111213141414151516"
PROMISE = 70 * 60
DRAWN = "demo_data_reach_outs"
_KIND = one_of(41, (40, "say-hi"), (42, "talk"), (18, "hard-day"))
_WANTS = one_of(42, (48, "call"), (27, "text"), (10, "any"), (15, "write"))
_HOW = one_of(43, (60, "called"), (34, "texted"), (6, "met"))


def add(size: Size, progress: Progress) -> None:
    wanted = size.contacts // 25
    for begin in range(0, wanted, CHUNK):
        progress("reach-outs", begin, wanted)
        run(f"CREATE TEMPORARY TABLE {DRAWN} AS {_drawn(size, begin, min(begin + CHUNK, wanted), wanted)}")
        run(_INSERT)
        run(_events())
        run(f"DROP TABLE {DRAWN}")
    progress("reach-outs", wanted, wanted)


def _drawn(size: Size, begin: int, end: int, wanted: int) -> str:
    """Of whoever came in the first years, so that each was here already; one in 400 of the last weeks waits."""
    first, last = seconds(size.begins) + int(size.years * 365 * 0.8) * DAY, seconds(now()) - 4 * DAY
    day = on_a_working_day(f"((at - {UTC_MINUS}) / {DAY})", 44)
    return f"""
    WITH numbers AS ({series(begin, end)}),
    times AS MATERIALIZED (SELECT k, {first} + k * ({last} - {first}) / {wanted} AS at FROM numbers),
    placed AS MATERIALIZED (
        SELECT k, {chance(45)} % {size.clients} AS number, {chance(46)} % 400 <> 0 AS is_answered,
            {day} * {DAY} + {local_hour(47, HOURS)} * {HOUR} + {chance(48)} % 60 * 60 + {UTC_MINUS} AS at FROM times)
    SELECT k, at, is_answered, at + 60 + {chance(49)} % 40 * 60 AS seen, client_id, user_id, specialist_id, language,
        {uuid("at * 1000", 512)} AS id, {uuid("at * 1000", 544)} AS op_id
    FROM placed JOIN {CLIENTS} ON {CLIENTS}.number = placed.number"""


_INSERT = f"""
INSERT INTO conversations_reachout (id, client_id, op_id, op_fingerprint, kind, wants, words_sealed, language,
    opened_at, promised_by, seen_at, seen_by_id, answered_at, answered_by_id, answered_how, answer_sealed,
    answer_language)
SELECT id, client_id, op_id, '-', {_KIND}, {_WANTS}, {empty()}, language, {moment("at")}, {moment(f"at + {PROMISE}")},
    CASE WHEN is_answered THEN {moment("seen")} END, CASE WHEN is_answered THEN specialist_id END,
    CASE WHEN is_answered THEN {moment("seen + 180")} END, CASE WHEN is_answered THEN specialist_id END,
    CASE WHEN is_answered THEN {_HOW} ELSE '' END, {empty()}, '' FROM {DRAWN} ORDER BY k"""


def _events() -> str:
    columns = "id, at, actor_id, hat, verb, client_id, subject_type, subject_id, page, narrowed_by"
    told = (
        ("at", "user_id", "client", "reach_out.opened", "is_answered OR NOT is_answered"),
        ("(seen + 180)", "specialist_id", "specialist", "reach_out.answered", "is_answered"),
    )
    parts = [
        f"SELECT {uuid(f'{at} * 1000', 576 + 32 * place)}, {moment(at)}, {who}, '{hat}', '{verb}', client_id, "
        f"'reachout', id, '', '' FROM {DRAWN} WHERE {which}"
        for place, (at, who, hat, verb, which) in enumerate(told)
    ]
    return f"INSERT INTO audit_event ({columns}) {' UNION ALL '.join(parts)}"
