"""A form that changes something sends only what it shows; what is not sent is not touched."""

from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from accounts.signing_in import FORM_OF
from goals.actions.writing import Sent
from goals.models.goals import LABELS
from peersupport.lib.fields import OpIdField, VersionField
from peersupport.lib.languages import NAMES

SHORT = 1000  # characters: what stands as a heading or in a list

LANGUAGE_OF = "language_"  # and the name of a text: the language it is written in

_OF_EVERY_FORM = {"csrfmiddlewaretoken", FORM_OF, "op_id", "version", "told", "continues"}

CHOOSE = {"required": _("Please choose one of these."), "invalid_choice": _("Please choose one of these.")}


class SavedForm(forms.Form):
    """Some fields of one row, the version they were based on, and the form's own id."""

    op_id = OpIdField()
    version = VersionField()
    told = forms.BooleanField(required=False, widget=forms.HiddenInput)
    continues = forms.UUIDField(  # the op_id of the save before it: somebody is still typing
        required=False,
        widget=forms.HiddenInput,
        error_messages={"invalid": _("This page was too old to be saved as it is. Please open it once more.")},
    )

    def clean(self) -> dict[str, Any]:
        texts = {name for name in (*LABELS, "what") if name in self.fields}
        languages = {f"{LANGUAGE_OF}{name}" for name in texts}
        if any(name in self.data and self.data[name] not in NAMES for name in languages):
            self.add_error(None, CHOOSE["required"])
        if set(self.data) - set(self.fields) - _OF_EVERY_FORM - languages:
            self.add_error(
                None, _("This page sent something we do not know, so nothing was saved. What you typed is still here.")
            )
        return self.cleaned_data

    def sent(self, language: str) -> Sent:
        """Only what the form held: a field that was not sent is not emptied."""
        data = self.cleaned_data
        fields = {name: data[name] for name in self.fields if name not in _OF_EVERY_FORM and name in self.data}
        said = {name: self.data[f"{LANGUAGE_OF}{name}"] for name in fields if f"{LANGUAGE_OF}{name}" in self.data}
        more = {"continues": data["continues"], "languages": said}
        return Sent(fields, data["version"], data["op_id"], language, data["told"], **more)


def choice_of(label: Any, choices: Any, **kwargs: Any) -> forms.ChoiceField:
    return forms.ChoiceField(label=label, choices=choices, error_messages=CHOOSE, **kwargs)


def typed_in(data: QueryDict) -> dict[str, str]:
    """Texts of a form that could not be saved, to stand in it once more."""
    return {name: str(data[name]) for name in (*LABELS, "what") if name in data}


def words_in(data: QueryDict) -> list[str]:
    """Whatever words a form of a goal held, be it one word, or in a script that has no spaces."""
    return [str(data[name]) for name in (*LABELS, "what", "text") if data.get(name, "").strip()]
