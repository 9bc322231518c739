"""The little in which the two engines differ, and numbers that look like chance and are the same each time."""

from datetime import datetime

from django.db import connection

ZONE, UTC_MINUS = "America/Los_Angeles", 8 * 3600  # of every made-up program; summer time is left out
_PRIME = 2_147_483_647
HOUR, DAY = 3600, 86400


def run(statement: str) -> None:
    """Without parameters, so that `%` is the remainder of a division."""
    with connection.cursor() as cursor:
        cursor.execute(statement)


def series(begin: int, end: int) -> str:
    """A query with one row for each number `k` in [begin, end)."""
    if connection.vendor == "postgresql":
        return f"SELECT generate_series({begin}, {end - 1})::bigint AS k"
    return (
        f"WITH RECURSIVE up(k) AS (SELECT {begin} UNION ALL SELECT k + 1 FROM up WHERE k + 1 < {end}) SELECT k FROM up"
    )


def chance(salt: int) -> str:
    """A number below 2³¹ from the column `k`: squared, so that neighbours have nothing to do with each other."""
    first, second = 1_103_515_245 + 97_711 * salt, 741_103_597 + 31_337 * salt
    return f"((((k + {salt}) * (k + {salt} * 7)) % {_PRIME} * {first} + k * {second}) % {_PRIME} / 8)"


def uuid(milliseconds: str, salt: int) -> str:
    """A UUIDv7 of that moment; no two for one `salt` and one `k`."""
    tail = f"{salt:04x}"
    if connection.vendor == "postgresql":
        parts = (
            f"lpad(to_hex(({milliseconds})::bigint), 12, '0') || '7' || lpad(to_hex({chance(salt)} % 4096), 3, '0')"
            f" || '8' || lpad(to_hex({chance(salt + 1)} % 4096), 3, '0') || '{tail}' || lpad(to_hex(k), 8, '0')"
        )
        return f"({parts})::uuid"
    return f"printf('%012x7%03x8%03x{tail}%08x', {milliseconds}, {chance(salt)} % 4096, {chance(salt + 1)} % 4096, k)"


def moment(seconds: str) -> str:
    """A column of time from seconds since 1970."""
    return f"to_timestamp({seconds})" if connection.vendor == "postgresql" else f"datetime({seconds}, 'unixepoch')"


def local_day(seconds: str) -> str:
    if connection.vendor == "postgresql":
        return f"(to_timestamp({seconds} - {UTC_MINUS}) AT TIME ZONE 'UTC')::date"
    return f"date({seconds} - {UTC_MINUS}, 'unixepoch')"


def none_of(kind: str) -> str:
    return f"NULL::{kind}" if connection.vendor == "postgresql" else "NULL"


def empty() -> str:
    """No words."""
    return "''::bytea" if connection.vendor == "postgresql" else "x''"


def one_of(salt: int, *choices: tuple[int, str]) -> str:
    """SQL for one of these texts, each as often in a hundred as it says; the last one takes the rest."""
    drawn, bound, cases = f"{chance(salt)} % 100", 0, []
    for share, text in choices[:-1]:
        bound += share
        cases.append(f"WHEN {drawn} < {bound} THEN '{text}'")
    return f"CASE {' '.join(cases)} ELSE '{choices[-1][1]}' END"


def local_hour(salt: int, hours: str) -> str:
    """One of the hours in this row of two digits each: the likelier ones stand there more often."""
    place = f"CAST(1 + 2 * ({chance(salt)} % {len(hours) // 2}) AS integer)"
    return f"CAST(substr('{hours}', {place}, 2) AS integer)"


def on_a_working_day(day: str, salt: int) -> str:
    """Most of what would fall on a weekend moved to the Thursday or Friday before. 1970 began on a Thursday."""
    return f"{day} - CASE WHEN ({day} + 3) % 7 >= 5 AND {chance(salt)} % 10 < 9 THEN 2 ELSE 0 END"


def seconds(at: datetime) -> int:
    return int(at.timestamp())
