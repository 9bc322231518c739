"""What a supervisor asks of a report. Sent by GET, so nothing personal: a name is kept in the session under a key."""

from datetime import date
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django import forms
from django.utils.translation import gettext_lazy as _

from peersupport.lib.fields import TextField
from reports.permissions import Caseload
from reports.rules.chosen import BEGUN, BOTH, CHECK_INS, CLOSED, LONGEST, MEETINGS, MODES, OPEN, Chosen, last_days

_CHOOSE = {"invalid_choice": _("Please choose one of these.")}
_A_DAY = {"invalid": _("Please write a day, like 2026-11-20.")}


class DayField(forms.DateField):
    def __init__(self, label: Any) -> None:
        super().__init__(label=label, required=False, error_messages=_A_DAY)
        self.input_formats = ["%Y-%m-%d"]


class CaseloadForm(forms.Form):
    """Drawn by its template: widgets of Django's would take as long as the table."""

    since = DayField(_("From"))
    until = DayField(_("To"))
    specialist = forms.TypedChoiceField(
        label=_("Specialist"),
        required=False,
        coerce=UUID,
        empty_value=None,
        error_messages=_CHOOSE,
    )
    state = forms.ChoiceField(
        label=_("State"),
        required=False,
        choices=[(OPEN, _("open now")), (CLOSED, _("closed")), (BOTH, _("open and closed"))],
        error_messages=_CHOOSE,
    )
    also = forms.MultipleChoiceField(
        label=_("Also show"),
        required=False,
        choices=[
            (MODES, _("how you met")),
            (BEGUN, _("who began it")),
            (MEETINGS, _("when you didn’t connect")),
            (CHECK_INS, _("check-ins")),
        ],
        error_messages={**_CHOOSE, "invalid_list": _CHOOSE["invalid_choice"]},
        widget=forms.CheckboxSelectMultiple,  # so that what was wrong leads to the first of them
    )

    def __init__(self, data: Any, *, caseload: Caseload, zone: ZoneInfo, totals_only: bool = False) -> None:
        """What was not sent is as it stands at first."""
        first, last = last_days(zone)
        sent = data.copy()
        for name, value in (("since", first.isoformat()), ("until", last.isoformat()), ("state", OPEN)):
            sent.setdefault(name, value)
        super().__init__(sent)
        self.zone = zone
        everyone = ("", _("all specialists"))
        choices = [everyone, *((str(one.pk), one.name) for one in caseload.specialists.values())]
        self.fields["specialist"].choices = choices  # type: ignore[attr-defined]
        if totals_only:
            del self.fields["specialist"]

    def clean(self) -> dict[str, Any]:
        first, last = self.cleaned_data.get("since"), self.cleaned_data.get("until")
        for name, value in (("since", first), ("until", last)):
            if name not in self.errors and value is None:
                self.add_error(name, _("Please choose a day."))
        if isinstance(first, date) and isinstance(last, date):
            if last < first:
                self.add_error("until", _("This day comes before the first one."))
            elif (last - first).days >= LONGEST or last.year > 9998 or first.year < 1900:
                self.add_error("until", _("A report covers two years at most."))
        return self.cleaned_data

    def chosen(self, *, name: str = "", name_key: str = "") -> Chosen:
        found = self.cleaned_data
        return Chosen(
            first=found["since"],
            last=found["until"],
            zone=self.zone,
            state=found["state"] or OPEN,
            specialist=found.get("specialist"),
            name=name,
            name_key=name_key,
            also=frozenset(found["also"]),
        )


class NameForm(forms.Form):
    sought = TextField(
        label=_("Name"),
        limit=80,
        widget=forms.TextInput(attrs={"class": "form-control", "autocomplete": "off", "dir": "auto"}),
    )
