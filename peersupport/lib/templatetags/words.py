"""What a person wrote: one tag instead of a template for each text, of which a timeline and a goal have many."""

from django import template
from django.template.defaultfilters import linebreaksbr
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language, get_language_info
from django.utils.translation import gettext as _

register = template.Library()


@register.simple_tag
def voice(text: str, lang: str, own: bool = True) -> SafeString:
    """In serif where the client said it, in sans where staff wrote it; with its language where the reader's differs.

    `lang`: the code of the language it is written in, "" if nobody knows.
    """
    shape = '<blockquote class="voice" dir="auto"{}>{}</blockquote>' if own else '<p dir="auto"{}>{}</p>'
    shown = format_html(shape, format_html(' lang="{}"', lang) if lang else "", linebreaksbr(text))
    if not lang or lang == get_language():
        return shown
    language = _("written in %(language)s") % {"language": get_language_info(lang)["name_translated"]}
    return format_html('{}<p class="who">{}</p>', shown, language)
