"""The contact log as a form: a fast path of taps, everything else folded below it."""

import zoneinfo
from collections.abc import Iterable
from dataclasses import fields
from datetime import date, datetime
from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import HTML, Div, Field, Layout
from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import Program, User
from clients.models import Client
from peersupport.lib.clock import now
from peersupport.lib.fields import OpIdField, TextField, VersionField
from sessions.actions import WORDS, Contact, contact_of
from sessions.models import ContactLog

OTHER = "other"
FAST = ("mode", "who_reached_out", "minutes", "outcome")
QUICK_MINUTES = (15, 30, 45, 60)
A_DAY = 24 * 60
FIXED_REASONS = (_("wrong person"), _("wrong day"), _("it did not take place"), _("it was entered twice"))
OUTCOMES = [  # answers to "Did you connect?"
    (ContactLog.Outcome.CONNECTED.value, pgettext_lazy("did you connect?", "yes")),
    (ContactLog.Outcome.DID_NOT_CONNECT.value, pgettext_lazy("did you connect?", "no")),
    (ContactLog.Outcome.LEFT_MESSAGE.value, pgettext_lazy("did you connect?", "left a message")),
    (ContactLog.Outcome.CANCELLED_BY_CLIENT.value, pgettext_lazy("did you connect?", "they called it off")),
    (ContactLog.Outcome.CANCELLED_BY_SPECIALIST.value, pgettext_lazy("did you connect?", "I called it off")),
]
SAVE = "sessions/_save.html"
PILLS = "components/_choice_pills.html"
EARLIEST = date(2000, 1, 1)


def _minutes(label: Any) -> forms.IntegerField:
    too_many = _("That is more than 24 hours. Please check the minutes.")
    return forms.IntegerField(
        label=label,
        required=False,
        min_value=0,
        max_value=A_DAY,
        error_messages={"max_value": too_many, "min_value": _("Minutes cannot be below zero.")},
        widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
    )


class ContactForm(forms.Form):
    """Fields of one contact. `contact()` gives what was entered once the form is valid."""

    op_id = OpIdField()
    mode = forms.ChoiceField(
        label=_("How"),
        choices=ContactLog.Mode,
        widget=forms.RadioSelect,
        error_messages={"required": _("Please choose how you were in touch.")},
    )
    outcome = forms.ChoiceField(
        label=_("Did you connect?"),
        choices=OUTCOMES,
        initial=ContactLog.Outcome.CONNECTED,
        widget=forms.RadioSelect,
    )
    who_reached_out = forms.ChoiceField(
        label=_("Who reached out"),
        widget=forms.RadioSelect,
        error_messages={"required": _("Please choose who reached out, or that it was planned.")},
    )
    minutes = forms.ChoiceField(label=_("Minutes together"), required=False, widget=forms.RadioSelect)
    minutes_other = _minutes(_("Other number of minutes"))

    what_mattered = TextField(label=_("What they wanted, in their words"), rows=2)
    what_we_did = TextField(label=_("What we did"), rows=4)
    how_it_went = TextField(label=_("How it went for them"), rows=2)
    next_steps = TextField(label=_("What’s next, and by whom"), rows=2)

    happened_on = forms.DateField(label=_("Date"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    started = forms.TimeField(
        label=_("From"), required=False, widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M")
    )
    ended = forms.TimeField(
        label=_("To"), required=False, widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M")
    )
    place = forms.ChoiceField(label=_("Place"), required=False)
    service = forms.ChoiceField(label=_("Kind of support"), required=False)
    minutes_travel = _minutes(_("Minutes on the way"))
    minutes_documentation = _minutes(_("Minutes for writing"))
    written = forms.ChoiceField(label=_("How this was written"), required=False)
    interpreter = forms.BooleanField(label=_("An interpreter helped"), required=False)

    def __init__(self, *args: Any, client: Client, author: User, log: ContactLog | None = None, **kwargs: Any) -> None:
        """`log`, loaded with its words: what is entered so far. Its own time zone stays."""
        self.before = contact_of(log) if log else None
        self.time_zone = log.time_zone if log else author.time_zone
        if log is not None:
            kwargs["initial"] = initial_of(log)
        self.today = now().astimezone(zoneinfo.ZoneInfo(self.time_zone)).date()
        super().__init__(*args, **kwargs)
        self.fields["happened_on"].initial = self.today
        first_name = client.user.first_name
        self._choose("who_reached_out", who_reached_out_choices(first_name))
        self._choose(
            "minutes", [(str(n), str(n)) for n in QUICK_MINUTES] + [(OTHER, pgettext_lazy("minutes", "other"))]
        )
        for name, choices in (
            ("place", ContactLog.Place),
            ("service", ContactLog.Service),
            ("written", ContactLog.Written),
        ):
            self._choose(name, [("", _("not said")), *choices.choices])
        if client.program.note_mode == Program.NoteMode.NO_NARRATIVE:
            for name in WORDS:
                del self.fields[name]
        self.helper = FormHelper(self)
        self.helper.form_tag = False
        self.helper.render_hidden_fields = True
        self.helper.disable_csrf = True  # the page's form tag carries the guard
        self.helper.layout = self._layout()

    def _choose(self, name: str, choices: list[tuple[Any, Any]]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = choices

    def _layout(self) -> Layout:
        """Taps, then Save; words and everything else fold out below it."""
        words = [name for name in WORDS if name in self.fields]
        more = [
            Div("happened_on", "started", "ended", css_class="grid"),
            Div("place", "service", css_class="grid"),
            Div("minutes_travel", "minutes_documentation", "written", css_class="grid"),
            "interpreter",
        ]
        parts = [Field(name, template=PILLS) for name in FAST]
        parts.insert(FAST.index("minutes") + 1, Div("minutes_other", css_class="only-if-other"))
        parts += [HTML(f'{{% include "{SAVE}" %}}')]
        if words:
            written = any(self[name].value() for name in words)
            parts += self._fold(_("Write the words"), words, is_open=written or self._wrong(words))
        apart = {*FAST, *words, "minutes_other", "op_id", "version"}
        parts += self._fold(_("Date, place, travel"), more, is_open=self._wrong(set(self.fields) - apart))
        return Layout(*parts)

    def _fold(self, title: Any, inside: list[Any], *, is_open: bool) -> list[Any]:
        head = f"<details{' open' if is_open else ''}><summary>"
        return [HTML(head), HTML(title), HTML("</summary>"), *inside, HTML("</details>")]

    def _wrong(self, names: Iterable[str]) -> bool:
        return self.is_bound and any(name in self.errors for name in names)

    def clean_happened_on(self) -> date:
        day: date = self.cleaned_data["happened_on"]
        if day > self.today:
            raise ValidationError(_("This day has not come yet. A log is for what already happened."))
        if day < EARLIEST:
            raise ValidationError(_("That is too long ago. Please check the year."))
        return day

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        self._check_minutes(data)
        self._check_times(data)
        return data

    def _check_minutes(self, data: dict[str, Any]) -> None:
        chosen, other = data.get("minutes"), data.get("minutes_other")
        if chosen in {OTHER, "", None}:
            if other is None and chosen == OTHER and "minutes_other" not in self.errors:
                self.add_error("minutes_other", _("How many minutes was it?"))
        else:
            other = int(chosen)
        connected = data.get("outcome") == ContactLog.Outcome.CONNECTED
        if connected and not other and not {"minutes", "minutes_other"} & set(self.errors):
            self.add_error("minutes", _("How long were you together? A guess is fine."))
        data["minutes_direct"] = other or 0

    def _check_times(self, data: dict[str, Any]) -> None:
        day, started, ended = data.get("happened_on"), data.get("started"), data.get("ended")
        if ended and not started:
            self.add_error("started", _("There is an end but no start."))
        elif started and ended and ended <= started:
            self.add_error(
                "ended",
                _("This ends before it starts. If it went past midnight, leave the end empty and give the minutes."),
            )
        if day and started:
            zone = zoneinfo.ZoneInfo(self.time_zone)
            if datetime.combine(day, ended or started, zone) > now():
                self.add_error("ended" if ended else "started", _("That time has not come yet."))

    def contact(self, language: str) -> Contact:
        entered: dict[str, Any] = {field.name: self.cleaned_data.get(field.name) for field in fields(Contact)}
        entered |= {name: entered[name] or 0 for name in ("minutes_travel", "minutes_documentation")}
        # A program without narrative asks for no words; what stood there before stays.
        asked = {name: entered[name] or "" for name in WORDS if name in self.fields}
        kept = {name: getattr(self.before, name, "") for name in WORDS if name not in self.fields}
        return Contact(**{**entered, **asked, **kept, "time_zone": self.time_zone, "language": language})


class ContactEditForm(ContactForm):
    version = VersionField()


class ReasonForm(forms.Form):
    """Why a log was a mistake; without free text where a program wants none."""

    about_someone_else = forms.BooleanField(
        label=_("It was about someone else"),
        required=False,
        help_text=_("Then its words show to nobody but you."),
    )
    reason = TextField(label=_("What was wrong?"), rows=2, required=True)
    reason.error_messages["required"] = _("Please say in a few words what was wrong. They can read it.")

    def __init__(self, *args: Any, program: Program, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if program.note_mode == Program.NoteMode.NO_NARRATIVE:
            self.fields["reason"] = forms.ChoiceField(
                label=_("What was wrong?"), choices=[(str(reason), reason) for reason in FIXED_REASONS]
            )


class SignForm(forms.Form):
    version = VersionField()


class ClientWordForm(forms.Form):
    op_id = OpIdField()
    text = TextField(label=_("In my words"), rows=3)


def who_reached_out_choices(first_name: str) -> list[tuple[str, Any]]:
    Who = ContactLog.WhoReachedOut
    return [
        (Who.NOBODY.value, Who.NOBODY.label),
        (Who.CLIENT.value, first_name),
        (Who.SPECIALIST.value, pgettext_lazy("who reached out", "me")),
        (Who.SUPPORTER.value, Who.SUPPORTER.label),
        (Who.OTHER_PROVIDER.value, Who.OTHER_PROVIDER.label),
    ]


def initial_of(log: ContactLog) -> dict[str, Any]:
    """A log loaded with its words, as the form shows it."""
    contact = contact_of(log)
    quick = contact.minutes_direct in QUICK_MINUTES
    return {
        **contact.__dict__,
        "minutes": str(contact.minutes_direct) if quick else OTHER,
        "minutes_other": None if quick else contact.minutes_direct,
        "minutes_travel": contact.minutes_travel or None,
        "minutes_documentation": contact.minutes_documentation or None,
        "version": log.version,
    }
