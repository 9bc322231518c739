"""What a check-in is when it leaves, and what may still stop it at the last moment."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, time
from uuid import UUID
from zoneinfo import ZoneInfo

from django.conf import settings
from django.urls import reverse

from checkins.kinds import ALREADY_TALKED, AWAY, KIND, key_of
from checkins.models import CheckIn, CheckInAgreement
from checkins.rules.planning import GRACE, first_instant
from checkins.rules.terms import terms_of
from checkins.rules.tokens import token_of
from checkins.rules.wordings import letter, said
from clients.models import Pause
from clients.permissions import specialists_of
from notifications.kinds import Kind, Later, Message, Verdict, register
from notifications.models import Delivery
from notifications.rules import next_allowed
from peersupport.lib.clock import now
from sessions.models import ContactLog


def recheck(delivery: Delivery) -> Verdict:
    return recheck_many([delivery])[delivery.pk]


def recheck_many(deliveries: Sequence[Delivery]) -> Mapping[UUID, Verdict]:
    """Locks the check-ins first and reads everything else after that: what was committed before the lock counts."""
    ids = [delivery.subject_id for delivery in deliveries]
    locked = CheckIn.objects.facts().filter(pk__in=ids).order_by("pk").select_for_update(no_key=True, of=("self",))
    check_ins = {row.pk: row for row in locked}
    agreements = CheckInAgreement.objects.select_related("client__user").in_bulk(
        {row.agreement_id for row in check_ins.values()}
    )
    at = now()
    talked = _talked(check_ins.values(), agreements, at)
    away = {pause.client_id: pause for pause in Pause.objects.standing().filter(client__in=_clients(agreements))}
    verdicts: dict[UUID, Verdict] = {}
    for delivery in deliveries:
        check_in = check_ins.get(delivery.subject_id)
        if check_in is None:
            verdicts[delivery.pk] = "not-here"
            continue
        agreement = agreements[check_in.agreement_id]
        verdicts[delivery.pk] = (
            _called_off(check_in, agreement, delivery)
            or _not_now(check_in, agreement, at)
            or (AWAY if _is_away(away.get(agreement.client_id), check_in) else None)
            or (ALREADY_TALKED if check_in.pk in talked else None)
        )
    return verdicts


def render(delivery: Delivery) -> Message:
    """One of the fixed wordings, in the language the engine has set: the client's."""
    check_in = CheckIn.objects.select_related("agreement__client").get(pk=delivery.subject_id)
    sentence = said_by(check_in.agreement)
    return Message(subject=sentence, text=letter(sentence, link_of(check_in)))


def link_of(check_in: CheckIn) -> str:
    """The address of its one-page reply; the same each time."""
    token = token_of(check_in.pk, check_in.nonce, check_in.token_lookup)
    return f"{settings.PUBLIC_URL}{reverse('checkins:reply', args=[token])}"


def said_by(agreement: CheckInAgreement) -> str:
    """The sentence of this agreement, with the specialist's first name only where the client ticked it."""
    helpers = specialists_of(agreement.client) if agreement.first_name else []
    name = next((helper.person.first_name for helper in helpers if not helper.covers), "")
    return said(agreement.wording, place=settings.ORGANIZATION_NAME, name=name)


def _called_off(check_in: CheckIn, agreement: CheckInAgreement, delivery: Delivery) -> str | None:
    client = agreement.client
    against = {
        "called-off": check_in.withdrawn_at is not None,
        "planned-anew": delivery.key != key_of(check_in, delivery.channel),
        "answered": check_in.answered,
        "not-agreed": not agreement.agreed,
        "terms-changed": agreement.terms_version != check_in.terms_version,
        "paused": agreement.paused_at is not None,
        "closed": client.closed_at is not None or not client.user.is_active,
        "zone-changed": client.user.time_zone != check_in.time_zone,
    }
    return next((reason for reason, holds in against.items() if holds), None)


def _clients(agreements: Mapping[UUID, CheckInAgreement]) -> list[UUID]:
    return [agreement.client_id for agreement in agreements.values()]


def _is_away(pause: Pause | None, check_in: CheckIn) -> bool:
    return pause is not None and pause.holds_on(check_in.local_date)


def _not_now(check_in: CheckIn, agreement: CheckInAgreement, at: datetime) -> Verdict:
    """Late, it may have run into the quiet hours: it waits for their end, if it is not stale by then."""
    allowed = next_allowed(at, check_in.time_zone, quiet=terms_of(agreement).quiet)
    if allowed is None:
        return "quiet-hours"
    return Later(allowed) if allowed > at else None


def _talked(check_ins: Collection[CheckIn], agreements: Mapping[UUID, CheckInAgreement], at: datetime) -> set[UUID]:
    """Check-ins on whose local day client and specialist already talked: they connected, at a time that is known."""
    begins = {row.pk: first_instant(row.local_date, time(), ZoneInfo(row.time_zone)) for row in check_ins}
    if not begins:
        return set()
    clients = {row.pk: agreements[row.agreement_id].client_id for row in check_ins}
    logs = ContactLog.objects.newest_form().filter(
        client__in=set(clients.values()),
        outcome=ContactLog.Outcome.CONNECTED,
        started_at__range=(min(begins.values()), at),
    )
    latest = {log.client_id: log.started_at or at for log in logs.only("client", "started_at").order_by("started_at")}
    return {pk for pk, begin in begins.items() if clients[pk] in latest and begin <= latest[clients[pk]]}


# Twice the same friendly question does less harm than a promise that was not kept.
register(Kind(KIND, GRACE, recheck, render, repeats_when_unsure=True, recheck_many=recheck_many))
