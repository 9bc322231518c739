"""What stands around a report's table: what was asked for, the sums, the weeks, where one can go from here."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from reports.figures.counting import MINUTES, Counts, Report
from reports.figures.people import SMALLEST
from reports.forms import NameForm
from reports.pages.addresses import addresses
from reports.pages.asking import Asked
from reports.pages.chart import chart_of
from reports.pages.columns import in_hours, share
from reports.pages.tables import ALL, PEOPLE, SPECIALISTS, Table
from reports.rules.chosen import Chosen, today_in

PRESETS = (7, 30, 90, 365)


def frame_of(asked: Asked, report: Report, table: Table, names: NameForm | None = None) -> dict[str, Any]:
    chosen, total = asked.chosen, report.total
    assert chosen is not None
    return {
        **around(asked, addresses()["caseload"]),
        "table": table,
        "too_few": too_few() if asked.tells_too_much(report) else "",
        "all_people": len(report.people),
        "total": total,
        "hours": in_hours()(total[MINUTES]),
        "begun": _begun(total),
        "heard": _("%(heard)s of %(promised)s") % total,
        "chart": chart_of(report.weeks),
        "sought": names["sought"].value() if names else chosen.name,
        "sought_wrong": names.errors["sought"] if names else [],
        "query": chosen.query(),
        "file": f"{addresses()['file']}?{chosen.query(by=by_of(table), sort=table.sort)}",
        "ways": []
        if asked.totals_only
        else [
            (_("By person"), chosen.query(), table.kind == PEOPLE),
            (_("By specialist"), chosen.query(by=SPECIALISTS), table.kind == SPECIALISTS),
        ],
        "turns": _turns(chosen, table),
        "on_one_page": ngettext("%(number)s on one page", "All %(number)s on one page", table.number)
        % {"number": table.number},
        "nameless": _without_name(chosen),
    }


def around(asked: Asked, here: str) -> dict[str, Any]:
    """Of every page of a report: the form, what it says in a few words, and where this page is."""
    chosen, program = asked.chosen, asked.actor.role.program
    return {
        "form": asked.form,
        "here": here,
        "pages": addresses(),
        "program": program,
        "chosen": chosen,
        "presets": _presets(chosen) if chosen else [],
        "days": span_of(chosen) if chosen else "",
        "specialist": asked.caseload.specialists[chosen.specialist].name if chosen and chosen.specialist else "",
        "state": dict(asked.form.fields["state"].choices)[chosen.state] if chosen else "",  # type: ignore[attr-defined]
    }


def _begun(total: Counts) -> str:
    outside, by_client = (share(total[name], total["contacts"]) for name in ("outside", "by-client"))
    if outside is None:
        return _("No contacts in these days.")
    says = _("%(outside)s %% outside appointments, %(by_client)s %% begun by them")
    return says % {"outside": outside, "by_client": by_client}


def _presets(chosen: Chosen) -> list[tuple[str, str, bool]]:
    """The same for the last days, today the last one: what it is called, what it asks for, and whether this is it."""
    today, found = today_in(chosen.zone), []
    for days in PRESETS:
        other = replace(chosen, first=today - timedelta(days=days - 1), last=today)
        label = ngettext("last %(number)s day", "last %(number)s days", days) % {"number": days}
        found.append((label, other.query(), other == chosen))
    return found


def span_of(chosen: Chosen) -> str:
    """ "October 22 – November 20", with the years where they are not both this one."""
    this_year = chosen.first.year == chosen.last.year == today_in(chosen.zone).year
    pattern = "MONTH_DAY_FORMAT" if this_year else "DATE_FORMAT"
    return f"{date_format(chosen.first, pattern)} – {date_format(chosen.last, pattern)}"


def too_few() -> str:
    says = _(
        "With fewer than %(number)s people, open or closed, a sum would tell whose it is. So no numbers stand here."
    )
    return says % {"number": SMALLEST}


def by_of(table: Table) -> str:
    return SPECIALISTS if table.kind == SPECIALISTS else ""


def _turns(chosen: Chosen, table: Table) -> dict[str, str]:
    """Where the pages before and after are; and everyone on one."""
    if table.pages == 1:
        return {}
    found = {"all": chosen.query(sort=table.sort, page=ALL)}
    if table.page == 0:
        return {"cut": chosen.query(sort=table.sort)}
    if table.page > 1:
        found["before"] = chosen.query(sort=table.sort, page=str(table.page - 1))
    if table.page < table.pages:
        found["after"] = chosen.query(sort=table.sort, page=str(table.page + 1))
    return found


def _without_name(chosen: Chosen) -> str:
    return replace(chosen, name="", name_key="").query()
