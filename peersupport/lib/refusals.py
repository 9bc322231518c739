"""What an action answers when it will not do what was asked: errors whose text a person can read."""

from typing import Any

from django.utils.functional import Promise


class Refusal(Exception):
    """Says no, in the reader's language.

    `field` names the form field the sentence belongs to, if any; `stands` is the row as it stands now, if that helps.
    """

    def __init__(self, sentence: str | Promise, *, field: str | None = None, stands: Any = None) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.field = field
        self.stands = stands


class Stale(Refusal):
    """The row changed since the form was opened."""


class UsedForm(Refusal):
    """The same form was sent before with other content; `stands` is what that made."""
