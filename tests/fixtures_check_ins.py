"""Agreements and check-ins of the cast, by way of the actions."""

from collections.abc import Callable
from typing import Any

import pytest

from accounts.models import Role
from checkins import actions
from checkins.models import CheckIn, CheckInAgreement
from home.demo.cast import Cast
from notifications import actions as notifications
from notifications.models import ContactPoint
from peersupport.lib.clock import now
from peersupport.lib.ids import new_id
from tests.checking_in import Agree, los_angeles, terms
from tests.conftest import Clock


@pytest.fixture
def agree_on(cast: Cast) -> Agree:
    """`agree_on("alex", local_time=time(10))`: the client's own agreement."""

    def agree(name: str = "alex", **other: Any) -> CheckInAgreement:
        by = cast.actor(name, Role.Kind.CLIENT)
        return actions.propose(cast.clients[name], terms(**other), op_id=new_id(), by=by)

    return agree


@pytest.fixture
def has_email(cast: Cast) -> Callable[..., ContactPoint]:
    """`has_email("alex", good_from=time(8), good_until=time(20))`: a verified address that may be written to."""

    def give(name: str = "alex", address: str = "", **fields: Any) -> ContactPoint:
        user = getattr(cast, name)
        point = notifications.add_contact_point(
            user, "email", address or f"{name}@mail.example", by=None, **{"may_email": True, **fields}
        )
        ContactPoint.objects.filter(pk=point.pk).update(verified_at=now())
        point.refresh_from_db()
        return point

    return give


@pytest.fixture
def due(agree_on: Agree, clock: Clock) -> Callable[..., CheckIn]:
    """`due("alex")`: today's check-in, a minute after its time. The clock stands on a Wednesday morning in 2027."""

    def make(name: str = "alex", **other: Any) -> CheckIn:
        clock.set(los_angeles(6, 16, 8))
        agreement = agree_on(name, **other)
        clock.set(los_angeles(6, 16, 9, 1))
        return CheckIn.objects.planned().filter(agreement=agreement).earliest("planned_for")

    return make
