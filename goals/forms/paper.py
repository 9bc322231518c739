"""What stands on a plan that is printed."""

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from goals.forms.saved import CHOOSE, choice_of


class PaperForm(forms.Form):
    """Sent by GET: nothing is written. Without a choice of goals: all that were not kept private."""

    goal = forms.MultipleChoiceField(
        label=_("Which goals?"), widget=forms.CheckboxSelectMultiple, error_messages=CHOOSE, required=False
    )
    language = choice_of(_("In which language?"), settings.LANGUAGES)
    large = forms.BooleanField(label=_("Large print"), required=False)
    sign = forms.BooleanField(label=_("A line to sign for each goal"), required=False)
    organization = forms.BooleanField(label=_("The name of the organization"), required=False)

    def __init__(self, *args: Any, goals: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choice = self.fields["goal"]
        assert isinstance(choice, forms.MultipleChoiceField)
        choice.choices = goals
