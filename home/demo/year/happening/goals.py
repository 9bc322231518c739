"""What people want, the steps they take, and ideas with their four answers."""

from datetime import timedelta
from functools import partial
from typing import Any

from accounts.models import Actor
from clients.models import Client
from goals.actions.goals import add_goal, change_goal
from goals.actions.ideas import Idea, decline, put_off, suggest, take
from goals.actions.steps import add_step, change_step
from goals.actions.writing import Sent
from goals.models import Goal, Suggestion
from home.demo.year import told
from home.demo.year.happening import Happening, Happenings
from home.demo.year.people import Place
from peersupport.lib.ids import new_id

TEXTS = {"in_my_words": "words", "why_it_matters": "why", "strengths_i_bring": "strengths", "how_i_will_know": "know"}
A_MINUTE = timedelta(minutes=1)


def of(place: Place, key: str, person: told.Person) -> Happenings:
    found: list[Goal] = []
    for number, goal in enumerate(sorted(person.goals, key=lambda one: -one.ago)):
        yield from _Life(place, key, goal, found, number).happenings()
    for number, idea in enumerate(person.ideas):
        yield from _answer(place, key, idea, found, number)


class _Life:
    """One goal from the day it was said. `found`: the goals of this person so far, this one at `number`."""

    def __init__(self, place: Place, key: str, goal: told.Goal, found: list[Goal], number: int) -> None:
        self.place, self.told, self.found, self.number = place, goal, found, number
        self.client: Client = place.clients[key]
        self.staff: Actor = place.walking_with(place.told[key], goal.ago)
        self.by = self.staff if goal.told else place.actors[key]
        self.language = self.client.user.language

    def happenings(self) -> Happenings:
        days = self.place.days
        begun = days.moment(days.ago(self.told.ago, working=self.told.told), "14:25" if self.told.told else "19:40")
        begun += self.number * 7 * A_MINUTE
        yield Happening(begun, self._add)
        if self.told.helps:
            yield Happening(begun + 16 * A_MINUTE, partial(self._change, {"who_helps": self.told.helps}))
        for place_of, step in enumerate(self.told.steps):
            yield Happening(begun + (2 + place_of) * A_MINUTE, partial(self._step, step))
            if step.status != "to-do":
                at = days.moment(days.ago(step.ago or 1), "18:10") + (self.number * 9 + place_of) * A_MINUTE
                yield Happening(max(at, begun + timedelta(hours=1)), partial(self._mark, place_of, step.status))
        for ago, change in self.told.moves:
            at = days.moment(days.ago(ago), "20:30") + self.number * A_MINUTE
            yield Happening(at, partial(self._change, {_field_of(change): change}))
        if self.told.reworded:
            ago, words = self.told.reworded
            yield Happening(days.moment(days.ago(ago), "21:05"), partial(self._change, {"in_my_words": words}))

    def _add(self) -> None:
        texts = {name: getattr(self.told, short) for name, short in TEXTS.items() if getattr(self.told, short)}
        fields = {**texts, "dimension": self.told.area, "visibility": self.told.share}
        if self.told.from_plan:
            fresh = add_goal(self.client, self._sent(fields, 0, told=True), agreed=False, by=self.staff)
        else:
            fresh = add_goal(self.client, self._sent(fields, 0), by=self.by)
        self.found.append(fresh)

    def _step(self, step: told.Step) -> None:
        by = self.staff if step.by_staff or self.told.told else self.by
        add_step(self._goal(), self._sent({"what": step.what, "who": step.who}, 0, told=False), by=by)

    def _mark(self, number: int, status: str) -> None:
        step = self._goal().steps.in_order()[number]
        by = self.staff if self.told.told else self.by
        change_step(step, self._sent({"status": status}, step.version, told=False), by=by)

    def _change(self, fields: dict[str, Any]) -> None:
        goal = self._goal()
        change_goal(goal, self._sent(fields, goal.version), by=self.by)

    def _goal(self) -> Goal:
        return Goal.objects.get(pk=self.found[self.number].pk)

    def _sent(self, fields: dict[str, Any], base: int, *, told: bool | None = None) -> Sent:
        return Sent(fields, base, new_id(), self.language, self.told.told if told is None else told)


def _field_of(change: str) -> str:
    return "lifecycle" if change in Goal.Lifecycle.values else "achievement"


def _answer(place: Place, key: str, idea: told.Idea, found: list[Goal], number: int) -> Happenings:
    days, person = place.days, place.told[key]
    offered = days.moment(days.ago(idea.ago, working=True), "11:20") + number * A_MINUTE
    client, actor, by = place.clients[key], place.actors[key], place.walking_with(person, idea.ago)
    waiting: list[Suggestion] = []

    def offer() -> None:
        about = "step" if idea.step_of else "why_it_matters" if idea.wording_of else "goal"
        goal = found[(idea.step_of or idea.wording_of) - 1] if idea.step_of or idea.wording_of else None
        said = Idea(about, idea.text, language=by.user.language)
        waiting.append(suggest(client, said, goal=goal, op_id=new_id(), by=by))

    def answer() -> None:
        (offer_made,) = waiting
        if idea.answer == "not-now":
            put_off(offer_made, by=actor)
        elif idea.answer == "no-thanks":
            decline(offer_made, by=actor)
        else:
            take(offer_made, _as_taken(idea, offer_made, client), by=actor)

    yield Happening(offered, offer)
    if idea.answer:
        answered = days.moment(days.ago(max(idea.ago - idea.after, 1)), "20:50") + number * A_MINUTE
        yield Happening(max(answered, offered + timedelta(hours=2)), answer)


def _as_taken(idea: told.Idea, made: Suggestion, client: Client) -> Sent:
    name = {"goal": "in_my_words", "step": "what", "wording": made.field}[made.kind]
    base = Goal.objects.values_list("version", flat=True).get(pk=made.goal_id) if made.goal_id else 0
    return Sent({name: idea.mine} if idea.mine else {}, base, new_id(), client.user.language)
