"""Victories as forms: writing one down, sharing it otherwise, a word back."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from goals.forms.goals import TOLD_VISIBILITIES, visibility_choices
from goals.forms.saved import choice_of
from goals.models.goals import Visibility
from peersupport.lib.fields import OpIdField, TextField, VersionField


class VictoryForm(forms.Form):
    """A text, and who may see it: equal choices, none of them made."""

    op_id = OpIdField()
    goal = forms.UUIDField(required=False, widget=forms.HiddenInput)
    text = TextField(label=_("What went right?"), rows=3, required=True)
    visibility = choice_of(_("Who may see it?"), Visibility.choices, widget=forms.RadioSelect)
    on = forms.DateField(
        label=_("When? Leave it empty for today."),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )

    def __init__(
        self, *args: Any, specialist: str = "", told: bool = False, short: bool = False, **kwargs: Any
    ) -> None:
        """`specialist`: who walks with them, by name. `told`: written down as they say it. `short`: without the day."""
        super().__init__(*args, **{"auto_id": "victory_%s", **kwargs})
        self.writing = [self["text"]] if short else [self["text"], self["on"]]
        text, visibility = self.fields["text"], self.fields["visibility"]
        assert isinstance(visibility, forms.ChoiceField)
        text.widget.attrs["class"] = "voice"
        text.error_messages["required"] = _("There is nothing here yet. Big or small, a few words are enough.")
        visibility.choices = list(TOLD_VISIBILITIES) if told else visibility_choices(specialist)
        if told:
            text.label = _("What went right, in their own words")
            visibility.label = _("Who may see it? Ask them.")


class ShareForm(forms.Form):
    version = VersionField()
    visibility = choice_of("", Visibility.choices)


class CheerForm(forms.Form):
    op_id = OpIdField()
    text = TextField(label=_("A word back"), rows=2, required=True)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["text"].error_messages["required"] = _("There is nothing here yet. A few words are enough.")
