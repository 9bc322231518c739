from typing import Any

from django import forms
from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from accounts.rules.invitations import read_code
from peersupport.lib.fields import TextField, TimeZoneField


class AboutMeForm(forms.Form):
    """A person's own language and clock."""

    language = forms.ChoiceField(label=_("Language"), choices=settings.LANGUAGES)
    time_zone = TimeZoneField(label=_("Time zone"))

    def offer_zone(self, name: str) -> None:
        zone = self.fields["time_zone"]
        assert isinstance(zone, TimeZoneField)
        zone.offer(name)


class CodeForm(forms.Form):
    """A code of digits; spaces and dashes in it are forgiven."""

    code = forms.CharField(
        label=_("Code"),
        max_length=20,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "one-time-code"}),
        error_messages={"required": _("Please type the code.")},
    )

    def clean_code(self) -> str:
        return "".join(sign for sign in self.cleaned_data["code"] if sign.isdigit())


class PaperCodeForm(forms.Form):
    """A code from paper, however it is typed."""

    code = forms.CharField(
        label=_("The code from the paper"),
        max_length=80,
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}),
        error_messages={"required": _("Please write the code from the paper.")},
    )

    def clean_code(self) -> str:
        code = read_code(self.cleaned_data["code"])
        if not code:
            raise ValidationError(_("The code has 16 letters and digits. Please look again, group by group."))
        return code


def password_field(label: Any, *, missing: Any, known: bool = False, **more: Any) -> TextField:
    """`known`: one that stands already, and not a new one."""
    return TextField(
        label=label,
        limit=200,
        strip=False,
        required=True,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password" if known else "new-password"}),
        error_messages={"required": missing},
        **more,
    )


class NewPasswordForm(forms.Form):
    """A password of one's own, typed twice."""

    password = password_field(
        _("A password"),
        missing=_("Please choose a password."),
        help_text=_("At least 8 signs. Three or four words in a row are easy to remember."),
    )
    again = password_field(_("The same password once more"), missing=_("Please type the password once more."))

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        password, again = data.get("password"), data.get("again")
        if password and again and password != again:
            self.add_error("again", _("These two are not the same. Please type both once more."))
        elif password:
            try:
                validate_password(password)
            except ValidationError as error:
                self.add_error("password", error)
        return data


class ForgottenPasswordForm(CodeForm, NewPasswordForm):
    """The code that came by e-mail, and what one signs in with from now on."""

    field_order = ["code", "password", "again"]


class ChangePasswordForm(NewPasswordForm):
    """Whoever has a password types it, so that an open page is not enough."""

    old = password_field(_("My password until now"), missing=_("Please type your password."), known=True)
    field_order = ["old", "password", "again"]

    def __init__(self, *args: Any, with_old: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not with_old:
            del self.fields["old"]


class AskForCodeForm(forms.Form):
    """Whose sign-in a code is asked for."""

    login = forms.EmailField(
        label=_("My e-mail address"),
        widget=forms.EmailInput(attrs={"autocomplete": "email", "spellcheck": "false"}),
        error_messages={
            "required": _("Please write your e-mail address."),
            "invalid": _("This does not look like an e-mail address. It needs an @ and a dot, like name@example.org."),
        },
    )


class WayBackForm(PaperCodeForm, AskForCodeForm, NewPasswordForm):
    """A code of one's own sheet, and what one signs in with from now on."""

    field_order = ["login", "code", "password", "again"]


class ProveForm(forms.Form):
    """Whoever has a password types it, so that an open page is not enough."""

    password = password_field(_("My password"), missing=_("Please type your password."), known=True)

    def __init__(self, *args: Any, with_password: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not with_password:
            del self.fields["password"]


class ResetFactorForm(forms.Form):
    """A manager takes a lost second factor off."""

    how_proved = TextField(
        label=_("How did you make sure who they are?"),
        limit=500,
        rows=2,
        required=True,
        help_text=_("For example: we met at the office, I know Maya. They will read this."),
        error_messages={"required": _("Please write how you made sure who they are.")},
    )
    in_person = forms.BooleanField(
        label=_("We met in person. Not by phone, not by e-mail."),
        error_messages={"required": _("Please meet them first. A voice or a mail can be someone else.")},
    )


class HelpBackForm(ResetFactorForm, ProveForm):
    """A manager gives a client who is locked out a code."""

    field_order = ["how_proved", "in_person", "password"]


class EndSignInForm(forms.Form):
    """Which of one's own sign-ins ends."""

    end = forms.IntegerField(min_value=1, max_value=2**63 - 1)


class TakeBackForm(forms.Form):
    """Whose screen it is says so."""

    password = forms.CharField(
        label=_("Your password"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
        error_messages={"required": _("Please type your password.")},
    )

    def refuse(self) -> None:
        self.add_error("password", _("This is not the password of whoever signed in here. Please try again."))
