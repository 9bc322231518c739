"""What two people agree on as a form, and the answer to a check-in. Neither ever writes."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django import forms
from django.conf import settings
from django.forms.boundfield import BoundWidget
from django.http import QueryDict
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext_lazy as _

from checkins.models import CheckIn, CheckInAgreement
from checkins.rules.terms import Terms, terms_of
from checkins.rules.wordings import said
from clients.models import QUIET_MOST
from peersupport.lib.fields import OpIdField, TextField, VersionField

IDEA, TOLD = "idea", "told"
WHO_SAYS_SO = [(IDEA, _("I suggest this; they decide")), (TOLD, _("They told me, and I read it back to them"))]
LINE_LIMIT = 1000


@dataclass(frozen=True)
class WordingChoice:
    """One wording to choose, as it will stand on a lock screen: without and with the first name."""

    widget: BoundWidget
    plain: str
    named: str


def _either(sentence: Any) -> dict[str, Any]:
    """For what is missing and for what is none of the choices: nobody can type the latter."""
    return dict.fromkeys(("required", "invalid_choice", "invalid_list"), sentence)


def _time(label: Any, *, required: bool = True) -> forms.TimeField:
    unclear = _("Please give this as a time of day, like 9:00 AM.")
    return forms.TimeField(
        label=label,
        required=required,
        widget=forms.TimeInput(attrs={"type": "time", "class": "form-control"}, format="%H:%M"),
        error_messages={"required": _("Please choose a time."), "invalid": unclear},
    )


class AgreementForm(forms.Form):
    """`terms()` gives what was chosen once the form is valid. `told` is asked of staff only."""

    op_id = OpIdField()
    told = forms.ChoiceField(
        label=_("Who says so"),
        choices=WHO_SAYS_SO,
        widget=forms.RadioSelect,
        error_messages=_either(_("Please choose whether this is your idea or what they told you.")),
    )
    weekdays = forms.TypedMultipleChoiceField(
        label=_("On which days"),
        choices=list(WEEKDAYS.items()),
        coerce=int,
        widget=forms.CheckboxSelectMultiple,
        error_messages=_either(_("Please choose at least one day.")),
    )
    local_time = _time(_("At what time"))
    channel = forms.ChoiceField(
        label=_("Where it comes"),
        choices=CheckInAgreement.Channel.choices,
        widget=forms.RadioSelect,
        error_messages=_either(_("Please choose where it comes.")),
    )
    wording = forms.ChoiceField(
        label=_("What stands on the screen"),
        choices=[(wording, "") for wording in CheckInAgreement.Wording.values],
        widget=forms.RadioSelect,
        error_messages=_either(_("Please choose what stands on the screen.")),
    )
    first_name = forms.BooleanField(required=False, widget=forms.CheckboxInput(attrs={"class": "form-check-input"}))
    quiet_from = _time(_("From"), required=False)
    quiet_until = _time(_("Until"), required=False)

    def __init__(
        self, data: QueryDict | None, *, own: bool, name: str, agreement: CheckInAgreement | None = None
    ) -> None:
        """`name`: the first name that could stand in the wording. `agreement`: what the form starts with."""
        before = terms_of(agreement) if agreement else None
        super().__init__(data, initial={**vars(before), "version": agreement.version} if before and agreement else {})
        self.ticked = before is not None and before.first_name
        self.name = name
        if own:
            del self.fields["told"]
        if name:
            self.fields["first_name"].label = _("%(name)s’s first name may stand in it") % {"name": name}
        else:
            del self.fields["first_name"]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        begin, end = data.get("quiet_from"), data.get("quiet_until")
        if not {"quiet_from", "quiet_until"} & set(self.errors):
            if (begin is None) is not (end is None):
                missing = "quiet_until" if end is None else "quiet_from"
                self.add_error(missing, _("Quiet hours have a beginning and an end. Leave both empty for none."))
            elif begin is not None and begin == end:
                self.add_error("quiet_until", _("These two times are the same. Leave both empty for none."))

        if data.get("told") == IDEA and data.get("first_name") and not self.ticked:
            self.add_error("first_name", _("Only they can say this. Please leave it out of your idea."))
        return data

    @property
    def is_told(self) -> bool:
        return self.cleaned_data.get("told") == TOLD

    def terms(self) -> Terms:
        data = self.cleaned_data
        return Terms(
            weekdays=tuple(sorted(data["weekdays"])),
            **{name: data[name] for name in ("local_time", "channel", "wording", "quiet_from", "quiet_until")},
            first_name=data.get("first_name", False),
        )

    def wordings(self) -> Iterator[WordingChoice]:
        place = settings.ORGANIZATION_NAME
        for widget, wording in zip(self["wording"], CheckInAgreement.Wording.values, strict=True):
            yield WordingChoice(widget, said(wording, place=place), said(wording, place=place, name=self.name))


class AgreementChangeForm(AgreementForm):
    version = VersionField()


class VersionForm(forms.Form):
    """Yes to exactly what was on the page."""

    version = VersionField()


class AnswerForm(forms.Form):
    """Four equal answers; each is a button. The line is optional."""

    answer = forms.ChoiceField(
        label=_("How is today?"),
        choices=CheckIn.Answer.choices,
        error_messages=_either(_("Please choose one of the four. Any of them is fine.")),
    )
    line = TextField(label=_("A line, if you like"), rows=2, limit=LINE_LIMIT)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["line"].widget.attrs["class"] = "voice"


class QuietForm(forms.Form):
    days = forms.IntegerField(
        label=_("Days"),
        required=False,
        min_value=1,
        max_value=QUIET_MOST,
        widget=forms.NumberInput(attrs={"inputmode": "numeric", "class": "form-control"}),
        error_messages=dict.fromkeys(
            ("invalid", "min_value", "max_value"),
            _("Please give a number of days from 1 to 365, or leave it empty."),
        ),
    )
