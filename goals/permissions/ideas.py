"""The only loaders of ideas."""

from datetime import datetime
from uuid import UUID

from django.db.models import Exists, OuterRef, QuerySet
from django.http import Http404

from accounts.models import Actor, Role
from clients.models import Client, Visit
from goals.models import Goal, Suggestion
from goals.models.ideas import SuggestionQuerySet
from goals.permissions.goals import PAGE
from peersupport.lib.composed import composed


def get_idea(actor: Actor, pk: UUID) -> Suggestion:
    found = Suggestion.objects.visible_to(actor).filter(pk=pk)
    idea = found.select_related("client__user", "client__program", "goal", "author").first()
    if idea is None:
        raise Http404
    return idea


def ideas_of(actor: Actor, client: Client) -> SuggestionQuerySet:
    """Of a client that was loaded for this reader, oldest first."""
    return _ideas(actor, client.pk)


def open_ideas_about(actor: Actor, goal: Goal) -> list[Suggestion]:
    """What waits for the client's answer, about a goal that was loaded for this reader."""
    ideas = _open_ideas(actor, goal.client_id, goal.pk)
    for idea in ideas:
        idea.goal = goal
    return ideas


@composed
def _open_ideas(actor: Actor, client: UUID, goal: UUID) -> SuggestionQuerySet:
    rows = _ideas(actor, client).open().filter(goal=goal)
    return rows.select_related(None).select_related("author")


def _ideas(actor: Actor, client: UUID) -> SuggestionQuerySet:
    if not actor.wears(Role.Kind.CLIENT, Role.Kind.SPECIALIST):
        return Suggestion.objects.none()
    rows = Suggestion.objects.filter(client=client).reaching(actor)
    return rows.select_related("author", "goal").order_by("offered_at", "pk")


def ideas_waiting(client: Client) -> list[Suggestion]:
    """For the client's own eyes: what waits for their answer."""
    return _waiting(client.pk)


@composed
def _waiting(client: UUID) -> QuerySet[Suggestion]:
    rows = Suggestion.objects.filter(client=client).open().select_related("author", "goal")
    return rows.order_by("offered_at", "pk")


def answered_since(actor: Actor, since: datetime | None = None) -> list[Suggestion]:
    """This specialist's ideas that were answered, and whose answer they have not seen on the client's goals page."""
    if not actor.wears(Role.Kind.SPECIALIST):
        return []
    return _answered(actor, since)


@composed
def _answered(actor: Actor, since: datetime | None) -> QuerySet[Suggestion]:
    seen = Visit.objects.filter(
        client=OuterRef("client"), user=actor.user, page=PAGE, looked_at__gte=OuterRef("answered_at")
    )
    rows = Suggestion.objects.visible_to(actor).filter(~Exists(seen), author=actor.user, answered_at__isnull=False)
    rows = rows.filter(answered_at__gte=since) if since else rows
    return rows.select_related("client__user").order_by("-answered_at", "-pk")[:50]
