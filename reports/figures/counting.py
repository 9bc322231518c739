"""Counts every figure of a report, for each person and each specialist, in a few queries however many people there are.

Each count asks the rows of `definitions`, so that a number and what stands behind it cannot disagree.
"""

import unicodedata
from collections import Counter
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import Count, Exists, IntegerField, OuterRef, QuerySet, Subquery, Sum, Value
from django.db.models.functions import Coalesce, TruncWeek

from accounts.models import Actor
from clients.models import ClientQuerySet, Pause
from peersupport.lib.among import Among
from reports.figures.definitions import CONTACT, COUNTED_LOGS, FIGURES, late_logs, newest_logs, two_way
from reports.permissions import Caseload, people_of
from reports.rules.chosen import BEGUN, CHECK_INS, CLOSED, MEETINGS, MODES, OPEN, Chosen, today_in, weeks_of

Counts = Counter[str]
MINUTES = "minutes"
_BY_GROUP = {MODES: ["mode-"], BEGUN: ["planned", "by-specialist", "by-others"], MEETINGS: ["meetings", "not-met"]}
_BESIDE = {"goals": None, "promised": None, "heard": None, "asked": CHECK_INS, "answered": CHECK_INS}


@dataclass
class PersonRow:
    pk: UUID
    name: str
    specialists: list[str]
    mark: int | None  # the person's own: days without a talk
    since: date  # when the support began
    last: date | None  # two-way; the program's day
    away: bool = False  # in the hospital, traveling: the mark waits
    counts: Counts = field(default_factory=Counter)


@dataclass
class SpecialistRow:
    """What this specialist logged with these people. `pk` is None for everyone the supervisor does not answer for."""

    pk: UUID | None
    name: str
    people: int
    counts: Counts = field(default_factory=Counter)


@dataclass(frozen=True)
class Week:
    monday: date
    planned: int
    outside: int


@dataclass(frozen=True)
class Report:
    people: list[PersonRow]
    specialists: list[SpecialistRow]
    total: Counts
    weeks: list[Week]


def count(actor: Actor, caseload: Caseload, chosen: Chosen) -> Report:
    people = people_in(actor, caseload, chosen)
    total: Counts = Counter()
    specialists = {pk: SpecialistRow(pk, one.name, 0) for pk, one in caseload.specialists.items()}
    others = SpecialistRow(None, "", 0)
    for row in people.values():
        total.update(row.counts)
        for walking in caseload.walks_with[row.pk]:
            specialists[walking].people += 1
    for client, author, counts in _of_logs(list(people), chosen):
        people[client].counts.update(counts)
        specialists.get(author, others).counts.update(counts)
        total.update(counts)
    shown = [row for pk, row in specialists.items() if chosen.specialist in {None, pk} or row.counts]
    return Report(list(people.values()), [*shown, *([others] if others.counts else [])], total, _weeks(people, chosen))


def people_in(actor: Actor, caseload: Caseload, chosen: Chosen) -> dict[UUID, PersonRow]:
    """One query: everyone the report is about, by name, with what is counted of them beside logs."""
    columns = [name for name, group in _BESIDE.items() if group is None or group in chosen.also]
    rows = _in_state(people_of(caseload, chosen.specialist), chosen.state).annotate(
        last=Subquery(two_way().filter(client=OuterRef("pk")).order_by("-occurred_at").values("occurred_at")[:1]),
        away=Exists(Pause.objects.on(today_in(chosen.zone)).filter(client=OuterRef("pk"))),
        **{f"number_{name}": _number_of(name, actor, chosen) for name in columns},
    )
    names = ["user__first_name", "user__last_name", "quiet_after_days", "opened_at", "last", "away"]
    names += [f"number_{name}" for name in columns]
    found = {}
    for pk, first, last_name, mark, opened_at, last, away, *numbers in rows.values_list("pk", *names):
        name = f"{first} {last_name}".strip()
        if not is_named(name, chosen.name):
            continue
        specialists = [caseload.specialists[one].name for one in caseload.walks_with[pk]]
        counts = Counter({column: number for column, number in zip(columns, numbers, strict=True) if number})
        since, talked = _day(opened_at, chosen), _day_or_none(last, chosen)
        found[pk] = PersonRow(pk, name, specialists, mark, since, talked, away, counts)
    return dict(sorted(found.items(), key=lambda item: (plain(item[1].name), item[0])))


def is_quiet(row: PersonRow, today: date) -> bool:
    """Longer than the person's own mark, counted from the last talk or from when the support began."""
    return row.mark is not None and not row.away and (today - (row.last or row.since)).days > row.mark


def is_named(name: str, sought: str) -> bool:
    """Each word that was typed begins a word of the name; accents and capitals aside."""
    words = plain(name).split()
    return all(any(word.startswith(part) for word in words) for part in plain(sought).split())


def plain(text: str) -> str:
    parts = unicodedata.normalize("NFKD", text.casefold())
    return "".join(sign for sign in parts if not unicodedata.combining(sign))


def _in_state(people: ClientQuerySet, state: str) -> ClientQuerySet:
    if state == OPEN:
        return people.active()
    return people.filter(closed_at__isnull=False) if state == CLOSED else people


def _number_of(name: str, actor: Actor, chosen: Chosen) -> Coalesce:
    figure = FIGURES[name]
    rows: QuerySet[Any] = figure.rows(actor, chosen).filter(**{figure.client: OuterRef("pk")})
    number = rows.order_by().values(figure.client).annotate(number=Count("pk")).values("number")
    return Coalesce(Subquery(number, output_field=IntegerField()), Value(0))


def _of_logs(people: list[UUID], chosen: Chosen) -> list[tuple[UUID, UUID, Counts]]:
    """For each person and each author of their logs: two queries."""
    unasked = tuple(name for group, names in _BY_GROUP.items() if group not in chosen.also for name in names)
    names = [name for name in COUNTED_LOGS if not name.startswith(unasked)]
    modes = [name for name in names if name.startswith("mode-")]
    numbers: dict[str, Any] = {name: Count("pk", filter=COUNTED_LOGS[name]) for name in names}
    numbers[MINUTES] = Sum("minutes_direct", filter=CONTACT)
    numbers |= {f"{MINUTES}-{name}": Sum("minutes_direct", filter=COUNTED_LOGS[name]) for name in modes}
    rows = newest_logs(chosen).filter(Among("client", people)).order_by().values_list("client", "author")
    rows = rows.annotate(**{f"number_{name}": number for name, number in numbers.items()})
    found: list[tuple[UUID, UUID, Counts]] = []
    counted: list[Any]
    for client, author, *counted in rows:
        found.append((client, author, Counter({name: one for name, one in zip(numbers, counted, strict=True) if one})))
    late = (
        late_logs(chosen)
        .filter(Among("client", people))
        .order_by()
        .values_list("client", "author")
        .annotate(number=Count("pk"))
    )
    return [*found, *((client, author, Counter(late=number)) for client, author, number in late)]


def _weeks(people: dict[UUID, PersonRow], chosen: Chosen) -> list[Week]:
    """One query; weeks without a contact stand too."""
    rows = newest_logs(chosen).filter(CONTACT, Among("client", people)).order_by()
    counted = rows.annotate(week=TruncWeek("occurred_at", tzinfo=chosen.zone)).values_list("week", "planned")
    found = {(week.date(), planned): number for week, planned, number in counted.annotate(number=Count("pk"))}
    return [Week(monday, found.get((monday, True), 0), found.get((monday, False), 0)) for monday in weeks_of(chosen)]


def _day(moment: datetime, chosen: Chosen) -> date:
    return moment.astimezone(chosen.zone).date()


def _day_or_none(moment: datetime | None, chosen: Chosen) -> date | None:
    return _day(moment, chosen) if moment else None
