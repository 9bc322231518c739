"""Steps as forms."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from goals.actions.writing import Sent
from goals.forms.saved import CHOOSE, SHORT, SavedForm, choice_of
from goals.models import Step
from peersupport.lib.fields import OpIdField, TextField
from peersupport.lib.languages import LanguageField


class StepForm(SavedForm):
    """Any of a step's fields."""

    what = TextField(label=_("What is the step?"), rows=2, limit=SHORT)
    who = choice_of(_("Who does it?"), Step.Who.choices, widget=forms.RadioSelect, required=False)
    by_when = forms.DateField(
        label=_("By when, if you like"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    status = choice_of(_("How is it going?"), Step.Status.choices, required=False)

    def clean(self) -> dict[str, Any]:
        for name in ("who", "status"):
            if name in self.data and not self.cleaned_data.get(name) and name not in self.errors:
                self.add_error(name, CHOOSE["required"])
        return super().clean()


class NewStepForm(forms.Form):
    op_id = OpIdField()
    what = TextField(label=_("What is the step?"), rows=2, limit=SHORT, required=True)
    language = LanguageField()
    who = choice_of(_("Who does it?"), Step.Who.choices, widget=forms.RadioSelect)
    by_when = forms.DateField(
        label=_("By when, if you like"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )

    def __init__(self, *args: Any, names: dict[str, Any], **kwargs: Any) -> None:
        """`names`: what each value of Step.Who is called for this reader."""
        super().__init__(*args, **kwargs)
        self.fields["what"].error_messages["required"] = _("Say in a few words what this step is.")
        who = self.fields["who"]
        assert isinstance(who, forms.ChoiceField)
        who.choices = list(names.items())

    def sent(self, language: str) -> Sent:
        data, fields = self.cleaned_data, ("what", "who", "by_when")
        return Sent({name: data[name] for name in fields}, 0, data["op_id"], data["language"] or language)
