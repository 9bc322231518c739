"""Who reads a goal, in plain words: from its visibility and the rules of access."""

from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Role, User
from clients.permissions import Helper
from clients.trust import specialists_read
from goals.models import Goal, Step
from goals.models.goals import Visibility
from peersupport.lib.when import day_in_words, in_a_row


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


def who_reads_here(visibility: str, helpers: list[Helper], *, client_name: str) -> str:
    """The same line for the client, on a screen that is a specialist's: supervisors without their names."""
    sentences = specialists_read(helpers, client_name=client_name, reader=None)
    if visibility == Visibility.SUPPORT:
        sentences.append(_("Supervisors: that there is a goal; the words only after saying why, and you will see it."))
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
    found = own_specialist(helpers)
    return found.person.first_name if found else ""


def own_specialist(helpers: list[Helper]) -> Helper | None:
    found = (helper for helper in helpers if helper.hat == Role.Kind.SPECIALIST and not helper.covers)
    return next(found, None)


def agreed_in_words(goal: Goal, *, own: bool) -> str:
    """How the client said that these words are theirs, unless it was with their own sign-in; and with whom."""
    if goal.lifecycle == Goal.Lifecycle.PROPOSED and goal.told_to:
        says = _WAITS[own] % {"name": goal.told_to.first_name, "client": goal.client.user.first_name}
        return str(says)
    if goal.agreed_with is None or goal.agreed_at is None:
        return ""
    how = goal.agreed_through or goal.agreed_how
    day = goal.agreed_on or localdate(goal.agreed_at)
    about = {"name": goal.agreed_with.first_name, "client": goal.client.user.first_name, "day": day_in_words(day)}
    sentences = [_SAID[how][own] % about]
    if goal.agreed_interpreter:
        sentences.append(_("Through an interpreter."))
    if goal.agreed_kept_by:
        sentences.append(_HAS[goal.agreed_kept_by][own] % about)
    if own:
        sentences.append(_("Change it whenever you like."))
    return " ".join(map(str, sentences))


# Each as staff read it, and as the client does.
_WAITS = (
    gettext_lazy("%(name)s wrote this down as %(client)s said it. It waits for %(client)s’s yes."),
    gettext_lazy("%(name)s wrote this down as you said it. It is yours only if you say yes."),
)
_SAID = {
    "in-person": (
        gettext_lazy("%(client)s said this to %(name)s in person, and it was read back. %(day)s."),
        gettext_lazy("You said this to %(name)s in person, who read it back to you. %(day)s."),
    ),
    "phone": (
        gettext_lazy("%(client)s said this to %(name)s by phone, and it was read back. %(day)s."),
        gettext_lazy("You said this to %(name)s by phone, who read it back to you. %(day)s."),
    ),
    "video": (
        gettext_lazy("%(client)s said this to %(name)s by video, and it was read back. %(day)s."),
        gettext_lazy("You said this to %(name)s by video, who read it back to you. %(day)s."),
    ),
    "own-hand": (
        gettext_lazy("%(client)s said yes with their own hand, on %(name)s’s screen. %(day)s."),
        gettext_lazy("You said yes with your own hand, on %(name)s’s screen. %(day)s."),
    ),
    "paper": (
        gettext_lazy("%(client)s said yes on paper, dated %(day)s; %(name)s noted it here."),
        gettext_lazy("You said yes on paper, dated %(day)s; %(name)s noted it here."),
    ),
}
_HAS = {
    "client": (gettext_lazy("%(client)s has the paper."), gettext_lazy("You have the paper.")),
    "us": (gettext_lazy("The paper is in our file."), gettext_lazy("%(name)s has the paper, in the file.")),
    "both": (gettext_lazy("Both have a copy."), gettext_lazy("You both have a copy.")),
}


def visibility_in_words(visibility: str, specialist: str) -> str:
    """For the client: "just for me", "me and Maya", "my whole support". `specialist`: a name, "" if none is known."""
    if visibility == Visibility.SPECIALIST and specialist:
        return _("me and %(name)s") % {"name": specialist}
    return str(Visibility(visibility).label)
