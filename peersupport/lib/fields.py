"""Form fields shared by every app: texts people write, and the two hidden values that make a form safe to send."""

import zoneinfo
from typing import Any, TypeVar
from uuid import UUID

from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpRequest, QueryDict
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from peersupport.lib.ids import new_id
from peersupport.lib.sealed import LIMIT

COMMON_ZONES = [
    *("America/New_York", "America/Detroit", "America/Chicago", "America/Denver", "America/Phoenix"),
    *("America/Los_Angeles", "America/Anchorage", "Pacific/Honolulu", "America/Puerto_Rico", "Pacific/Guam"),
    *("America/Tijuana", "America/Mexico_City", "America/Bogota", "America/Sao_Paulo", "Europe/London"),
    *("Europe/Madrid", "Europe/Berlin", "Africa/Lagos", "Asia/Manila", "Asia/Ho_Chi_Minh", "Australia/Sydney", "UTC"),
]
Form = TypeVar("Form", bound=forms.Form)


class TextField(forms.CharField):
    """A text in a person's own words: any script, up to `LIMIT` characters, kept as typed but for space around it.

    Refuses what no database can hold (NUL, half a surrogate pair) with a sentence; never shortens a text by itself.
    """

    def __init__(self, *, rows: int = 3, limit: int = LIMIT, **kwargs: Any) -> None:
        self.limit = limit
        kwargs.setdefault("required", False)
        kwargs.setdefault("widget", forms.Textarea(attrs={"rows": rows, "dir": "auto"}))
        super().__init__(**kwargs)
        self.validators = []  # Django's own NUL check says "null characters", which helps nobody

    def to_python(self, value: Any) -> str:
        return (super().to_python(value) or "").replace("\r\n", "\n").replace("\r", "\n")

    def validate(self, value: str) -> None:
        super().validate(value)
        if "\x00" in value or any("\ud800" <= sign <= "\udfff" for sign in value):
            raise ValidationError(
                _("There is a sign in this text that cannot be saved. Please remove it; it may be invisible.")
            )
        over = len(value) - self.limit
        if over > 0:
            raise ValidationError(
                ngettext(
                    "This text is %(over)d character too long. Nothing was cut; please shorten it or split it.",
                    "This text is %(over)d characters too long. Nothing was cut; please shorten it or split it.",
                    over,
                )
                % {"over": over}
            )


class OpIdField(forms.UUIDField):
    """Minted when the form opens; the same form sent twice has one effect."""

    widget = forms.HiddenInput

    def __init__(self) -> None:
        again = _("This page was too old to be saved as it is. Please save once more.")
        super().__init__(initial=new_id, required=True, error_messages={"required": again, "invalid": again})

    def clean(self, value: Any) -> UUID:
        return UUID(str(super().clean(value)))


class VersionField(forms.IntegerField):
    """The version of the row the person was looking at: the base of a compare-and-set."""

    widget = forms.HiddenInput

    def __init__(self) -> None:
        again = _("This page was too old to be saved as it is. Please open it once more.")
        messages = dict.fromkeys(("required", "invalid", "min_value", "max_value"), again)
        super().__init__(min_value=1, max_value=2**31 - 2, required=True, error_messages=messages)


class TimeZoneField(forms.ChoiceField):
    """Offers the zones people here live in, and whichever one the person has; any zone there is can be sent."""

    def __init__(self, **kwargs: Any) -> None:
        unknown = _("We do not know this time zone. Please choose one.")
        kwargs["error_messages"] = {"required": unknown, "invalid_choice": unknown}
        super().__init__(choices=[(name, name.replace("_", " ")) for name in COMMON_ZONES], **kwargs)

    def offer(self, name: str) -> None:
        if name not in COMMON_ZONES:
            self.choices = [(zone, zone.replace("_", " ")) for zone in [name, *COMMON_ZONES]]

    def valid_value(self, value: Any) -> bool:
        return str(value) in zoneinfo.available_timezones()


def posted(request: HttpRequest) -> QueryDict | None:
    """The data of a form: None unless it was sent. An empty form that was sent is still a form that was sent."""
    return request.POST if request.method == "POST" else None


def with_new_op_id(form: Form) -> Form:
    """The same bound form, ready to be sent as a new one: what was typed stands, only its id is fresh."""
    return with_value(form, "op_id", str(new_id()))


def with_value(form: Form, name: str, value: object) -> Form:
    assert isinstance(form.data, QueryDict)
    data = form.data.copy()
    data[name] = str(value)
    form.data = data
    return form
