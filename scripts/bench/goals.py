"""Goals of Alex for the measurements: one to begin with, then a life's worth."""

from collections.abc import Callable

from accounts.models import Actor
from clients.models import Client
from goals.actions.comments import say
from goals.actions.goals import add_goal, change_goal
from goals.actions.ideas import Idea, suggest
from goals.actions.steps import add_step
from goals.actions.writing import Sent
from goals.models import Comment, Goal, Step
from goals.models.goals import Visibility
from peersupport.lib.ids import new_id

GOALS, STEPS, SAVES, COMMENTS = 30, 6, 300, 40
Text = Callable[[int], str]


def begin(client: Client, alex: Actor, maya: Actor, text: Text) -> Goal:
    """With every field filled in, one step and an idea: what the page has to show."""
    fields = {
        "in_my_words": text(6),
        "why_it_matters": text(16),
        "strengths_i_bring": text(9),
        "how_i_will_know": text(9),
        "visibility": Visibility.SPECIALIST,
        "dimension": Goal.Dimension.HOME,
    }
    goal = add_goal(client, Sent(fields, 0, new_id()), by=alex)
    change_goal(goal, Sent({"who_helps": text(12)}, 1, new_id()), by=maya)
    _step(goal, maya, text)
    suggest(client, Idea("step", text(8)), goal=goal, op_id=new_id(), by=maya)
    return goal


def fill(goal: Goal, alex: Actor, maya: Actor, text: Text) -> None:
    """More steps and a long history of this goal, and others beside it."""
    for number in range(STEPS - 1):
        _step(goal, alex if number % 2 else maya, text)
    for number in range(SAVES):
        by, name = (alex, "why_it_matters") if number % 3 else (maya, "who_helps")
        change_goal(goal, Sent({name: text(14)}, number + 2, new_id()), by=by)
    for number in range(COMMENTS):
        say(goal, Comment.Kind.COMMENT, text(12), op_id=new_id(), language="en", by=alex if number % 2 else maya)
    for _ in range(GOALS - 1):
        add_goal(goal.client, Sent({"in_my_words": text(7), "visibility": Visibility.SUPPORT}, 0, new_id()), by=alex)


def _step(goal: Goal, by: Actor, text: Text) -> Step:
    return add_step(goal, Sent({"what": text(7), "who": Step.Who.SPECIALIST, "by_when": None}, 0, new_id()), by=by)
