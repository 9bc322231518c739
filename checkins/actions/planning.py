"""Turns agreements into check-ins, and takes back those that no longer hold. docs/decisions/0011 tells the locks.

Order of locks: client, agreement, check-in, delivery. The rows planned are their own record, so planning by the
clockwork leaves no audit event; whatever makes it plan anew does.
"""

from collections.abc import Iterable, Iterator
from datetime import date, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import transaction

from accounts.models import Actor, User
from audit import actions as audit
from checkins.kinds import KIND, key_of
from checkins.models import CheckIn, CheckInAgreement
from checkins.models.agreements import CheckInAgreementQuerySet
from checkins.permissions import gone_out
from checkins.rules.planning import GRACE, HORIZON, Occurrence, occurrences
from checkins.rules.tokens import new_lookup, new_nonce, new_token
from clients.models import Client, Pause
from notifications.actions import Plan, cancel_unsent, plan_deliveries
from notifications.kinds import IN_APP
from notifications.models import ContactPoint
from notifications.permissions import email_points_of
from peersupport.lib.clock import now
from peersupport.lib.ids import new_id
from peersupport.lib.sealed import seal

AHEAD = HORIZON + timedelta(hours=1)  # each agreement is looked at once an hour, not at every tick
BATCH = 100
DAY = timedelta(days=1)
EMAIL = ContactPoint.Kind.EMAIL.value  # the channel is called like the kind of address it goes to
PLANNED = ("time_zone", "planned_for", "terms_version", "planning", "withdrawn_at")

Key = tuple[UUID, date, time]


def plan_due(at: datetime) -> int:
    """Makes every check-in of the next 48 hours a row, with its deliveries; how many were new. Twice is harmless.

    An agreement that someone else is changing or planning at this moment is left to the next tick.
    """
    planned, last = 0, UUID(int=0)
    while waiting := _to_plan(at).filter(pk__gt=last).order_by("pk").values_list("pk", flat=True)[:BATCH]:
        ids = list(waiting)
        with transaction.atomic():
            rows = _to_plan(at).filter(pk__in=ids).order_by("pk")
            planned += _plan(list(rows.select_for_update(no_key=True, skip_locked=True)), at)
        last = ids[-1]
    return planned


@transaction.atomic
def replan_for(user: User, *, by: Actor | None) -> None:
    """After this person's clock, address or good hours changed, in the same transaction: what is planned follows."""
    clients = Client.objects.filter(user=user)
    rows = CheckInAgreement.objects.agreed().filter(client__in=clients).order_by("pk")
    agreements = list(rows.select_for_update(no_key=True))
    if agreements:
        plan_anew(agreements, now(), reason="planned-anew")
        audit.record("check_ins.planned_anew", by=by, client_id=agreements[0].client_id)


def plan_anew(agreements: Iterable[CheckInAgreement], at: datetime, *, reason: str) -> None:
    """Within the transaction that changed these agreements (or a clock, or an address) and holds their locks.

    What has not gone out is called off with `reason`; then what holds now is planned.
    """
    ids = sorted(agreement.pk for agreement in agreements)
    upcoming = CheckIn.objects.planned().filter(agreement__in=ids, planned_for__gt=at - GRACE, answered_at__isnull=True)
    waiting = set(upcoming.order_by("pk").select_for_update(no_key=True).values_list("pk", flat=True))
    cancel_unsent(KIND, waiting, reason=reason)
    CheckIn.objects.filter(pk__in=waiting - gone_out(waiting)).update(withdrawn_at=at)
    CheckInAgreement.objects.filter(pk__in=ids).update(planned_until=None)
    _plan(list(CheckInAgreement.objects.in_force().filter(pk__in=ids).order_by("pk")), at)


def _to_plan(at: datetime) -> CheckInAgreementQuerySet:
    return CheckInAgreement.objects.to_plan(at + HORIZON)


def _plan(agreements: list[CheckInAgreement], at: datetime) -> int:
    """Of agreements that are in force and locked; how many check-ins were new."""
    people = _people(agreements)
    standing = _standing(people, at)
    away = _away(people)
    asked = {(row.agreement.client_id, row.local_date) for row in standing.values() if row.withdrawn_at is None}
    fresh, again = [], []
    for agreement in agreements:
        for occurrence in _occurrences(agreement, people, at):
            # One question a day, whatever clocks and agreements do; none while they are away.
            pause = away.get(agreement.client_id)
            if (agreement.client_id, occurrence.day) in asked or (pause and pause.holds_on(occurrence.day)):
                continue
            before = standing.get((agreement.pk, occurrence.day, occurrence.at))
            if before is None and occurrence.instant > (agreement.planned_until or at):
                fresh.append(_new(agreement, occurrence, people[agreement.client_id]))
            elif before is not None and (occurrence.instant > at or _called_off_just_now(before, occurrence, at)):
                again.append(_anew(before, agreement, occurrence, people[agreement.client_id]))
    CheckIn.objects.bulk_create(fresh, ignore_conflicts=True)
    for row in again:
        CheckIn.objects.filter(pk=row.pk).update(**{name: getattr(row, name) for name in PLANNED})
    _plan_deliveries([*fresh, *again], {agreement.pk: agreement for agreement in agreements}, people)
    CheckInAgreement.objects.filter(pk__in=[agreement.pk for agreement in agreements]).update(planned_until=at + AHEAD)
    return len(fresh)


def _people(agreements: list[CheckInAgreement]) -> dict[UUID, User]:
    """Read after the agreements are locked, in a statement of its own: what a zone change committed is seen."""
    clients = Client.objects.active().filter(pk__in={agreement.client_id for agreement in agreements})
    return {client.pk: client.user for client in clients.filter(user__is_active=True).select_related("user")}


def _standing(people: Iterable[UUID], at: datetime) -> dict[Key, CheckIn]:
    """Everything these clients have planned from two days ago on, called off or not."""
    rows = CheckIn.objects.facts().filter(agreement__client__in=list(people), local_date__gte=at.date() - 2 * DAY)
    return {(row.agreement_id, row.local_date, row.local_time): row for row in rows.select_related("agreement")}


def _away(people: Iterable[UUID]) -> dict[UUID, Pause]:
    return {pause.client_id: pause for pause in Pause.objects.standing().filter(client__in=list(people))}


def _occurrences(agreement: CheckInAgreement, people: dict[UUID, User], at: datetime) -> Iterator[Occurrence]:
    """From where what is not stale begins: after an outage of the clockwork some of them are due already."""
    user = people.get(agreement.client_id)
    if user is None:
        return iter(())
    zone = ZoneInfo(user.time_zone)
    return occurrences(agreement.weekdays, agreement.local_time, zone, after=at - GRACE, until=at + AHEAD)


def _called_off_just_now(row: CheckIn, occurrence: Occurrence, at: datetime) -> bool:
    """It is due already and has not left; only what it would have left by has changed, such as the address."""
    return row.withdrawn_at == at and row.planned_for == occurrence.instant


def _new(agreement: CheckInAgreement, occurrence: Occurrence, user: User) -> CheckIn:
    pk, nonce = new_id(), new_nonce()
    return CheckIn(
        pk=pk,
        agreement=agreement,
        local_date=occurrence.day,
        local_time=occurrence.at,
        time_zone=user.time_zone,
        planned_for=occurrence.instant,
        terms_version=agreement.terms_version,
        token_lookup=new_lookup(new_token(pk, nonce)),
        **seal(CheckIn, pk, nonce=nonce),
    )


def _anew(row: CheckIn, agreement: CheckInAgreement, occurrence: Occurrence, user: User) -> CheckIn:
    """The same check-in with the same link, by another clock or under other terms."""
    row.time_zone, row.planned_for = user.time_zone, occurrence.instant
    row.terms_version, row.planning, row.withdrawn_at = agreement.terms_version, row.planning + 1, None
    return row


def _plan_deliveries(
    check_ins: list[CheckIn], agreements: dict[UUID, CheckInAgreement], people: dict[UUID, User]
) -> None:
    """In the app where that is agreed, or where there is no address to write to."""
    points = email_points_of({people[agreements[row.agreement_id].client_id].pk for row in check_ins})
    plans = []
    for row in check_ins:
        agreement = agreements[row.agreement_id]
        user = people[agreement.client_id]
        point = points.get(user.pk) if agreement.channel == CheckInAgreement.Channel.EMAIL else None
        channel = EMAIL if point else IN_APP
        plans.append(Plan(KIND, row.pk, user, channel, row.planned_for, contact_point=point, key=key_of(row, channel)))
    plan_deliveries(plans)
