"""One row as a person: read, then brought in by the same actions that pages use."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import TypeVar
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from accounts import actions as accounts
from accounts.models import Program, Role, User
from clients import actions as clients
from clients.models import Client
from home.importing import cells, headings
from home.importing.known import By, Identity
from home.importing.problems import Problem
from home.importing.table import Table
from notifications import actions as notifications
from notifications.models import ContactPoint
from peersupport.lib.clock import now
from peersupport.lib.refusals import Refusal

Value = TypeVar("Value")


@dataclass(frozen=True)
class Rules:
    """What holds for every row of one import."""

    program: Program
    date_form: str | None  # "DMY", "MDY", or None: only 2026-03-31
    today: date  # in the program's time zone
    specialists: dict[str, User]  # by e-mail address: those who work in the program now

    @classmethod
    def of(cls, program: Program, date_form: str | None) -> "Rules":
        roles = Role.objects.open().filter(program=program, kind=Role.Kind.SPECIALIST, user__is_active=True)
        people = [role.user for role in roles.select_related("user")]
        return cls(
            program=program,
            date_form=date_form,
            today=now().astimezone(ZoneInfo(program.time_zone)).date(),
            specialists={person.email.lower(): person for person in people if person.email},
        )


@dataclass(frozen=True)
class Details:
    """What a row says besides who it is; empty where it says nothing."""

    phone: str
    language: str
    time_zone: str
    specialist: User | None
    started: date | None


@dataclass
class Row:
    """The cells of one row, and what is wrong with them."""

    table: Table
    number: int
    cells: list[str]
    problems: list[Problem] = field(default_factory=list)

    def refuse(self, name: str | None, sentence: str) -> None:
        """`name`: one of `headings`; the name stands for the whole row."""
        fields = self.table.fields
        column = fields.get(name or "", fields.get(headings.FIRST_NAME, fields.get(headings.WHOLE_NAME, 0)))
        self.problems.append(Problem(self.number, column, sentence))

    def read(self, name: str, reader: Callable[[str], Value]) -> Value | None:
        """None where the file has no such column, or where the cell was refused."""
        column = self.table.fields.get(name)
        if column is None:
            return None
        try:
            return reader(self.cells[column])
        except Refusal as refusal:
            self.refuse(name, str(refusal.sentence))
            return None

    def has_shape(self) -> bool:
        """Every cell stands under a heading, and every heading has a cell."""
        wide = len(self.table.heads)
        if len(self.cells) < wide:
            sentence = _(
                "This row ends before this column. Please look whether it was broken in two. If it only ends early "
                "because its last cells are empty, add a column with a heading at the end and an x in every row."
            )
            self.problems.append(Problem(self.number, len(self.cells), sentence))
            return False
        heads = self.table.heads
        beyond = next(
            (at for at, cell in enumerate(self.cells) if cell.strip() and (at >= wide or not heads[at])), None
        )
        if beyond is not None:
            sentence = _(
                "There is text here, and no heading above it. Please look whether the row slipped to the right."
            )
            self.problems.append(Problem(self.number, beyond, sentence))
        return beyond is None


def identity(row: Row) -> Identity | None:
    """Who the row is about; None if that cannot be read, and the row says why."""
    first, last = row.read(headings.WHOLE_NAME, cells.whole_name) or ("", "")
    found = Identity(
        first_name=row.read(headings.FIRST_NAME, cells.first_name) or first,
        last_name=row.read(headings.LAST_NAME, cells.name) or last,
        number=row.read(headings.NUMBER, cells.number) or "",
        email=row.read(headings.EMAIL, cells.email) or "",
    )
    return None if row.problems else found


def details(row: Row, rules: Rules) -> Details | None:
    """The rest of a row about someone new; None if it is refused, and the row says why. The birth date is only looked
    at: there is no place where it would be needed, so it is not kept."""

    def day(cell: str) -> date | None:
        return cells.day(cell, rules.date_form, today=rules.today)

    def born_grown_up(cell: str) -> date | None:
        born = day(cell)
        if born is not None:
            cells.refuse_minor(born, today=rules.today)
        return born

    def specialist(cell: str) -> User | None:
        address = cells.email(cell)
        if address and address not in rules.specialists:
            raise Refusal(
                _("No specialist of this program has this e-mail address. Please correct it, or leave the cell empty.")
            )
        return rules.specialists.get(address)

    born = row.read(headings.BORN, born_grown_up)
    started = row.read(headings.STARTED, day)
    if born is not None and started is not None and started < born:
        row.refuse(headings.STARTED, _("This day is before the birth date. Please look at both."))
    found = Details(
        phone=row.read(headings.PHONE, cells.phone) or "",
        language=row.read(headings.LANGUAGE, cells.language) or "",
        time_zone=row.read(headings.TIME_ZONE, cells.time_zone) or "",
        specialist=row.read(headings.SPECIALIST, specialist),
        started=started,
    )
    return None if row.problems else found


def bring_in(who: Identity, about: Details, digests: dict[By, list[str]], rules: Rules) -> Client:
    """A new client, as the system. The address is a contact point and no sign-in name: nobody can sign in, or be
    written to, before they are invited. The assignment begins today: who walked with them earlier is not known."""
    zone = ZoneInfo(rules.program.time_zone)
    started = now() if about.started is None else datetime.combine(about.started, time(), zone)
    user = accounts.create_person(
        first_name=who.first_name,
        last_name=who.last_name,
        language=about.language or "en",
        time_zone=about.time_zone or rules.program.time_zone,
        by=None,
    )
    accounts.give_role(user, Role.Kind.CLIENT, program=rules.program, starts_at=started, by=None)
    client = clients.open_client(user, rules.program, opened_at=started, by=None)
    if about.specialist is not None:
        clients.assign_specialist(client, about.specialist, by=None)
    for kind, value in ((ContactPoint.Kind.EMAIL, who.email), (ContactPoint.Kind.PHONE, about.phone)):
        if value:
            notifications.add_contact_point(user, kind, value, by=None, client_id=client.pk)
    clients.note_import(client, {by: several[0] for by, several in digests.items()}, by=None)
    return client
