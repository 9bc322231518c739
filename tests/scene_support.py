"""For the crawl: what happens between appointments, in every state: addresses, goals, check-ins, reach-outs."""

from typing import Any

from django.urls import reverse

from notifications.actions import add_contact_point, ask_for_code, confirm_code
from notifications.models import AddressCode
from tests.checking_in import every_check_in
from tests.crawl import Crawl
from tests.keeping_goals import every_goal, moments_of_goals
from tests.reaching_out import every_reach_out, moments_of_reaching_out


def set_the_scene(on: Crawl) -> dict[str, list[Any]]:
    check_ins = {name: [value] for name, value in every_check_in(on.cast).items()}
    goals = {name: [value] for name, value in every_goal(on.cast).items()}
    reach_outs = [row.pk for row in every_reach_out(on.cast).values()]
    return {**_points(on), **goals, **check_ins, "reach_out": reach_outs}


def moments(on: Crawl, things: dict[str, list[Any]]) -> None:
    _addresses(on, things)
    moments_of_goals(on, things)
    _check_ins(on, things)
    moments_of_reaching_out(on)


def _points(on: Crawl) -> dict[str, list[Any]]:
    alex = on.cast.actor("alex")
    ways: tuple[dict[str, Any], ...] = ({"may_email": True}, {}, {"only_i_reach_out": True}, {"may_email": True})
    points = [
        add_contact_point(on.cast.alex, "email", f"{number}@[127.0.0.1]", by=alex, **way)
        for number, way in enumerate(ways)
    ]
    for point in points[:3]:
        ask_for_code(point, by=alex)
        confirm_code(point, AddressCode.objects.get(contact_point=point).code, by=alex)
    return {"point": [point.pk for point in points]}


def _addresses(on: Crawl, things: dict[str, list[Any]]) -> None:
    for address in ("1", "1@", "9@[127.0.0.1]"):
        on.post("alex", reverse("reach-me"), address=address)
    proved, *_others, waiting = things["point"]
    page = reverse("reach-me-point", args=[proved])
    for hours in (("09:00", ""), ("09:00", "09:00"), ("09:00", "17:30"), ("9", "9")):
        on.post("alex", page, version=2, good_from=hours[0], good_until=hours[1], may_email="on")
    on.post("alex", page, version=1)
    on.get("alex", reverse("reach-me"))
    for _time in range(2):
        on.post("alex", reverse("reach-me-new-code", args=[waiting]))
    code = AddressCode.objects.get(contact_point=waiting, ended_at=None).code
    for typed in ("", "9", code):
        on.post("alex", reverse("reach-me-code", args=[waiting]), code=typed)
    on.post("alex", reverse("reach-me-new-code", args=[waiting]))
    on.post("alex", reverse("reach-me-end", args=[waiting]))


def _check_ins(on: Crawl, things: dict[str, list[Any]]) -> None:
    """The one-page reply from the link, and the same answers on the client's own page."""
    reply = reverse("checkins:reply", args=things["token"])
    on.get("out", reverse("checkins:reply", args=["A" * len(things["token"][0])]))
    for said in ("9", "call", "good", "not-today"):
        on.post("out", reply, answer=said, line="1")
        on.get("alex", "/")
        on.get("alex", reverse("checkins:list", args=things["client"]))
    on.get("maya", "/")
