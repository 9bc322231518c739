"""What this app sends: that there is something new, and never what, of whom or about what."""

from collections.abc import Iterable
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils.translation import gettext as _

from accounts.models import ContactHours
from accounts.rules.hours import opens_next
from clients.models import Client, Pause
from goals.kinds import NEWS, key_of
from goals.models import News, NewsChoice
from goals.permissions.news import hours_of, newest_by_choice
from notifications.kinds import Kind, Later, Message, Verdict, register
from notifications.models import ContactPoint, Delivery
from notifications.rules import next_allowed
from peersupport.lib.clock import now

GRACE = timedelta(hours=12)
DAYTIME = (time(9), time(20))  # for whoever did not say which hours are good


def recheck(delivery: Delivery) -> Verdict:
    news = News.objects.select_for_update(no_key=True).get(pk=delivery.subject_id)
    choice = NewsChoice.objects.select_related("person").get(pk=news.choice_id)
    against = {
        "not-wanted-any-more": not choice.wanted or news.withdrawn_at is not None,
        "planned-anew": delivery.key != key_of(news.pk, news.planning),
    }
    reason = next((reason for reason, holds in against.items() if holds), None)
    reason = reason or (_client_is_away(choice) if choice.of_client else None)
    if reason is None and not newest_by_choice([choice]):
        reason = "seen"
    return reason or _not_now(choice, delivery)


def render(_delivery: Delivery) -> Message:
    return wording()


def wording() -> Message:
    """One fixed wording for everyone, in the language that is set."""
    text = _("There is something new for you to read. Sign in when it suits you:\n\n%(link)s")
    return Message(subject=_("Something new for you"), text=text % {"link": f"{settings.PUBLIC_URL}/"})


def good_moment(
    after: datetime, zone: str, point: ContactPoint | None, hours: Iterable[ContactHours]
) -> datetime | None:
    """From then on: within a specialist's contact hours; else at hours the address names, else by day."""
    weekly = list(hours)
    if weekly:
        return opens_next(after, weekly, ZoneInfo(zone))
    good = (point.good_from, point.good_until) if point is not None else (None, None)
    return next_allowed(after, zone, good=DAYTIME if good[0] is None or good[1] is None else (good[0], good[1]))


def _client_is_away(choice: NewsChoice) -> str | None:
    client = Client.objects.select_related("user").filter(user=choice.person_id).first()
    if client is None or client.closed_at is not None:
        return "closed"
    today = now().astimezone(ZoneInfo(client.user.time_zone)).date()
    return "client-away" if Pause.objects.on(today).filter(client=client).exists() else None


def _not_now(choice: NewsChoice, delivery: Delivery) -> Verdict:
    """Late, it may have run out of the good hours: it waits for the next ones, if it is not stale by then."""
    at, hours = now(), hours_of([] if choice.of_client else [choice.person_id])
    moment = good_moment(at, choice.person.time_zone, delivery.contact_point, hours.get(choice.person_id, []))
    if moment is None:
        return "no-good-time-left"
    return Later(moment) if moment > at else None


# Twice the same neutral line does less harm than a word that was never read.
register(Kind(NEWS, GRACE, recheck, render, repeats_when_unsure=True))
