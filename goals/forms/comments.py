"""A few words, or a cheer, as a form."""

from typing import Any

from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from goals.models import Comment
from peersupport.lib.fields import OpIdField, TextField
from peersupport.lib.languages import LanguageField

# Ready words, for those who find none: said by a client, and said to one.
OF_CLIENT = {
    "thanks": _("Thank you for walking with me."),
    "helped": _("That helped me."),
    "proud": _("I am proud of this."),
}
TO_CLIENT = {
    "courage": _("That took courage."),
    "effort": _("I see how much went into this."),
    "with-you": _("I am with you on this."),
    "time": _("Take all the time you need."),
}


class CommentForm(forms.Form):
    """`cheer`: ready words. `as_cheer`: one's own words, as a cheer. `step`: on a step of the goal."""

    op_id = OpIdField()
    step = forms.UUIDField(required=False, widget=forms.HiddenInput)
    text = TextField(label=_("Your words"), rows=2)
    language = LanguageField()
    cheer = forms.CharField(required=False, max_length=20, widget=forms.HiddenInput)
    as_cheer = forms.BooleanField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, cheers: dict[str, Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.cheers = cheers

    def clean(self) -> dict[str, Any]:
        data = self.cleaned_data
        text, cheer = data.get("text", "").strip(), data.get("cheer", "")
        if cheer and cheer not in self.cheers:
            self.add_error(None, _("This page was too old. Please choose once more."))
        elif cheer and text:
            self.add_error("text", _("You wrote words of your own too. Send those, or empty the box and choose again."))
        elif not cheer and not text and "text" not in self.errors:
            self.add_error("text", _("There is nothing here yet. Write as much or as little as you like."))
        return data

    @property
    def said_in(self) -> str:
        """The language of the words; ready ones are in that of the page."""
        chosen = "" if self.cleaned_data["cheer"] else self.cleaned_data["language"]
        return chosen or get_language() or "en"

    @property
    def said(self) -> tuple[Comment.Kind, str]:
        """What kind it is, and the words: ready ones in the language of whoever chose them."""
        data = self.cleaned_data
        if data["cheer"]:
            return Comment.Kind.CHEER, str(self.cheers[data["cheer"]])
        return (Comment.Kind.CHEER if data["as_cheer"] else Comment.Kind.COMMENT), data["text"]
