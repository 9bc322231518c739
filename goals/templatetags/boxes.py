"""The box in which one text of a goal or step is written: one tag, of which a goal's page has five."""

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from goals.pages.texts import TextView
from peersupport.lib.templatetags.words import language_options

register = template.Library()

_BOX = (
    '<textarea{} id="id_{}" name="{}" rows="{}" dir="auto"{}{}>\n{}</textarea>{}'
    '<details class="edit"{}><summary>{}<span class="visually-hidden">: {}</span></summary>'
    '<label for="id_language_{}">{}<span class="visually-hidden">: {}</span></label>'
    '<select class="form-select" id="id_language_{}" name="language_{}">{}</select></details>'
)
_VOICE, _UNSAVED = SafeString(' class="voice"'), SafeString(" data-unsaved")
_SAYS = SafeString('<p class="who says" data-says></p>')
_OPEN = SafeString(" open")


@register.simple_tag
def box(text: TextView) -> SafeString:
    """With the language it is written in, folded away where it is the reader's own.

    One with data-version saves itself: static/js/save.js speaks right below.
    """
    name = text.name
    return format_html(
        _BOX,
        _VOICE if text.own_voice else "",
        name,
        name,
        text.rows,
        format_html(' data-version="{}"', text.saves_from) if text.saves_from else "",
        "" if text.typed is None else _UNSAVED,
        text.in_box,
        _SAYS if text.saves_from else "",
        "" if text.writes_in == get_language() else _OPEN,
        _("In another language?"),
        text.label,
        name,
        _("I write in"),
        text.label,
        name,
        name,
        language_options(text.writes_in),
    )


@register.simple_tag
def edit(text: TextView, heading: bool) -> SafeString:
    """What folds away below a text: its box, and the button. `heading`: the text stands as the page's heading."""
    also = format_html('<span class="visually-hidden">: {}</span>', text.label)
    return format_html(
        _EDIT,
        "" if text.typed is None else _OPEN,
        _("Say it in other words") if heading else format_html("{}{}", _("Change"), also),
        text.name,
        text.label,
        box(text),
        _("Save"),
    )


_EDIT = (
    '<details class="edit"{}><summary>{}</summary><label class="visually-hidden" for="id_{}">{}</label>{}'
    '<div class="row"><button class="btn main" type="submit">{}</button></div></details>'
)
