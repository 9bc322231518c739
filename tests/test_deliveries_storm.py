"""Real workers, really killed. The same with far more of everything: `make chaos`."""

import sys

import pytest

from scripts.chaos.storm import Storm

pytestmark = [
    pytest.mark.processes,
    pytest.mark.skipif(sys.platform != "linux", reason="processes end with their parents on Linux only"),
]


def test_ten_killed_workers_lose_nothing_and_repeat_nothing(start_site) -> None:
    """300 deliveries to a provider that honours keys and 300 to one that does not, at the same time."""
    site = start_site(DELIVERY_LEASE_SECONDS="3", CHAOS_TICK="1")
    storm = Storm(site, pause=0.045)
    storm.plan("keyed", 300, seconds=12)
    storm.plan("plain", 300, seconds=12)
    site.beat()

    storm.blow(kills=10, every=0.8)
    count = storm.settle(seconds=60)

    assert count.problems() == [], site.said()[-3000:]
    assert (count.due, count.kills) == (600, 10)
    assert count.unsure > 0, "no kill met a delivery on its way: the test proves nothing"
    queue = b"".join(file.read_bytes() for file in (site.folder / "queue").rglob("*") if file.is_file())
    assert "home.example" not in site.said() + queue.decode(errors="replace")
