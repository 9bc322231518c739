"""The ways to the provider of provider.py, one that honours keys and one that does not; and ways to nowhere."""

import os
import socket
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TextIO

from notifications.kinds import Answer, NotReady, Outcome, Parcel, Sender, register_channel

ACCEPTED = Answer(Outcome.ACCEPTED)


@dataclass(frozen=True)
class Way:
    name: str
    honours_keys: bool
    at_once: int
    a_second: float | None = None
    permission: str = "may_email"

    @contextmanager
    def opened(self) -> Iterator[Sender]:
        try:
            connection = socket.create_connection(("127.0.0.1", int(os.environ["CHAOS_PROVIDER"])), timeout=10)
        except OSError as error:
            raise NotReady("provider-away") from error
        with connection, connection.makefile("rw") as stream:
            yield _Line(self.name, stream)


@dataclass(frozen=True)
class _Line:
    way: str
    stream: TextIO

    def send(self, parcels: Sequence[Parcel]) -> Sequence[Answer]:
        for parcel in parcels:
            self.stream.write(f"{self.way} {parcel.key}\n")
            self.stream.flush()
            if not self.stream.readline():
                raise ConnectionError("the provider is gone")
        return [ACCEPTED] * len(parcels)


@dataclass(frozen=True)
class Nowhere:
    """Accepts everything at once: what is measured with it is the engine alone."""

    name: str
    at_once: int
    honours_keys: bool = True
    a_second: float | None = None
    permission: str = "may_email"

    @contextmanager
    def opened(self) -> Iterator[Sender]:
        yield self

    def send(self, parcels: Sequence[Parcel]) -> Sequence[Answer]:
        return [ACCEPTED] * len(parcels)


register_channel(Way("keyed", honours_keys=True, at_once=10))
register_channel(Way("plain", honours_keys=False, at_once=1))
register_channel(Nowhere("null", at_once=1000))
register_channel(Nowhere("null-one", at_once=1))
register_channel(Nowhere("null-task", at_once=1))
