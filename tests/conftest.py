"""Fixtures that know nothing of the domain. The cast, and whatever else knows it, lives in tests/fixtures_*.py."""

import os
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.core.cache import cache
from django.db import connection
from django.test import TransactionTestCase
from hypothesis import settings as hypothesis_settings

from peersupport.lib import append_only

# How long one example takes says more about the machine than about the code.
hypothesis_settings.register_profile("no-clock", deadline=None)
hypothesis_settings.load_profile("no-clock")

pytest_plugins = [f"tests.{file.stem}" for file in sorted(Path(__file__).parent.glob("fixtures_*.py"))]

LONGEST_FIRST = ("processes", "slow")  # markers
CACHE_IN_DATABASE = settings.CACHES["default"]["BACKEND"].endswith("DatabaseCache")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What takes long begins first: at the end no worker waits for a test that another has only just begun."""

    def place(item: pytest.Item) -> int:
        return next((at for at, name in enumerate(LONGEST_FIRST) if item.get_closest_marker(name)), len(LONGEST_FIRST))

    items.sort(key=place)


class Clock:
    """Moves the time of every process that reads the same CLOCK_FILE; time goes on from there."""

    def __init__(self, file: Path) -> None:
        self.file = file
        self.offset = timedelta()

    def move(self, **span: float) -> None:
        """`clock.move(hours=3)`; negative numbers go back."""
        self._write(self.offset + timedelta(**span))

    def set(self, moment: datetime) -> None:
        self._write(moment - datetime.now(UTC))

    def reset(self) -> None:
        self.offset = timedelta()
        self.file.unlink(missing_ok=True)

    def _write(self, offset: timedelta) -> None:
        self.offset = offset
        fresh = self.file.with_suffix(".new")
        fresh.write_text(str(offset.total_seconds()))
        os.replace(fresh, self.file)  # another process never reads half a number


@pytest.fixture
def clock() -> Iterator[Clock]:
    moved = Clock(settings.CLOCK_FILE)
    moved.reset()
    yield moved
    moved.reset()


@pytest.fixture(autouse=True)
def _empty_cache() -> Iterator[None]:
    """What one test counted or remembered does not reach the next.

    In the database a test's cache goes with its transaction, or with the flush below.
    """
    yield
    if not CACHE_IN_DATABASE:
        cache.clear()


@pytest.fixture(scope="session", autouse=True)
def _flush_everything() -> Iterator[None]:
    """Transactional and live-server tests end with a flush: for its duration rows that stand for ever may go.

    The flush knows the tables of models only, so the cache's own table is emptied with it.
    """
    flush = TransactionTestCase._fixture_teardown

    def flush_everything(test_case: TransactionTestCase) -> None:
        with append_only.paused(connection):
            flush(test_case)
        if CACHE_IN_DATABASE:
            cache.clear()

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionTestCase, "_fixture_teardown", flush_everything)
        yield
