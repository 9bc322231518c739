"""What the clockwork does, and the changes that planning follows."""

import logging
from typing import Any
from uuid import UUID

from django.core.cache import cache
from django.core.management import call_command
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts import actions as accounts
from accounts.models import Actor, User
from checkins import actions as checkins
from clients import actions as clients
from goals.actions import news
from notifications import actions as notifications
from notifications.models import ContactPoint
from peersupport.lib.clock import now
from peersupport.lib.refusals import Refusal

LAST_TICK = "last_tick"
logger = logging.getLogger(__name__)


def tick() -> None:
    """One pass over due work. That the clockwork runs is noted for `/readyz`.

    A step that fails does not keep the others from happening; the first failure is raised at the end.
    """
    failures: list[Exception] = []
    plan = (accounts.plan_asked_codes, _plan_check_ins, _plan_news)
    for step in (clients.honour_wishes, *plan, notifications.dispatch, _clear_sessions):
        try:
            step()
        except Exception as error:
            logger.exception("a step of the tick failed")
            failures.append(error)
    if failures:
        raise failures[0]
    cache.set(LAST_TICK, now().isoformat(), timeout=3600)


def _plan_check_ins() -> None:
    checkins.plan_due(now())


def _plan_news() -> None:
    news.plan_due(now())


def _clear_sessions() -> None:
    """What was kept for someone signed out ends with their session, and where someone was signed in with that."""
    call_command("clearsessions")
    accounts.forget_ended()


@transaction.atomic
def change_time_zone(user: User, time_zone: str, *, by: Actor) -> None:
    """A person's clock moves; whatever apps plan by it is planned anew here."""
    accounts.change_time_zone(user, time_zone, by=by)
    checkins.replan_for(user, by=by)


@transaction.atomic
def change_contact_point(point: ContactPoint, *, version: int, by: Actor, **fields: Any) -> ContactPoint:
    """How an address may be used; whatever is planned for it is planned anew."""
    changed = notifications.change_contact_point(point, version=version, by=by, **fields)
    checkins.replan_for(point.owner, by=by)
    return changed


def confirm_code(point: ContactPoint, typed: str, *, by: Actor, client_id: UUID | None) -> ContactPoint:
    """A confirmed address is used from now on. Not in one transaction: a wrong code is counted and refused."""
    confirmed = notifications.confirm_code(point, typed, by=by, client_id=client_id)
    checkins.replan_for(point.owner, by=by)
    return confirmed


@transaction.atomic
def end_contact_point(point: ContactPoint, *, by: Actor, client_id: UUID | None) -> None:
    """Nothing goes there any more; what was planned for it is planned anew."""
    notifications.end_contact_point(point, by=by, client_id=client_id)
    checkins.replan_for(point.owner, by=by)


@transaction.atomic
def change_sign_in_name(point: ContactPoint, *, by: Actor, besides: str) -> None:
    """A mailbox that its owner proved becomes what they sign in with; their other sign-ins end."""
    if point.verified_at is None or point.owner_id != by.person_id:
        raise Refusal(_("Please confirm this address first."))
    accounts.change_sign_in_name(by.user, point.value, by=by, besides=besides)
