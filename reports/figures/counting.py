"""Counts every figure of a report, for each person and each specialist, in a few queries however many people there are.

What happened in contacts is added up from tallies, one for each log (docs/decisions/0033); everything else asks the
rows of `definitions`. What a figure counts is said in one place, so that a number and its rows cannot disagree.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Count, Q, QuerySet, Sum
from django.db.models.functions import Coalesce

from accounts.models import Actor
from conversations.models import ReachOut
from goals.models import Goal
from peersupport.lib.among import Among, ids_of
from peersupport.lib.composed import composed
from reports.figures.definitions import HEARD, agreed_goals, asked_check_ins, due_reach_outs
from reports.figures.people import Counts, PersonRow, people_in
from reports.permissions import Caseload
from reports.rules.chosen import BEGUN, CHECK_INS, MEETINGS, MODES, Chosen, Span, today_in, weeks_of
from sessions.models import Tally
from sessions.rules.counting import COUNTED_TALLIES

MINUTES = "minutes"
_BY_GROUP = (("mode-",), ("planned", "by-specialist", "by-others"), ("meetings", "not-met"))  # only if asked for
Numbers = Sequence[int]


@dataclass
class SpecialistRow:
    """What this specialist logged with these people. `pk` is None for everyone the supervisor does not answer for."""

    pk: UUID | None
    name: str
    people: int
    counts: Counts = field(default_factory=Counts)


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
    people = people_in(caseload, chosen)
    ids, total = ids_of(people), Counts()
    _count_beside(actor, chosen, people, ids, total)
    names, logged = _of_logs(chosen, ids)
    by_author: dict[UUID, list[Numbers]] = {}
    for client, author, *numbers in logged:
        if any(numbers):
            people[client].counts.add(zip(names, numbers, strict=True))
            by_author.setdefault(author, []).append(numbers)
    specialists = {pk: SpecialistRow(pk, one.name, 0) for pk, one in caseload.specialists.items()}
    others = SpecialistRow(None, "", 0)
    for author, found in by_author.items():
        sums = _sums(names, found)
        specialists.get(author, others).counts.add(sums.items())
        total.add(sums.items())
    for pk in people:
        for walking in caseload.people[pk].walks_with:
            specialists[walking].people += 1
    shown = [row for pk, row in specialists.items() if chosen.specialist in {None, pk} or row.counts]
    shown += [others] if others.counts else []
    return Report(list(people.values()), shown, total, _weeks(chosen, ids))


def _sums(names: Sequence[str], rows: Iterable[Numbers]) -> dict[str, int]:
    """Of no row, nothing."""
    return dict(zip(names, map(sum, zip(*rows, strict=True)), strict=False))


# --- contact logs -----------------------------------------------------------------------------------------------------
Groups = tuple[bool, bool, bool]
Days = tuple[date, date]


def _of_logs(chosen: Chosen, people: str) -> tuple[list[str], list[tuple[Any, ...]]]:
    """What is counted, and for each person and each author of their logs the numbers."""
    groups, today = (MODES in chosen.also, BEGUN in chosen.also, MEETINGS in chosen.also), today_in(chosen.zone)
    return list(_numbers_of_logs(groups, today)), _logged(people, (chosen.first, chosen.last), today, groups)


def _numbers_of_logs(groups: Groups, today: date) -> dict[str, Any]:
    unasked = tuple(name for asked, names in zip(groups, _BY_GROUP, strict=True) if not asked for name in names)
    rules = {name: rule for name, rule in COUNTED_TALLIES.items() if not unasked or not name.startswith(unasked)}
    numbers: dict[str, Any] = {name: Count("pk", filter=rule) for name, rule in rules.items()}
    numbers["late"] = Count("pk", filter=Q(late_from__lte=today))
    numbers[MINUTES] = _minutes(COUNTED_TALLIES["contacts"])
    by_mode = {f"{MINUTES}-{name}": _minutes(rule) for name, rule in rules.items() if name.startswith("mode-")}
    return numbers | by_mode


def _minutes(rule: Q) -> Coalesce:
    return Coalesce(Sum("minutes", filter=rule), 0)


@composed
def _logged(people: str, days: Days, today: date, groups: Groups) -> QuerySet[Tally, tuple[Any, ...]]:
    rows = Tally.objects.on_days(*days).filter(Among("client", people)).order_by().values_list("client", "author")
    numbers = _numbers_of_logs(groups, today)
    return rows.annotate(**{f"number_{name}": number for name, number in numbers.items()})


def _weeks(chosen: Chosen, people: str) -> list[Week]:
    """Weeks without a contact stand too."""
    found = {monday: [0, 0] for monday in weeks_of(chosen)}
    for day, planned, contacts in _days(people, (chosen.first, chosen.last)):
        week = found[day - timedelta(days=day.weekday())]
        week[0] += planned
        week[1] += contacts - planned
    return [Week(monday, *numbers) for monday, numbers in found.items()]


@composed
def _days(people: str, days: Days) -> QuerySet[Tally, tuple[date, int, int]]:
    rows = Tally.objects.on_days(*days).filter(COUNTED_TALLIES["contacts"], Among("client", people)).order_by()
    return rows.values_list("day").annotate(planned_ones=Count("pk", filter=Q(planned=True)), all_of_them=Count("pk"))


# --- beside logs ------------------------------------------------------------------------------------------------------
def _count_beside(actor: Actor, chosen: Chosen, people: dict[UUID, PersonRow], ids: str, total: Counts) -> None:
    """Goals, reach-outs, check-ins: a query for each."""
    found: list[tuple[tuple[str, ...], list[Any]]] = [
        (("goals",), _goals(actor, ids)),
        (("promised", "heard"), _reach_outs(chosen.span, ids)),
    ]
    if CHECK_INS in chosen.also:
        rows = asked_check_ins(actor, chosen).filter(Among("agreement__client", ids)).order_by()
        numbers = {"asked_ones": Count("pk"), "answered_ones": Count("answered_at")}
        found.append((("asked", "answered"), list(rows.values_list("agreement__client").annotate(**numbers))))
    for names, counted in found:
        for client, *of_one in counted:
            people[client].counts.update(zip(names, of_one, strict=True))
        total.add(_sums(names, [row[1:] for row in counted]).items())


@composed
def _goals(actor: Actor, people: str) -> QuerySet[Goal, tuple[UUID, int]]:
    rows = agreed_goals(actor).filter(Among("client", people)).order_by()
    return rows.values_list("client").annotate(number=Count("pk"))


@composed
def _reach_outs(span: Span, people: str) -> QuerySet[ReachOut, tuple[UUID, int, int]]:
    rows = due_reach_outs(span).filter(Among("client", people)).order_by()
    return rows.values_list("client").annotate(promised=Count("pk"), heard=Count("pk", filter=HEARD))
