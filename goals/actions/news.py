"""Plans the message that something about goals is new, for those who chose to get one. docs/decisions/0075.

Order of locks: choice, news, delivery. The rows planned are their own record; choosing leaves an audit event.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import transaction

from accounts.models import Actor, ContactHours
from audit import actions as audit
from goals.deliveries import GRACE, good_moment
from goals.kinds import NEWS, key_of
from goals.models import News, NewsChoice
from goals.permissions.news import hours_of, last_news, newest_by_choice
from notifications.actions import Plan, cancel_unsent, plan_deliveries
from notifications.models import ContactPoint, Delivery
from notifications.permissions import email_points_of
from peersupport.lib.clock import now

WAIT = timedelta(hours=1)  # whoever looks by themselves meanwhile gets no message
LOOK_EVERY = timedelta(minutes=5)
BATCH = 100
DAY = timedelta(days=1)
EMAIL = ContactPoint.Kind.EMAIL.value  # the channel is called like the kind of address it goes to
State = Delivery.State
_CALLED_OFF = {State.CANCELLED, State.EXPIRED}


@transaction.atomic
def choose_news(actor: Actor, *, wanted: bool, client_id: UUID | None) -> NewsChoice:
    """Under the hat that is worn. What is planned and has not left is called off. The same again changes nothing."""
    NewsChoice.objects.get_or_create(person=actor.user, hat=actor.hat)
    choice = NewsChoice.objects.select_for_update(no_key=True).get(person=actor.user, hat=actor.hat)
    if choice.wanted == wanted:
        return choice
    at = now()
    NewsChoice.objects.filter(pk=choice.pk).update(wanted=wanted, chosen_at=at, look_again_at=at)
    if not wanted:
        withdraw([choice.pk], reason="not-wanted-any-more")
    audit.record("news.wanted" if wanted else "news.stopped", by=actor, client_id=client_id, subject=choice)
    choice.wanted = wanted
    return choice


def plan_due(at: datetime) -> int:
    """One pass over the choices that were not looked at lately; how many messages are new. Twice is harmless.

    A choice that someone else is changing or planning at this moment is left to the next tick.
    """
    planned = 0
    while True:
        with transaction.atomic():
            rows = NewsChoice.objects.to_plan(at).select_related("person").order_by("look_again_at", "pk")
            found = list(rows.select_for_update(no_key=True, skip_locked=True, of=("self",))[:BATCH])
            if not found:
                return planned
            planned += _plan(found, at)
            pks = [choice.pk for choice in found]
            NewsChoice.objects.filter(pk__in=pks).update(look_again_at=at + LOOK_EVERY)


def withdraw(choices: Collection[UUID], *, reason: str) -> None:
    """Within the transaction that holds these choices: what has not left never will."""
    standing = News.objects.filter(choice__in=choices, withdrawn_at__isnull=True, planned_for__gt=now() - GRACE)
    held = list(standing.order_by("pk").select_for_update(no_key=True).values_list("pk", flat=True))
    if held and cancel_unsent(NEWS, held, reason=reason):
        gone = Delivery.objects.filter(kind=NEWS, subject_id__in=held, state=State.CANCELLED)
        News.objects.filter(pk__in=gone.values("subject_id")).update(withdrawn_at=now())


@dataclass
class _Last:
    """The newest row of a choice, and its newest message."""

    news: News
    message: Delivery | None

    @property
    def waits(self) -> bool:
        return self.message is not None and self.message.state in {*Delivery.UNSENT, State.SENDING}

    @property
    def never_left(self) -> bool:
        if self.message is None:
            return True
        return self.message.state in {*_CALLED_OFF, State.SUPPRESSED} and not self.message.times_unsure

    def told(self, newest: datetime) -> bool:
        """This message was about all that is new. One that came too late or was called off told nothing."""
        told = self.message is not None and self.message.state not in _CALLED_OFF
        return told and newest <= self.news.planned_for


def _plan(choices: list[NewsChoice], at: datetime) -> int:
    """Of choices that are held."""
    people = {choice.person_id for choice in choices}
    newest, points = newest_by_choice(choices), email_points_of(people)
    hours = hours_of({choice.person_id for choice in choices if not choice.of_client})
    last = {news.choice_id: _Last(news, sent) for news, sent in last_news(choice.pk for choice in choices)}
    withdraw([choice.pk for choice in choices if choice.pk not in newest], reason="seen")
    plans = []
    for choice in choices:
        point, before = points.get(choice.person_id), last.get(choice.pk)
        if choice.pk not in newest or point is None:
            continue
        if before is not None and (before.waits or before.told(newest[choice.pk])):
            continue
        after = max(newest[choice.pk] + WAIT, at)
        plan = _plan_one(choice, before, point, _moments(choice, point, hours.get(choice.person_id, []), after))
        plans += [plan] if plan else []
    plan_deliveries(plans)
    return len(plans)


def _moments(
    choice: NewsChoice, point: ContactPoint, hours: list[ContactHours], after: datetime
) -> Iterator[tuple[date, datetime]]:
    """Good moments for this person from then on, one for each day of their calendar: today's, tomorrow's, …"""
    zone = ZoneInfo(choice.person.time_zone)
    for _day in range(7):
        moment = good_moment(after, choice.person.time_zone, point, hours)
        if moment is None:
            return
        day = moment.astimezone(zone).date()
        yield day, moment
        after = datetime.combine(day + DAY, time(), zone)


def _plan_one(
    choice: NewsChoice, before: _Last | None, point: ContactPoint, moments: Iterator[tuple[date, datetime]]
) -> Plan | None:
    """In the place of a message that never left; never on a day that had one."""
    again = before.news if before is not None and before.never_left else None
    others = News.objects.filter(choice=choice)
    taken = set((others.exclude(pk=again.pk) if again else others).values_list("local_date", flat=True))
    day, moment = next(((day, moment) for day, moment in moments if day not in taken), (None, None))
    if day is None or moment is None:
        return None
    if again is None:
        news = News.objects.create(choice=choice, local_date=day, planned_for=moment)
    else:
        news = again
        news.planning += 1
        columns = {"local_date": day, "planned_for": moment, "planning": news.planning, "withdrawn_at": None}
        News.objects.filter(pk=news.pk).update(**columns)
    key = key_of(news.pk, news.planning)
    return Plan(NEWS, news.pk, choice.person, EMAIL, moment, contact_point=point, key=key)
