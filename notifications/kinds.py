"""What kinds of deliveries there are, and which ways out. Apps register theirs in `deliveries.py` and `channels`."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum
from typing import Protocol
from uuid import UUID

from notifications.models import Delivery


@dataclass(frozen=True)
class Message:
    """Fixed wording in the recipient's language: no name, no word anybody wrote; a code or a link at most."""

    subject: str
    text: str


@dataclass(frozen=True)
class Later:
    """Not now, but from this moment on; the engine drops it when that is past `expires_at`."""

    moment: datetime


Verdict = str | Later | None  # why not (a short code, at most 40 characters), or not yet, or nothing against it


@dataclass(frozen=True)
class Kind:
    """How one kind of delivery is checked and worded.

    `recheck` runs inside the transaction in which sending begins. It locks its SUBJECT's row first
    (`select_for_update(no_key=True)`), reads everything else after that, and says whether the message may still leave.
    Whoever withdraws it locks the same row, changes it and calls `cancel_unsent`. What `recheck` says is the law,
    cancelling is only tidy: a delivery that is on its way while it is withdrawn comes back here before a second try.

    `recheck_many` is the same for many at once and locks the subjects in order of their keys. Give it where volume
    matters; without it deliveries of this kind are begun one by one.

    `render` runs in the recipient's language, after `recheck`, in the same transaction. It must give the same link
    each time: a message whose fate is unknown may be sent again.
    """

    name: str
    grace: timedelta  # after `due_at`; what is older than this is stale and not sent
    recheck: Callable[[Delivery], Verdict]
    render: Callable[[Delivery], Message]
    repeats_when_unsure: bool = False  # once more where the channel cannot tell a repeat: better twice than never
    asked_for: bool = False  # its owner asked for it a moment ago, and it may go to an address not verified yet
    recheck_many: Callable[[Sequence[Delivery]], Mapping[UUID, Verdict]] | None = None


_KINDS: dict[str, Kind] = {}


class UnknownKind(LookupError):
    """No app registers this kind."""


def register(kind: Kind) -> None:
    if kind.name in _KINDS:
        raise ValueError(f"two kinds of delivery are called {kind.name}")
    _KINDS[kind.name] = kind


def kind_of(name: str) -> Kind:
    try:
        return _KINDS[name]
    except KeyError:
        raise UnknownKind(name) from None


def repeating() -> list[str]:
    """Names of the kinds that are sent once more when nobody knows whether they left."""
    return [kind.name for kind in _KINDS.values() if kind.repeats_when_unsure]


# --- ways out -------------------------------------------------------------------------------------------------------
IN_APP = "in-app"


class Outcome(Enum):
    ACCEPTED = "accepted"  # the provider took it
    REFUSED = "refused"  # it never will
    NOT_NOW = "not now"  # it did not, and may another time
    UNSURE = "unsure"  # nobody knows


@dataclass(frozen=True)
class Answer:
    outcome: Outcome
    reason: str = ""  # a short code: never what the provider said, which may name an address


class NotReady(Exception):
    """The channel cannot send anything now; nothing was sent. `reason` is a short code."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True)
class Parcel:
    """`key` is the same for each try of one delivery: a provider that honours keys sends it once."""

    key: UUID
    address: str
    message: Message


class Sender(Protocol):
    def send(self, parcels: Sequence[Parcel]) -> Sequence[Answer]:
        """One answer for each. Takes less time than a lease. What it raises counts as UNSURE for all of them."""
        ...


class Channel(Protocol):
    @property
    def name(self) -> str: ...
    @property
    def honours_keys(self) -> bool: ...
    @property
    def at_once(self) -> int:
        """How many are handed over together. 1 unless keys are honoured: so many are unsure after a kill."""
        ...

    @property
    def a_second(self) -> float | None:
        """At most so many by one worker; after an outage not everything at once."""
        ...

    @property
    def permission(self) -> str:
        """The field of a contact point that allows this channel."""
        ...

    def opened(self) -> AbstractContextManager[Sender]:
        """What takes time before the first message, such as a connection. Raises NotReady."""
        ...


_CHANNELS: dict[str, Channel] = {}


def register_channel(channel: Channel) -> None:
    if channel.name in _CHANNELS or channel.name == IN_APP:
        raise ValueError(f"two channels are called {channel.name}")
    _CHANNELS[channel.name] = channel


def channel_of(name: str) -> Channel:
    return _CHANNELS[name]


def channels() -> list[Channel]:
    """Those that lead out of here; in-app is none of them: there the row itself is the message."""
    return list(_CHANNELS.values())


def channel_names() -> list[str]:
    """Every channel, in-app included."""
    return [IN_APP, *_CHANNELS]
