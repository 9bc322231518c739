"""Keeps what each log counts as (docs/decisions/0033): whatever changes a log ends here, in its transaction."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import connection, transaction

from accounts.models import Program
from peersupport.lib.among import ids_of
from sessions.models import ContactLog, Tally
from sessions.models.logs import ContactLogQuerySet
from sessions.rules.counting import COLUMNS, as_tallies, tallies_of

BATCH = 1000
Sql = tuple[str, tuple[Any, ...]]
_PUT = """
INSERT INTO peer_sessions_tally ({columns}) {found} ON CONFLICT (log_id) DO UPDATE SET {anew}
"""


def tally(log: ContactLog, *also: UUID) -> None:
    """Of a log that this transaction holds, and of the one it corrects if its state may change that one.

    A log's tally follows from its row, from its mark of an error and from the signed corrections of it. Whatever
    changes one of these holds the log first; what is read here is read after that, so the last one to come sees all.
    """
    if also:
        list(ContactLog.objects.select_for_update().filter(pk__in=also).values_list("pk"))
    _put(tallies_of.sql(ids_of([log.pk, *also]), ZoneInfo(log.client.program.time_zone)))


@transaction.atomic
def tally_missing() -> None:
    """After logs came to be without the actions, as in made-up data; whatever their number, a statement for a zone."""
    for zone, rows in _by_zone():
        found = as_tallies(rows.filter(tally__isnull=True), zone)
        _put(found.query.get_compiler(connection=connection, elide_empty=False).as_sql())


def wrong_tallies() -> set[UUID]:
    """Logs whose tally is not what it should be, or missing."""
    found: set[UUID] = set()
    for zone, rows in _by_zone():
        kept = Tally.objects.filter(log__in=rows).order_by().values_list(*COLUMNS)
        found |= {row[0] for row in as_tallies(rows, zone).difference(kept)}
    return found


def mend_tallies(wrong: Iterable[UUID]) -> None:
    """Works them out anew; meanwhile everyone may go on writing. Newer logs are held before older ones, as above."""
    pks = sorted(wrong, reverse=True)
    for begin in range(0, len(pks), BATCH):
        with transaction.atomic():
            rows = ContactLog.objects.select_for_update(of=("self",)).filter(pk__in=pks[begin : begin + BATCH])
            held: dict[str, list[UUID]] = {}
            for pk, zone in rows.order_by("-pk").values_list("pk", "client__program__time_zone"):
                held.setdefault(zone, []).append(pk)
            for zone, here in held.items():
                _put(tallies_of.sql(ids_of(here), ZoneInfo(zone)))


def _by_zone() -> Iterable[tuple[ZoneInfo, ContactLogQuerySet]]:
    for zone in Program.objects.order_by("time_zone").values_list("time_zone", flat=True).distinct():
        yield ZoneInfo(zone), ContactLog.objects.filter(client__program__time_zone=zone)


def _put(found: Sql) -> None:
    sql, values = found
    anew = ", ".join(f"{column} = excluded.{column}" for column in COLUMNS[1:])
    with connection.cursor() as cursor:
        cursor.execute(_PUT.format(columns=", ".join(COLUMNS), found=sql, anew=anew), values)
