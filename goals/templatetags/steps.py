"""What stands beside a step's words: one tag instead of a dozen parts of a template for each of many steps."""

from collections.abc import Iterator

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from goals.pages.goal import StepView
from peersupport.lib.templatetags.words import shortened

register = template.Library()


@register.simple_tag
def who_and_when(view: StepView) -> SafeString:
    """How it stands, who does it, and by when."""
    day, status = view.by_when, view.status
    state = format_html('<span class="chip">{}</span> ', status) if status else ""
    chips = format_html_join("", ' <span class="chip{}">{}</span>', _chips(view))
    return format_html('<p class="who">{}{}{}{}</p>', state, view.who, f" · {day}" if day else "", chips)


def _chips(view: StepView) -> Iterator[tuple[str, str]]:
    if view.text.rivals:
        yield "", _("two texts")
    if view.is_new:
        yield " new", _("new")


@register.simple_tag
def to_step(view: StepView) -> SafeString:
    about = shortened(view.text.text, 60)
    link = '<a class="btn" href="{}">{}<span class="visually-hidden">: {}</span></a>'
    return format_html(link, view.url, view.ask, about)
