from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from peersupport.lib.fields import TimeZoneField


class AboutMeForm(forms.Form):
    """A person's own language and clock."""

    language = forms.ChoiceField(label=_("Language"), choices=settings.LANGUAGES)
    time_zone = TimeZoneField(label=_("Time zone"))

    def offer_zone(self, name: str) -> None:
        zone = self.fields["time_zone"]
        assert isinstance(zone, TimeZoneField)
        zone.offer(name)
