"""The few sentences a check-in may arrive with: all that stands on a lock screen or in a mailbox."""

from django.utils.translation import gettext as _

from checkins.models import CheckInAgreement

Wording = CheckInAgreement.Wording


def said(wording: str, *, place: str, name: str = "") -> str:
    """In the language that is active. `name`: the specialist's first name, only where the client ticked it."""
    if wording == Wording.REMINDER:
        return _("Your reminder")
    if wording == Wording.HELLO:
        return _("A hello from %(name)s. How is today?") % {"name": name} if name else _("Hello. How is today?")
    if name:
        return _("%(name)s from %(place)s says hello. How is today?") % {"name": name, "place": place}
    return _("A hello from %(place)s. How is today?") % {"place": place}


def letter(sentence: str, link: str) -> str:
    """The text below it: the sentence, the link, and nothing about anyone."""
    more = _("The link works for two days. No answer is fine too.")
    return f"{sentence}\n\n{link}\n\n{more}\n"
