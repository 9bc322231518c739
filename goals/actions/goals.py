"""What changes a goal. The client's own save is its own agreement; staff write what is shared, or what was told."""

from dataclasses import replace
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import Actor
from audit import actions as audit
from clients.models import Client
from clients.permissions import is_own
from goals.actions.writing import (
    Marks,
    Sent,
    changed_since,
    keep_revision,
    made_before,
    refuse_strange_fields,
    refuse_the_future,
    set_columns,
    text_columns,
    write,
)
from goals.models import Goal, Revision, Step, Suggestion
from goals.models.goals import GOAL_TEXTS, Visibility
from goals.models.ideas import PLACES
from goals.permissions.goals import get_step, hold_goal
from goals.permissions.rights import may_write_down, step_fields, writable
from goals.rules import BESIDE, BOTH, Merged, may_become, settle, stands_beside
from peersupport.lib.clock import now
from peersupport.lib.ids import new_id
from peersupport.lib.refusals import Refusal, Stale
from peersupport.lib.sealed import seal

_CREATE = frozenset((*GOAL_TEXTS, "dimension", "visibility"))


@transaction.atomic
def add_goal(client: Client, sent: Sent, *, agreed: bool = True, by: Actor) -> Goal:
    """A new goal, agreed by the one whose words it holds. The same form sent again gives the goal it made.

    `sent.base` is 0. `sent.told`: a specialist writes it down as the client said it. Not `agreed`: the client reads it
    first, on the specialist's screen, and says yes there or not.
    """
    digest = sent.fingerprint(client.pk)
    before = made_before(sent.op_id, digest, by=by)
    if before is not None:
        return before.goal
    _refuse_goal(client, sent, by=by)
    if not agreed:
        _refuse_a_third(client, by=by)
    try:
        with transaction.atomic():
            goal = Goal.objects.create(**_new_columns(client, sent, agreed=agreed, by=by))
            merged = Merged(apply={name: value for name, value in sent.fields.items() if value})
            merged.apply["lifecycle"] = goal.lifecycle
            keep_revision(goal, sent, merged, digest, Marks(version=1), by=by)
    except (IntegrityError, Refusal):  # the same form at the same moment: the other one was first
        again = made_before(sent.op_id, digest, by=by)
        if again is None:
            raise
        return again.goal
    audit.record("goal.told" if sent.told else "goal.added", by=by, client_id=client.pk, subject=goal)
    return goal


@transaction.atomic
def change_goal(goal: Goal, sent: Sent, *, answering: bool = False, by: Actor) -> Revision:
    """Dirty fields of a goal. What someone else wrote into the same field meanwhile is never lost, nor is this.

    `answering`: the client says yes or no to what is offered to them.
    """
    goal = hold_goal(by, goal.pk)
    if "in_my_words" in sent.fields and not sent.fields["in_my_words"].strip():
        raise Refusal(_("A goal needs a few words. You can set it aside instead."), field="in_my_words")

    def columns(applied: dict[str, Any]) -> dict[str, Any]:
        return _consequences(goal, applied, sent, by=by, author=sent.said_by)

    allowed = writable(by, goal.client, told=sent.told, answering=answering)
    revision = write(goal, sent, allowed=allowed, columns=columns, by=by)
    if revision.version == goal.version + 1:  # and not one that this form made before
        _leave_places(goal, revision)
        audit.record("goal.changed", by=by, client_id=goal.client_id, subject=goal)
    return revision


@transaction.atomic
def settle_texts(
    goal: Goal, name: str, rival: UUID, keep: str, *, step: UUID | None = None, sent: Sent, by: Actor
) -> Revision | None:
    """Two texts stand in one field: one of them stays, or both. None if somebody settled it before.

    `keep`: FIELD (what the field holds), BESIDE (the text of the revision `rival`) or BOTH. `sent` has no fields.
    """
    goal = hold_goal(by, goal.pk)
    row: Goal | Step = get_step(goal, step) if step else goal
    digest = sent.fingerprint(row.pk, name, str(rival), keep)
    before = made_before(sent.op_id, digest, by=by)
    if before is not None:
        return before
    allowed = step_fields(by, goal.client) if step else writable(by, goal.client, told=sent.told)
    refuse_strange_fields([name], allowed)
    refuse_the_future(row, sent.base)
    typed_on = bool(row.beside.get(name)) and Revision.objects.filter(continues=rival).exists()
    stands = stands_beside(row.beside, name, rival.hex)
    other = Revision.objects.reaching(by).select_related("author", "said_by").filter(pk=rival).first()
    if other is None or not (stands or typed_on):  # nobody chooses a text that they cannot read
        return None
    if not stands or (keep != BOTH and name in changed_since(row, sent.base)):
        raise Stale(_("This text changed once more. Here it is as it stands now; please choose again."), stands=row)
    merged = Merged(apply={name: getattr(other, name)} if keep == BESIDE else {})
    columns = text_columns(row, merged.apply, other.language_of)
    if merged.apply:
        author = other.voice(goal.client)
        sent = replace(sent, said_by=author, language=other.language_of(name))
        columns |= (
            {"what_by": author}
            if isinstance(row, Step)
            else _consequences(goal, merged.apply, sent, by=by, author=author)
        )
    set_columns(row, **columns, beside=settle(row.beside, name, rival.hex, keep))
    marks = Marks({"kept": keep, "field": name}, settles=other, version=row.version + 1)
    revision = keep_revision(row, sent, merged, digest, marks, by=by)
    audit.record("texts.settled", by=by, client_id=goal.client_id, subject=row)
    return revision


def _new_columns(client: Client, sent: Sent, *, agreed: bool, by: Actor) -> dict[str, Any]:
    pk, at = new_id(), now()
    texts = {name: value for name, value in sent.fields.items() if name in GOAL_TEXTS and value}
    return {
        "pk": pk,
        "client": client,
        "author": by.user,
        "told_to": by.user if sent.told and not (agreed and sent.way.own_hand) else None,
        "created_at": at,
        "changed_at": at,
        "who_helps_by": client.user if "who_helps" in texts else None,
        "languages": {name: sent.language_of(name) for name in texts},
        "dimension": sent.fields.get("dimension", ""),
        "visibility": sent.fields["visibility"],
        "lifecycle": Goal.Lifecycle.ACTIVE if agreed else Goal.Lifecycle.PROPOSED,
        **(_agreement(sent, 1, by=by) if agreed else {}),
        **seal(Goal, pk, **texts),
    }


def _agreement(sent: Sent, wording: int, *, by: Actor) -> dict[str, Any]:
    """To this wording, now; with who was there, unless it is the client's own sign-in."""
    way, spoken = sent.way, sent.told and sent.way.how == Goal.AgreedHow.SPOKEN
    return {
        "agreed_version": wording,
        "agreed_at": now(),
        "agreed_how": way.how if sent.told else Goal.AgreedHow.OWN,
        "agreed_with": by.user if sent.told else None,
        "agreed_through": way.through if spoken else "",
        "agreed_interpreter": sent.told and way.interpreter,
        "agreed_on": way.on if sent.told else None,
        "agreed_kept_by": way.kept_by if sent.told else "",
    }


def _refuse_a_third(client: Client, *, by: Actor) -> None:
    """What is written down without a yes waits for one, as ideas do: not more than two that this hat knows of."""
    waiting = Goal.objects.filter(client=client, lifecycle=Goal.Lifecycle.PROPOSED).reaching(by)
    if waiting.count() >= len(PLACES):
        raise Refusal(
            _("Two goals wait for %(name)s’s yes already. Ask about those first.") % {"name": client.user.first_name}
        )


def _refuse_goal(client: Client, sent: Sent, *, by: Actor) -> None:
    own = is_own(by, client)
    if not (own or (sent.told and may_write_down(by, client))):
        raise Refusal(_("Only they can add a goal. You can offer one as an idea."))
    refuse_strange_fields(sent.fields, _CREATE)
    if not sent.fields.get("in_my_words", "").strip():
        raise Refusal(_("A goal needs a few words. Write it the way you would say it."), field="in_my_words")
    if not own and sent.fields["visibility"] == Visibility.JUST_ME:
        raise Refusal(_("You know of this goal, so it cannot be for them alone."), field="visibility")


def _consequences(goal: Goal, applied: dict[str, Any], sent: Sent, *, by: Actor, author: Any = None) -> dict[str, Any]:
    """What else moves with these fields, in the same UPDATE."""
    columns: dict[str, Any] = {}
    told = sent.told
    if "who_helps" in applied:
        columns["who_helps_by"] = author or (goal.client.user if told else by.user)
    life = applied.get("lifecycle")
    if life is not None and not may_become(goal.lifecycle, life):
        raise Stale(_("This goal is in another state meanwhile. Here it is as it stands now."), stands=goal)
    if told and applied.get("visibility") == Visibility.JUST_ME:
        raise Refusal(_("You know of this goal, so it cannot be for them alone."), field="visibility")
    _refuse_unseen_words(goal, applied, sent)
    wording = goal.wording_version
    if "in_my_words" in applied:
        wording = columns["wording_version"] = goal.version + 1
        columns["told_to"] = by.user if told and not sent.way.own_hand else None
    if "in_my_words" in applied or life in Goal.MUST_BE_AGREED:
        columns |= _agreement(sent, wording, by=by)
    return columns


def _refuse_unseen_words(goal: Goal, applied: dict[str, Any], sent: Sent) -> None:
    """The first yes is to the words that stood on the page it was said on, or to words that come with it."""
    if goal.lifecycle != Goal.Lifecycle.PROPOSED or applied.get("lifecycle") != Goal.Lifecycle.ACTIVE:
        return
    if "in_my_words" not in applied and "in_my_words" in changed_since(goal, sent.base):
        raise Stale(_("This text changed once more. Here it is as it stands now; please choose again."), stands=goal)


def _leave_places(goal: Goal, revision: Revision) -> None:
    """Ideas on a goal that staff no longer see do not wait in one of the two places; the client still finds them."""
    hidden = {revision.facts.get("visibility"), revision.facts.get("lifecycle")}
    if revision.changed and hidden & {Visibility.JUST_ME, Goal.Lifecycle.ENTERED_IN_ERROR}:
        off = Suggestion.State.NOT_NOW
        Suggestion.objects.open().filter(goal=goal).update(state=off, place=None, answered_at=now())
