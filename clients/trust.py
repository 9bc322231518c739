"""Says in plain words who reads what a client and their specialist write, and when: always from the access rules."""

from uuid import UUID

from django.db.models import QuerySet
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from accounts.models import ContactHours, Role, User
from clients.permissions import Helper
from peersupport.lib.composed import composed
from peersupport.lib.when import clock_time, days_in_words, in_a_row


def who_reads(helpers: list[Helper], *, client_name: str, reader: User | None) -> str:
    """One line for under a box. `reader` None: the client reads it; else the member of staff who does.

    Staff are told that supervisors exist, not who: a name that goes missing would tell whom the client keeps away.
    """
    sentences = specialists_read(helpers, client_name=client_name, reader=reader)
    if reader is None:
        sentences += _supervisors_to_client(helpers)
    else:
        sentences.append(
            _("Supervisors see dates, minutes and kind; the words only after saying why, and %(name)s will see it.")
            % {"name": client_name}
        )
    return " ".join(sentences)


def specialists_read(helpers: list[Helper], *, client_name: str, reader: User | None) -> list[str]:
    """The client, and who walks with them today: what any line about readers begins with."""
    specialists = [helper for helper in helpers if helper.hat == Role.Kind.SPECIALIST]
    names = [helper.person.first_name for helper in specialists if not helper.covers and helper.person != reader]
    if reader is None:
        names.insert(0, _("You"))
    elif any(helper.person == reader for helper in specialists):
        names[:0] = [_("You"), client_name]
    else:
        names.insert(0, client_name)
    sentences = [_("%(names)s can read this.") % {"names": in_a_row(names)}]
    for helper in specialists:
        if helper.until is not None and helper.person != reader:
            until = date_format(localtime(helper.until), "MONTH_DAY_FORMAT")
            sentences.append(_("%(name)s too, until %(day)s.") % {"name": helper.person.first_name, "day": until})
    return sentences


def _supervisors_to_client(helpers: list[Helper]) -> list[str]:
    names = [helper.person.first_name for helper in helpers if helper.hat == Role.Kind.SUPERVISOR]
    if not names:
        return []
    return [
        _("%(names)s: dates, minutes and kind; the words only after saying why, and you will see it.")
        % {"names": in_a_row(names)}
    ]


def when_read(helpers: list[Helper]) -> str:
    """When the client's own specialist reads what they write. Empty if there is none, or no hours."""
    own = next((one.person for one in helpers if one.hat == Role.Kind.SPECIALIST and not one.covers), None)
    return when_read_by(own, _hours_of(own.pk)) if own else ""


@composed
def _hours_of(specialist: UUID) -> "QuerySet[ContactHours]":
    return ContactHours.objects.filter(specialist=specialist)


def when_read_by(person: User, hours: list[ContactHours]) -> str:
    """Empty without hours."""
    return _("%(name)s reads this %(hours)s.") % {"name": person.first_name, "hours": in_words(hours)} if hours else ""


def in_words(hours: list[ContactHours]) -> str:
    """ "Monday to Friday, 9 AM to 6 PM" """
    spans: dict[tuple[str, str], list[int]] = {}
    for span in hours:
        key = (clock_time(span.opens), clock_time(span.closes))
        spans.setdefault(key, []).append(span.weekday)
    parts = [
        _("%(days)s, %(opens)s to %(closes)s") % {"days": days_in_words(days), "opens": opens, "closes": closes}
        for (opens, closes), days in spans.items()
    ]
    return "; ".join(parts)
