"""Moving the clock to a weekday and time of day of the program, and reaching out through the front door."""

from collections.abc import Callable
from datetime import datetime, time, timedelta
from typing import Any

import pytest
from django.test import Client as Browser
from django.urls import reverse

from conversations.models import ReachOut
from home.demo.cast import Cast
from peersupport.lib.clock import now
from tests.reaching_out import ZONE, form

WEDNESDAY = 2


@pytest.fixture
def at(cast: Cast, clock: Any) -> Callable[..., None]:
    """`at("14:10")`: it is 2:10 PM on the coming Wednesday, and time goes on from there; `days=1`: the day after."""
    today = now().astimezone(ZONE).date()
    wednesday = today + timedelta(days=(WEDNESDAY - today.weekday()) % 7 or 7)

    def move(clock_time: str, *, days: int = 0) -> None:
        clock.set(datetime.combine(wednesday + timedelta(days=days), time.fromisoformat(clock_time), ZONE))

    return move


@pytest.fixture
def reach_out(sign_in: Callable[..., Browser]) -> Callable[..., ReachOut]:
    """`reach_out("hard-day", "long night", wants="call")` as Alex, through the form."""

    def send(kind: str = "talk", words: str = "", *, who: str = "alex", **more: Any) -> ReachOut:
        answer = sign_in(who).post(reverse("conversations:reach-out"), form(kind=kind, words=words, **more))
        assert answer.status_code == 302, answer.content.decode()
        return ReachOut.objects.get(pk=answer.url.strip("/").rpartition("/")[2])

    return send
