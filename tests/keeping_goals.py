"""Goals, steps and ideas in every state, for the tests that look at all pages."""

from typing import Any

from django.urls import reverse

from accounts.models import Actor
from clients.actions import look_at
from goals.actions.comments import say, take_back
from goals.actions.goals import add_goal, change_goal
from goals.actions.ideas import Idea, decline, put_off, suggest, take
from goals.actions.restoring import restore_text
from goals.actions.steps import add_step, change_step, move_step
from goals.actions.writing import Sent
from goals.forms.comments import OF_CLIENT, TO_CLIENT
from goals.models import Comment, Goal, Revision, Step, Suggestion
from goals.models.goals import Visibility
from goals.rules import EARLIER, LATER, OWN_HAND
from home.demo.cast import Cast
from peersupport.lib.ids import new_id
from tests.crawl import Crawl
from tests.going_right import every_victory, moments_of_victories


def every_goal(cast: Cast) -> dict[str, Any]:
    """A goal everyone sees, with two texts in one place and a step in each state; one of each kind beside it."""
    alex, maya, client = cast.actor("alex"), cast.actor("maya"), cast.clients["alex"]
    goal = _goal(cast, visibility="support", why_it_matters="2", who_helps="3", dimension="home")
    for text, by in (("4", alex), ("5", maya)):
        change_goal(goal, _sent({"who_helps": text}, 1), by=by)
    steps = [_step(goal, cast, status, who) for status, who in zip(Step.Status.values, _WHO, strict=True)]
    for text, by in (("6", alex), ("7", maya)):
        change_step(steps[0], _sent({"what": text}, steps[0].version), by=by)
    for state in ("on-hold", "completed", "cancelled", "entered-in-error"):
        change_goal(_goal(cast, visibility="just-me"), _sent({"lifecycle": state}, 1), by=alex)
    told = Sent({"in_my_words": "8", "visibility": "specialist"}, 0, new_id(), "en", told=True)
    add_goal(client, told, by=maya)
    idea = _ideas(cast, goal)
    waits = Sent({"in_my_words": "18", "visibility": "support"}, 0, new_id(), told=True, way=OWN_HAND)
    yes = add_goal(client, waits, agreed=False, by=maya)
    made = {"goal": goal.pk, "step": steps[0].pk, "idea": idea.pk, "told_goal": yes.pk}
    return {**made, "comment": _talk(cast, goal, steps[3]).pk, **every_victory(cast, goal)}


def _talk(cast: Cast, goal: Goal, step: Step) -> Comment:
    """Of both kinds, by both, read and taken back; one that Maya can still take back."""
    alex, maya = cast.actor("alex"), cast.actor("maya")

    def one(by: Actor, kind: Comment.Kind, on: Any = None) -> Comment:
        return say(goal, kind, "22", step=on, op_id=new_id(), language="en", by=by)

    gone = one(alex, Comment.Kind.COMMENT)
    look_at(goal.client, [gone.page], by=maya)
    take_back(gone, by=alex)
    one(alex, Comment.Kind.CHEER)
    one(maya, Comment.Kind.CHEER)
    return one(maya, Comment.Kind.COMMENT, step.pk)


_WHO = ("me", "specialist", "someone-else", "me", "me")


def _sent(fields: dict[str, Any], base: int) -> Sent:
    return Sent(fields, base, new_id(), "en")


def _goal(cast: Cast, **fields: Any) -> Goal:
    return add_goal(cast.clients["alex"], _sent({"in_my_words": "1", **fields}, 0), by=cast.actor("alex"))


def _step(goal: Goal, cast: Cast, status: str, who: str) -> Step:
    step = add_step(goal, _sent({"what": "9", "who": who, "by_when": None}, 0), by=cast.actor("alex"))
    if status != step.status:
        change_step(step, _sent({"status": status}, step.version), by=cast.actor("alex"))
    return Step.objects.get(pk=step.pk)


def _ideas(cast: Cast, goal: Goal) -> Suggestion:
    """Answered all four ways, then one for a goal and one for other words wait."""
    alex, maya, client = cast.actor("alex"), cast.actor("maya"), cast.clients["alex"]

    def offer(text: str, about: str = "goal") -> Suggestion:
        where = None if about == "goal" else goal
        return suggest(client, Idea(about, text), goal=where, op_id=new_id(), by=maya)

    now = Goal.objects.get(pk=goal.pk).version
    take(offer("11", "step"), _sent({}, now), by=alex)
    take(offer("12"), _sent({"in_my_words": "13", "visibility": "specialist"}, 1), by=alex)
    put_off(offer("14"), by=alex)
    decline(offer("15"), by=alex)
    offer("16", "why_it_matters")
    return offer("17")


# --- for the crawl ----------------------------------------------------------------------------------------------------
def moments_of_goals(on: Crawl, things: dict[str, list[Any]]) -> None:
    [goal], [idea] = things["goal"], things["idea"]
    client = on.cast.clients["alex"].pk
    page = reverse("goals:goal", args=[goal])
    version = Goal.objects.get(pk=goal).version
    for who, fields in (
        ("alex", {"in_my_words": ""}),
        ("alex", {"in_my_words": "1" * 10_001}),
        ("alex", {"version": "999", "why_it_matters": "1"}),
        ("alex", {"unknown": "1"}),
        ("alex", {"lifecycle": "rejected"}),
        ("alex", {"visibility": "9"}),
        ("alex", {"version": "1", "dimension": "health"}),
        ("maya", {"in_my_words": "1"}),
        ("maya", {"version": "1", "who_helps": "2"}),
    ):
        on.post(who, page, **{"op_id": str(new_id()), "version": str(version), **fields})
    on.post("sam", page, op_id=str(new_id()), version="1", who_helps="1 2")
    used = {"op_id": str(new_id()), "in_my_words": "1", "visibility": "specialist"}
    for words in ("1", "2"):
        on.post("alex", reverse("goals:new", args=[client]), **{**used, "in_my_words": words})
    on.post("maya", reverse("goals:tell", args=[client]), **{**used, "op_id": str(new_id())})
    _answers(on, idea, client)
    moments_of_victories(on, things)
    for name in ("why_it_matters", "who_helps", "strengths_i_bring", "how_i_will_know"):
        on.get("maya", f"{reverse('goals:suggest', args=[goal])}?about={name}")
    on.get("alex", page)
    on.get("alex", reverse("goals:history", args=[goal]))
    _bringing_back(on, Goal.objects.get(pk=goal))
    _talking(on, goal)
    for toni in Visibility.values[1:]:
        told = {"op_id": str(new_id()), "in_my_words": "1", "visibility": toni, "read_back": "on", "way": "phone"}
        on.post("maya", reverse("goals:tell", args=[on.cast.clients["toni"].pk]), **told)
    _hands(on, things["told_goal"][0])
    _ways(on, client)
    for other in Goal.objects.exclude(pk=goal):
        for who in ("alex", "maya"):
            on.get(who, reverse("goals:goal", args=[other.pk]))


def _hands(on: Crawl, told_goal: Any) -> None:
    """The screen handed over, in every state, with an idea of each kind and with a goal that was written down."""
    hands, my_way = reverse("goals:in-hands"), reverse("goals:in-hands-my-way")
    rows = [("hand-over-goal", told_goal), *(("hand-over-idea", idea.pk) for idea in Suggestion.objects.open())]
    for name, pk in rows:
        maya = on.sign_in("maya")
        on.post(maya, reverse(f"goals:{name}", args=[pk]))
        on.get(maya, my_way)
        on.post(maya, my_way)
        on.post(maya, hands)
        on.post(maya, "/")
        on.get(maya, reverse("take-back"))
        on.post(maya, reverse("take-back"), password="9")
        on.post(maya, my_way, of=str(new_id()), text="23")
        on.post(maya, hands, of=str(pk), answer="later", version="1")


def _ways(on: Crawl, client: Any) -> None:
    """Told in each way; and what a plan on paper can show."""
    form = {"in_my_words": "19", "visibility": "support", "read_back": "on", "interpreter": "on"}
    for way in ("in-person", "phone", "video", "paper"):
        on.post("maya", reverse("goals:tell", args=[client]), op_id=str(new_id()), way=way, **form)
    for keeper in Goal.KeptBy.values:
        paper = {"op_id": str(new_id()), "way": "paper", "on": "2026-01-02", "kept_by": keeper}
        on.post("maya", reverse("goals:tell", args=[client]), **{**form, **paper})
    plan = reverse("goals:paper", args=[client])
    goals = "&".join(f"goal={pk}" for pk in Goal.objects.filter(client=client).values_list("pk", flat=True))
    on.get("alex", f"{plan}?language={on.language}&sign=on&large=on&organization=on&{goals}")
    on.get("alex", f"{plan}?language=9")


def _bringing_back(on: Crawl, goal: Goal) -> None:
    """What was just saved is undone; saves close together; texts that are not in the goal now; steps in order."""
    alex = on.cast.actor("alex")
    for number in range(3):
        version = Goal.objects.get(pk=goal.pk).version
        saved = change_goal(goal, _sent({"how_i_will_know": f"19{number}"}, version), by=alex)
    last = change_goal(goal, _sent({"why_it_matters": "20"}, saved.version or 0), by=alex)
    page, history = (reverse(f"goals:{name}", args=[goal.pk]) for name in ("goal", "history"))
    on.get("alex", f"{page}?saved={last.pk}")
    for who in ("alex", "maya"):
        on.get(who, f"{history}?only=aside")
    for bring in ("9", f"{saved.pk.hex}.how_i_will_know.999", f"{saved.pk.hex}.who_helps.1"):
        on.post("alex", reverse("goals:restore", args=[goal.pk]), op_id=str(new_id()), bring=bring)
    first = Revision.objects.filter(goal=goal, step=None).earliest("at")
    for who in ("alex", "maya"):
        change_goal(goal, _sent({"who_helps": "21"}, Goal.objects.get(pk=goal.pk).version), by=alex)
        back = {"op_id": new_id(), "base": Goal.objects.get(pk=goal.pk).version}
        restore_text(goal, "who_helps", first.pk, by=on.cast.actor(who), **back)
    on.post("alex", reverse("goals:order", args=[goal.pk]), op_id=str(new_id()))
    for way in (EARLIER, LATER):
        step = goal.steps.exclude(status__in=Step.BEHIND).earliest("position")
        for _ in range(2):
            move_step(step, way, _sent({}, step.version), by=alex)
    for who in ("alex", "maya"):
        on.get(who, history)


def _talking(on: Crawl, goal: Any) -> None:
    page = reverse("goals:talk", args=[goal])
    for fields in ({"text": "1", "cheer": "courage"}, {"cheer": "9"}, {"text": "1" * 10_001}):
        on.post("maya", page, op_id=str(new_id()), **fields)
    for cheer in TO_CLIENT:
        on.post("maya", page, op_id=str(new_id()), cheer=cheer)
    for cheer in OF_CLIENT:
        on.post("alex", page, op_id=str(new_id()), cheer=cheer)
    for who in ("alex", "maya"):
        on.get(who, page)


def _answers(on: Crawl, idea: Any, client: Any) -> None:
    suggest_page = reverse("goals:suggest-goal", args=[client])
    for text in ("", "15", "14", "18"):
        on.post("maya", suggest_page, op_id=str(new_id()), about="goal", text=text)
    on.post("alex", reverse("goals:my-way", args=[idea]), op_id=str(new_id()), in_my_words="")
    page = reverse("goals:answer", args=[idea])
    for answer in ("9", "not-now", "no-thanks", "yes"):
        on.post("alex", page, answer=answer, version="1")
    waiting = Suggestion.objects.open().first()
    assert waiting is not None
    on.get("alex", reverse("goals:my-way", args=[waiting.pk]))
    on.post("alex", reverse("goals:answer", args=[waiting.pk]), answer="yes", version="1")
    for put_away in Suggestion.objects.put_off():
        on.post("maya", reverse("goals:offer-again", args=[put_away.pk]))
    on.get("maya", "/")
