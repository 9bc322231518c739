"""What stands below a step's words: one tag instead of a dozen parts of a template for each of many steps."""

from collections.abc import Iterator

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from goals.pages.goal import StepView
from peersupport.lib.templatetags.words import shortened

register = template.Library()


_BELOW = '<div class="split"><p class="who">{}{}{}{}</p>{}</div>'
_LINK = '<a class="btn link" href="{}">{}<span class="visually-hidden">: {}</span></a>'


@register.simple_tag
def below(view: StepView, may_write: bool) -> SafeString:
    """How it stands, who does it, and by when; and the way to its page for whoever may write there."""
    day, status = view.by_when, view.status
    state = format_html('<span class="chip">{}</span> ', status) if status else ""
    chips = format_html_join("", ' <span class="chip{}">{}</span>', _chips(view))
    link = format_html(_LINK, view.url, view.ask, shortened(view.text.text, 60)) if may_write else ""
    return format_html(_BELOW, state, view.who, f" · {day}" if day else "", chips, link)


def _chips(view: StepView) -> Iterator[tuple[str, str]]:
    if view.text.rivals:
        yield "", _("two texts")
    if view.is_new:
        yield " new", _("new")
