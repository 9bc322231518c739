"""A specialist suggests; the client says yes, says it their way, puts it off, or says no thanks."""

from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import Actor
from audit import actions as audit
from clients.models import Client
from goals.actions.goals import add_goal, change_goal
from goals.actions.steps import add_step
from goals.actions.writing import Sent, used_form
from goals.models import Goal, Revision, Step, Suggestion
from goals.models.goals import OWN_WORDS, Visibility
from goals.models.ideas import PLACES
from goals.permissions.goals import hold_goal
from goals.permissions.ideas import get_idea
from goals.permissions.rights import may_answer, may_suggest
from goals.rules import Way, as_text
from peersupport.lib.clock import now
from peersupport.lib.ids import new_id
from peersupport.lib.refusals import Refusal, Stale
from peersupport.lib.sealed import fingerprint, seal

_WAITS = {"state": Suggestion.State.OPEN, "answered_at": None, "answered_how": "", "answered_with": None}
OFFERED_AGAIN_AFTER = timedelta(days=30)
State, Kind = Suggestion.State, Suggestion.Kind


@dataclass(frozen=True)
class Idea:
    """What a specialist suggests. `about`: "goal", "step", or the own-words field of a goal it has other words for."""

    about: str
    text: str
    who: str = ""
    by_when: date | None = None
    language: str = "en"

    @property
    def kind(self) -> Suggestion.Kind:
        return Kind.WORDING if self.about in OWN_WORDS else Kind(self.about)

    def fingerprint(self, client: Client, goal: Goal | None) -> str:
        where = str(goal.pk) if goal else str(client.pk)
        return fingerprint(where, self.about, self.text, self.who, as_text(self.by_when))


@transaction.atomic
def suggest(client: Client, idea: Idea, *, goal: Goal | None = None, op_id: UUID, by: Actor) -> Suggestion:
    """Waits in one of the client's two places for ideas. The same form sent again gives the idea it made."""
    digest = idea.fingerprint(client, goal)
    before = Suggestion.objects.filter(op_id=op_id, author=by.user).first()
    if before is not None:
        if before.op_fingerprint != digest:
            raise used_form()
        return before
    _refuse_idea(client, idea, goal, op_id, by=by)
    if goal is not None:
        goal = hold_goal(by, goal.pk)
        if not goal.is_current:
            raise Refusal(_("This goal is put away, so nothing new is offered for it."))
    pk = new_id()
    columns = {
        "client": client,
        "goal": goal,
        "author": by.user,
        "op_id": op_id,
        "op_fingerprint": digest,
        "kind": idea.kind,
        "field": idea.about if idea.kind == Kind.WORDING else "",
        "language": idea.language,
        **({"who": idea.who or Step.Who.ME, "by_when": idea.by_when} if idea.kind == Kind.STEP else {}),
        **seal(Suggestion, pk, text=idea.text),
    }
    for place in PLACES:
        made = _take_place(pk, place, columns)
        if made is not None:
            stir_goal_of(made)
            audit.record("idea.offered", by=by, client_id=client.pk, subject=made)
            return made
    again = Suggestion.objects.filter(op_id=op_id, author=by.user, op_fingerprint=digest).first()
    if again is None:
        raise no_place(client)
    return again


@transaction.atomic
def offer_again(idea: Suggestion, *, by: Actor) -> Suggestion:
    """An idea that was put off, once 30 days have gone by. Twice is harmless."""
    if idea.goal_id:
        hold_goal(by, idea.goal_id)  # it may just be taken out of sight
    idea = get_idea(by, idea.pk)
    if idea.state == State.OPEN:
        return idea
    if not may_suggest(by, idea.client) or idea.state != State.NOT_NOW or not may_be_offered_again(idea):
        raise Refusal(_("This idea was answered. It can be offered again 30 days after “not now”."))
    for place in PLACES:
        try:
            with transaction.atomic():
                rows = Suggestion.objects.put_off().filter(pk=idea.pk)
                moved = rows.update(**_WAITS, place=place, offered_at=now())
        except IntegrityError:
            continue
        if moved:
            stir_goal_of(idea)
            audit.record("idea.offered_again", by=by, client_id=idea.client_id, subject=idea)
        return get_idea(by, idea.pk)
    raise no_place(idea.client)


def may_be_offered_again(idea: Suggestion) -> bool:
    return idea.answered_at is not None and idea.answered_at + OFFERED_AGAIN_AFTER <= now()


@transaction.atomic
def put_off(idea: Suggestion, *, way: Way | None = None, by: Actor) -> Suggestion:
    """Not now: it leaves its place, and the client may take it up at any time.

    `way`: how it was said in the presence of `by`; None if it is the client's own sign-in.
    """
    return _answer(idea, State.NOT_NOW, {State.OPEN}, way, by=by)


@transaction.atomic
def decline(idea: Suggestion, *, way: Way | None = None, by: Actor) -> Suggestion:
    """No thanks, for good."""
    return _answer(idea, State.NO_THANKS, {State.OPEN, State.NOT_NOW}, way, by=by)


@transaction.atomic
def take(idea: Suggestion, sent: Sent, *, by: Actor) -> Suggestion:
    """The idea becomes the client's own: as it is (`sent.fields` is empty), or the way the client says it.

    `sent.base`: the version of the goal that the page showed, if the idea is about one.
    """
    if idea.goal_id:
        hold_goal(by, idea.goal_id)  # the goal first, then the idea: the same order as everywhere
    _refuse_others(idea, told=sent.told, by=by)
    reworded = bool(sent.fields)
    rows = Suggestion.objects.filter(pk=idea.pk, state__in=[State.OPEN, State.NOT_NOW])
    state = State.REWORDED if reworded else State.TAKEN
    if not rows.update(state=state, place=None, **_answered_by(sent.way if sent.told else None, by=by)):
        if reworded and Revision.objects.filter(op_id=sent.op_id, author=by.user).exists():
            _make(idea, sent, by=by)  # the same form once more gives what it made; with other words it is refused
        elif reworded:
            raise _answered(get_idea(by, idea.pk))
        return _answered_before(idea, state, by=by)
    made = _make(idea, sent, by=by)
    if made is not None:
        Suggestion.objects.filter(pk=idea.pk).update(made_goal=made)
    stir_goal_of(idea)
    audit.record("idea.taken", by=by, client_id=idea.client_id, subject=idea)
    return get_idea(by, idea.pk)


def _make(idea: Suggestion, sent: Sent, *, by: Actor) -> Goal | None:
    if not sent.fields:
        sent = replace(sent, language=idea.language)
    if idea.kind == Kind.GOAL:
        fields = {"in_my_words": idea.text, "visibility": Visibility.SPECIALIST, **sent.fields}
        return add_goal(idea.client, replace(sent, fields=fields, base=0), by=by)
    assert idea.goal is not None
    if idea.kind == Kind.STEP:
        fields = {"what": idea.text, "who": idea.who or Step.Who.ME, "by_when": idea.by_when, **sent.fields}
        said_by = (idea.client.user if sent.told else None) if sent.fields else idea.author
        add_step(idea.goal, replace(sent, fields=fields, base=0, said_by=said_by), by=by)
        return None
    text = sent.fields.get(idea.field, idea.text)
    change_goal(idea.goal, replace(sent, fields={idea.field: text}), answering=True, by=by)
    return None


def stir_goal_of(idea: Suggestion) -> None:
    """The idea stands on its goal's page, if it is about one."""
    if idea.goal_id:
        Goal.objects.filter(pk=idea.goal_id).stir()


def no_place(client: Client) -> Refusal:
    return Refusal(
        _("Two ideas wait for %(name)s already. Give them time: there is room again once one is answered.")
        % {"name": client.user.first_name}
    )


def _take_place(pk: UUID, place: int, columns: dict[str, Any]) -> Suggestion | None:
    """None if the place is taken; the constraint of the table says so, at any number of tries at once."""
    try:
        with transaction.atomic():
            return Suggestion.objects.create(pk=pk, place=place, **columns)
    except IntegrityError:
        return None


def _refuse_idea(client: Client, idea: Idea, goal: Goal | None, op_id: UUID, *, by: Actor) -> None:
    name = {"name": client.user.first_name}
    if not may_suggest(by, client):
        raise Refusal(_("Ideas come from the specialist who walks with them."))
    if not client.user.can_sign_in:
        raise Refusal(_("%(name)s has no sign-in here. Talk it over, then write down what they say.") % name)
    if not idea.text.strip():
        raise Refusal(_("There is nothing here yet. Say your idea in a few words."), field="text")
    if (idea.kind == Kind.GOAL) != (goal is None):
        raise Refusal(_("Please choose what your idea is about."), field="about")
    # The same form sent at the same moment may have just made it: that one is given back, not refused.
    same = Suggestion.objects.filter(client=client, op_fingerprint=idea.fingerprint(client, goal))
    same = same.exclude(op_id=op_id, author=by.user)
    if same.filter(state=State.NO_THANKS).exists():
        raise Refusal(_("%(name)s said no thanks to just this. That stands.") % name, field="text")
    if same.filter(state__in=[State.OPEN, State.NOT_NOW]).exists():
        raise Refusal(_("You offered just this before. It is still there for %(name)s to take up.") % name)


def _answer(
    idea: Suggestion, state: Suggestion.State, before: set[Suggestion.State], way: Way | None, *, by: Actor
) -> Suggestion:
    _refuse_others(idea, told=way is not None, by=by)
    rows = Suggestion.objects.filter(pk=idea.pk, state__in=before)
    if not rows.update(state=state, place=None, **_answered_by(way, by=by)):
        return _answered_before(idea, state, by=by)
    stir_goal_of(idea)
    verb = {State.NOT_NOW: "idea.put_off", State.NO_THANKS: "idea.declined"}[state]
    audit.record(verb, by=by, client_id=idea.client_id, subject=idea)
    return get_idea(by, idea.pk)


def _answered_by(way: Way | None, *, by: Actor) -> dict[str, Any]:
    """When, how and, unless it is the client's own sign-in, with whom."""
    how = way.how if way else Goal.AgreedHow.OWN
    return {"answered_at": now(), "answered_how": how, "answered_with": by.user if way else None}


def _answered_before(idea: Suggestion, state: Suggestion.State, *, by: Actor) -> Suggestion:
    """The same answer again is harmless; another one after a final answer is told."""
    stands = get_idea(by, idea.pk)
    if stands.state == state:
        return stands
    raise _answered(stands)


def _answered(stands: Suggestion) -> Stale:
    sentence = _("You answered this before: “%(answer)s”. That stands.")
    return Stale(sentence % {"answer": stands.get_state_display()}, stands=stands)


def _refuse_others(idea: Suggestion, *, told: bool, by: Actor) -> None:
    if not may_answer(by, idea.client, told=told):
        raise Refusal(_("Only the person it was offered to can answer."))
