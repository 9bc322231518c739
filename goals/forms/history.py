"""Bringing a text back, and putting steps in order: buttons, as forms."""

from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from goals.rules import EARLIER, LATER
from peersupport.lib.fields import OpIdField, VersionField

_OLD = {"required": _("This page was too old. Please choose once more.")}


class RestoreForm(forms.Form):
    """`bring`: which save, which of its texts, and the version of the goal or step that the page showed."""

    op_id = OpIdField()
    bring = forms.CharField(max_length=80, error_messages=_OLD)
    told = forms.BooleanField(required=False)

    def clean_bring(self) -> tuple[UUID, str, int]:
        save, _dot, rest = self.cleaned_data["bring"].partition(".")
        name, _dot, version = rest.partition(".")
        try:
            return UUID(save), name, VersionField().clean(version)
        except ValueError:
            raise forms.ValidationError(_OLD["required"]) from None


class OrderForm(forms.Form):
    """One step, one place further to the beginning or the end."""

    op_id = OpIdField()
    earlier = forms.UUIDField(required=False)
    later = forms.UUIDField(required=False)

    def clean(self) -> dict[str, Any]:
        if bool(self.cleaned_data.get(EARLIER)) == bool(self.cleaned_data.get(LATER)):
            raise forms.ValidationError(_OLD["required"])
        return self.cleaned_data
