"""Steps of a goal: shared, so that both people's pens write every field."""

from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils.translation import gettext_lazy as _

from accounts.models import Actor, User
from audit import actions as audit
from goals.actions.writing import Marks, Sent, keep_revision, made_before, refuse_strange_fields, write
from goals.models import Goal, Revision, Step
from goals.permissions.goals import get_step, hold_goal
from goals.permissions.rights import step_fields
from goals.rules import Merged
from peersupport.lib.ids import new_id
from peersupport.lib.refusals import Refusal
from peersupport.lib.sealed import seal


@transaction.atomic
def add_step(goal: Goal, sent: Sent, *, said_by: User | None = None, by: Actor) -> Step:
    """At the end of the path. `sent.base` is 0; the same form sent again gives the step it made.

    `said_by`: whose words they are, if not those of whoever sends the form.
    """
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
                what_by=said_by or by.user,
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
        return {"what_by": goal.client.user if sent.told else by.user} if "what" in applied else {}

    revision = write(step, sent, allowed=step_fields(by, goal.client), columns=columns, by=by)
    if revision.version == step.version + 1:  # and not one that this form made before
        audit.record("step.changed", by=by, client_id=goal.client_id, subject=step)
    return revision


def _refuse_nothing(what: str) -> None:
    if not what.strip():
        raise Refusal(_("Say in a few words what this step is."), field="what")
