"""Counts every figure of a report: of all its people together, and of those who are shown one by one.

What happened in contacts is added up from tallies, one for each log (docs/decisions/0033); everything else asks the
rows of `definitions`. What a figure counts is said in one place, so that a number and its rows cannot disagree.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import BigIntegerField, Count, DateField, F, Q, QuerySet, Sum, TextField, Value
from django.db.models.functions import Coalesce

from accounts.models import Actor
from peersupport.lib.among import Among, AsText, ids_of
from peersupport.lib.composed import composed
from reports.figures.definitions import HEARD, agreed_goals, asked_check_ins, due_reach_outs
from reports.figures.people import people_in
from reports.permissions import TODAY, Caseload, Person, Shown, shown_of, today_of
from reports.rules.chosen import BEGUN, CHECK_INS, MEETINGS, MODES, Chosen, Span, today_in, weeks_of
from sessions.models import Tally
from sessions.rules.counting import COUNTED_TALLIES

MINUTES = "minutes"
_BY_GROUP = (("mode-",), ("planned", "by-specialist", "by-others"), ("meetings", "not-met"))  # only if asked for
Counts = dict[str, int]
Counted = tuple[Any, ...]  # whose the numbers are, then the numbers


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
        people, chosen = list(people), self.chosen
        ids = ids_of([one.id for one in people])
        groups, days = _groups(chosen), _days(chosen)
        facts, numbers = list[Sequence[Any]](), dict[str, Sequence[int]]()
        for pk, mark, began, talked, away, *counted in _one_by_one(ids, days, groups, chosen.zone):
            if began is None:
                numbers[pk] = counted
            else:
                facts.append((pk, mark, began, talked, away))
        found, names = shown_of(people, facts), _names(groups)
        for one in found:
            one.counts = _counts(self.names, self.beside.get(one.pk, []))
            if one.pk in numbers:
                one.counts.update(zip(names, numbers[one.pk], strict=True))
        return found

    def specialists(self) -> list[SpecialistRow]:
        """By name; whoever the supervisor does not answer for as one, and last."""
        names, known = _names(_groups(self.chosen)), self.caseload.specialists
        walking = Counter(one.pk for person in self.people.values() for one in person.walks_with)
        logged: dict[UUID | None, list[Sequence[int]]] = defaultdict(list)
        for author, *numbers in _by_author(ids_of(self.people), _days(self.chosen), _groups(self.chosen)):
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
            by_day[day] = dict(zip(names, numbers, strict=True))
        else:
            beside[client].append(numbers)
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


def _days(chosen: Chosen) -> Days:
    return chosen.first, chosen.last, today_in(chosen.zone)


def _numbers(groups: Groups, days: Days) -> dict[str, Any]:
    """Named so that no column of a row has the name of a number."""
    return {f"number_{name}": number for name, number in _numbers_of_logs(groups, days[2]).items()}


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


def _logged(days: Days) -> QuerySet[Tally]:
    first, last, _today = days
    return Tally.objects.on_days(first, last).order_by()


@composed
def _by_author(people: str, days: Days, groups: Groups) -> QuerySet[Tally, Counted]:
    rows = _logged(days).filter(Among("client", people)).values_list("author")
    counted: QuerySet[Tally, Counted] = rows.annotate(**_numbers(groups, days))
    return counted


@composed
def _one_by_one(people: str, days: Days, groups: Groups, zone: ZoneInfo) -> QuerySet[Any, tuple[Any, ...]]:
    """A row for what is true of each person today, and one for what happened with them in these days, if anything did.
    It says nothing of today, where the other one counts nothing."""
    numbers, nothing = _numbers(groups, days), Value(0, output_field=BigIntegerField())
    unsaid = [Value(None, output_field=field) for field in TODAY.values()]
    logs = _logged(days).filter(Among("client", people)).values("client").annotate(**numbers)
    facts = today_of(people, days[2], zone).annotate(**dict.fromkeys(numbers, nothing))
    logs = logs.values_list(AsText("client"), *unsaid, *numbers)
    return facts.values_list(AsText("pk"), *TODAY, *numbers).union(logs, all=True)


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
    of_logs, nothing = _numbers(groups, days), Value(0, output_field=BigIntegerField())
    every = [*of_logs, *_BESIDE]
    nobody, never = Value(None, output_field=TextField()), Value(None, output_field=DateField())

    def part(rows: QuerySet[Any], by: str, whose: tuple[Any, Any], numbers: dict[str, Any]) -> QuerySet[Any]:
        counted: QuerySet[Any] = rows.filter(Among("client", people)).order_by().values(by).annotate(**numbers)
        return counted.values_list(*whose, *[name if name in numbers else nothing for name in every])

    of_person, due = (never, AsText("client")), {"promised": Count("pk"), "heard": Count("pk", filter=HEARD)}
    return part(_logged(days), "day", (F("day"), nobody), of_logs).union(
        part(agreed_goals(actor), "client", of_person, {"goals": Count("pk")}),
        part(due_reach_outs(span), "client", of_person, due),
        all=True,
    )


def _check_ins(actor: Actor, chosen: Chosen, people: str) -> list[tuple[Any, ...]]:
    rows = asked_check_ins(actor, chosen).filter(Among("agreement__client", people)).order_by()
    counted = rows.values_list(AsText("agreement__client")).annotate(
        asked_ones=Count("pk"), answered_ones=Count("answered_at")
    )
    return list(counted)
