"""Goals as forms."""

from dataclasses import replace
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from goals.actions.writing import Sent
from goals.forms.consent import PAPER, WAY, WAYS, WayForm, clean_paper, way_of
from goals.forms.saved import CHOOSE, SHORT, SavedForm, choice_of
from goals.models import Goal
from goals.models.goals import LABELS, OWN_WORDS, Visibility
from goals.rules import BESIDE, BOTH, FIELD, SAID_IN_PERSON
from peersupport.lib.fields import OpIdField, TextField, VersionField
from peersupport.lib.languages import LanguageField

TOLD_VISIBILITIES = (  # whoever wrote it down knows of it: never just for the client
    (Visibility.SPECIALIST.value, _("the two of us")),
    (Visibility.SUPPORT.value, _("their whole support")),
)


_NEW = ("in_my_words", "why_it_matters", "visibility", "strengths_i_bring", "how_i_will_know", "dimension")


class GoalForm(SavedForm):
    """Any of a goal's fields."""

    in_my_words = TextField(label=LABELS["in_my_words"], limit=SHORT)
    why_it_matters = TextField(label=LABELS["why_it_matters"])
    strengths_i_bring = TextField(label=LABELS["strengths_i_bring"])
    how_i_will_know = TextField(label=LABELS["how_i_will_know"])
    who_helps = TextField(label=LABELS["who_helps"])
    dimension = choice_of(_("What it is about"), [("", _("not said")), *Goal.Dimension.choices], required=False)
    achievement = choice_of(_("How it is going"), [("", _("not said")), *Goal.Achievement.choices], required=False)
    visibility = choice_of(_("Who may see it"), Visibility.choices, required=False)
    lifecycle = choice_of(_("Where it stands"), Goal.Lifecycle.choices, required=False)
    # Of what is told: how it was said.
    way = choice_of(_("How did they say it?"), WAYS, required=False)
    interpreter = forms.BooleanField(required=False)
    on = forms.DateField(required=False)
    kept_by = choice_of(_("Who has the paper?"), Goal.KeptBy.choices, required=False)

    def clean(self) -> dict[str, Any]:
        for name in ("visibility", "lifecycle"):
            if name in self.data and not self.cleaned_data.get(name) and name not in self.errors:
                self.add_error(name, CHOOSE["required"])
        if self.cleaned_data.get("way") == PAPER:
            clean_paper(self)
        return super().clean()

    def sent(self, language: str) -> Sent:
        sent = super().sent(language)
        way = way_of(self.cleaned_data) if sent.told and self.cleaned_data["way"] else SAID_IN_PERSON
        return replace(sent, fields={name: sent.fields[name] for name in sent.fields if name not in WAY}, way=way)


class NewGoalForm(forms.Form):
    """A goal as the client adds it; what is optional folds away."""

    op_id = OpIdField()
    in_my_words = TextField(label=_("What do you want?"), rows=2, limit=SHORT, required=True)
    why_it_matters = TextField(label=LABELS["why_it_matters"], rows=2)
    visibility = choice_of(_("Who may see it?"), Visibility.choices, widget=forms.RadioSelect)
    strengths_i_bring = TextField(label=LABELS["strengths_i_bring"], rows=2)
    how_i_will_know = TextField(label=LABELS["how_i_will_know"], rows=2)
    dimension = choice_of(_("What it is about"), [("", _("not said")), *Goal.Dimension.choices], required=False)
    language = LanguageField()

    def __init__(self, *args: Any, specialist: str = "", **kwargs: Any) -> None:
        """`specialist`: the name of who walks with them, to say whom a goal is shared with."""
        super().__init__(*args, **kwargs)
        self.specialist = specialist
        for name in OWN_WORDS:
            self.fields[name].widget.attrs["class"] = "voice"
        self.fields["in_my_words"].error_messages["required"] = _(
            "A goal needs a few words. Write it the way you would say it."
        )
        visibility = self.fields["visibility"]
        assert isinstance(visibility, forms.ChoiceField)
        visibility.choices = visibility_choices(specialist)

    def not_just_for_me(self) -> None:
        """On someone else's screen nothing is written that this one may not see."""
        visibility = self.fields["visibility"]
        assert isinstance(visibility, forms.ChoiceField)
        visibility.choices = visibility_choices(self.specialist)[1:]

    def sent(self, language: str) -> Sent:
        data = self.cleaned_data
        return Sent({name: data[name] for name in _NEW}, 0, data["op_id"], data["language"] or language)


class ToldGoalForm(WayForm, NewGoalForm):
    """A goal as the client told it, written down by their specialist: and how they said that it is theirs."""

    here_too = True

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["in_my_words"].label = _("What they want, in their own words")
        visibility = self.fields["visibility"]
        assert isinstance(visibility, forms.ChoiceField)
        visibility.label = _("Who may see it? Ask them.")
        visibility.choices = list(TOLD_VISIBILITIES)

    def sent(self, language: str) -> Sent:
        return replace(super().sent(language), told=True, way=self.said)


class SettleForm(forms.Form):
    """Which of two texts stays."""

    op_id = OpIdField()
    version = VersionField()
    told = forms.BooleanField(required=False)
    field = forms.CharField(max_length=20)
    rival = forms.UUIDField()
    step = forms.UUIDField(required=False)
    keep = forms.ChoiceField(choices=[(name, name) for name in (FIELD, BESIDE, BOTH)])


def visibility_choices(specialist: str) -> list[tuple[str, Any]]:
    with_name = _("me and %(name)s") % {"name": specialist} if specialist else Visibility.SPECIALIST.label
    return [
        (Visibility.JUST_ME.value, Visibility.JUST_ME.label),
        (Visibility.SPECIALIST.value, with_name),
        (Visibility.SUPPORT.value, Visibility.SUPPORT.label),
    ]
