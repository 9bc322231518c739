"""Victories and words back in every state, for the tests that look at all pages."""

from datetime import timedelta
from typing import Any

from django.urls import reverse

from goals.actions.victories import Told, cheer, put_away, today_of, write_victory
from goals.models import Goal, Victory
from home.demo.cast import Cast
from peersupport.lib.ids import new_id
from tests.crawl import Crawl


def every_victory(cast: Cast, goal: Goal) -> dict[str, Any]:
    """One for each way to share and each season, told ones, one put away, one with a word back."""
    alex, maya, client = cast.actor("alex"), cast.actor("maya"), cast.clients["alex"]
    today = today_of(client)

    def write(visibility: str, ago: int = 0, of: Goal | None = None) -> Victory:
        told = Told("1", visibility, today - timedelta(days=ago), of)
        return write_victory(client, told, op_id=new_id(), by=alex)

    for ago in (95, 190, 285):
        write("just-me", ago)
    write("specialist", 40, goal)
    put_away(write("support"), by=alex)
    told = Told("2", "specialist", today - timedelta(days=120))
    write_victory(cast.clients["toni"], told, op_id=new_id(), by=maya)
    Victory.objects.filter(client=cast.clients["toni"]).update(put_away_at=None)
    victory = write("support", 1, goal)
    return {"victory": victory.pk, "cheer": cheer(victory, "3", op_id=new_id(), language="en", by=maya).pk}


def moments_of_victories(on: Crawl, things: dict[str, list[Any]]) -> None:
    [victory], [back] = things["victory"], things["cheer"]
    alexs, tonis = (reverse("goals:victories", args=[on.cast.clients[name].pk]) for name in ("alex", "toni"))
    used = {"op_id": str(new_id()), "text": "1", "visibility": "just-me"}
    for who, page, wrong in (
        ("alex", alexs, {"text": ""}),
        ("alex", alexs, {"visibility": "9"}),
        ("alex", alexs, {"on": "2999-01-01"}),
        ("alex", alexs, {"on": "9"}),
        ("alex", alexs, {}),
        ("alex", alexs, {"text": "2"}),
        ("maya", tonis, {"visibility": "just-me"}),
        ("maya", tonis, {"op_id": str(new_id()), "visibility": "support"}),
    ):
        on.post(who, page, **{**used, **wrong})
    share = reverse("goals:share-victory", args=[victory])
    for version, visibility in ((1, "9"), (1, "specialist"), (1, "support"), (2, "support")):
        on.post("alex", share, version=version, visibility=visibility)
    on.post("maya", reverse("goals:cheer", args=[victory]), op_id=str(new_id()), text="")
    on.post("maya", reverse("goals:cheer", args=[victory]), op_id=str(new_id()), text="4")
    on.get("alex", "/")
    on.post("maya", reverse("goals:take-cheer-back", args=[back]))
    on.post("maya", reverse("goals:take-cheer-back", args=[new_id()]))
    on.get("alex", f"{alexs}?put-away=yes")
    away = Victory.objects.put_away().filter(client=on.cast.clients["alex"]).earliest("created_at")
    on.post("alex", reverse("goals:put-victory-away", args=[away.pk]), back="yes")
    on.post("alex", reverse("goals:put-victory-away", args=[away.pk]))
    for who in ("alex", "maya", "dana"):
        on.get(who, f"{alexs}?goal={things['goal'][0]}")
    on.get("maya", tonis)
    for who, wanted in (("alex", "yes"), ("maya", "yes"), ("alex", "no")):
        on.post(who, reverse("reach-me-news"), wanted=wanted)
