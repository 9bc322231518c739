"""A person's words on a page of goals."""

from typing import Protocol

from django import template
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clients.models import Client
from goals.models import Revision
from peersupport.lib.templatetags.words import voice

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
