"""What a person wrote: one tag instead of a template for each text, of which a timeline and a goal have many."""

from functools import lru_cache

from django import template
from django.db.models import Choices
from django.template.defaultfilters import linebreaksbr
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.text import Truncator
from django.utils.translation import get_language

from peersupport.lib import languages

register = template.Library()


@register.simple_tag
def voice(text: str, lang: str, own: bool = True) -> SafeString:
    """In serif where the client said it, in sans where staff wrote it; with its language where the reader's differs.

    `lang`: the code of the language it is written in, "" if nobody knows.
    """
    shape = '<blockquote class="voice" dir="auto"{}>{}</blockquote>' if own else '<p dir="auto"{}>{}</p>'
    shown = format_html(shape, _lang(lang), linebreaksbr(text) if "\n" in text or "\r" in text else text)
    said = languages.said_in(lang)
    return format_html('{}<p class="who">{}</p>', shown, said) if said else shown


@register.filter
def lang(code: str) -> SafeString:
    """The attribute for an element whose text is in this language: `<h2{{ code|lang }}>`."""
    return _lang(code)


@lru_cache(maxsize=64)
def _lang(code: str) -> SafeString:
    return format_html(' lang="{}"', code) if code else SafeString()


@register.filter
def said_in(code: str) -> SafeString:
    """ "in Spanish", beside a text that does not stand alone; nothing where it is the reader's own language."""
    said = languages.said_in(code)
    return format_html(' <span class="chip">{}</span>', said) if said else SafeString()


@register.simple_tag
def options(choices: type[Choices], chosen: str) -> SafeString:
    """Of a select."""
    return _options(get_language(), choices, chosen)


@register.simple_tag
def language_options(chosen: str) -> SafeString:
    """Of a select that asks in which language something is written."""
    return _options(get_language(), None, chosen)


@lru_cache(maxsize=512)
def _options(_read_in: str | None, choices: type[Choices] | None, chosen: str) -> SafeString:
    """The same for everyone who reads in this language: a goal has the languages below each of its boxes."""
    pairs = languages.choices() if choices is None else choices.choices
    rows = ((value, _SELECTED if value == chosen else "", label) for value, label in pairs)
    return format_html_join("", '<option value="{}"{}>{}</option>', rows)


_SELECTED = SafeString(" selected")


def shortened(text: str, most: int) -> str:
    """As `truncatechars` does it, which takes its time for a text that is short enough, too."""
    return text if len(text) <= most else Truncator(text).chars(most)
