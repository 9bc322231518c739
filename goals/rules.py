"""How two people's saves of one row become one, and which way a goal's life can go. Pure: no rows are read here."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from goals.models import Goal
from goals.models.goals import GOAL_TEXTS, STEP_TEXTS, Visibility

TEXTS = frozenset((*GOAL_TEXTS, *STEP_TEXTS))
MOST_BESIDE = 5  # texts that stand beside one field; older ones stay in the history
OPEN, KEPT = "open", "kept"  # how a text stands beside a field: both wait for a choice, or both are wanted
EARLIER, LATER = "earlier", "later"  # which way a step moves on the path
FIELD, BESIDE, BOTH = "field", "beside", "both"  # what someone may choose to keep

Beside = dict[str, list[list[str]]]
WIDTH = {Visibility.JUST_ME: 0, Visibility.SPECIALIST: 1, Visibility.SUPPORT: 2}
_Life = Goal.Lifecycle
_GOES_ON = {
    _Life.PROPOSED: {_Life.ACTIVE, _Life.REJECTED, _Life.ENTERED_IN_ERROR},
    _Life.ACTIVE: {_Life.ON_HOLD, _Life.COMPLETED, _Life.CANCELLED, _Life.ENTERED_IN_ERROR},
    _Life.ON_HOLD: {_Life.ACTIVE, _Life.COMPLETED, _Life.CANCELLED, _Life.ENTERED_IN_ERROR},
    _Life.COMPLETED: {_Life.ACTIVE, _Life.ENTERED_IN_ERROR},
    _Life.CANCELLED: {_Life.ACTIVE, _Life.ENTERED_IN_ERROR},
    _Life.REJECTED: {_Life.ACTIVE, _Life.ENTERED_IN_ERROR},
    _Life.ENTERED_IN_ERROR: {_Life.ACTIVE},  # the client alone still sees it, and may want it back
}


@dataclass(frozen=True)
class Way:
    """How words came here that the client did not send from a sign-in of their own: in someone's presence."""

    how: Goal.AgreedHow = Goal.AgreedHow.SPOKEN
    through: str = Goal.Through.IN_PERSON  # of what was spoken
    interpreter: bool = False
    on: date | None = None  # of paper: the day that stands on it, and who has it
    kept_by: str = ""

    @property
    def own_hand(self) -> bool:
        return self.how == Goal.AgreedHow.OWN_HAND

    @property
    def facts(self) -> dict[str, str]:
        """As a revision keeps it."""
        through = self.through if self.how == Goal.AgreedHow.SPOKEN else ""
        said = {"how": self.how.value, "through": through, "interpreter": "yes" if self.interpreter else ""}
        said |= {"on": as_text(self.on), "kept_by": self.kept_by}
        return {name: str(value) for name, value in said.items() if value}


SAID_IN_PERSON = Way()
OWN_HAND = Way(Goal.AgreedHow.OWN_HAND, "")


def may_become(now: str, then: str) -> bool:
    """Whether a goal in the state `now` can go on to `then`. To stay as it is is no step."""
    return then in _GOES_ON[Goal.Lifecycle(now)]


def as_text(value: Any) -> str:
    """A value as it is kept and compared: "" for none, ISO for a day."""
    if value is None:
        return ""
    return value.isoformat() if isinstance(value, date) else str(value)


@dataclass(frozen=True)
class Merged:
    """What becomes of one save."""

    apply: dict[str, Any] = field(default_factory=dict)  # is the field's value from now on
    beside: dict[str, str] = field(default_factory=dict)  # a text someone wrote over meanwhile: both stand
    refused: dict[str, Any] = field(default_factory=dict)  # a choice someone made anew meanwhile: theirs stands
    agreed: set[str] = field(default_factory=set)  # what stood beside says the same as the field by now


def merge(
    sent: Mapping[str, Any],
    *,
    current: Mapping[str, Any],
    touched: Collection[str],
    base: Mapping[str, str],
    standing: Collection[str] = (),
) -> Merged:
    """Whole fields only; a text is always one that somebody typed (RELIABILITY.md, section 2).

    `sent`: what the person's form held. `current`: those fields now. `touched`: fields that others (or the same person
    in another window) changed since the version the form showed; `base`: what the form showed of these, as text.
    `standing`: fields beside which the text that this save goes on with waits for a choice; there it goes on.
    """
    merged = Merged()
    for name, value in sent.items():
        if as_text(value) == as_text(current[name]):
            merged.agreed.update({name} & set(standing))
        elif name in standing and value:
            merged.beside[name] = value
        elif name not in touched or _narrows(name, value, current[name]):
            merged.apply[name] = value
        elif as_text(value) == base[name]:
            continue  # shown, not changed by this person
        elif name in TEXTS and value:
            merged.beside[name] = value
        else:
            merged.refused[name] = value
    return merged


def _narrows(name: str, value: Any, current: Any) -> bool:
    """Sharing less is never refused because a page was old."""
    return name == "visibility" and WIDTH[Visibility(value)] < WIDTH[Visibility(current)]


def put_beside(standing: Beside, names: Collection[str], revision: str, *, instead_of: str = "") -> Beside:
    """`standing` with this revision's texts beside the fields `names`.

    Somebody still typing takes the place of their own last text and of nobody else's.
    """
    found = {name: list(entries) for name, entries in standing.items()}
    for name in names:
        before, entry = [instead_of, OPEN], [revision, OPEN]
        entries = found.get(name, [])
        if before in entries:
            found[name] = [entry if one == before else one for one in entries]
        else:
            found[name] = [*entries, entry][-MOST_BESIDE:]
    return found


def settle(standing: Beside, name: str, revision: str, keep: str) -> Beside:
    """`standing` once somebody chose what to keep: both texts, or one of them."""
    found = {other: list(entries) for other, entries in standing.items() if other != name}
    left = [entry for entry in standing.get(name, []) if entry[0] != revision or keep == BOTH]
    left = [[pk, KEPT if pk == revision else state] for pk, state in left]
    return {**found, name: left} if left else found


def stands_beside(standing: Beside, name: str, revision: str) -> bool:
    return any(pk == revision for pk, _state in standing.get(name, []))


def waits_beside(standing: Beside, revision: str) -> set[str]:
    """The fields beside which this revision's text waits for a choice."""
    return {name for name, entries in standing.items() if [revision, OPEN] in entries}
