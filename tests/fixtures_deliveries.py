"""A kind of delivery and a channel made for tests: what they say is decided by the test."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

import pytest

from accounts.models import User
from home.demo.cast import Cast
from notifications import actions, kinds
from notifications.kinds import Answer, Kind, Message, NotReady, Outcome, Parcel
from notifications.models import ContactPoint, Delivery
from peersupport.lib.clock import now
from peersupport.lib.ids import new_id


@dataclass
class Provider:
    """Notes what it gets; `answers` are given once each, then everything is accepted. An exception is raised."""

    name: str = "pigeon"
    honours_keys: bool = False
    at_once: int = 1
    a_second: float | None = None
    permission: str = "may_email"
    away: str = ""
    answers: list[Answer | Exception] = field(default_factory=list)
    got: list[Parcel] = field(default_factory=list)
    opened_times: int = 0
    during: Callable[[], None] = lambda: None

    @contextmanager
    def opened(self) -> Iterator["Provider"]:
        self.opened_times += 1
        if self.away:
            raise NotReady(self.away)
        yield self

    def send(self, parcels: list[Parcel]) -> list[Answer]:
        self.got += parcels
        self.during()
        return [self._answer() for _ in parcels]

    def _answer(self) -> Answer:
        answer = self.answers.pop(0) if self.answers else Answer(Outcome.ACCEPTED)
        if isinstance(answer, Exception):
            raise answer
        return answer


class Post:
    """`post.plan()` plans a delivery to Alex by pigeon; `post.kind_says(recheck=…)` decides what the kind does."""

    def __init__(self, cast: Cast, registered: dict[str, Kind], channels: dict[str, object]) -> None:
        self.registered, self.channels = registered, channels
        self.provider = Provider()
        channels["pigeon"] = self.provider
        self.person: User = cast.alex
        self.kind_says()
        self.point = self.point_of(cast.alex)

    def kind_says(self, **how: object) -> None:
        kind = Kind("test", timedelta(hours=4), recheck=lambda _row: None, render=lambda _row: Message("Hello", "Text"))
        self.registered["test"] = replace(kind, **how)  # type: ignore[arg-type]

    def point_of(self, person: User, address: str = "", **fields: object) -> ContactPoint:
        address = address or f"{person.first_name.lower()}@home.example"
        point = actions.add_contact_point(person, "email", address, by=None, **{"may_email": True, **fields})
        ContactPoint.objects.filter(pk=point.pk).update(verified_at=now())
        return ContactPoint.objects.get(pk=point.pk)

    def plan(self, *, due_at: datetime | None = None, channel: str = "pigeon", **how: object) -> Delivery:
        facts = {"contact_point": None if channel == "in-app" else self.point, "subject_id": new_id(), **how}
        return actions.plan_delivery(  # type: ignore[arg-type]
            "test", recipient=self.person, channel=channel, due_at=due_at or now(), **facts
        )


@pytest.fixture
def post(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> Post:
    registered, channels = dict(kinds._KINDS), dict(kinds._CHANNELS)
    monkeypatch.setattr(kinds, "_KINDS", registered)
    monkeypatch.setattr(kinds, "_CHANNELS", channels)
    return Post(cast, registered, channels)


@pytest.fixture
def again() -> Callable[[Delivery], Delivery]:
    """The row as it stands now."""
    return lambda row: Delivery.objects.get(pk=row.pk)
