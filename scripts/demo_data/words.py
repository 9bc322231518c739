"""Words for a few of the many: what people of the demo's year said and wrote, sealed for the row they stand in."""

from functools import cache
from random import Random
from uuid import UUID

from django.db import connection

from home.demo.year import told
from peersupport.lib.sealed import seal
from sessions.models import ContactLog


@cache
def texts(language: str) -> list[dict[str, str]]:
    """What stands in one contact log, of people who speak this language."""
    people = [person for person in told.everyone() if person.language == language]
    times = [time for person in people for time in person.times if time.did and time.outcome == "connected"]
    return [
        {"what_mattered": one.mattered, "what_we_did": one.did, "how_it_went": one.went, "next_steps": one.next}
        for one in times
    ]


def seal_some(table: str, begin: int, end: int, *, every: int) -> None:
    """Of the rows drawn into `table`, each one that connected and whose `k` is a multiple of `every`."""
    numbers = ", ".join(str(k) for k in range(-(-begin // every) * every, end, every)) or "-1"
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT k, id, language FROM {table} WHERE minutes_direct > 0 AND k IN ({numbers})")
        rows = [_sealed(k, UUID(str(pk)), language) for k, pk, language in cursor.fetchall()]
        sets = ", ".join(f"{name}_sealed = %s" for name in texts("en")[0])
        cursor.executemany(f"UPDATE {table} SET {sets} WHERE k = %s", rows)


def _sealed(k: int, pk: UUID, language: str) -> tuple[bytes | int, ...]:
    said = Random(k).choice(texts(language))  # noqa: S311 -- the same each time
    return (*seal(ContactLog, pk, **said).values(), k)
