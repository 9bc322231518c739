"""Contact logs and their events: drawn by the database, a chunk at a time, in the order of time."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import connection

from peersupport.lib.clock import now
from scripts.demo_data import words
from scripts.demo_data.people import OPENING, PROGRAM
from scripts.demo_data.sql import (
    DAY,
    HOUR,
    UTC_MINUS,
    ZONE,
    chance,
    empty,
    local_day,
    local_hour,
    moment,
    none_of,
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
HOURS = "07080808090909090910101010101111111111121213131313141414141515151515161616161717181819202122"
CLIENTS = "demo_data_clients"
DRAWN = "demo_data_drawn"
COLUMNS = (
    *("id", "client_id", "author_id", "op_id", "op_fingerprint", "version", "created_at", "changed_at"),
    *("happened_on", "occurred_at", "started_at", "ended_at", "time_zone", "minutes_direct", "minutes_travel"),
    *("minutes_documentation", "mode", "planned", "who_reached_out", "outcome", "place", "service", "written"),
    *("interpreter", "what_mattered_sealed", "what_we_did_sealed", "how_it_went_sealed", "next_steps_sealed"),
    *("language", "corrects_id", "signed_at", "signed_name", "signed_role", "signed_credential"),
)


def add(size: Size, progress: Progress) -> None:
    number_clients()
    for begin in range(0, size.contacts, CHUNK):
        progress("contacts", begin, size.contacts)
        end = min(begin + CHUNK, size.contacts)
        run(f"CREATE TEMPORARY TABLE {DRAWN} AS {_drawn(size, begin, end)}")
        run(f"CREATE UNIQUE INDEX {DRAWN}_by_number ON {DRAWN} (k)")
        words.seal_some(DRAWN, begin, end, every=max(1, size.contacts // size.with_words))
        names = ", ".join(COLUMNS)
        run(f"INSERT INTO peer_sessions_contactlog ({names}) SELECT {names} FROM {DRAWN} ORDER BY k")
        run(_events())
        run(f"DROP TABLE {DRAWN}")
    progress("contacts", size.contacts, size.contacts)


def number_clients() -> None:
    """A number for each client of the made-up programs in the order they came, and who walks with them."""
    run(
        f"""CREATE TEMPORARY TABLE {CLIENTS} AS
        SELECT row_number() OVER (ORDER BY client.opened_at, client.id) - 1 AS number, client.id AS client_id,
            client.user_id AS user_id, person.id AS specialist_id, person.language AS language,
            person.first_name || ' ' || person.last_name AS name
        FROM clients_client client JOIN clients_assignment walks ON walks.client_id = client.id
        JOIN accounts_user person ON person.id = walks.specialist_id
        JOIN accounts_program program ON program.id = client.program_id WHERE program.name LIKE '{PROGRAM}%'"""
    )
    run(f"CREATE UNIQUE INDEX {CLIENTS}_by_number ON {CLIENTS} (number)")


def forget_numbers() -> None:
    run(f"DROP TABLE {CLIENTS}")


def _drawn(size: Size, begin: int, end: int) -> str:
    """A query of whole rows. Every seventh client has half of all contacts: that is how caseloads are.

    Step by step, MATERIALIZED: taken together, each step would be computed anew wherever it is mentioned.
    """
    first, last = seconds(size.begins) + 6 * DAY, seconds(now()) - 4 * DAY
    step = size.years * 365 * DAY * OPENING / size.clients  # seconds from one client's coming to the next one's
    here = f"CAST((at - {first}) / {step} AS integer) + 1"
    known = f"(CASE WHEN {here} < {size.clients} THEN {here} ELSE {size.clients} END)"
    day = on_a_working_day(f"((at - {UTC_MINUS}) / {DAY})", 11)
    minutes = f"CASE WHEN mode = 'in-person' THEN 15 * (1 + {chance(21)} % 5) ELSE 5 * (1 + {chance(22)} % 6) END"
    return f"""
    WITH numbers AS ({series(begin, end)}),
    times AS MATERIALIZED (SELECT k, {first} + k * ({last} - {first}) / {size.contacts} AS at FROM numbers),
    picked AS MATERIALIZED (
        SELECT k, {day} AS day, {known} AS known, {chance(1)} AS any_one, {chance(2)} % 2 AS often,
            {_MODE} AS mode, {_WHO} AS who FROM times),
    placed AS MATERIALIZED (
        SELECT k, mode, who,
            day * {DAY} + {local_hour(12, HOURS)} * {HOUR} + {chance(13)} % 12 * 300 + {UTC_MINUS} AS at,
            CASE WHEN often = 1 THEN any_one % known / 7 * 7 ELSE any_one % known END AS number,
            CASE WHEN mode = 'voicemail' THEN 'left-message' WHEN who = 'client' THEN 'connected'
                ELSE {_OUTCOME} END AS outcome FROM picked),
    lasted AS MATERIALIZED (
        SELECT placed.*, CASE WHEN outcome = 'connected' THEN {minutes} ELSE 0 END AS minutes,
            NOT (at > {last} - 30 * {DAY} AND {chance(31)} % 5 = 0) AS is_signed FROM placed)
    SELECT k, {_row()} FROM lasted JOIN {CLIENTS} ON {CLIENTS}.number = lasted.number"""


_MODE = one_of(
    3, (46, "in-person"), (24, "phone"), (18, "text"), (7, "video"), (3, "voicemail"), (1, "letter"), (1, "email")
)
_WHO = one_of(4, (60, "nobody"), (22, "client"), (14, "specialist"), (3, "supporter"), (1, "other-provider"))
_OUTCOME = one_of(
    5, (84, "connected"), (8, "did-not-connect"), (5, "cancelled-by-client"), (3, "cancelled-by-specialist")
)
_PLACE = one_of(
    6, (38, "community"), (24, "home"), (18, "office"), (8, "street"), (6, "shelter"), (3, "court"), (3, "hospital")
)
_SERVICE = one_of(
    7, (40, "one-to-one"), (16, "goals"), (14, "navigation"), (12, "check-in"), (10, "wellness"), (8, "engagement")
)
_WRITTEN = one_of(8, (55, "after"), (25, "together"), (20, "read-back"))


def _row() -> str:
    """The columns of COLUMNS in terms of what `_drawn` has found."""
    written = "at + minutes * 60 + 300"
    signed = f"{written} + {chance(32)} % 40 * 3600"
    name = f"CASE WHEN is_signed THEN {CLIENTS}.name ELSE '' END"
    values = {
        "id": uuid(f"({written}) * 1000", 64),
        "op_id": uuid(f"({written}) * 1000", 96),
        "version": "2",
        "client_id": f"{CLIENTS}.client_id",
        "author_id": "specialist_id",
        "language": f"{CLIENTS}.language",
        "op_fingerprint": _fingerprint(),
        "created_at": moment(written),
        "changed_at": f"CASE WHEN is_signed THEN {moment(signed)} ELSE {moment(written)} END",
        "happened_on": local_day("at"),
        "occurred_at": moment("at"),
        "started_at": moment("at"),
        "time_zone": f"'{ZONE}'",
        "ended_at": f"CASE WHEN minutes > 0 THEN {moment('at + minutes * 60')} END",
        "minutes_direct": "minutes",
        "minutes_documentation": f"{chance(24)} % 3 * 5",
        "minutes_travel": f"CASE WHEN mode = 'in-person' THEN {chance(23)} % 5 * 5 ELSE 0 END",
        "mode": "mode",
        "planned": "(who = 'nobody')",
        "who_reached_out": "who",
        "outcome": "outcome",
        "place": f"CASE WHEN mode = 'in-person' THEN {_PLACE} ELSE '' END",
        "service": _SERVICE,
        "written": f"CASE WHEN outcome = 'connected' THEN {_WRITTEN} ELSE '' END",
        "interpreter": f"({chance(9)} % 50 = 0)",
        **dict.fromkeys(("what_mattered_sealed", "what_we_did_sealed", "how_it_went_sealed"), empty()),
        "next_steps_sealed": empty(),
        "corrects_id": none_of("uuid"),
        "signed_at": f"CASE WHEN is_signed THEN {moment(signed)} END",
        "signed_name": name,
        "signed_role": "CASE WHEN is_signed THEN 'specialist' ELSE '' END",
        "signed_credential": "CASE WHEN is_signed THEN 'CPS' ELSE '' END",
    }
    return ", ".join(f"{values[column]} AS {column}" for column in COLUMNS)


def _fingerprint() -> str:
    """Of no form: nobody sends these again."""
    if connection.vendor == "postgresql":
        return "lpad(to_hex(k), 64, '0')"
    return "printf('%064x', k)"


def _events() -> str:
    """As `audit.record` writes them: saved, and signed."""
    return f"""
    INSERT INTO audit_event (id, at, actor_id, hat, verb, client_id, subject_type, subject_id, page, narrowed_by)
    SELECT {uuid(_milliseconds("created_at"), 128)}, created_at, author_id, 'specialist', 'contact.logged', client_id,
        'contactlog', id, '', '' FROM {DRAWN}
    UNION ALL
    SELECT {uuid(_milliseconds("signed_at"), 160)}, signed_at, author_id, 'specialist', 'contact.signed', client_id,
        'contactlog', id, '', '' FROM {DRAWN} WHERE signed_at IS NOT NULL"""


def _milliseconds(column: str) -> str:
    if connection.vendor == "postgresql":
        return f"(extract(epoch FROM {column}) * 1000)::bigint"
    return f"CAST(strftime('%s', {column}) AS integer) * 1000"
