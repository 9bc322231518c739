"""A person's words on a page of goals."""

from collections.abc import Iterator
from typing import Protocol

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.templatetags.people import mark
from clients.models import Client
from goals.models import Comment, Revision
from goals.pages.comments import CommentView
from peersupport.lib.templatetags.when import in_words
from peersupport.lib.templatetags.words import shortened, voice

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
def as_said(revision: Revision, client: Client) -> str:
    """Of a save in the client's name: how it was said to whoever saved it."""
    name = {"name": client.user.first_name}
    how = revision.facts.get("through") or revision.facts.get("how", "")
    says = _HOW.get(how, _AS_SAID) % name
    interpreter = _("through an interpreter")
    return f"{says}, {interpreter}" if revision.facts.get("interpreter") else str(says)


_AS_SAID = gettext_lazy("as %(name)s said it")
_HOW = {
    "in-person": gettext_lazy("as %(name)s said it, in person"),
    "phone": gettext_lazy("as %(name)s said it, by phone"),
    "video": gettext_lazy("as %(name)s said it, by video"),
    "paper": gettext_lazy("as %(name)s said it, on paper"),
    "own-hand": gettext_lazy("by %(name)s’s own hand"),
}


@register.simple_tag
def said(words: Words) -> SafeString:
    return voice(words.text, words.language, words.own_voice)


@register.simple_tag
def who_said(view: CommentView) -> SafeString:
    """Of a comment: by whom, when, whether it is new or not read yet, and about which step."""
    comment = view.comment
    name = capfirst(_("You")) if view.by_reader else comment.author.first_name
    cheer = f" · {_('a cheer')}" if comment.kind == Comment.Kind.CHEER else ""
    chips = format_html_join("", ' <span class="chip{}">{}</span>', _chips(view))
    head = '<p class="who">{} {}{} · {}{}{}</p>'
    return format_html(head, mark(comment.author), name, cheer, in_words(comment.at), chips, _about(view))


def _chips(view: CommentView) -> Iterator[tuple[str, str]]:
    if view.is_new:
        yield " new", _("new")
    if view.by_reader and not view.comment.was_read:
        yield "", _("not read yet")


def _about(view: CommentView) -> str:
    if view.about is None:
        return ""
    return format_html("<br>{} <bdi>{}</bdi>", _("About the step:"), shortened(view.about.what, 80))
