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

from django.db.models import BigIntegerField, Count, Q, QuerySet, Sum, Value
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

    DAY = "day"
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
    beside: dict[UUID, Counts]  # of each person, what does not come from contact logs
    total: Counts
    weeks: list[Week]

    def shown(self, people: Iterable[Person]) -> list[Shown]:
        """One by one, in their order."""
        found, names = look_up(people, self.chosen.zone), _names(_groups(self.chosen))
        counts = {one.pk: one.counts for one in found}
        for pk, own in counts.items():
            own.update(dict.fromkeys(self.total, 0) | self.beside.get(pk, {}))
        for pk, *numbers in _of_logs(self.chosen, ids_of(counts), By.CLIENT):
            counts[pk].update(zip(names, numbers, strict=True))
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
    ids, names = ids_of(people), _names(_groups(chosen))
    by_day = _of_logs(chosen, ids, By.DAY)
    total = _counts(names, [numbers for _day, *numbers in by_day])
    weeks = _weeks(chosen, {day: _counts(names, [numbers]) for day, *numbers in by_day})
    others, beside = _beside_logs(actor, chosen, ids)
    total |= _counts(others, list(beside.values()))
    found = {client: dict(zip(others, numbers, strict=True)) for client, numbers in beside.items()}
    return Report(caseload, chosen, people, found, total, weeks)


def _counts(names: Sequence[str], rows: Sequence[Sequence[int]]) -> Counts:
    """The sums of them; of no row, nothing."""
    return dict(zip(names, map(sum, zip(*rows, strict=True)), strict=True)) if rows else dict.fromkeys(names, 0)


# --- contact logs -----------------------------------------------------------------------------------------------------
Groups = tuple[bool, bool, bool]
Days = tuple[date, date]


def _groups(chosen: Chosen) -> Groups:
    return MODES in chosen.also, BEGUN in chosen.also, MEETINGS in chosen.also


@cache
def _names(groups: Groups) -> tuple[str, ...]:
    return tuple(_numbers_of_logs(groups, date.max))


def _of_logs(chosen: Chosen, people: str, by: By) -> list[tuple[Any, ...]]:
    """For each day, person or author the numbers, in the order of their names."""
    return _logged(people, (chosen.first, chosen.last), today_in(chosen.zone), _groups(chosen), by)


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
def _logged(people: str, days: Days, today: date, groups: Groups, by: By) -> QuerySet[Tally, tuple[Any, ...]]:
    rows = Tally.objects.on_days(*days).filter(Among("client", people)).order_by().values_list(by.value)
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


# --- beside logs ------------------------------------------------------------------------------------------------------
_BESIDE = ("goals", "promised", "heard")  # and, if asked for, of check-ins
_CHECK_INS = ("asked", "answered")


def _beside_logs(actor: Actor, chosen: Chosen, people: str) -> tuple[tuple[str, ...], dict[UUID, list[int]]]:
    """Goals, reach-outs, check-ins: which figures, and for each person who has any the numbers."""
    check_ins = CHECK_INS in chosen.also
    names, found = _BESIDE + _CHECK_INS * check_ins, dict[UUID, list[int]]()
    rows = _goals_and_reach_outs(actor, chosen.span, people)
    if check_ins:
        rows = [(*row, 0, 0) for row in rows] + _check_ins(actor, chosen, people)
    for client, *numbers in rows:
        before = found.get(client)
        found[client] = numbers if before is None else [one + more for one, more in zip(before, numbers, strict=True)]
    return names, found


@composed
def _goals_and_reach_outs(actor: Actor, span: Span, people: str) -> QuerySet[Any, tuple[UUID, int, int, int]]:
    """A row for the goals of a person and one for their reach-outs, with nothing where the other one counts."""
    nothing = Value(0, output_field=BigIntegerField())
    agreed = agreed_goals(actor).filter(Among("client", people)).order_by().values_list("client")
    goals = agreed.annotate(number=Count("pk"), promised=nothing, heard=nothing)
    due = due_reach_outs(span).filter(Among("client", people)).order_by().values_list("client")
    return goals.union(due.annotate(number=nothing, promised=Count("pk"), heard=Count("pk", filter=HEARD)), all=True)


def _check_ins(actor: Actor, chosen: Chosen, people: str) -> list[tuple[Any, ...]]:
    rows = asked_check_ins(actor, chosen).filter(Among("agreement__client", people)).order_by()
    counted = rows.values_list("agreement__client").annotate(asked_ones=Count("pk"), answered_ones=Count("answered_at"))
    return [(client, 0, 0, 0, *numbers) for client, *numbers in counted]
