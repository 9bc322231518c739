"""How a person can be reached: what they say about it."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from notifications.models import ContactPoint
from peersupport.lib.fields import TextField, VersionField


class AddressForm(forms.Form):
    """An e-mail address of one's own, to be proved by a code. The same address twice is one."""

    address = forms.EmailField(
        label=_("My e-mail address"),
        widget=forms.EmailInput(attrs={"autocomplete": "email", "spellcheck": "false"}),
        error_messages={
            "required": _("Please write your e-mail address."),
            "invalid": _("This does not look like an e-mail address. It needs an @ and a dot, like name@example.org."),
        },
    )


class NewSignInNameForm(AddressForm):
    """Another address to sign in with; whoever has a password types it, so that an open page is not enough."""

    password = forms.CharField(
        label=_("My password"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
        error_messages={"required": _("Please type your password.")},
    )

    def __init__(self, *args: Any, with_password: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not with_password:
            del self.fields["password"]


class CodeForm(forms.Form):
    """The code that came by e-mail; spaces and dashes in it are forgiven."""

    code = forms.CharField(
        label=_("The code from the e-mail"),
        max_length=20,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "one-time-code"}),
        error_messages={"required": _("Please write the code from the e-mail.")},
    )

    def clean_code(self) -> str:
        return "".join(sign for sign in self.cleaned_data["code"] if sign.isdigit())


class SafeContactForm(forms.Form):
    """How an address may be used: by whom it is seen, when, and under which name."""

    version = VersionField()
    may_email = forms.BooleanField(label=_("You may e-mail me here"), required=False)
    good_from = forms.TimeField(
        label=_("Not before"), required=False, widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M")
    )
    good_until = forms.TimeField(
        label=_("Not after"), required=False, widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M")
    )
    name_to_say = TextField(
        label=_("The name to use"),
        limit=200,
        widget=forms.TextInput(attrs={"dir": "auto"}),
        help_text=_("For a person who calls or writes. The automatic messages name nobody."),
    )
    who_else_sees = TextField(
        label=_("Who else sees this mailbox?"),
        limit=500,
        rows=2,
        help_text=_("For example: my sister uses the same phone."),
    )
    only_i_reach_out = forms.BooleanField(
        label=_("Do not contact me. I contact you."),
        required=False,
        help_text=_("Then nothing is sent here, not even check-ins."),
    )

    def __init__(self, *args: Any, staff: bool, **kwargs: Any) -> None:
        """Staff are asked only what keeps their evenings free."""
        super().__init__(*args, **kwargs)
        if staff:
            for name in ("name_to_say", "who_else_sees", "only_i_reach_out"):
                del self.fields[name]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if {"good_from", "good_until"} & set(self.errors):
            return data
        begins, ends = data.get("good_from"), data.get("good_until")
        if (begins is None) != (ends is None):
            raise ValidationError(_("Please fill in both times, or leave both empty for any hour."))
        if begins is not None and begins == ends:
            self.add_error("good_until", _("Both times are the same. Leave both empty for any hour."))
        return data


def initial_of(point: ContactPoint) -> dict[str, Any]:
    """A contact point loaded with its words, as the form shows it."""
    names = ("version", "may_email", "good_from", "good_until", "name_to_say", "who_else_sees", "only_i_reach_out")
    return {name: getattr(point, name) for name in names}
