"""A goal that is open in a browser: as little as tells whether its page changed."""

from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404

from accounts.models import Actor, Role
from goals.models import Goal
from peersupport.lib.composed import composed


def page_version_of(actor: Actor, pk: UUID) -> int:
    """For the two pens: the client and the specialists who see the goal. Asked anew each time."""
    for version in _page_version(actor, pk):
        if not actor.wears(Role.Kind.CLIENT, Role.Kind.SPECIALIST):
            raise PermissionDenied
        return version
    raise Http404


@composed
def _page_version(actor: Actor, pk: UUID) -> "QuerySet[Goal, int]":
    return Goal.objects.visible_to(actor).filter(pk=pk).values_list("page_version", flat=True)
