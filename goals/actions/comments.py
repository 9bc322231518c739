"""Saying a few words on a goal or a step, cheering, and taking it back."""

from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import Actor
from audit import actions as audit
from goals.actions.writing import used_form
from goals.models import Comment, CommentTakenBack, Goal
from goals.permissions.comments import may_take_back
from goals.permissions.goals import get_step, hold_goal
from goals.permissions.rights import may_write_here
from peersupport.lib.ids import new_id
from peersupport.lib.refusals import Refusal, UsedForm
from peersupport.lib.sealed import fingerprint, seal


@transaction.atomic
def say(
    goal: Goal, kind: Comment.Kind, text: str, *, step: UUID | None = None, op_id: UUID, language: str, by: Actor
) -> Comment:
    """On a goal, or on one of its steps. The same form sent again gives what it made."""
    goal = hold_goal(by, goal.pk)
    digest = fingerprint(str(goal.pk), str(step or ""), kind, text)
    before = _said_before(op_id, digest, by=by)
    if before is not None:
        return before
    if not may_write_here(by, goal.client):
        raise Refusal(_("Only they and whoever walks with them write here."))
    if not text.strip():
        raise Refusal(_("There is nothing here yet. Write as much or as little as you like."), field="text")
    pk = new_id()
    comment = Comment.objects.create(
        pk=pk,
        client=goal.client,
        goal=goal,
        step=get_step(goal, step) if step else None,
        author=by.user,
        op_id=op_id,
        op_fingerprint=digest,
        kind=kind,
        language=language,
        visibility=goal.visibility,
        **seal(Comment, pk, text=text),
    )
    Goal.objects.filter(pk=goal.pk).stir()
    audit.record("comment.said", by=by, client_id=goal.client_id, subject=comment)
    return comment


@transaction.atomic
def take_back(comment: Comment, *, by: Actor) -> CommentTakenBack:
    """Unread: as if never said. Read: the other sees that it was taken back. Twice is harmless."""
    if not may_take_back(by, comment):
        raise Refusal(_("Only whoever said this can take it back."))
    if comment.goal_id:
        hold_goal(by, comment.goal_id)
    row, made = CommentTakenBack.objects.get_or_create(comment=comment)
    if made:
        if comment.goal_id:
            Goal.objects.filter(pk=comment.goal_id).stir()
        audit.record("comment.taken_back", by=by, client_id=comment.client_id, subject=comment)
    return row


def _said_before(op_id: UUID, digest: str, *, by: Actor) -> Comment | None:
    """What this very form made. Refuses one that was sent with other words, or is someone else's."""
    found = list(Comment.objects.filter(op_id=op_id))
    mine = next((comment for comment in found if comment.author_id == by.person_id), None)
    if mine is not None and mine.op_fingerprint == digest:
        return mine
    if mine is not None:
        raise used_form()
    if found:
        raise UsedForm(_("This form belongs to someone else, so nothing was saved. What you typed is still here."))
    return None
