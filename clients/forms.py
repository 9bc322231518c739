from django import forms
from django.utils.translation import gettext_lazy as _

from peersupport.lib.fields import OpIdField, TextField


class OpeningForm(forms.Form):
    """Why a supervisor needs to read a client's words."""

    op_id = OpIdField()
    reason = TextField(label=_("Why do you need to read this?"), rows=2, limit=1000, required=True)
    reason.error_messages["required"] = _("Please say why. They will read it.")
