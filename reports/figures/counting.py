"""Counts every figure of a report: of all its people together, and of those who are shown one by one.

What happened in contacts is added up from tallies, one for each log (docs/decisions/0033); everything else asks the
rows of `definitions`. What a figure counts is said in one place, so that a number and its rows cannot disagree.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import Enum
from functools import cache
from typing import Any
from uuid import UUID

from django.db.models import BigIntegerField, Count, DateField, Q, QuerySet, Sum, UUIDField, Value
from django.db.models.functions import Coalesce

from accounts.models import Actor
from peersupport.lib.among import Among, ids_of
from peersupport.lib.composed import composed
from reports.figures.definitions import HEARD, agreed_goals, asked_check_ins, due_reach_outs
from reports.figures.people import people_in
from reports.permissions import Caseload, Person, Shown, look_up
from reports.rules.chosen import BEGUN, CHECK_INS, MEETINGS, MODES, Chosen, Span, today_in, weeks_of
from sessions.models import Tally
from sessions.rules.counting import COUNTED_TALLIES

MINUTES = "minutes"
_BY_GROUP = (("mode-",), ("planned", "by-specialist", "by-others"), ("meetings", "not-met"))  # only if asked for
Counts = dict[str, int]


class By(Enum):
    """For what each number of contacts stands."""

    CLIENT = "client"
    AUTHOR = "author"


@dataclass
class SpecialistRow:
    """What this specialist logged with these people. `pk` is None for everyone the supervisor does not answer for."""

    pk: UUID | None
    name: str
    people: int
    counts: Counts


@dataclass(frozen=True)
class Week:
    monday: date
    planned: int
    outside: int


@dataclass(frozen=True)
class Report:
    """Of all its people together."""

    caseload: Caseload
    chosen: Chosen
    people: dict[str, Person]  # by their id, in the order of their names
    names: tuple[str, ...]  # of the figures
    beside: dict[str, list[Sequence[int]]]  # of each person, by their id, what does not come from contact logs
    total: Counts
    weeks: list[Week]

    def shown(self, people: Iterable[Person]) -> list[Shown]:
        """One by one, in their order."""
        found, names = look_up(people, self.chosen.zone), _names(_groups(self.chosen))
        for one in found:
            one.counts = _counts(self.names, self.beside.get(one.pk, []))
        counts = {one.pk: one.counts for one in found}
        for pk, *numbers in _of_logs(self.chosen, ids_of(counts), By.CLIENT):
            counts[str(pk)].update(zip(names, numbers, strict=True))
        return found

    def specialists(self) -> list[SpecialistRow]:
        """By name; whoever the supervisor does not answer for as one, and last."""
        names, known = _names(_groups(self.chosen)), self.caseload.specialists
        walking = Counter(one.pk for person in self.people.values() for one in person.walks_with)
        logged: dict[UUID | None, list[Sequence[int]]] = defaultdict(list)
        for author, *numbers in _of_logs(self.chosen, ids_of(self.people), By.AUTHOR):
            if any(numbers):
                logged[author if author in known else None].append(numbers)
        rows = [
            SpecialistRow(pk, one.name, walking[pk], _counts(names, logged[pk]))
            for pk, one in known.items()
            if self.chosen.specialist in {None, pk} or pk in logged
        ]
        others = [SpecialistRow(None, "", 0, _counts(names, logged[None]))] if None in logged else []
        return [*rows, *others]


def count(actor: Actor, caseload: Caseload, chosen: Chosen) -> Report:
    people = people_in(caseload, chosen)
    names, rows = _everything(actor, chosen, ids_of(people))
    by_day, beside = dict[date, Counts](), defaultdict[str, list[Sequence[int]]](list)
    for day, client, *numbers in rows:
        if client is None:
            by_day[day] = _counts(names, [numbers])
        else:
            beside[str(client)].append(numbers)
    total = _counts(names, [numbers for _day, _client, *numbers in rows])
    return Report(caseload, chosen, people, names, beside, total, _weeks(chosen, by_day))


def _counts(names: Sequence[str], rows: Sequence[Sequence[int]]) -> Counts:
    """The sums of them; of no row, nothing."""
    return dict(zip(names, map(sum, zip(*rows, strict=True)), strict=True)) if rows else dict.fromkeys(names, 0)


# --- contact logs -----------------------------------------------------------------------------------------------------
Groups = tuple[bool, bool, bool]
Days = tuple[date, date | None, date]  # the first one, the last one or none, and today


def _groups(chosen: Chosen) -> Groups:
    return MODES in chosen.also, BEGUN in chosen.also, MEETINGS in chosen.also


@cache
def _names(groups: Groups) -> tuple[str, ...]:
    return tuple(_numbers_of_logs(groups, date.max))


def _of_logs(chosen: Chosen, people: str, by: By) -> list[tuple[Any, ...]]:
    """For each person or author the numbers, in the order of their names."""
    return _logged(people, (chosen.first, chosen.last, today_in(chosen.zone)), _groups(chosen), by)


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
def _logged(people: str, days: Days, groups: Groups, by: By) -> QuerySet[Tally, tuple[Any, ...]]:
    first, last, today = days
    rows = Tally.objects.on_days(first, last).filter(Among("client", people)).order_by().values_list(by.value)
    numbers = _numbers_of_logs(groups, today)
    return rows.annotate(**{f"number_{name}": number for name, number in numbers.items()})


def _weeks(chosen: Chosen, by_day: dict[date, Counts]) -> list[Week]:
    """Weeks without a contact stand too."""
    found = {monday: [0, 0] for monday in weeks_of(chosen)}
    for day, counts in by_day.items():
        week = found[day - timedelta(days=day.weekday())]
        week[0] += counts["contacts"] - counts["outside"]
        week[1] += counts["outside"]
    return [Week(monday, *numbers) for monday, numbers in found.items()]


# --- of everyone ------------------------------------------------------------------------------------------------------
_BESIDE = ("goals", "promised", "heard")  # and, if asked for, of check-ins
_CHECK_INS = ("asked", "answered")
Counted = tuple[Any, ...]  # the day or the person that the numbers are of, then the numbers


def _everything(actor: Actor, chosen: Chosen, people: str) -> tuple[tuple[str, ...], list[Counted]]:
    """The names of all figures, and the rows whose sums they are."""
    today, last, groups = today_in(chosen.zone), chosen.last, _groups(chosen)
    days = (chosen.first, last if last < today else None, today)
    found = _counted(actor, people, days, chosen.span, groups)
    rows = [row for row in found if row[0] is None or row[0] <= last]
    names = _names(groups) + _BESIDE
    if CHECK_INS not in chosen.also:
        return names, rows
    nothing = [0] * len(names)
    of_check_ins = [(None, client, *nothing, *numbers) for client, *numbers in _check_ins(actor, chosen, people)]
    return names + _CHECK_INS, [(*row, 0, 0) for row in rows] + of_check_ins


@composed
def _counted(actor: Actor, people: str, days: Days, span: Span, groups: Groups) -> QuerySet[Any, Counted]:
    """A row for each day of contacts, one for the goals of each person and one for their reach-outs, with nothing where
    the others count.

    Days without an end are those up to today: of a span that ends PostgreSQL expects next to nothing, and sorts what
    it would better have put in heaps.
    """
    first, last, today = days
    of_logs, nothing = _numbers_of_logs(groups, today), Value(0, output_field=BigIntegerField())
    nobody, never = Value(None, output_field=UUIDField()), Value(None, output_field=DateField())

    def part(rows: QuerySet[Any], whose: tuple[str, str], numbers: dict[str, Any]) -> QuerySet[Any, Counted]:
        rows = rows.filter(Among("client", people)).order_by().annotate(nobody=nobody, never=never).values_list(*whose)
        every = dict.fromkeys((*of_logs, *_BESIDE), nothing) | numbers
        counted: QuerySet[Any, Counted] = rows.annotate(**{f"number_{name}": one for name, one in every.items()})
        return counted

    logs = part(Tally.objects.on_days(first, last), ("day", "nobody"), of_logs)
    goals = part(agreed_goals(actor), ("never", "client"), {"goals": Count("pk")})
    due = {"promised": Count("pk"), "heard": Count("pk", filter=HEARD)}
    return logs.union(goals, part(due_reach_outs(span), ("never", "client"), due), all=True)


def _check_ins(actor: Actor, chosen: Chosen, people: str) -> list[tuple[Any, ...]]:
    rows = asked_check_ins(actor, chosen).filter(Among("agreement__client", people)).order_by()
    counted = rows.values_list("agreement__client").annotate(asked_ones=Count("pk"), answered_ones=Count("answered_at"))
    return list(counted)
