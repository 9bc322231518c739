"""When a person may be reached: examples, and the rules against brute force."""

import random
from datetime import UTC, datetime, time

import pytest

from notifications.rules import allowed_at, lookups, next_allowed
from scripts.chaos.quiet_hours import differing

pytestmark = pytest.mark.one_engine


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


NIGHT, DAY = (time(21), time(8)), (time(9), time(17))


@pytest.mark.parametrize(
    ("moment", "good", "quiet", "answer"),
    [
        ("2026-06-10T15:59", DAY, None, False),  # 8:59 in Los Angeles
        ("2026-06-10T16:00", DAY, None, True),
        ("2026-06-11T00:00", DAY, None, False),  # 17:00: the end is not part of it
        ("2026-06-11T04:00", None, NIGHT, False),  # 21:00
        ("2026-06-10T14:59", None, NIGHT, False),  # 7:59, over midnight
        ("2026-06-10T15:00", None, NIGHT, True),
        ("2026-06-10T15:30", DAY, NIGHT, False),  # both have to allow it
        ("2026-06-10T15:30", None, None, True),
        ("2026-06-10T15:30", (time(3), time(3)), None, True),  # a span from an hour to the same lasts all day
    ],
)
def test_examples(moment, good, quiet, answer) -> None:
    assert allowed_at(at(moment), "America/Los_Angeles", good=good, quiet=quiet) is answer


def test_the_hour_that_does_not_exist() -> None:
    """Quiet until 2:30 on the night when 2:00 becomes 3:00: allowed from 3:00 on."""
    found = next_allowed(at("2026-03-08T09:00"), "America/Los_Angeles", quiet=(time(22), time(2, 30)))
    assert found == at("2026-03-08T10:00")


def test_the_hour_that_comes_twice() -> None:
    """Good from 0:30 to 1:45: at the second 1:00 it is allowed once more."""
    found = next_allowed(at("2026-11-01T08:50"), "America/Los_Angeles", good=(time(0, 30), time(1, 45)))
    assert found == at("2026-11-01T09:00")


def test_no_time_at_all() -> None:
    assert next_allowed(at("2026-06-10T15:59"), "UTC", good=DAY, quiet=(time(8), time(18))) is None


@pytest.mark.slow
def test_the_rules_agree_with_brute_force() -> None:
    seed = random.SystemRandom().getrandbits(32)  # named when it fails: `differing(5000, seed)` shows the cases
    assert differing(5000, seed) == 0, f"seed {seed}"


def test_an_address_is_found_however_it_is_written_and_after_a_change_of_keys(settings) -> None:
    before = lookups("email", "Alex@Home.example ")[0]
    assert before == lookups("email", "alex@home.example")[0]
    assert before not in {lookups("phone", "alex@home.example")[0], lookups("email", "alex2@home.example")[0]}
    settings.FIELD_ENCRYPTION_KEYS = {"new": b"n" * 32, **settings.FIELD_ENCRYPTION_KEYS}
    assert before != lookups("email", "alex@home.example")[0]
    assert before in lookups("email", "alex@home.example")
