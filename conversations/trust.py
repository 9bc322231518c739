"""Says in plain words who is on, by when one hears, and what became of a reach-out."""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from accounts.models import Role, User
from accounts.rules.hours import opens_next
from clients.models import Client
from clients.permissions import Helper
from clients.trust import when_read_by
from conversations.models import ReachOut
from conversations.permissions import Hours, hours_of
from conversations.rules import promise_of
from peersupport.lib.clock import now
from peersupport.lib.when import in_a_row, moment_in_words


@dataclass(frozen=True)
class Outlook:
    """What someone who reaches out now can count on."""

    specialist: User | None  # who walks with them; else whoever covers
    on: list[User]  # within their contact hours at this moment
    reads_at: datetime | None  # when `specialist` reads next, if they are not on
    promise: datetime | None
    open: bool  # the program, at this moment
    usually: str  # when their own specialist reads what they write; empty if there is none, or no hours

    @property
    def awake(self) -> bool:
        """Someone is on and the program is open; else the lines come first."""
        return self.open and bool(self.on)

    @property
    def lines(self) -> list[str]:
        """Who is on, or when it is read; and by when one hears."""
        if self.specialist is None:
            return [_("Nobody here walks with you right now. What you leave waits for whoever comes next.")]
        return [line for line in (self._who(), self._by_when()) if line]

    def _who(self) -> str:
        if self.on:
            names = in_a_row(person.first_name for person in self.on)
            return ngettext("%(names)s is on now.", "%(names)s are on now.", len(self.on)) % {"names": names}
        if self.reads_at is None:
            return ""
        assert self.specialist is not None
        return _("%(name)s reads it %(when)s.") % {"name": self.specialist.first_name, "when": at(self.reads_at)}

    def _by_when(self) -> str:
        if self.promise is None:
            return _("We cannot say by when you will hear. If it cannot wait, call one of the lines.")
        return _("You will hear by %(time)s.") % {"time": moment_in_words(self.promise)}


def outlook(client: Client, helpers: list[Helper]) -> Outlook:
    """`helpers`: the client's support today. One query."""
    moment, program = now(), client.program
    covers = {helper.person: helper.covers for helper in helpers if helper.hat == Role.Kind.SPECIALIST}
    hours = hours_of(program, covers)
    reads = {person: _next_in(hours, person, moment) for person in covers}
    own = min(covers, key=lambda person: covers[person], default=None)
    return Outlook(
        specialist=own,
        on=[person for person, begins in reads.items() if begins == moment],
        reads_at=reads[own] if own else None,
        promise=promise_of(program, hours.program, moment) if own else None,
        open=opens_next(moment, hours.program, ZoneInfo(program.time_zone)) == moment,
        usually=when_read_by(own, hours.people.get(own.pk, [])) if own and not covers[own] else "",
    )


def _next_in(hours: Hours, person: User, moment: datetime) -> datetime | None:
    """When they read next, within their contact hours; `moment` itself if they do now."""
    return opens_next(moment, hours.people.get(person.pk, []), ZoneInfo(person.time_zone))


def told_to_client(row: ReachOut) -> list[str]:
    """What became of it, for whoever sent it; one short sentence each. Needs the row with its words."""
    sent = _("You wrote %(when)s.") if row.words else _("You reached out %(when)s.")
    lines = [sent % {"when": at(row.opened_at)}]
    if row.answered_by is not None:
        return [*lines, _answer_to_client(row, row.answered_by)]
    if row.taken_back_at is not None:
        lines.append(_("You said: never mind, I’m fine."))
    if row.seen_by is not None:
        lines.append(_("%(name)s has seen it.") % {"name": row.seen_by.first_name})
    if row.taken_back_at is not None:
        return [*lines, _("You can reach out again at any time.")]
    if row.late:
        lines.append(_("No one has answered yet. That is on us, not on you."))
    elif row.promised_by is not None:
        lines.append(_("You will hear by %(time)s.") % {"time": moment_in_words(row.promised_by)})
    else:
        lines.append(_("We cannot say by when you will hear."))
    return lines


def told_to_staff(row: ReachOut) -> list[str]:
    """When it came, by when an answer is promised, who has seen it or answered. Facts only."""
    lines = [_("Sent %(when)s.") % {"when": at(row.opened_at)}]
    if row.taken_back_at is not None:
        return [*lines, _("Taken back %(when)s.") % {"when": at(row.taken_back_at)}]
    if row.waits and row.promised_by is None:
        lines.append(_("No time was promised."))
    elif row.waits and row.promised_by is not None:
        by = {"time": moment_in_words(row.promised_by)}
        lines.append((_("Promised by %(time)s, which has passed.") if row.late else _("Promised by %(time)s.")) % by)
    if row.answered_by is not None and row.answered_at is not None:
        names = {"name": row.answered_by.first_name, "when": at(row.answered_at)}
        lines.append(_answer_to_staff(row.answered_how) % names)
    elif row.seen_by is not None:
        lines.append(_("%(name)s has seen it.") % {"name": row.seen_by.first_name})
    return lines


def headline(row: ReachOut) -> str:
    """ "Alex could use a talk" """
    said = {
        ReachOut.Kind.SAY_HI: _("%(name)s says hi"),
        ReachOut.Kind.TALK: _("%(name)s could use a talk"),
        ReachOut.Kind.HARD_DAY: _("%(name)s is having a hard day"),
    }[ReachOut.Kind(row.kind)]
    if row.taken_back_at is not None:
        said = _("%(name)s says: never mind, I’m fine")
    return said % {"name": row.client.user.first_name}


def wish(row: ReachOut) -> str:
    """How they would like to hear back; empty if they did not say."""
    if not row.wants:
        return ""
    return {
        ReachOut.Wants.CALL: _("Would like a call."),
        ReachOut.Wants.TEXT: _("Would like a text."),
        ReachOut.Wants.WRITE: _("Would like you to write here."),
        ReachOut.Wants.ANY: _("A call, a text or a word here: any is fine."),
    }[ReachOut.Wants(row.wants)]


def at(moment: datetime) -> str:
    """ "at 2:10 PM" today, "on Tuesday, 9 AM" within a week, else with the day; in the reader's zone."""
    words = {"moment": moment_in_words(moment)}
    if localdate(moment) == localdate(now()):
        return pgettext("when something was or will be, today", "at %(moment)s") % words
    return pgettext("when something was or will be", "on %(moment)s") % words


def _answer_to_client(row: ReachOut, person: User) -> str:
    said = {
        ReachOut.How.CALLED: _("%(name)s called you."),
        ReachOut.How.TEXTED: _("%(name)s sent you a text."),
        ReachOut.How.WROTE: _("%(name)s wrote back."),
        ReachOut.How.MET: _("You and %(name)s met."),
    }[ReachOut.How(row.answered_how)]
    return said % {"name": person.first_name}


def _answer_to_staff(how: str) -> str:
    return {
        ReachOut.How.CALLED: _("%(name)s called. Noted %(when)s."),
        ReachOut.How.TEXTED: _("%(name)s sent a text. Noted %(when)s."),
        ReachOut.How.WROTE: _("%(name)s wrote back %(when)s."),
        ReachOut.How.MET: _("%(name)s met with them. Noted %(when)s."),
    }[ReachOut.How(how)]
