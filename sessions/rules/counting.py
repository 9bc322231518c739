"""As what a contact log counts: said once, for the rows behind a number and for the tallies it is added up from."""

from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import (
    BooleanField,
    Case,
    DateField,
    Exists,
    ExpressionWrapper,
    F,
    Func,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Value,
    When,
)
from django.db.models.functions import Coalesce, TruncDate
from django.db.models.sql.compiler import SQLCompiler

from peersupport.lib.among import Among
from peersupport.lib.clock import now
from peersupport.lib.composed import composed
from sessions.models import ContactLog, EnteredInError
from sessions.models.logs import ContactLogQuerySet
from sessions.rules.timeliness import CRISIS_DAYS, DAYS_BY_WEEKDAY, USUAL_DAYS

_Outcome, _Who, _Mode = ContactLog.Outcome, ContactLog.WhoReachedOut, ContactLog.Mode

SIGNED = Q(signed_at__isnull=False)
TWO_WAY = Q(outcome=_Outcome.CONNECTED) & ~Q(mode=_Mode.VOICEMAIL)
CONTACT = SIGNED & TWO_WAY
_TRIED = Q(outcome__in=[_Outcome.DID_NOT_CONNECT, _Outcome.LEFT_MESSAGE])
_LEFT_A_VOICE = Q(outcome=_Outcome.CONNECTED, mode=_Mode.VOICEMAIL)
ATTEMPT = SIGNED & (_TRIED | _LEFT_A_VOICE)
NOT_MET = SIGNED & Q(planned=True, outcome=_Outcome.DID_NOT_CONNECT)

_MODES = [mode for mode in _Mode.values if mode != _Mode.VOICEMAIL]


def _figures(contact: Q, attempt: Q, unfinished: Q, not_met: Q) -> dict[str, Q]:
    """Each figure that is counted in logs, in terms of these four."""
    return {
        "contacts": contact,
        "planned": contact & Q(planned=True),
        "outside": contact & Q(planned=False),
        "by-client": contact & Q(who_reached_out=_Who.CLIENT),
        "by-specialist": contact & Q(who_reached_out=_Who.SPECIALIST),
        "by-others": contact & Q(who_reached_out__in=[_Who.SUPPORTER, _Who.OTHER_PROVIDER]),
        "attempts": attempt,
        "unfinished": unfinished,
        "meetings": not_met | (contact & Q(planned=True)),
        "not-met": not_met,
        **{f"mode-{mode}": contact & Q(mode=mode) for mode in _MODES},
    }


COUNTED_LOGS = _figures(CONTACT, ATTEMPT, ~SIGNED, NOT_MET)  # of logs in their newest form
COUNTED_TALLIES = _figures(Q(contact=True), Q(attempt=True), Q(unfinished=True), Q(not_met=True))


class DaysLater(Func):
    """A day, so many days later."""

    output_field = DateField()
    template = "(%(expressions)s)"
    arg_joiner = " + "

    def as_sqlite(self, compiler: SQLCompiler, connection: Any, **more: Any) -> Any:
        return self.as_sql(compiler, connection, template="date(%(expressions)s || ' days')", arg_joiner=", ", **more)


def late(logs: ContactLogQuerySet, zone: ZoneInfo) -> ContactLogQuerySet:
    """First versions that took too long, or do so by now: a correction is no delay, and does not hide one."""
    first = logs.standing().filter(corrects__isnull=True)
    return first.annotate(late_from=_LATE_FROM, signed_on=_signed_on(zone)).filter(signed_on__gte=F("late_from"))


def _signed_on(zone: ZoneInfo) -> TruncDate:
    """Or today."""
    return TruncDate(Coalesce("signed_at", Value(now())), tzinfo=zone)


_ALLOWED = Case(
    When(service=ContactLog.Service.CRISIS, then=Value(CRISIS_DAYS)),
    *(
        When(happened_on__iso_week_day=weekday, then=Value(days))
        for weekday, days in DAYS_BY_WEEKDAY.items()
        if days != USUAL_DAYS
    ),
    default=Value(USUAL_DAYS),
    output_field=IntegerField(),
)
_LATE_FROM = DaysLater(F("happened_on"), _ALLOWED + Value(1))

# In this order: the columns of a tally, and what `as_tallies` finds for them.
_OWN = (
    *("pk", "client_id", "author_id", "on_day", "counts_two_way", "is_contact", "is_attempt", "is_unfinished"),
    *("is_not_met", "planned", "who_reached_out", "mode", "minutes_direct", "is_late_from"),
)
COLUMNS = (
    *("log_id", "client_id", "author_id", "day", "two_way", "contact", "attempt", "unfinished"),
    *("not_met", "planned", "who_reached_out", "mode", "minutes", "late_from"),
)


def as_tallies(logs: ContactLogQuerySet, zone: ZoneInfo) -> QuerySet[ContactLog, tuple[Any, ...]]:
    """What the tallies of these logs should be: COLUMNS, worked out by the database. All of programs in this zone."""
    in_error = Exists(EnteredInError.objects.filter(log=OuterRef("pk")))
    newest = ~Q(in_error) & ~Q(Exists(ContactLog.objects.signed_corrections()))
    in_time = SIGNED & Q(signed_on__lt=F("would_be_late"))
    never_late = Q(corrects__isnull=False) | in_time | Q(in_error)
    rows = logs.order_by().annotate(
        on_day=TruncDate("occurred_at", tzinfo=zone),
        would_be_late=_LATE_FROM,
        signed_on=TruncDate("signed_at", tzinfo=zone),
        counts_two_way=_is(newest & TWO_WAY),
        is_contact=_is(newest & CONTACT),
        is_attempt=_is(newest & ATTEMPT),
        is_unfinished=_is(newest & ~SIGNED),
        is_not_met=_is(newest & NOT_MET),
    )
    return rows.annotate(is_late_from=Case(When(never_late, then=None), default=F("would_be_late"))).values_list(*_OWN)


def _is(rule: Q) -> Any:
    return ExpressionWrapper(rule, output_field=BooleanField())


@composed
def tallies_of(logs: str, zone: ZoneInfo) -> QuerySet[ContactLog, tuple[Any, ...]]:
    """`logs`: ids, as `among.ids_of` writes them."""
    return as_tallies(ContactLog.objects.filter(Among("pk", logs)), zone)
