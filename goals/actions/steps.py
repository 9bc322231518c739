"""Steps of a goal: shared, so that both people's pens write every field."""

from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils.translation import gettext_lazy as _

from accounts.models import Actor
from audit import actions as audit
from goals.actions.writing import Marks, Sent, keep_revision, made_before, refuse_strange_fields, write
from goals.models import Goal, Revision, Step
from goals.models.goals import STEP_FACTS
from goals.permissions.goals import get_step, hold_goal
from goals.permissions.rights import step_fields
from goals.rules import EARLIER, Merged
from peersupport.lib.ids import new_id
from peersupport.lib.refusals import Refusal
from peersupport.lib.sealed import seal


@transaction.atomic
def add_step(goal: Goal, sent: Sent, *, by: Actor) -> Step:
    """At the end of the path. `sent.base` is 0; the same form sent again gives the step it made."""
    goal = hold_goal(by, goal.pk)
    digest = sent.fingerprint(goal.pk, "step")
    before = made_before(sent.op_id, digest, by=by)
    if before is not None and before.step is not None:
        return before.step
    refuse_strange_fields(sent.fields, step_fields(by, goal.client))
    what = str(sent.fields.get("what", ""))
    _refuse_nothing(what)
    pk = new_id()
    fields: dict[str, Any] = {"who": Step.Who.ME, "by_when": None, **sent.fields}
    last = Step.objects.filter(goal=goal).aggregate(last=Max("position"))["last"] or 0
    try:
        with transaction.atomic():
            step = Step.objects.create(
                pk=pk,
                goal=goal,
                position=last + 1,
                what_by=sent.said_by or by.user,
                who=fields["who"],
                by_when=fields["by_when"],
                languages={"what": sent.language_of("what")},
                **seal(Step, pk, what=what),
            )
            merged = Merged(apply={name: value for name, value in fields.items() if value})
            merged.apply["status"] = step.status
            keep_revision(step, sent, merged, digest, Marks(version=1), by=by)
            Goal.objects.filter(pk=goal.pk).stir()
    except IntegrityError as error:
        raise Refusal(_("This changed just now. What you typed is still here; please save once more.")) from error
    audit.record("step.added", by=by, client_id=goal.client_id, subject=step)
    return step


@transaction.atomic
def change_step(step: Step, sent: Sent, *, by: Actor) -> Revision:
    """Dirty fields of a step."""
    goal = hold_goal(by, step.goal_id)
    step = get_step(goal, step.pk)
    if "what" in sent.fields:
        _refuse_nothing(str(sent.fields["what"]))

    def columns(applied: dict[str, Any]) -> dict[str, Any]:
        author = sent.said_by or (goal.client.user if sent.told else by.user)
        return {"what_by": author} if "what" in applied else {}

    revision = write(step, sent, allowed=step_fields(by, goal.client), columns=columns, by=by)
    if revision.version == step.version + 1:  # and not one that this form made before
        audit.record("step.changed", by=by, client_id=goal.client_id, subject=step)
    return revision


@transaction.atomic
def move_step(step: Step, way: str, sent: Sent, *, by: Actor) -> Revision | None:
    """One place towards the beginning or the end of the path, past the next one of its kind: those ahead among
    themselves, those behind among themselves. None where it stands first or last already.

    `way`: EARLIER or LATER. `sent` has no fields; the same form sent again moves nothing more. From two windows at once
    each move counts from how the steps stand by then, under the lock of the goal's row.
    """
    goal = hold_goal(by, step.goal_id)
    step = get_step(goal, step.pk)
    digest = sent.fingerprint(step.pk, way)
    before = made_before(sent.op_id, digest, by=by)
    if before is not None:
        return before
    refuse_strange_fields(STEP_FACTS, step_fields(by, goal.client))
    others = Step.objects.filter(goal=goal).like(step)
    if way == EARLIER:
        beside = others.filter(position__lt=step.position).order_by("-position").first()
    else:
        beside = others.filter(position__gt=step.position).order_by("position").first()
    if beside is None:
        return None
    for pk, position in ((step.pk, 0), (beside.pk, step.position), (step.pk, beside.position)):
        Step.objects.filter(pk=pk).update(position=position)
    revision = keep_revision(step, sent, Merged(), digest, Marks({"moved": way}), by=by)
    Goal.objects.filter(pk=goal.pk).stir()
    audit.record("step.moved", by=by, client_id=goal.client_id, subject=step)
    return revision


def _refuse_nothing(what: str) -> None:
    if not what.strip():
        raise Refusal(_("Say in a few words what this step is."), field="what")
