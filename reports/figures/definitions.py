"""What each figure counts. A number on the page, its cell in a file and the rows behind it all come from here."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import Actor
from checkins.kinds import KIND
from checkins.models import CheckIn
from checkins.rules.planning import ANSWERABLE
from conversations.models import ReachOut
from goals.models import Goal
from notifications.models import Delivery
from peersupport.lib.clock import now
from reports.rules.chosen import Chosen, Span
from sessions.models import ContactLog
from sessions.rules.counting import COUNTED_LOGS, TWO_WAY, late

Rows = Callable[[Actor, Chosen], QuerySet[Any]]
_Mode = ContactLog.Mode
_State = Delivery.State
_STOPPED = (_State.SUPPRESSED, _State.EXPIRED, _State.FAILED, _State.BOUNCED, _State.CANCELLED)
_CAME = (_State.ACCEPTED, _State.DELIVERED, _State.AMBIGUOUS)


# --- contact logs -----------------------------------------------------------------------------------------------------
def newest_logs(chosen: Chosen) -> QuerySet[ContactLog]:
    """Of the period: a corrected log once, in its newest form; one entered in error never."""
    return ContactLog.objects.newest_form().filter(occurred_at__gte=chosen.begins, occurred_at__lt=chosen.ends)


def two_way() -> QuerySet[ContactLog]:
    """Whenever it was, signed or not: nobody is called quiet who was talked to yesterday."""
    return ContactLog.objects.newest_form().filter(TWO_WAY)


def late_logs(chosen: Chosen) -> QuerySet[ContactLog]:
    of_the_days = ContactLog.objects.filter(occurred_at__gte=chosen.begins, occurred_at__lt=chosen.ends)
    return late(of_the_days, chosen.zone)


def _logs(name: str) -> Rows:
    return lambda _actor, chosen: newest_logs(chosen).filter(COUNTED_LOGS[name])


# --- goals, reach-outs, check-ins -------------------------------------------------------------------------------------
def agreed_goals(actor: Actor) -> QuerySet[Goal]:
    """Only what the client shares with their whole support exists for a supervisor."""
    return Goal.objects.reaching(actor).filter(lifecycle=Goal.Lifecycle.ACTIVE)


HEARD = Q(answered_at__lte=F("promised_by"))


def due_reach_outs(span: Span) -> QuerySet[ReachOut]:
    """Those whose promise could be kept or broken by now."""
    over = Q(answered_at__isnull=False) | Q(taken_back_at__gt=F("promised_by"))
    over |= Q(answered_at__isnull=True, taken_back_at__isnull=True, promised_by__lte=now())
    opened = Q(opened_at__gte=span.begins, opened_at__lt=span.ends)
    return ReachOut.objects.filter(opened, over, promised_by__isnull=False)


def asked_check_ins(_actor: Actor, chosen: Chosen) -> QuerySet[CheckIn]:
    """Answered, or over without an answer; never those that were not sent."""
    sent = Delivery.objects.filter(kind=KIND, subject_id=OuterRef("pk"))
    stopped, came = sent.filter(state__in=_STOPPED), sent.filter(state__in=_CAME)
    over = Q(planned_for__lte=now() - ANSWERABLE) & (~Exists(stopped) | Exists(came))
    planned = Q(planned_for__gte=chosen.begins, planned_for__lt=chosen.ends)
    return CheckIn.objects.planned().filter(planned).filter(Q(answered_at__isnull=False) | over)


def answered_check_ins(actor: Actor, chosen: Chosen) -> QuerySet[CheckIn]:
    return asked_check_ins(actor, chosen).filter(answered_at__isnull=False)


# --- all of them ------------------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Figure:
    """`of`: the kind of row behind it, which says what stands on the page of those rows."""

    name: str  # in addresses and files
    label: Any
    says: Any  # how it is counted
    of: str
    rows: Rows

    @property
    def client(self) -> str:
        """The column that names whose row it is."""
        return "agreement__client" if self.of == "check-ins" else "client"


def _log_figure(name: str, label: Any, says: Any) -> Figure:
    return Figure(name, label, says, "logs", _logs(name))


_ALL = (
    Figure(
        "two-way",
        _("Last two-way"),
        _("The last contact in which both of you spoke or wrote, on any day, signed or not."),
        "logs",
        lambda _actor, _chosen: two_way(),
    ),
    _log_figure("contacts", _("Contacts"), _("Signed logs that say “we connected”. A voicemail is an attempt.")),
    _log_figure("planned", _("In appointments"), _("Contacts that were planned.")),
    _log_figure("outside", _("Outside"), _("Contacts outside appointments: someone reached out.")),
    _log_figure("by-client", _("Begun by them"), _("Contacts outside appointments that the client began.")),
    _log_figure("by-specialist", _("Begun by us"), _("Contacts outside appointments that the specialist began.")),
    _log_figure("by-others", _("Begun by others"), _("Contacts that a friend, a relative or another service began.")),
    _log_figure(
        "attempts",
        _("Attempts"),
        _("Signed logs that say “we didn’t connect” or “a message was left”, and voicemails."),
    ),
    Figure(
        "goals",
        _("Agreed goals"),
        _("Goals being worked on today that are shared with the whole support. Others are counted nowhere."),
        "goals",
        lambda actor, _chosen: agreed_goals(actor),
    ),
    Figure(
        "promised",
        _("Reach-outs"),
        _("Reach-outs with a promised time that is over: answered, or the time has passed."),
        "reach-outs",
        lambda _actor, chosen: due_reach_outs(chosen.span),
    ),
    Figure(
        "heard",
        _("Heard in time"),
        _("Of these, the ones answered by the promised time."),
        "reach-outs",
        lambda _actor, chosen: due_reach_outs(chosen.span).filter(HEARD),
    ),
    _log_figure(
        "unfinished", _("Unsigned"), _("Logs of the period without a signature. They count as nothing else yet.")
    ),
    Figure(
        "late",
        _("Late"),
        _(
            "Signed, or still unsigned, after three business days; after a crisis, one day. The day of the contact is "
            "day 0. Holidays are not known here. A correction is never late."
        ),
        "logs",
        lambda _actor, chosen: late_logs(chosen),
    ),
    _log_figure("meetings", _("Planned"), _("Planned contacts, and those planned where you didn’t connect.")),
    _log_figure("not-met", _("Didn’t connect"), _("Planned, and you didn’t connect. Called off is not counted.")),
    Figure(
        "asked",
        _("Check-ins"),
        _("Check-ins that came and were answered, or are over. Those that were not sent are left out."),
        "check-ins",
        asked_check_ins,
    ),
    Figure(
        "answered",
        _("Answered"),
        _("Of these, the ones answered. What was said is not shown."),
        "check-ins",
        answered_check_ins,
    ),
    *(
        _log_figure(f"mode-{mode.value}", mode.label, pgettext_lazy("how it is counted", "Contacts of this kind."))
        for mode in _Mode
        if mode != _Mode.VOICEMAIL
    ),
)
FIGURES: dict[str, Figure] = {figure.name: figure for figure in _ALL}
