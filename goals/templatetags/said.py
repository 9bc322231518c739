"""A person's words on a page of goals: one tag instead of a template for each text, of which a goal's page has many."""

from typing import Protocol

from django import template
from django.template.defaultfilters import linebreaksbr
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language, get_language_info
from django.utils.translation import gettext as _

register = template.Library()


class Words(Protocol):
    """`own_voice`: the client said or typed it. `language`: the code it is written in, "" if nobody knows."""

    @property
    def text(self) -> str: ...
    @property
    def own_voice(self) -> bool: ...
    @property
    def language(self) -> str: ...


@register.simple_tag
def said(words: Words) -> SafeString:
    """In serif where the client said it, in sans where staff wrote it; with its language where the reader's differs."""
    shape = '<blockquote class="voice" dir="auto"{}>{}</blockquote>' if words.own_voice else '<p dir="auto"{}>{}</p>'
    lang = format_html(' lang="{}"', words.language) if words.language else ""
    shown = format_html(shape, lang, linebreaksbr(words.text))
    if not words.language or words.language == get_language():
        return shown
    language = _("written in %(language)s") % {"language": get_language_info(words.language)["name_translated"]}
    return format_html('{}<p class="who">{}</p>', shown, language)
