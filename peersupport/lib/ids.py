from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime
from random import Random
from uuid import UUID

from django.conf import settings
from uuid6 import uuid7

from peersupport.lib.clock import now

_dice: ContextVar[Random | None] = ContextVar("dice", default=None)


def new_id() -> UUID:
    """A UUIDv7: sorts by the time it was made, so that indexes stay compact."""
    dice = _dice.get()
    return fresh_id() if dice is None else id_at(now(), dice.getrandbits(74))


def fresh_id() -> UUID:
    """One that never was, by the real clock and by chance, wherever this is asked: for what is no row."""
    return UUID(int=uuid7().int)


def id_at(moment: datetime, chance: int) -> UUID:
    """The UUIDv7 of this moment with these 74 bits where others have chance."""
    milliseconds = int(moment.timestamp() * 1000)
    return UUID(int=milliseconds << 80 | 0x7 << 76 | (chance >> 62) << 64 | 0b10 << 62 | chance & (1 << 62) - 1)


@contextmanager
def repeatable(seed: str) -> Iterator[None]:
    """Within this block ids follow from the seed and from "now": the demo is the same each time it is made."""
    if settings.CLOCK_FILE is None:
        raise RuntimeError("ids that can be foretold are for the demo and the tests")
    token = _dice.set(Random(seed))  # noqa: S311 -- nothing secret: the demo's rows
    try:
        yield
    finally:
        _dice.reset(token)
