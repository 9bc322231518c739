"""Ideas as forms: offering one, and answering it."""

from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from goals.actions.ideas import Idea
from goals.forms.saved import SHORT, choice_of
from goals.models.goals import OWN_WORDS
from peersupport.lib.fields import OpIdField, TextField, VersionField
from peersupport.lib.languages import LanguageField


class AnswerForm(forms.Form):
    """Three of the four answers; the fourth is a form of its own. `version`: of the goal the page showed."""

    answer = forms.ChoiceField(choices=[(name, name) for name in ("yes", "not-now", "no-thanks")])
    version = VersionField()


class WordingForm(forms.Form):
    """Other words, the way the client says them."""

    op_id = OpIdField()
    version = VersionField()
    text = TextField(label=_("In my words"), limit=SHORT, required=True)
    language = LanguageField()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["text"].widget.attrs["class"] = "voice"


class IdeaForm(forms.Form):
    """What a specialist suggests: a goal, a step, or other words for a field."""

    op_id = OpIdField()
    about = choice_of("", [(name, name) for name in ("goal", "step", *OWN_WORDS)], widget=forms.HiddenInput)
    text = TextField(label=_("Your idea"), rows=3, limit=SHORT, required=True)
    language = LanguageField()
    who = choice_of(_("Who does it?"), [], widget=forms.RadioSelect)
    by_when = forms.DateField(
        label=_("By when, if you like"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )

    def __init__(self, data: QueryDict | None, *, about: str, names: dict[str, Any]) -> None:
        super().__init__(data, initial={"about": about})
        self.subject = about
        self.fields["text"].error_messages["required"] = _("There is nothing here yet. Say your idea in a few words.")
        if about == "step":
            who = self.fields["who"]
            assert isinstance(who, forms.ChoiceField)
            who.choices = list(names.items())
        else:
            del self.fields["who"], self.fields["by_when"]

    def clean_about(self) -> str:
        if self.cleaned_data["about"] != self.subject:
            raise forms.ValidationError(_("This page was too old. Please choose once more."))
        return self.subject

    def idea(self, language: str) -> Idea:
        data = self.cleaned_data
        about, language = data["about"], data["language"] or language
        if about != "step":
            return Idea(about, data["text"], language=language)
        return Idea(about, data["text"], data["who"], data["by_when"], language)
