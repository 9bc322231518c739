"""Who asks for a report, and for which one."""

import secrets
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, QueryDict
from django.utils.translation import gettext as _

from accounts.models import Actor
from accounts.signing_in import actor_of
from reports.figures.counting import Report
from reports.figures.people import is_recognisable
from reports.forms import CaseloadForm
from reports.permissions import Caseload, caseload_of, may_read_reports
from reports.rules.chosen import Chosen

NAMES = "caseload_names"  # in the session: {key: what was typed}
KEPT = 20


@dataclass(frozen=True)
class Asked:
    """`chosen` is None while something in the form is wrong."""

    actor: Actor
    caseload: Caseload
    form: CaseloadForm
    chosen: Chosen | None

    @property
    def totals_only(self) -> bool:
        """The program tells its supervisors sums, and nothing of anyone by name."""
        return self.actor.role.program.totals_only

    def tells_too_much(self, report: Report) -> bool:
        """Sums alone, of so few people that they are theirs."""
        return self.totals_only and is_recognisable(report.people.values())


def supervisor_of(request: HttpRequest) -> Actor:
    actor = actor_of(request)
    if not may_read_reports(actor):
        raise PermissionDenied
    return actor


def ask(request: HttpRequest, data: QueryDict | None = None) -> Asked:
    """`data`: other than what stands in the address."""
    actor = supervisor_of(request)
    caseload = caseload_of(actor)
    given = request.GET if data is None else data
    program = actor.role.program
    form = CaseloadForm(given, caseload=caseload, zone=ZoneInfo(program.time_zone), totals_only=program.totals_only)
    key = "" if program.totals_only else given.get("name", "")
    name = request.session.get(NAMES, {}).get(key, "")
    if key and not name:
        form.add_error(None, _("What you searched for is not kept any more. Please search for the name once more."))
    return Asked(actor, caseload, form, form.chosen(name=name, name_key=key) if form.is_valid() else None)


def ask_by_name(request: HttpRequest, data: QueryDict | None = None) -> Asked:
    """For what tells of one person or one row: PermissionDenied where a program shows totals only."""
    asked = ask(request, data)
    if asked.totals_only:
        raise PermissionDenied
    return asked


def keep_name(request: HttpRequest, name: str) -> str:
    """The key under which this person's session keeps what they searched for: a name never stands in an address."""
    kept: dict[str, Any] = request.session.get(NAMES, {})
    key = secrets.token_urlsafe(6)
    request.session[NAMES] = {**dict(list(kept.items())[1 - KEPT :]), key: name}
    return key
