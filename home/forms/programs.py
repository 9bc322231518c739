"""A program as its manager sets it up: rules, hours, and the phone lines it names."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext_lazy as _

from accounts.models import Line, Program, WeeklyHours
from peersupport.lib.fields import TextField, TimeZoneField, VersionField

UNCLEAR_TIME = _("Please give this as a time of day, like 9:00 AM.")
MOST_MINUTES = 5 * 24 * 60
NO_WORDS = Program.NoteMode.NO_NARRATIVE
RULES = ("promise", "note_mode", "totals_only")


def either(sentence: Any) -> dict[str, Any]:
    """For what is missing and for what is none of the choices: nobody can type the latter."""
    return dict.fromkeys(("required", "invalid_choice", "invalid_list"), sentence)


def line_field(label: Any, *, limit: int, missing: Any = None, **more: Any) -> TextField:
    """A text of one line; with `missing` it must be there."""
    errors = {"required": missing} if missing else {}
    widget = forms.TextInput(attrs={"dir": "auto"})
    return TextField(
        label=label, limit=limit, widget=widget, required=bool(missing), error_messages=errors, strip=True, **more
    )


def time_field(label: Any, *, missing: Any = None) -> forms.TimeField:
    return forms.TimeField(
        label=label,
        required=bool(missing),
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
        error_messages={"required": missing or "", "invalid": UNCLEAR_TIME},
    )


class HoursForm(forms.Form):
    """The same span on each of the chosen days."""

    days = forms.TypedMultipleChoiceField(
        label=_("On which days"),
        choices=list(WEEKDAYS.items()),
        coerce=int,
        widget=forms.CheckboxSelectMultiple,
        error_messages=either(_("Please choose at least one day.")),
    )
    opens = time_field(_("From"), missing=_("Please say when the day begins."))
    closes = time_field(_("Until"), missing=_("Please say when the day ends."))

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        opens, closes = data.get("opens"), data.get("closes")
        if opens is not None and closes is not None and closes <= opens:
            self.add_error("closes", _("The end must be later than the beginning, on the same day."))
        return data


class NewProgramForm(forms.Form):
    name = line_field(_("Name of the program"), limit=120, missing=_("Please give the program a name."))


class ProgramForm(HoursForm, NewProgramForm):
    """Everything clients and staff go by."""

    version = VersionField()
    noun = forms.ChoiceField(
        label=_("What you call the people you support"),
        choices=Program.Noun.choices,
        widget=forms.RadioSelect,
        error_messages=either(_("Please choose a word.")),
    )
    time_zone = TimeZoneField(label=_("Time zone"))
    promise = forms.IntegerField(
        label=_("Whoever reaches out hears back within so many minutes"),
        min_value=0,
        max_value=MOST_MINUTES,
        help_text=_("Counted in your open hours. They see it as a time: “you will hear by 3:20”. 0: no promise."),
        error_messages={
            **dict.fromkeys(("required", "invalid"), _("Please give a number of minutes, or 0 for no promise.")),
            **dict.fromkeys(("min_value", "max_value"), _("Please give a number from 0 to 7200.")),
        },
    )
    note_mode = forms.ChoiceField(
        label=_("What staff write about a time together"),
        widget=forms.RadioSelect,
        error_messages=either(_("Please choose what staff write.")),
    )
    totals_only = forms.BooleanField(
        label=_("The report shows supervisors totals only, nobody by name"),
        required=False,
        help_text=_("Only where staff write no words. Who waits for an answer still stands on their start page."),
    )
    passed_on_en = TextField(label=_("What you must pass on, in English"), rows=4, limit=3000)
    passed_on_es = TextField(label=_("What you must pass on, in Spanish"), rows=4, limit=3000)

    def __init__(self, *args: Any, program: Program, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [
            (Program.NoteMode.WRITTEN_TOGETHER, _("Words, and the client reads them")),
            (NO_WORDS, _("No words: only date, minutes, place and kind")),
        ]
        if program.note_mode == Program.NoteMode.BILLABLE:
            choices.append((Program.NoteMode.BILLABLE, _("Billable")))
        self.fields["note_mode"].choices = choices  # type: ignore[attr-defined]
        zone = self.fields["time_zone"]
        assert isinstance(zone, TimeZoneField)
        zone.offer(program.time_zone)
        self.order_fields(
            [*("version", "name", "noun", "time_zone", "days", "opens", "closes"), *RULES],
        )

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        if data.get("totals_only") and data.get("note_mode", NO_WORDS) != NO_WORDS:
            self.add_error(
                "totals_only", _("This goes only with “No words”. Please choose that above, or untick this.")
            )
        return data

    def changes(self) -> dict[str, Any]:
        """As `accounts.actions.change_program` takes them."""
        data = dict(self.cleaned_data)
        texts = {"en": data.pop("passed_on_en").strip(), "es": data.pop("passed_on_es").strip()}
        data["reply_promise_minutes"] = data.pop("promise")
        return {**data, "passed_on": {language: text for language, text in texts.items() if text}}


def initial_of_hours(hours: Sequence[WeeklyHours]) -> dict[str, Any]:
    """What stands now. Days that differ are shown with the span of the first one; saving makes them alike."""
    first = {"opens": hours[0].opens, "closes": hours[0].closes} if hours else {}
    return {**first, "days": sorted({span.weekday for span in hours})}


def initial_of(program: Program, hours: Sequence[WeeklyHours]) -> dict[str, Any]:
    return {
        **initial_of_hours(hours),
        **{
            name: getattr(program, name)
            for name in ("version", "name", "noun", "time_zone", "note_mode", "totals_only")
        },
        "promise": program.reply_promise_minutes,
        "passed_on_en": program.passed_on.get("en", ""),
        "passed_on_es": program.passed_on.get("es", ""),
    }


class LineForm(forms.Form):
    """A phone line, in both languages: whoever needs it at night must be able to read what it does."""

    version = VersionField()
    name_en = line_field(_("Name, in English"), limit=80, missing=_("Please name the line in English."))
    name_es = line_field(_("Name, in Spanish"), limit=80, missing=_("Please name the line in Spanish."))
    says_en = line_field(
        _("What it does, in English"),
        limit=300,
        missing=_("Please say in English what it does, and whether it can send someone."),
    )
    says_es = line_field(
        _("What it does, in Spanish"),
        limit=300,
        missing=_("Please say in Spanish what it does, and whether it can send someone."),
    )
    number = line_field(_("Number"), limit=30, missing=_("Please write the number."))
    takes_texts = forms.BooleanField(label=_("Takes text messages too"), required=False)
    opens = time_field(_("Awake from"))
    closes = time_field(_("Until"))

    def clean_number(self) -> str:
        number = str(self.cleaned_data["number"])
        if not any(sign.isdigit() for sign in number) or set(number) - set("0123456789 +-().*#"):
            raise ValidationError(_("Please write the number with digits, like 988 or 555-0142."))
        return number

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if {"opens", "closes"} & set(self.errors):
            return data
        opens, closes = data.get("opens"), data.get("closes")
        if (opens is None) is not (closes is None):
            self.add_error("closes", _("Please fill in both times, or leave both empty for any hour."))
        elif opens is not None and opens == closes:
            self.add_error("closes", _("Both times are the same. Leave both empty for any hour."))
        return data

    def about(self) -> dict[str, Any]:
        """As the actions for lines take it."""
        data = self.cleaned_data
        return {
            "name": {"en": data["name_en"], "es": data["name_es"]},
            "says": {"en": data["says_en"], "es": data["says_es"]},
            **{name: data[name] for name in ("number", "takes_texts", "opens", "closes")},
        }


def initial_of_line(line: Line) -> dict[str, Any]:
    return {
        **{f"name_{language}": text for language, text in line.name.items()},
        **{f"says_{language}": text for language, text in line.says.items()},
        **{name: getattr(line, name) for name in ("number", "takes_texts", "opens", "closes")},
        "version": line.program.version,
    }
