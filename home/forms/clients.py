"""Clients coming, going and being away, and who walks with them."""

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from clients.models import Assignment, Closing, Handover, Pause
from home.forms.people import NameForm
from home.forms.programs import either

NOBODY = _("Nobody yet")
UNCLEAR_DAY = _("Please give this as a day, like 2026-03-31.")
CHOOSE_NAME = _("Please choose someone from the list.")


def day_field(label: Any, *, missing: Any = None, help_text: Any = "") -> forms.DateField:
    return forms.DateField(
        label=label,
        required=bool(missing),
        help_text=help_text,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"required": missing or "", "invalid": UNCLEAR_DAY},
    )


def reason_field(label: Any, choices: Any) -> forms.ChoiceField:
    return forms.ChoiceField(
        label=label,
        choices=choices,
        widget=forms.RadioSelect,
        error_messages=either(_("Please choose one of these.")),
    )


class WithSomeone(forms.Form):
    """`someone`: a person of a list that is known only once the form is made."""

    someone = forms.ChoiceField(label=_("Who walks with them"), error_messages=either(CHOOSE_NAME))
    must = True

    def __init__(self, *args: Any, people: list[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.people = {str(person.pk): person for person in people}
        names = [(pk, person.name) for pk, person in self.people.items()]
        field = self.fields["someone"]
        field.required = self.must
        field.choices = [("", _("Choose a name") if self.must else NOBODY), *names]  # type: ignore[attr-defined]

    def chosen(self) -> User | None:
        return self.people.get(self.cleaned_data["someone"])


class ClientForm(NameForm, WithSomeone):
    """Someone new. Who walks with them can be chosen later."""

    must = False
    field_order = ["first_name", "last_name", "language", "someone"]


class AssignForm(WithSomeone):
    kind = forms.ChoiceField(
        label=_("For how long"),
        choices=[(Assignment.Kind.PRIMARY, _("From now on")), (Assignment.Kind.COVER, _("Stands in for someone"))],
        widget=forms.RadioSelect,
        error_messages=either(_("Please choose one of these.")),
    )
    until = day_field(_("Last day"), help_text=_("Whoever stands in needs one. Otherwise empty if nobody knows."))

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        until = data.get("until")
        if until is None and data.get("kind") == Assignment.Kind.COVER and "until" not in self.errors:
            self.add_error("until", _("Please say until which day they stand in."))
        elif until is not None and until < self.today:
            self.add_error("until", _("This day is over already."))
        elif until is not None and until.year > self.today.year + 5:
            self.add_error("until", _("This is very far away. Please look at the year."))
        return data


class EndForm(forms.Form):
    reason = reason_field(
        _("Why it ends"),
        [
            (reason.value, reason.label)
            for reason in (
                *(Assignment.EndReason.NOT_NEEDED, Assignment.EndReason.HANDED_ON),
                *(Assignment.EndReason.CLIENT_ASKED, Assignment.EndReason.LEFT),
            )
        ],
    )


class CloseForm(forms.Form):
    reason = reason_field(_("Why it ends"), Closing.Reason.choices)


class ReopenForm(WithSomeone):
    must = False
    reason = reason_field(_("Why it goes on"), Closing.Return.choices)
    field_order = ["reason", "someone"]


class PauseForm(forms.Form):
    """Only as much as they like to say."""

    kind = reason_field(_("What is it?"), Pause.Kind.choices)
    starts_on = day_field(_("First day"), missing=_("Please say from which day."))
    ends_on = day_field(_("Last day"), help_text=_("Empty if nobody knows yet."))

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        starts, ends = data.get("starts_on"), data.get("ends_on")
        if starts and ends and ends < starts:
            self.add_error("ends_on", _("The last day is before the first one."))
        for name, day in (("starts_on", starts), ("ends_on", ends)):
            if day and not 2000 <= day.year <= 2100:
                self.add_error(name, _("Please look at the year."))
        return data


class HandoverForm(WithSomeone):
    """Who, from which day, and why, as the client will read it."""

    day = day_field(_("From which day"), missing=_("Please say from which day."))
    why = reason_field(_("Why, as they will read it"), Handover.Why.choices)
    told = forms.BooleanField(label=_("They were told in person"), required=False)
    field_order = ["someone", "day", "why", "told"]

    def __init__(self, *args: Any, today: date, reads_here: bool, **kwargs: Any) -> None:
        """`reads_here`: whether the client can sign in and read it."""
        super().__init__(*args, **kwargs)
        self.today, self.reads_here = today, reads_here

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        day, told = data.get("day"), data.get("told")
        if day is not None and day < self.today:
            self.add_error("day", _("This day is over already."))
        elif day is not None and day.year > self.today.year + 1:
            self.add_error("day", _("This is very far away. Please look at the year."))
        elif day == self.today and not told:
            self.add_error(
                "day", _("They must be able to read it first: please take a later day, or tell them in person.")
            )
        if not self.reads_here and not told:
            self.add_error("told", _("They have no sign-in here, so please tell them in person first."))
        return data
