"""Goals as forms. A form that changes something sends only what it shows; what is not sent is not touched."""

from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from accounts.signing_in import FORM_OF
from goals.actions.ideas import Idea
from goals.actions.writing import Sent
from goals.models import Goal, Step
from goals.models.goals import LABELS, OWN_WORDS, Visibility
from goals.rules import BESIDE, BOTH, FIELD
from peersupport.lib.fields import OpIdField, TextField, VersionField

SHORT = 1000  # characters: what stands as a heading or in a list
_OF_EVERY_FORM = {"csrfmiddlewaretoken", FORM_OF, "op_id", "version", "told"}
_CHOOSE = {"required": _("Please choose one of these."), "invalid_choice": _("Please choose one of these.")}


TOLD_VISIBILITIES = (  # whoever wrote it down knows of it: never just for the client
    (Visibility.SPECIALIST.value, _("the two of us")),
    (Visibility.SUPPORT.value, _("their whole support")),
)


class SavedForm(forms.Form):
    """Some fields of one row, the version they were based on, and the form's own id."""

    op_id = OpIdField()
    version = VersionField()
    told = forms.BooleanField(required=False, widget=forms.HiddenInput)

    def clean(self) -> dict[str, Any]:
        if set(self.data) - set(self.fields) - _OF_EVERY_FORM:
            self.add_error(
                None, _("This page sent something we do not know, so nothing was saved. What you typed is still here.")
            )
        return self.cleaned_data

    def sent(self, language: str) -> Sent:
        """Only what the form held: a field that was not sent is not emptied."""
        data = self.cleaned_data
        fields = {name: data[name] for name in self.fields if name not in _OF_EVERY_FORM and name in self.data}
        return Sent(fields, data["version"], data["op_id"], language, data["told"])


def _choice(label: Any, choices: Any, **kwargs: Any) -> forms.ChoiceField:
    return forms.ChoiceField(label=label, choices=choices, error_messages=_CHOOSE, **kwargs)


class GoalForm(SavedForm):
    """Any of a goal's fields."""

    in_my_words = TextField(label=LABELS["in_my_words"], limit=SHORT)
    why_it_matters = TextField(label=LABELS["why_it_matters"])
    strengths_i_bring = TextField(label=LABELS["strengths_i_bring"])
    how_i_will_know = TextField(label=LABELS["how_i_will_know"])
    who_helps = TextField(label=LABELS["who_helps"])
    dimension = _choice(_("What it is about"), [("", _("not said")), *Goal.Dimension.choices], required=False)
    achievement = _choice(_("How it is going"), [("", _("not said")), *Goal.Achievement.choices], required=False)
    visibility = _choice(_("Who may see it"), Visibility.choices, required=False)
    lifecycle = _choice(_("Where it stands"), Goal.Lifecycle.choices, required=False)

    def clean(self) -> dict[str, Any]:
        for name in ("visibility", "lifecycle"):
            if name in self.data and not self.cleaned_data.get(name) and name not in self.errors:
                self.add_error(name, _CHOOSE["required"])
        return super().clean()


class NewGoalForm(forms.Form):
    """A goal as the client adds it; what is optional folds away."""

    op_id = OpIdField()
    in_my_words = TextField(label=_("What do you want?"), rows=2, limit=SHORT, required=True)
    why_it_matters = TextField(label=LABELS["why_it_matters"], rows=2)
    visibility = _choice(_("Who may see it?"), Visibility.choices, widget=forms.RadioSelect)
    strengths_i_bring = TextField(label=LABELS["strengths_i_bring"], rows=2)
    how_i_will_know = TextField(label=LABELS["how_i_will_know"], rows=2)
    dimension = _choice(_("What it is about"), [("", _("not said")), *Goal.Dimension.choices], required=False)

    def __init__(self, *args: Any, specialist: str = "", **kwargs: Any) -> None:
        """`specialist`: the name of who walks with them, to say whom a goal is shared with."""
        super().__init__(*args, **kwargs)
        for name in OWN_WORDS:
            self.fields[name].widget.attrs["class"] = "voice"
        self.fields["in_my_words"].error_messages["required"] = _(
            "A goal needs a few words. Write it the way you would say it."
        )
        visibility = self.fields["visibility"]
        assert isinstance(visibility, forms.ChoiceField)
        visibility.choices = visibility_choices(specialist)

    def sent(self, language: str, *, told: bool = False) -> Sent:
        data = dict(self.cleaned_data)
        op_id = data.pop("op_id")
        data.pop("read_back", None)
        return Sent(data, 0, op_id, language, told)


class ToldGoalForm(NewGoalForm):
    """A goal as the client told it, written down by their specialist and read back."""

    read_back = forms.BooleanField(
        label=_("I read this back, and they said: yes, this is mine."),
        error_messages={"required": _("Please read it back to them first. It is theirs only once they say yes.")},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["in_my_words"].label = _("What they want, in their own words")
        visibility = self.fields["visibility"]
        assert isinstance(visibility, forms.ChoiceField)
        visibility.label = _("Who may see it? Ask them.")
        visibility.choices = list(TOLD_VISIBILITIES)


class StepForm(SavedForm):
    """Any of a step's fields."""

    what = TextField(label=_("What is the step?"), rows=2, limit=SHORT)
    who = _choice(_("Who does it?"), Step.Who.choices, widget=forms.RadioSelect, required=False)
    by_when = forms.DateField(
        label=_("By when, if you like"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    status = _choice(_("How is it going?"), Step.Status.choices, required=False)

    def clean(self) -> dict[str, Any]:
        for name in ("who", "status"):
            if name in self.data and not self.cleaned_data.get(name) and name not in self.errors:
                self.add_error(name, _CHOOSE["required"])
        return super().clean()


class NewStepForm(forms.Form):
    op_id = OpIdField()
    what = TextField(label=_("What is the step?"), rows=2, limit=SHORT, required=True)
    who = _choice(_("Who does it?"), Step.Who.choices, widget=forms.RadioSelect)
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
        data = dict(self.cleaned_data)
        return Sent({name: data[name] for name in ("what", "who", "by_when")}, 0, data["op_id"], language)


class SettleForm(forms.Form):
    """Which of two texts stays."""

    op_id = OpIdField()
    version = VersionField()
    told = forms.BooleanField(required=False)
    field = forms.CharField(max_length=20)
    rival = forms.UUIDField()
    step = forms.UUIDField(required=False)
    keep = forms.ChoiceField(choices=[(name, name) for name in (FIELD, BESIDE, BOTH)])


class AnswerForm(forms.Form):
    """Three of the four answers; the fourth is a form of its own. `version`: of the goal the page showed."""

    answer = forms.ChoiceField(choices=[(name, name) for name in ("yes", "not-now", "no-thanks")])
    version = VersionField()


class WordingForm(forms.Form):
    """Other words, the way the client says them."""

    op_id = OpIdField()
    version = VersionField()
    text = TextField(label=_("In my words"), limit=SHORT, required=True)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["text"].widget.attrs["class"] = "voice"


class IdeaForm(forms.Form):
    """What a specialist suggests: a goal, a step, or other words for a field."""

    op_id = OpIdField()
    about = _choice("", [(name, name) for name in ("goal", "step", *OWN_WORDS)], widget=forms.HiddenInput)
    text = TextField(label=_("Your idea"), rows=3, limit=SHORT, required=True)
    who = _choice(_("Who does it?"), [], widget=forms.RadioSelect)
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
        about = data["about"]
        if about != "step":
            return Idea(about, data["text"], language=language)
        return Idea(about, data["text"], data["who"], data["by_when"], language)


def visibility_choices(specialist: str) -> list[tuple[str, Any]]:
    with_name = _("me and %(name)s") % {"name": specialist} if specialist else Visibility.SPECIALIST.label
    return [
        (Visibility.JUST_ME.value, Visibility.JUST_ME.label),
        (Visibility.SPECIALIST.value, with_name),
        (Visibility.SUPPORT.value, Visibility.SUPPORT.label),
    ]


def typed_in(data: QueryDict) -> dict[str, str]:
    """Texts of a form that could not be saved, to stand in it once more."""
    return {name: str(data[name]) for name in (*LABELS, "what") if name in data}
