"""Every test begins with the same cast, whether it was seeded for it or written again."""

from typing import Any

import pytest
from django.apps import apps
from django.db import transaction

from home.demo.cast import Cast
from peersupport.lib.clock import now
from tests.conftest import Clock
from tests.fixtures_cast import Seed

pytestmark = pytest.mark.django_db


def seeded(seed: Seed) -> tuple[Cast, dict[str, list[dict[str, Any]]]]:
    """The cast and every row there is with it; nothing of it stays."""
    with transaction.atomic():
        cast = seed()
        rows = {model._meta.label: list(model._default_manager.order_by("pk").values()) for model in apps.get_models()}
        transaction.set_rollback(True)
    return cast, rows


def test_what_is_written_again_is_what_was_seeded() -> None:
    seed = Seed()
    (first, rows), (second, again) = seeded(seed), seeded(seed)
    assert again == rows
    assert len(rows["audit.Event"]) > 30
    assert second == first
    assert second.alex is not first.alex
    assert second.clients["alex"].user is second.alex


def test_a_clock_that_was_moved_has_a_cast_of_its_own(clock: Clock) -> None:
    seed = Seed()
    seeded(seed)
    clock.move(days=40)
    _cast, rows = seeded(seed)
    assert {event["at"].date() for event in rows["audit.Event"]} == {now().date()}
