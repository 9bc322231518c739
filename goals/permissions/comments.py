"""The only loaders of comments and cheers."""

from uuid import UUID

from django.http import Http404

from accounts.models import Actor
from clients.permissions import may_read_words
from goals.models import Comment, CommentTakenBack, Goal
from goals.models.comments import CommentQuerySet
from goals.permissions.rights import may_write_here
from peersupport.lib.composed import composed


def comments_on(actor: Actor, goal: Goal) -> CommentQuerySet:
    """On a goal that was loaded with its words for this reader, and on its steps."""
    return _comments(actor, goal.pk, None)


def newest_comments(actor: Actor, goal: Goal, most: int, *, step: UUID | None = None) -> list[Comment]:
    """The same, or only those on one of its steps; newest first."""
    return _newest(actor, goal.pk, step, most)


@composed
def _newest(actor: Actor, goal: UUID, step: UUID | None, most: int) -> CommentQuerySet:
    return _comments(actor, goal, step).order_by("-at", "-pk")[:most]


def _comments(actor: Actor, goal: UUID, step: UUID | None) -> CommentQuerySet:
    rows = Comment.objects.filter(goal=goal).reaching(actor).still_there()
    rows = rows.filter(step=step) if step else rows
    return rows.with_looks(actor).select_related("author", "taken_back_row")


def taken_back_among(comments: list[Comment]) -> set[UUID]:
    """Once more, after it was noted that these are shown: which of them were taken back meanwhile."""
    return set(CommentTakenBack.objects.filter(comment__in=comments).values_list("comment", flat=True))


def get_comment(actor: Actor, pk: UUID) -> Comment:
    """For whoever may read its words."""
    comment = Comment.objects.visible_to(actor).filter(pk=pk).select_related("client__user", "goal", "step").first()
    if comment is None or not may_read_words(actor, comment.client, comment.goal_id):
        raise Http404
    return comment


def may_take_back(actor: Actor, comment: Comment) -> bool:
    return comment.author_id == actor.person_id and may_write_here(actor, comment.client)
