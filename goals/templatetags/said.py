"""A person's words on a page of goals."""

from typing import Protocol

from django import template
from django.utils.safestring import SafeString

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
def said(words: Words) -> SafeString:
    return voice(words.text, words.language, words.own_voice)
