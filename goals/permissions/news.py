"""What is new about goals to whoever has not looked since: for Today, and for the message one may choose to get."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Exists, F, Max, OuterRef, QuerySet, Subquery

from accounts.models import Actor, ContactHours, Role
from clients.models import Visit
from goals.kinds import HOME, NEWS
from goals.models import Cheer, Goal, News, NewsChoice, Revision, Step, Suggestion
from goals.permissions.goals import PAGE
from goals.permissions.ideas import answered_since
from goals.permissions.victories import victories_unseen
from notifications.models import Delivery
from notifications.permissions import deliveries_of
from peersupport.lib.clock import now
from peersupport.lib.composed import composed

LATELY = timedelta(days=14)  # how far back Today looks for what nobody has read
MOST = 300  # saves that are read to say what is new
GOAL_PAGE = "goal:"

ADDED, FINISHED, REWORDED, STUCK, CHANGED = "added", "finished", "reworded", "stuck", "changed"
IN_ORDER = (STUCK, ADDED, FINISHED, REWORDED, CHANGED)


@dataclass
class Changes:
    """What one client did with goals they share, since this specialist last looked. No word of it."""

    client_id: UUID
    name: str
    at: datetime  # of the newest
    what: set[str] = field(default_factory=set)

    @property
    def in_order(self) -> list[str]:
        """Plain changes are not worth a word beside what says more."""
        found = [code for code in IN_ORDER if code in self.what]
        return found[:-1] if len(found) > 1 and found[-1] == CHANGED else found


def changes_for(actor: Actor) -> list[Changes]:
    """One line for each client, the newest first: what a specialist sees on Today. One query."""
    if not actor.wears(Role.Kind.SPECIALIST):
        return []
    found: dict[UUID, Changes] = {}
    for client, name, at, step, base, changed, facts in _saves(actor, now() - LATELY):
        if changed:
            found.setdefault(client, Changes(client, name, at)).what.add(_said(step, base, changed, facts))
    return list(found.values())


@composed
def _saves(actor: Actor, since: datetime) -> QuerySet[Revision, tuple[Any, ...]]:
    looks = Visit.objects.filter(user=actor.user, looked_at__gte=OuterRef("at"))
    at_list = looks.filter(client=OuterRef("goal__client"), page=PAGE)
    at_goal = looks.of_row(GOAL_PAGE, OuterRef("goal_id"))
    rows = Revision.objects.visible_to(actor).filter(author=F("goal__client__user"), at__gte=since)
    rows = rows.filter(~Exists(at_list), ~Exists(at_goal)).order_by("-at", "-pk")
    columns = ("goal__client", "goal__client__user__first_name", "at", "step", "base_version", "changed", "facts")
    return rows.values_list(*columns)[:MOST]


def _said(step: UUID | None, base: int, changed: Collection[str], facts: Mapping[str, Any]) -> str:
    """What one save did."""
    if step is not None:
        return STUCK if facts.get("status") == Step.Status.STUCK else CHANGED
    if base == 0:
        return ADDED
    if facts.get("lifecycle") == Goal.Lifecycle.COMPLETED:
        return FINISHED
    return REWORDED if "in_my_words" in changed else CHANGED


def newest_by_choice(choices: Iterable[NewsChoice]) -> dict[UUID, datetime]:
    """When the newest thing came that waits for the look of whoever chose; nothing for those whom nothing waits for."""
    found: dict[UUID, datetime] = {}
    of_clients = {choice.person_id: choice.pk for choice in choices if choice.of_client}
    for person, at in newest_for_clients(of_clients).items() if of_clients else ():
        found[of_clients[person]] = at
    staff = {choice.person_id: choice.pk for choice in choices if not choice.of_client}
    roles = Role.objects.open().filter(user__in=staff, kind=Role.Kind.SPECIALIST, user__is_active=True)
    for role in roles.select_related("user", "program") if staff else ():
        newest = newest_for_specialist(Actor(role.user, role))
        if newest is not None:
            found[staff[role.user_id]] = max(newest, found.get(staff[role.user_id], newest))
    return found


def last_news(choices: Iterable[UUID]) -> Iterator[tuple[News, Delivery | None]]:
    """The newest row of each choice, and its newest message."""
    newest = News.objects.filter(choice=OuterRef("choice")).order_by("-local_date").values("pk")[:1]
    rows = list(News.objects.filter(choice__in=list(choices), pk=Subquery(newest)))
    sent = {message.subject_id: message for message in deliveries_of(NEWS, [news.pk for news in rows])}
    return ((news, sent.get(news.pk)) for news in rows)


def wants_news(actor: Actor) -> bool:
    """Under the hat that is worn; off until chosen."""
    return NewsChoice.objects.wanted().filter(person=actor.user, hat=actor.hat).exists()


def hours_of(specialists: Iterable[UUID]) -> dict[UUID, list[ContactHours]]:
    """When these read what clients write."""
    found: dict[UUID, list[ContactHours]] = {}
    people = list(specialists)
    for span in ContactHours.objects.filter(specialist__in=people) if people else ():
        found.setdefault(span.specialist_id, []).append(span)
    return found


def newest_for_specialist(actor: Actor) -> datetime | None:
    """When the newest thing came that waits for this specialist's look; None if nothing does."""
    moments = [idea.answered_at for idea in answered_since(actor, now() - LATELY)]
    moments += [changes.at for changes in changes_for(actor)]
    moments += [unseen.newest.created_at for unseen in victories_unseen(actor)]
    return max((at for at in moments if at), default=None)


def newest_for_clients(people: Iterable[UUID]) -> dict[UUID, datetime]:
    """The same for clients (ids of people), by person: ideas and words back that they have not seen. Two queries."""
    found: dict[UUID, datetime] = {}
    for person, at in [*_ideas(list(people)), *_cheers(list(people))]:
        found[person] = max(at, found.get(person, at))
    return found


def _ideas(people: list[UUID]) -> Iterable[tuple[UUID, datetime]]:
    looks = Visit.objects.filter(client=OuterRef("client"), user=OuterRef("client__user"), page__in=[HOME, PAGE])
    unseen = ~Exists(looks.filter(looked_at__gte=OuterRef("offered_at")))
    rows = Suggestion.objects.open().filter(unseen, client__user__in=people, client__closed_at__isnull=True)
    return rows.values_list("client__user").annotate(newest=Max("offered_at"))


def _cheers(people: list[UUID]) -> Iterable[tuple[UUID, datetime]]:
    rows = Cheer.objects.standing().filter(victory__client__user__in=people, victory__put_away_at__isnull=True)
    rows = rows.filter(victory__client__closed_at__isnull=True)
    return rows.not_read().values_list("victory__client__user").annotate(newest=Max("at"))
