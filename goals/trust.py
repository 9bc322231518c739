"""Who reads a goal, in plain words: from its visibility and the rules of access."""

from django.utils.translation import gettext as _

from accounts.models import Role, User
from clients.permissions import Helper
from clients.trust import specialists_read
from goals.models import Goal, Step
from goals.models.goals import Visibility
from peersupport.lib.when import in_a_row


def who_reads_goal(visibility: str, helpers: list[Helper], *, client_name: str, reader: User | None) -> str:
    """One line for under a goal. `reader` None: the client reads it; else the member of staff who does."""
    if visibility == Visibility.JUST_ME:
        return _("Only you can read this. A court could still order it.")
    sentences = specialists_read(helpers, client_name=client_name, reader=reader)
    if visibility == Visibility.SUPPORT:
        sentences += _supervisors(helpers, client_name=client_name, reader=reader)
    else:
        sentences.append(_("Nobody else here."))
    return " ".join(sentences)


def _supervisors(helpers: list[Helper], *, client_name: str, reader: User | None) -> list[str]:
    if reader is not None:
        return [
            _("Supervisors see that there is a goal; the words only after saying why, and %(name)s will see it.")
            % {"name": client_name}
        ]
    names = [helper.person.first_name for helper in helpers if helper.hat == Role.Kind.SUPERVISOR]
    if not names:
        return []
    return [
        _("%(names)s: that there is a goal; the words only after saying why, and you will see it.")
        % {"names": in_a_row(names)}
    ]


def who_names(helpers: list[Helper], *, client_name: str, own: bool) -> dict[str, str]:
    """What each value of Step.Who is called for this reader: by name, where there is one."""
    primary = specialist_name(helpers)
    return {
        Step.Who.ME.value: _("me") if own else client_name,
        Step.Who.SPECIALIST.value: primary or str(Step.Who.SPECIALIST.label),
        Step.Who.SOMEONE_ELSE.value: str(Step.Who.SOMEONE_ELSE.label),
    }


def specialist_name(helpers: list[Helper]) -> str:
    """Of the client's own specialist; "" while there is none."""
    found = [helper for helper in helpers if helper.hat == Role.Kind.SPECIALIST and not helper.covers]
    return found[0].person.first_name if found else ""


def visibility_in_words(goal: Goal, helpers: list[Helper]) -> str:
    """For the client: "just for me", "me and Maya", "my whole support"."""
    name = specialist_name(helpers)
    if goal.visibility == Visibility.SPECIALIST and name:
        return _("me and %(name)s") % {"name": name}
    return str(Visibility(goal.visibility).label)
