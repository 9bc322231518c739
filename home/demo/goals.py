"""What the cast works on: goals, steps, ideas, so that every list has something real to show."""

from datetime import timedelta
from typing import Any

from accounts.models import Actor
from clients.models import Client
from goals.actions.goals import add_goal, change_goal
from goals.actions.ideas import Idea, put_off, suggest
from goals.actions.steps import add_step, change_step
from goals.actions.victories import Told, cheer, today_of, write_victory
from goals.actions.writing import Sent
from goals.models import Goal, Step, Victory
from goals.models.goals import Visibility
from home.demo.cast import Cast
from peersupport.lib.clock import now
from peersupport.lib.ids import new_id


def seed(cast: Cast) -> None:
    """Call it once, after the cast was seeded."""
    alex, luz, maya = cast.actor("alex"), cast.actor("luz"), cast.actor("maya")
    _alexs(cast.clients["alex"], alex, maya)
    goal = _add(
        cast.clients["luz"],
        luz,
        "es",
        in_my_words="Volver a cocinar los domingos para mi familia",
        why_it_matters="Mi mamá lo hacía. Cuando cocino, la casa huele a casa.",
        visibility=Visibility.SUPPORT,
        dimension=Goal.Dimension.HOME,
    )
    add_step(goal, _new("es", what="Una olla grande, usada", who=Step.Who.SPECIALIST), by=cast.actor("sam"))
    _add(
        cast.clients["toni"],
        maya,
        "en",
        told=True,
        in_my_words="A door I can lock",
        visibility=Visibility.SPECIALIST,
    )


def _alexs(client: Client, alex: Actor, maya: Actor) -> None:
    home = _add(
        client,
        alex,
        "en",
        in_my_words="Find a place near my sister",
        why_it_matters="When I am close to Rosa I cook, I sleep, I answer the phone.",
        how_i_will_know="I can walk to her door.",
        visibility=Visibility.SUPPORT,
        dimension=Goal.Dimension.HOME,
    )
    soon = now().date() + timedelta(days=3)
    steps = [
        add_step(home, _new("en", what="Write the list of what I need", who=Step.Who.ME), by=alex),
        add_step(home, _new("en", what="Call the housing office", who=Step.Who.SPECIALIST, by_when=soon), by=maya),
        add_step(home, _new("en", what="See three places", who=Step.Who.ME), by=alex),
    ]
    change_step(steps[0], Sent({"status": Step.Status.DONE}, 1, new_id()), by=alex)
    change_goal(home, Sent({"who_helps": "Rosa comes along. Maya brings the forms."}, 1, new_id()), by=maya)
    _add(client, alex, "en", in_my_words="Sleep without the TV on", visibility=Visibility.JUST_ME)
    _went_right(client, home, alex, maya)
    later = suggest(client, Idea("goal", "A bus pass, so that far is not so far"), op_id=new_id(), by=maya)
    put_off(later, by=alex)
    suggest(client, Idea("goal", "Visit the Thursday art group once and see"), op_id=new_id(), by=maya)


def _went_right(client: Client, home: Goal, alex: Actor, maya: Actor) -> None:
    today = today_of(client)
    for ago, text, visibility, goal in (
        (223, "I said no to the second apartment and it felt right.", Visibility.SPECIALIST, home),
        (96, "One whole night without the TV.", Visibility.JUST_ME, None),
        (4, "I called Rosa before she called me.", Visibility.SUPPORT, None),
    ):
        told = Told(text, visibility, today - timedelta(days=ago), goal)
        write_victory(client, told, op_id=new_id(), by=alex)
    newest = Victory.objects.filter(client=client).latest("happened_at")
    cheer(newest, "You went first. I read this twice.", op_id=new_id(), language="en", by=maya)


def _add(client: Client, by: Actor, language: str, *, told: bool = False, **fields: Any) -> Goal:
    return add_goal(client, Sent(fields, 0, new_id(), language, told), by=by)


def _new(language: str, **fields: Any) -> Sent:
    return Sent(fields, 0, new_id(), language)
