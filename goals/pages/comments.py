"""What was said on a goal and its steps, as one reader sees it, and noting that they saw it."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from accounts.models import Actor
from clients.actions import AWAY_AFTER, look_at
from clients.permissions import Helper, is_own
from goals.forms.comments import OF_CLIENT, TO_CLIENT
from goals.models import Comment, Goal, Step
from goals.permissions.comments import newest_comments, taken_back_among
from goals.permissions.rights import is_private, may_write_here
from goals.trust import specialist_name
from peersupport.lib.clock import now
from peersupport.lib.ids import new_id

NEWEST = 3  # on the page of a goal and of a step; all of them have a page of their own


@dataclass(frozen=True)
class CommentView:
    comment: Comment
    by_reader: bool
    own_voice: bool
    is_new: bool
    about: Step | None

    @property
    def text(self) -> str:
        return self.comment.text

    @property
    def language(self) -> str:
        return self.comment.language


def talk_of_goal(actor: Actor, goal: Goal, steps: list[Step], helpers: list[Helper]) -> dict[str, Any]:
    """What a page of this goal needs to show the newest, and to take new ones."""
    newest = newest_comments(actor, goal, NEWEST + 1)
    return {**_talk(actor, goal, newest, {step.pk: step for step in steps}), **write_to(actor, goal, helpers)}


def talk_about_step(actor: Actor, goal: Goal, step: Step, helpers: list[Helper]) -> dict[str, Any]:
    newest = newest_comments(actor, goal, NEWEST + 1, step=step.pk)
    return {**_talk(actor, goal, newest, {}), **write_to(actor, goal, helpers), "about": step}


def _talk(actor: Actor, goal: Goal, newest: list[Comment], steps: dict[UUID, Step]) -> dict[str, Any]:
    """In the order in which they were said."""
    shown = views_of(actor, goal, newest[:NEWEST], steps)
    return {"comments": shown[::-1], "more_comments": len(newest) > NEWEST}


def write_to(actor: Actor, goal: Goal, helpers: list[Helper]) -> dict[str, Any]:
    own = is_own(actor, goal.client)
    return {
        "may_say": may_write_here(actor, goal.client),
        "to_myself": is_private(goal),
        "talk_with": _reader_of(goal, helpers) if own else goal.client.user.first_name,
        "cheers": cheers_for(actor, goal).items(),
        "comment_op_id": new_id(),
    }


def _reader_of(goal: Goal, helpers: list[Helper]) -> str:
    """Whom the client's words reach here, by name; "" for nobody."""
    return "" if is_private(goal) else specialist_name(helpers)


def cheers_for(actor: Actor, goal: Goal) -> dict[str, Any]:
    return OF_CLIENT if is_own(actor, goal.client) else TO_CLIENT


def views_of(actor: Actor, goal: Goal, comments: list[Comment], steps: dict[UUID, Step]) -> list[CommentView]:
    """Comments that were loaded for this reader. Before they are shown it is noted that they are."""
    said = set(_note_shown(actor, goal, comments))
    lately = now() - AWAY_AFTER
    found = []
    for comment in comments:
        if comment.pk in said:
            mine = comment.author_id == actor.person_id
            is_new = not mine and (comment.first_shown is None or comment.first_shown > lately)
            about = steps.get(comment.step_id) if comment.step_id else None
            voice = comment.author_id == goal.client.user_id
            found.append(CommentView(comment, mine, voice, is_new and not comment.taken_back, about))
    return found


def _note_shown(actor: Actor, goal: Goal, comments: list[Comment]) -> Iterable[UUID]:
    """Which of them are there once that is noted: one may be taken back while it is being read."""
    unread = [one for one in comments if one.author_id != actor.person_id and one.first_shown is None]
    unread = [one for one in unread if not one.taken_back]
    if not unread:
        return [one.pk for one in comments]
    look_at(goal.client, [one.page for one in unread], by=actor)
    gone = taken_back_among(unread)
    return [one.pk for one in comments if one.pk not in gone]
