"""The caseload report counted anew in plain Python from whole tables, row by row. Shares no line with reports/."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from accounts.models import Actor, Role, Supervision
from checkins.models import CheckIn
from clients.models import Assignment, Client, KeptFrom
from conversations.models import ReachOut
from goals.models import Goal
from notifications.models import Delivery
from peersupport.lib.clock import now
from sessions.models import ContactLog, EnteredInError


@dataclass
class Tables:
    """Everything there is, read once."""

    roles: list[Role] = field(default_factory=lambda: list(Role.objects.select_related("user")))
    supervisions: list[Supervision] = field(default_factory=lambda: list(Supervision.objects.all()))
    assignments: list[Assignment] = field(default_factory=lambda: list(Assignment.objects.all()))
    kept: list[KeptFrom] = field(default_factory=lambda: list(KeptFrom.objects.all()))
    clients: list[Client] = field(default_factory=lambda: list(Client.objects.select_related("user", "program")))
    logs: list[ContactLog] = field(default_factory=lambda: list(ContactLog.objects.select_related("author")))
    errors: set[UUID] = field(default_factory=lambda: {row.log_id for row in EnteredInError.objects.all()})
    goals: list[Goal] = field(default_factory=lambda: list(Goal.objects.all()))
    reach_outs: list[ReachOut] = field(default_factory=lambda: list(ReachOut.objects.all()))
    check_ins: list[CheckIn] = field(default_factory=lambda: list(CheckIn.objects.select_related("agreement")))
    deliveries: list[Delivery] = field(default_factory=lambda: list(Delivery.objects.all()))

    def __post_init__(self) -> None:
        good = [log for log in self.logs if log.pk not in self.errors]
        replaced = {log.corrects_id for log in good if log.signed_at and log.corrects_id}
        self.good = good
        self.newest = [log for log in good if log.pk not in replaced]


@dataclass(frozen=True)
class Filter:
    first: date
    last: date
    state: str = "open"
    specialist: UUID | None = None
    sought: str = ""
    everything: bool = False  # with the columns that stand there only when asked for


@dataclass
class Line:
    client: Client
    specialists: list[UUID]
    last: date | None = None
    counts: Counter[str] = field(default_factory=Counter)
    logged_by: dict[UUID, Counter[str]] = field(default_factory=dict)  # of what is counted in logs
    weeks: Counter[tuple[date, bool]] = field(default_factory=Counter)

    def add(self, log: ContactLog, name: str, number: int = 1) -> None:
        self.counts[name] += number
        self.logged_by.setdefault(log.author_id, Counter())[name] += number


def held_by(tables: Tables, actor: Actor) -> dict[UUID, list[UUID]]:
    """{client: specialists} for whom this supervisor answers at this moment, in the program of the hat."""
    program, at = actor.role.program_id, now()

    def runs(row: Any) -> bool:
        return row.starts_at <= at and (row.ends_at is None or row.ends_at > at)

    mine = {row.specialist_id for row in tables.supervisions if runs(row) and row.supervisor_id == actor.person_id}
    working = {
        row.user_id
        for row in tables.roles
        if runs(row) and row.kind == "specialist" and row.program_id == program and row.user.is_active
    }
    away = {
        row.client_id
        for row in tables.kept
        if row.person_id == actor.person_id and row.in_force_since is not None and row.ended_at is None
    }
    inside = {client.pk for client in tables.clients if client.program_id == program and client.pk not in away}
    found: dict[UUID, list[UUID]] = {}
    for row in tables.assignments:
        if runs(row) and row.client_id in inside and row.specialist_id in mine & working:
            found.setdefault(row.client_id, []).append(row.specialist_id)
    return found


def count(tables: Tables, actor: Actor, chosen: Filter) -> dict[UUID, Line]:
    held = held_by(tables, actor)
    lines = {
        client.pk: Line(client, held[client.pk])
        for client in tables.clients
        if client.pk in held and fits(client, held[client.pk], chosen)
    }
    zone = ZoneInfo(actor.role.program.time_zone)
    for log in tables.newest:
        if log.client_id in lines:
            _count_log(lines[log.client_id], log, chosen, zone)
    for log in tables.good:
        line = lines.get(log.client_id)
        if line and log.corrects_id is None and _within(log.occurred_at, chosen, zone) and is_late(log, zone):
            line.add(log, "late")
    for goal in tables.goals:
        if goal.client_id in lines and goal.visibility == "support" and goal.lifecycle == "active":
            lines[goal.client_id].counts["goals"] += 1
    _count_reach_outs(tables, lines, chosen, zone)
    _count_check_ins(tables, lines, chosen, zone)
    return lines


def fits(client: Client, specialists: list[UUID], chosen: Filter) -> bool:
    if chosen.specialist and chosen.specialist not in specialists:
        return False
    if chosen.state != "both" and (client.closed_at is None) != (chosen.state == "open"):
        return False
    words = _bare(f"{client.user.first_name} {client.user.last_name}").split()
    return all(any(word.startswith(part) for word in words) for part in _bare(chosen.sought).split())


def _bare(name: str) -> str:
    for accented, letter in {"é": "e", "ë": "e", "á": "a", "ú": "u", "ñ": "n", "å": "a", "ń": "n", "í": "i"}.items():
        name = name.lower().replace(accented, letter)
    return name.lower()


def _within(moment: Any, chosen: Filter, zone: ZoneInfo) -> bool:
    return chosen.first <= moment.astimezone(zone).date() <= chosen.last


def _count_log(line: Line, log: ContactLog, chosen: Filter, zone: ZoneInfo) -> None:
    day = log.occurred_at.astimezone(zone).date()
    talked = log.outcome == "connected" and log.mode != "voicemail"
    if talked and (line.last is None or day > line.last):
        line.last = day
    if not chosen.first <= day <= chosen.last:
        return
    for name in names_of(log, talked):
        line.add(log, name)
    if talked and log.signed_at:
        line.add(log, "minutes", log.minutes_direct)
        line.add(log, f"minutes-mode-{log.mode}", log.minutes_direct)
        line.weeks[day - timedelta(days=day.weekday()), log.planned] += 1


def names_of(log: ContactLog, talked: bool) -> list[str]:
    if log.signed_at is None:
        return ["unfinished"]
    if not talked:
        tried = log.outcome in {"did-not-connect", "left-message"} or log.outcome == "connected"
        missed = ["not-met", "meetings"] if log.planned and log.outcome == "did-not-connect" else []
        return [*(["attempts"] if tried else []), *missed]
    who = {"nobody": "planned", "client": "by-client", "specialist": "by-specialist"}.get(
        log.who_reached_out, "by-others"
    )
    return ["contacts", who, *(["meetings"] if log.planned else ["outside"]), f"mode-{log.mode}"]


def is_late(log: ContactLog, zone: ZoneInfo) -> bool:
    """Three business days, counted one by one; a day after a crisis."""
    due = log.happened_on
    if log.service == "crisis":
        due += timedelta(days=1)
    else:
        left = 3
        while left:
            due += timedelta(days=1)
            left -= due.weekday() < 5
    return (log.signed_at or now()).astimezone(zone).date() > due


def _count_reach_outs(tables: Tables, lines: dict[UUID, Line], chosen: Filter, zone: ZoneInfo) -> None:
    for row in tables.reach_outs:
        line = lines.get(row.client_id)
        if line is None or row.promised_by is None or not _within(row.opened_at, chosen, zone):
            continue
        ended = row.answered_at or row.taken_back_at
        if row.answered_at or (ended or now()) > row.promised_by or (ended is None and now() == row.promised_by):
            line.counts["promised"] += 1
            line.counts["heard"] += row.answered_at is not None and row.answered_at <= row.promised_by


def _count_check_ins(tables: Tables, lines: dict[UUID, Line], chosen: Filter, zone: ZoneInfo) -> None:
    states: dict[UUID, set[str]] = {}
    for delivery in tables.deliveries:
        states.setdefault(delivery.subject_id, set()).add(delivery.state)
    for row in tables.check_ins:
        line, states_of_it = lines.get(row.agreement.client_id), states.get(row.pk, set())
        if line is None or row.withdrawn_at or not _within(row.planned_for, chosen, zone):
            continue
        lost = {"suppressed", "expired"} & states_of_it and "delivered" not in states_of_it
        over = row.planned_for + timedelta(hours=48) <= now() and not lost
        if row.answered_at or over:
            line.counts["asked"] += 1
            line.counts["answered"] += row.answered_at is not None
