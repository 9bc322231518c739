"""In which language a text is written: said beside it to whoever reads in another one. Nothing is ever translated."""

from typing import Any

from django import forms
from django.utils.text import capfirst
from django.utils.translation import get_language, gettext_lazy, pgettext_lazy
from django.utils.translation import gettext as _

# Those most spoken in the United States, as they stand after "in": in Spanish, en inglés. Not only the languages that
# the pages themselves speak.
NAMES: dict[str, Any] = {
    "en": pgettext_lazy("in which language", "English"),
    "es": pgettext_lazy("in which language", "Spanish"),
    "ar": pgettext_lazy("in which language", "Arabic"),
    "zh": pgettext_lazy("in which language", "Chinese"),
    "fr": pgettext_lazy("in which language", "French"),
    "de": pgettext_lazy("in which language", "German"),
    "ht": pgettext_lazy("in which language", "Haitian Creole"),
    "hi": pgettext_lazy("in which language", "Hindi"),
    "ko": pgettext_lazy("in which language", "Korean"),
    "pl": pgettext_lazy("in which language", "Polish"),
    "pt": pgettext_lazy("in which language", "Portuguese"),
    "ru": pgettext_lazy("in which language", "Russian"),
    "so": pgettext_lazy("in which language", "Somali"),
    "tl": pgettext_lazy("in which language", "Tagalog"),
    "uk": pgettext_lazy("in which language", "Ukrainian"),
    "vi": pgettext_lazy("in which language", "Vietnamese"),
    "und": pgettext_lazy("in which language", "another language"),
}


def choices() -> list[tuple[str, str]]:
    return [(code, capfirst(str(name))) for code, name in NAMES.items()]


def differs(code: str) -> bool:
    """Whether a text in this language is not in the one its reader reads the page in. "": nobody knows."""
    return bool(code) and code != get_language()


def said_in(code: str) -> str:
    """ "in Spanish"; empty where it goes without saying."""
    if not differs(code):
        return ""
    return _("in %(language)s") % {"language": NAMES.get(code, NAMES["und"])}


class LanguageField(forms.ChoiceField):
    """Of what stands in the form's boxes; that of the page, unless its writer says another one."""

    def __init__(self) -> None:
        again = gettext_lazy("Please choose one of these.")
        super().__init__(
            label=gettext_lazy("I write in"),
            choices=choices,
            initial=lambda: get_language() or "en",
            required=False,
            error_messages={"invalid_choice": again},
        )
