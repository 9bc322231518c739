"""What a supervisor may want to look at today: who has gone quiet, what lies unsigned, what ends soon. Facts only."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import Count, Min

from accounts.models import Actor
from clients.models import Assignment
from peersupport.lib.among import Among, ids_of
from peersupport.lib.clock import now
from reports.figures.definitions import newest_logs
from reports.figures.people import is_quiet, people_in
from reports.permissions import Caseload, Shown, caseload_of, look_up
from reports.rules.chosen import BOTH, LONGEST, Chosen, last_days, today_in
from sessions.rules.counting import COUNTED_LOGS

SOON = timedelta(days=14)
SHOWN = 50


@dataclass(frozen=True)
class Unsigned:
    """Of one specialist. `asks`: the address part that shows exactly these."""

    author: UUID
    name: str
    number: int
    oldest: date
    asks: str


@dataclass(frozen=True)
class Worklist:
    today: date
    quiet: list[Shown]
    unsigned: list[Unsigned]
    ending: list[Assignment]

    @property
    def empty(self) -> bool:
        return not (self.quiet or self.unsigned or self.ending)


def worklist_of(actor: Actor) -> Worklist:
    """Four queries."""
    caseload, zone = caseload_of(actor), ZoneInfo(actor.role.program.time_zone)
    first, today = last_days(zone)
    people = look_up(people_in(caseload, Chosen(first, today, zone)).values(), zone)
    quiet = sorted((one for one in people if is_quiet(one, today)), key=lambda one: one.quiet_since)
    return Worklist(today, quiet[:SHOWN], _unsigned(caseload, zone), _ending(actor))


def _unsigned(caseload: Caseload, zone: ZoneInfo) -> list[Unsigned]:
    """By the name of who wrote them. Whoever wrote one has had a whole working day to see it first."""
    until = working_day_before(today_in(zone)) - timedelta(days=1)
    chosen = Chosen(until - timedelta(days=LONGEST - 1), until, zone, state=BOTH)
    rows = newest_logs(chosen).filter(COUNTED_LOGS["unfinished"], Among("client", ids_of(caseload.people))).order_by()
    found = rows.values_list("author").annotate(number=Count("pk"), oldest=Min("occurred_at"))
    by_author: dict[Any, tuple[int, date]] = {
        author: (number, oldest.astimezone(zone).date()) for author, number, oldest in found
    }
    return [
        Unsigned(pk, one.name, *by_author[pk], chosen.query(author=str(pk)))
        for pk, one in caseload.specialists.items()
        if pk in by_author
    ]


def _ending(actor: Actor) -> list[Assignment]:
    rows = Assignment.objects.answered_for_by(actor).filter(ends_at__lte=now() + SOON, client__closed_at__isnull=True)
    return list(rows.select_related("client__user", "specialist").order_by("ends_at", "pk")[:SHOWN])


def working_day_before(day: date) -> date:
    day -= timedelta(days=1)
    while day.isoweekday() > 5:
        day -= timedelta(days=1)
    return day
