"""People coming in: who they are, how they are invited, what they may be, and what they choose for themselves."""

from typing import Any
from uuid import UUID

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from accounts.forms import NewPasswordForm
from accounts.models import Role, User
from clients.models import Client
from home.forms.programs import either, line_field
from peersupport.lib.fields import TimeZoneField

NO_ADDRESS = _("This does not look like an e-mail address. It needs an @ and a dot, like name@example.org.")
STAFF = [kind for kind in Role.Kind if kind != Role.Kind.CLIENT]


def address_field(label: Any, *, missing: Any = None) -> forms.EmailField:
    return forms.EmailField(
        label=label,
        required=bool(missing),
        widget=forms.EmailInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
        error_messages={"required": missing or "", "invalid": NO_ADDRESS},
    )


class NameForm(forms.Form):
    first_name = line_field(
        _("First name"), limit=80, missing=_("Please write the name they go by."), help_text=_("The name they go by.")
    )
    last_name = line_field(_("Last name"), limit=80)
    language = forms.ChoiceField(
        label=_("Language"),
        choices=settings.LANGUAGES,
        widget=forms.RadioSelect,
        error_messages=either(_("Please choose a language.")),
    )


class AboutForm(NameForm):
    time_zone = TimeZoneField(label=_("Time zone"))

    def offer_zone(self, name: str) -> None:
        zone = self.fields["time_zone"]
        assert isinstance(zone, TimeZoneField)
        zone.offer(name)


class StaffForm(NameForm):
    """Someone who will work here."""

    email = address_field(_("E-mail address"), missing=_("Please write the address the invitation goes to."))
    kind = forms.ChoiceField(
        label=_("Here as"),
        choices=[(kind.value, kind.label) for kind in STAFF],
        widget=forms.RadioSelect,
        error_messages=either(_("Please choose what they will be here.")),
    )
    credential = line_field(
        _("Credential"), limit=80, help_text=_("Stands under what they sign, like CPS. Empty if there is none.")
    )


class RoleForm(forms.Form):
    kind = StaffForm.base_fields["kind"]
    credential = StaffForm.base_fields["credential"]


class PersonChoice(forms.Form):
    """One of these people."""

    person = forms.ChoiceField(label=_("Who?"), error_messages=either(_("Please choose someone from the list.")))

    def __init__(self, *args: Any, people: list[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.people = {str(person.pk): person for person in people}
        choices = [("", _("Choose a name")), *((pk, person.name) for pk, person in self.people.items())]
        self.fields["person"].choices = choices  # type: ignore[attr-defined]

    def chosen(self) -> User:
        return self.people[self.cleaned_data["person"]]


class InviteForm(forms.Form):
    """By e-mail, or on paper for those who cannot or should not be written to."""

    EMAIL, PAPER = "email", "paper"
    how = forms.ChoiceField(
        label=_("How they get it"),
        choices=[(EMAIL, _("By e-mail")), (PAPER, _("On paper, as a code"))],
        widget=forms.RadioSelect,
        error_messages=either(_("Please choose how they get it.")),
    )
    address = address_field(_("E-mail address"))

    def __init__(self, *args: Any, staff: bool, **kwargs: Any) -> None:
        """Staff prove their address by it, so theirs always goes by e-mail."""
        super().__init__(*args, **kwargs)
        if staff:
            del self.fields["how"]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("how", self.EMAIL) == self.EMAIL and not data.get("address") and "address" not in self.errors:
            self.add_error("address", _("Please write the address the invitation goes to."))
        return data

    @property
    def on_paper(self) -> bool:
        return bool(self.cleaned_data.get("how") == self.PAPER)


class AcceptForm(NewPasswordForm):
    """A password of one's own; and an address to sign in with, where the invitation came on paper."""

    email = forms.EmailField(
        label=_("Your e-mail address"),
        widget=forms.EmailInput(attrs={"autocomplete": "email", "spellcheck": "false"}),
        help_text=_("You sign in with it. Nothing is sent there unless you say so later."),
        error_messages={"required": _("Please write your e-mail address."), "invalid": NO_ADDRESS},
    )
    may_email = forms.BooleanField(
        label=_("You may write to me there: codes for signing in, and what I ask for later. Nothing about me."),
        required=False,
    )
    field_order = ["email", "password", "again", "may_email"]

    def __init__(self, *args: Any, asks_address: bool, staff: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not asks_address:
            del self.fields["email"]
        if asks_address or staff:  # an address that is not proved yet, or one for work
            del self.fields["may_email"]


class LeavingForm(forms.Form):
    """For each client who comes next, or that they wait; nobody is forgotten because nothing is chosen beforehand."""

    WAITS = "waits"
    told = forms.BooleanField(
        label=_("Each of them was told in person"),
        error_messages={"required": _("Please tell each of them in person first, or ask them to.")},
    )

    def __init__(self, *args: Any, offers: list[tuple[Client, list[User]]], **kwargs: Any) -> None:
        """`offers`: who may walk with which client."""
        super().__init__(*args, **kwargs)
        self.offers = {str(client.pk): (client, {str(user.pk): user for user in users}) for client, users in offers}
        for key, (client, users) in self.offers.items():
            names = [(pk, user.name) for pk, user in users.items()]
            choices = [("", _("Please choose")), *names, (self.WAITS, _("Nobody yet: they wait"))]
            sentence = _("Please choose for %(name)s.") % {"name": client.user.name}
            self.fields[key] = forms.ChoiceField(
                label=client.user.name, choices=choices, error_messages=either(sentence)
            )
        if offers:
            self.order_fields([*self.offers, "told"])
        else:
            del self.fields["told"]

    def successors(self) -> dict[UUID, User | None]:
        return {client.pk: users.get(self.cleaned_data[key]) for key, (client, users) in self.offers.items()}
