"""How someone agreed without a sign-in of their own, as forms."""

from typing import Any
from uuid import UUID

from django import forms
from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy as _

from goals.forms.saved import CHOOSE, SHORT, choice_of
from goals.models import Goal
from goals.rules import OWN_HAND, Way
from peersupport.lib.clock import now
from peersupport.lib.fields import OpIdField, TextField, VersionField
from peersupport.lib.languages import LanguageField

PAPER = "paper"
WAY = ("way", "interpreter", "on", "kept_by")  # the fields that say how
WAYS = [
    (Goal.Through.IN_PERSON.value, _("in person")),
    (Goal.Through.PHONE.value, _("by phone")),
    (Goal.Through.VIDEO.value, _("by video")),
    (PAPER, _("on paper")),
]
HERE = (Goal.AgreedHow.OWN_HAND.value, _("with their own hand, on this screen"))
READ_BACK = _("Please read it back to them first. It is theirs only once they say yes.")


class WayForm(forms.Form):
    """How it was said. What was spoken was read back; a paper has its day, and someone who has it."""

    way = choice_of(_("How did they say it?"), WAYS, widget=forms.RadioSelect)
    interpreter = forms.BooleanField(label=_("Through an interpreter"), required=False)
    read_back = forms.BooleanField(label=_("I read this back, and they said: yes, this is mine."), required=False)
    on = forms.DateField(
        label=_("On paper: which day stands on it?"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    kept_by = choice_of(_("Who has the paper?"), [("", _("not said")), *Goal.KeptBy.choices], required=False)

    here_too = False  # whether they can also answer on the screen that shows the form

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        way = self.fields["way"]
        assert isinstance(way, forms.ChoiceField)
        way.choices = [*WAYS, HERE] if self.here_too else WAYS

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if data.get("way") == PAPER:
            clean_paper(self)
        elif data.get("way") in Goal.Through.values and not data.get("read_back"):
            self.add_error("read_back", str(READ_BACK))
        return data

    @property
    def said(self) -> Way:
        return way_of(self.cleaned_data)


def clean_paper(form: forms.Form) -> None:
    """A paper has its day, and someone who has it."""
    day = form.cleaned_data.get("on")
    if day is None and "on" not in form.errors:
        form.add_error("on", _("Please write the day that stands on the paper."))
    elif day is not None and day > localdate(now()):
        form.add_error("on", _("This day is still to come."))
    if not form.cleaned_data.get("kept_by") and "kept_by" not in form.errors:
        form.add_error("kept_by", CHOOSE["required"])


def way_of(data: dict[str, Any]) -> Way:
    chosen = data["way"]
    if chosen == OWN_HAND.how:
        return OWN_HAND
    if chosen == PAPER:
        return Way(Goal.AgreedHow.PAPER, "", data["interpreter"], data["on"], data["kept_by"])
    return Way(Goal.AgreedHow.SPOKEN, chosen, data["interpreter"])


class ToldAnswerForm(WayForm):
    """What someone answered to an idea, as they said it."""

    op_id = OpIdField()
    version = VersionField()
    answer = forms.ChoiceField(
        label=_("What did they say?"),
        choices=[
            ("yes", _("Yes, this is mine")),
            ("my-way", _("Say it my way")),
            ("not-now", _("Not now")),
            ("no-thanks", _("No thanks")),
        ],
        widget=forms.RadioSelect,
        error_messages=CHOOSE,
    )
    language = LanguageField()
    text = TextField(label=_("If they said it their own way: word for word"), rows=2, limit=SHORT)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["read_back"].label = _("I read this back, and they said: yes, that is what I said.")
        self.fields["text"].widget.attrs["class"] = "voice"

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        if data.get("answer") == "my-way" and not data.get("text", "").strip() and "text" not in self.errors:
            self.add_error("text", _("There is nothing here yet. Write what they said."))
        return data


class HandsForm(forms.Form):
    """An answer given with one's own hand on someone else's screen. `version`: of the goal the page showed.

    `of`: what the page asked about. A page that still stands in another window answers nothing else.
    """

    of = forms.UUIDField()
    answer = forms.ChoiceField(choices=[(name, name) for name in ("yes", "not-now", "no-thanks", "later")])
    version = VersionField()

    def __init__(self, data: Any, *, of: UUID) -> None:
        super().__init__(data)
        self.asked = of

    def clean_of(self) -> UUID:
        if self.cleaned_data["of"] != self.asked:
            raise forms.ValidationError(CHOOSE["required"])
        return self.asked
