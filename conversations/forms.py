from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import Program
from conversations.models import ReachOut
from peersupport.lib.fields import OpIdField, TextField

HOW = [
    (ReachOut.How.CALLED.value, pgettext_lazy("how did you answer?", "I called")),
    (ReachOut.How.TEXTED.value, pgettext_lazy("how did you answer?", "I sent a text")),
    (ReachOut.How.WROTE.value, pgettext_lazy("how did you answer?", "I write back here")),
    (ReachOut.How.MET.value, pgettext_lazy("how did you answer?", "We met")),
]


class ReachOutForm(forms.Form):
    """Three equal choices, none of them made; the rest is optional."""

    op_id = OpIdField()
    kind = forms.ChoiceField(
        label=_("Pick one"),
        choices=ReachOut.Kind.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Please choose one of the three. Any of them is fine.")},
    )
    words = TextField(label=_("Say more, if you like"), rows=3)
    wants = forms.ChoiceField(
        label=_("How would you like to hear back?"),
        choices=ReachOut.Wants.choices,
        widget=forms.RadioSelect,
        required=False,
    )

    def __init__(self, *args: Any, program: Program, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["words"].widget.attrs["class"] = "voice"
        if program.note_mode == Program.NoteMode.NO_NARRATIVE:  # nobody there writes back in words
            _offer(self, "wants", ReachOut.Wants.choices, without=ReachOut.Wants.WRITE)


class AnswerForm(forms.Form):
    """How a reach-out was answered, and a word back."""

    how = forms.ChoiceField(
        label=_("How did you answer?"),
        choices=HOW,
        widget=forms.RadioSelect,
        error_messages={"required": _("Please choose how you answered.")},
    )
    answer = TextField(label=_("A word back"), rows=3)

    def __init__(self, *args: Any, program: Program, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if program.note_mode == Program.NoteMode.NO_NARRATIVE:
            _offer(self, "how", HOW, without=ReachOut.How.WROTE)
            del self.fields["answer"]


def _offer(form: forms.Form, name: str, choices: list[tuple[Any, Any]], *, without: str) -> None:
    field = form.fields[name]
    assert isinstance(field, forms.ChoiceField)
    field.choices = [choice for choice in choices if choice[0] != without]
