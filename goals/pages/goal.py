"""One goal: read and written on one page."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import Actor, User
from accounts.signing_in import actor_of
from audit import actions as audit
from clients.actions import look_at
from clients.models import Client
from clients.pages import note_own
from clients.permissions import Helper, is_own, specialists_of, support_of
from goals.actions.writing import NotTheirs
from goals.forms.consent import WAYS
from goals.forms.goals import TOLD_VISIBILITIES, visibility_choices
from goals.models import Goal, Step, Victory
from goals.models.goals import Visibility
from goals.pages.comments import talk_of_goal
from goals.pages.live import OpenPage, drawn, live_page
from goals.pages.texts import News, TextView, goal_texts, new_since, rivals_of, step_text
from goals.permissions.consent import told_on_its_page
from goals.permissions.goals import steps_of
from goals.permissions.ideas import open_ideas_about
from goals.permissions.rights import may_hand_over, may_suggest, may_write_as_told, may_write_here
from goals.permissions.victories import victories_for
from goals.rules import may_become
from goals.trust import agreed_in_words, specialist_name, visibility_in_words, who_names, who_reads_goal
from peersupport.lib.ids import new_id
from peersupport.lib.refusals import Refusal, Stale, UsedForm
from peersupport.lib.when import day_in_words


@dataclass(frozen=True)
class Unsaved:
    """What a form held that was not saved, to stand on the page once more. `version`: what it was based on."""

    refusal: Refusal | None = None
    form: Any = None
    typed: dict[str, str] | None = None
    version: int | None = None


@dataclass(frozen=True)
class StepView:
    step: Step
    text: TextView
    who: str
    is_new: bool
    url: str

    @property
    def by_when(self) -> str:
        return _("by %(day)s") % {"day": day_in_words(self.step.by_when)} if self.step.by_when else ""

    @property
    def ask(self) -> str:
        changed = self.step.status == Step.Status.CHANGED_MY_MIND
        return _("Take it up again") if changed else _("How is it going?")

    @property
    def status(self) -> str:
        """Empty while nothing was done yet."""
        status = Step.Status(self.step.status)
        return "" if status == Step.Status.TO_DO else str(status.label)


def status_of(unsaved: Unsaved) -> int:
    if isinstance(unsaved.refusal, Stale | UsedForm):
        return 409
    if isinstance(unsaved.refusal, NotTheirs):
        return 403
    return 422 if unsaved.refusal is not None or unsaved.form is not None else 200


def both_stand() -> Stale:
    return Stale(_("Something else was saved in the same place meanwhile. Both texts are kept; please choose."))


def stays_as_it_is() -> Stale:
    return Stale(
        _("This was changed in another window meanwhile. Here it is as it stands now; choose again if you like.")
    )


def show_goal(
    request: HttpRequest,
    goal: Goal,
    unsaved: Unsaved | None = None,
    opened: OpenPage | None = None,
    *,
    undo: Sequence[Any] = (),
) -> HttpResponse:
    """`goal` is loaded with its words for this reader. `opened`: its page is there already, and asks what changed.

    `undo`: texts this person just wrote over.
    """
    actor, client, unsaved = actor_of(request), goal.client, unsaved or Unsaved()
    own, told = is_own(actor, client), may_write_as_told(actor, client)
    victories = victories_for(actor, goal)
    looked = note_look(actor, goal, also=[] if own else [victory.page for victory in victories])
    since = looked or (opened.since if opened else None)
    helpers = helpers_for(actor, goal)
    note_own(request, client, helpers)
    people = [client.user, actor.user, *(helper.person for helper in helpers)]
    _know(goal, people)
    context = {
        "client": client,
        "goal": goal,
        "own": own,
        "told": told,
        "victories": [(victory, _seen_by(victory, helpers) if own else "") for victory in victories],
        "undo": undo,
        "tried": request.POST,
        **_what_they_may(actor, goal, helpers, own=own, told=told),
        **_what_they_read(actor, goal, helpers, since),
        **_texts_and_steps(actor, goal, helpers, new_since(actor, goal, since), unsaved.typed or {}),
        **_to_save(goal, unsaved),
        "live": live_page(actor, goal),
        **drawn(goal, people, opened),
    }
    _let_boxes_save(context)
    return render(request, "goals/goal.html", context, status=status_of(unsaved))


def _what_they_may(actor: Actor, goal: Goal, helpers: list[Helper], *, own: bool, told: bool) -> dict[str, Any]:
    return {
        "may_hand_over": may_hand_over(actor, goal),
        "may_write": may_write_here(actor, goal.client),
        "may_choose": own or told,
        "may_suggest": may_suggest(actor, goal.client) and not told and goal.is_current,
        **(_choices(goal, helpers, own=own) if own or told else {}),
        **(ways() if told else {}),
    }


def _what_they_read(actor: Actor, goal: Goal, helpers: list[Helper], since: datetime | None) -> dict[str, Any]:
    own = is_own(actor, goal.client)
    ideas, said_yes = told_on_its_page(goal, since) if own else (open_ideas_about(actor, goal), [])
    return {
        "ideas": ideas,
        "said_yes": said_yes,
        "agreed": agreed_in_words(goal, own=own),
        "who_reads": reads_line(actor, goal, helpers),
    }


def _to_save(goal: Goal, unsaved: Unsaved) -> dict[str, Any]:
    return {
        "version": unsaved.version or goal.version,
        "row_version": goal.version,
        "op_id": new_id(),
        "refusal": unsaved.refusal,
        "form": unsaved.form,
    }


def _let_boxes_save(context: dict[str, Any]) -> None:
    """Not what is told: that is read back as a whole, and then saved."""
    for text in context["all_texts"]:
        text.saves_from = None if context["told"] else context["version"]


def _texts_and_steps(
    actor: Actor, goal: Goal, helpers: list[Helper], news: News, typed: dict[str, str]
) -> dict[str, Any]:
    client = goal.client
    new_steps = {step for step, _name in news}
    steps = steps_of([goal])[goal.pk]
    rivals = rivals_of(actor, [goal, *steps])
    texts = goal_texts(goal, actor, rivals=rivals, news=news, typed=typed)
    names = who_names(helpers, client_name=client.user.first_name, own=is_own(actor, client))
    here = reverse("goals:goal", args=[goal.pk])  # once: a look-up for each step would cost more than the steps
    views = [
        StepView(
            step,
            step_text(step, actor, client, rivals=rivals),
            names[step.who],
            step.pk in new_steps,
            f"{here}steps/{step.pk}/",
        )
        for step in steps
    ]
    return {
        "title": texts[0],
        "texts": texts[1:],
        "all_texts": texts,
        "not_theirs": [text for text in texts if text.typed and not text.writable],
        "unsaid": any(text.writable and not text.shown for text in texts[1:]),
        "opened": any(text.typed is not None and not text.shown for text in texts),
        "path": steps,
        "ahead": [view for view in views if not view.step.behind],
        "behind": [view for view in views if view.step.behind],
        **talk_of_goal(actor, goal, steps, helpers),
    }


def show_facts(request: HttpRequest, goal: Goal) -> HttpResponse:
    """For a supervisor without an open Opening: that there is a goal, and how it stands."""
    actor, client = actor_of(request), goal.client
    note_look(actor, goal, f"facts-goal:{goal.pk.hex}")
    counts: dict[str, int] = {}
    for status in Step.objects.filter(goal=goal).values_list("status", flat=True):
        counts[status] = counts.get(status, 0) + 1
    steps = [(status.label, counts[status]) for status in Step.Status if status in counts]
    line = reads_line(actor, goal, specialists_of(client))
    return render(request, "goals/facts.html", {"client": client, "goal": goal, "steps": steps, "who_reads": line})


def note_look(actor: Actor, goal: Goal, page: str = "", *, also: Iterable[str] = ()) -> datetime | None:
    """Before anything is shown: an event for someone else's look, and a visit. Says when they looked before.

    `also`: what else is shown there and has a visit of its own.
    """
    name = page or goal.page
    if not is_own(actor, goal.client):
        audit.record_read(name, by=actor, client_id=goal.client_id, subject=goal)
    return look_at(goal.client, [name, *also], by=actor)[name]


def helpers_for(actor: Actor, goal: Goal) -> list[Helper]:
    """Whose names a page of this goal needs."""
    whole = is_own(actor, goal.client) and goal.visibility == Visibility.SUPPORT
    return support_of(goal.client) if whole else specialists_of(goal.client)


def _know(goal: Goal, people: list[User]) -> None:
    """Whoever wrote in it and is at hand need not be looked up."""
    known = {person.pk: person for person in people}
    if goal.told_to_id in known:
        goal.told_to = known[goal.told_to_id]
    if goal.agreed_with_id in known:
        goal.agreed_with = known[goal.agreed_with_id]
    if goal.who_helps_by_id in known:
        goal.who_helps_by = known[goal.who_helps_by_id]


def reader_of(actor: Actor, client: Client) -> User | None:
    return None if is_own(actor, client) else actor.user


def reads_line(actor: Actor, goal: Goal, helpers: list[Helper]) -> str:
    name, reader = goal.client.user.first_name, reader_of(actor, goal.client)
    return who_reads_goal(goal.visibility, helpers, client_name=name, reader=reader)


def _choices(goal: Goal, helpers: list[Helper], *, own: bool) -> dict[str, Any]:
    """What the client can do with the goal as a whole."""
    choices = visibility_choices(specialist_name(helpers)) if own else TOLD_VISIBILITIES
    others = [choice for choice in choices if choice[0] != goal.visibility]
    return {
        "seen_by": _seen_by(goal, helpers) if own else dict(TOLD_VISIBILITIES).get(goal.visibility, ""),
        "visibilities": others,
        "lives": [(life, label) for life, label in _lives(goal, own=own) if may_become(goal.lifecycle, life)],
        "dimensions": Goal.Dimension,
        "achievements": Goal.Achievement,
    }


def _seen_by(shared: Goal | Victory, helpers: list[Helper]) -> str:
    return visibility_in_words(shared.visibility, specialist_name(helpers))


def ways() -> dict[str, Any]:
    """How something can be said that staff write down as told."""
    return {"ways": WAYS, "keepers": Goal.KeptBy.choices}


def _lives(goal: Goal, *, own: bool) -> list[tuple[str, str]]:
    """What the buttons say, in their order."""
    life = Goal.Lifecycle
    on = {
        life.PROPOSED: _("Yes, this is mine"),
        life.ON_HOLD: _("Go on with it"),
    }.get(life(goal.lifecycle), _("Bring it back"))
    mistake = _("I did not say this") if own else _("It was written down by mistake")
    told = [(life.ENTERED_IN_ERROR.value, mistake)] if goal.told_to_id or goal.agreed_with_id else []
    return [
        (life.ACTIVE.value, on),
        (life.ON_HOLD.value, _("Pause it")),
        (life.COMPLETED.value, _("It is finished")),
        (life.CANCELLED.value, _("Set it aside")),
        (life.REJECTED.value, _("This is not mine")),
        *told,
    ]
