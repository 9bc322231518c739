"""What an action answers when it will not do what was asked: errors whose text a person can read."""

from typing import Any

from django.utils.functional import Promise


class Refusal(Exception):
    """Says no, in the reader's language. `field` names the form field the sentence belongs to, if any."""

    def __init__(self, sentence: str | Promise, field: str | None = None) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.field = field


class Stale(Refusal):
    """The row changed since the form was opened. `current` is the row as it stands now."""

    def __init__(self, sentence: str | Promise, current: Any) -> None:
        super().__init__(sentence)
        self.current = current


class UsedForm(Refusal):
    """The same form was sent before with other content. `saved` is what that made."""

    def __init__(self, sentence: str | Promise, saved: Any) -> None:
        super().__init__(sentence)
        self.saved = saved
