"""What the data files tell, as plain objects. A key that is not known here is a mistake in the file and raises."""

import tomllib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
WHO = {"planned": "nobody", "client": "client", "specialist": "specialist", "family": "supporter"}


@dataclass(frozen=True)
class Time:
    """One contact that somebody wrote about. `how`: mode, who, minutes, wall time and, in person, the place."""

    how: str
    ago: int = 0
    on: str = ""  # a day of the year instead of `ago`
    about: str = "one-to-one"
    outcome: str = "connected"
    written: str = ""
    interpreter: bool = False
    mattered: str = ""
    did: str = ""
    went: str = ""
    next: str = ""
    said: str = ""  # by the client, in their own words
    differently: str = ""
    agreed: bool = False  # "this is how I saw it"
    took_back: bool = False  # what they said, after it was read
    corrected: str = ""  # what the correction says under next steps
    mistake: str = ""  # why it was entered in error
    about_someone_else: bool = False
    unfinished: bool = False

    @property
    def mode(self) -> str:
        return self.how.split()[0]

    @property
    def who(self) -> str:
        return WHO[self.how.split()[1]]

    @property
    def minutes(self) -> int:
        return int(self.how.split()[2])

    @property
    def at(self) -> str:
        return self.how.split()[3]

    @property
    def place(self) -> str:
        return " ".join(self.how.split()[4:])


@dataclass(frozen=True)
class Step:
    what: str
    who: str = "me"
    status: str = "to-do"
    ago: int = 0  # when it got this status
    by_staff: bool = False  # whose words they are


@dataclass(frozen=True)
class Goal:
    ago: int
    words: str
    why: str = ""
    strengths: str = ""
    know: str = ""
    helps: str = ""
    area: str = ""
    share: str = "specialist"
    told: bool = False  # in person, written down and read back
    from_plan: bool = False  # it stood in somebody's older plan about them; staff wrote it down, nobody asked them
    moves: list[list[Any]] = field(default_factory=list)  # [days ago, lifecycle or achievement]
    reworded: list[Any] = field(default_factory=list)  # [days ago, the same goal in other words of theirs]
    steps: list[Step] = field(default_factory=list)


@dataclass(frozen=True)
class Idea:
    """`answer`: taken, reworded, not-now, no-thanks, or "" while it waits. `step_of`: number of the goal it is for."""

    ago: int
    text: str
    answer: str = ""
    after: int = 2  # days until it was answered
    mine: str = ""
    step_of: int = 0
    wording_of: int = 0  # a goal whose "why it matters" it says in other words


@dataclass(frozen=True)
class Victory:
    """What went right. `of_goal`: number of the goal it belongs to; `cheer`: the word that came back the day after."""

    ago: int
    text: str
    share: str = "specialist"
    of_goal: int = 0
    cheer: str = ""


@dataclass(frozen=True)
class ReachOut:
    """`at` is a wall time; `seen` and `answered` are minutes later, 0 for not yet."""

    at: str
    kind: str
    ago: int = 0
    on: str = ""
    words: str = ""
    wants: str = ""
    seen: int = 0
    answered: int = 0
    how: str = "called"
    answer: str = ""
    fine: int = 0  # minutes until "never mind"


@dataclass(frozen=True)
class CheckIns:
    ago: int
    days: str
    at: str = "09:00"
    answers: float = 0.7  # how many of them get one
    mood: str = "good"  # the answer that comes most often
    lines: list[str] = field(default_factory=list)
    wording: str = "hello"
    paused: int = 0  # days ago
    idea: bool = False  # offered by staff
    wanted: str = "yes"  # what became of an idea: yes, no or "" while it waits


@dataclass(frozen=True)
class Opening:
    ago: int
    reason: str


@dataclass(frozen=True)
class Person:
    name: str
    walks_with: str
    since: int
    language: str = "en"
    sign_in: bool = True
    quiet_after: int = 0
    rhythm: str = ""  # "tue 10:30 in-person community 50": the usual time together
    share_kept: float = 0.75  # of these times
    small: list[str] = field(default_factory=list)  # a line about some of them
    keeps_away: list[list[Any]] = field(default_factory=list)  # [who, since days ago]
    cover: list[Any] = field(default_factory=list)  # [who, from days ago, until days ago]
    before: list[Any] = field(default_factory=list)  # [who walked with them first, until days ago]
    times: list[Time] = field(default_factory=list)
    goals: list[Goal] = field(default_factory=list)
    ideas: list[Idea] = field(default_factory=list)
    victories: list[Victory] = field(default_factory=list)
    reach_outs: list[ReachOut] = field(default_factory=list)
    check_ins: list[CheckIns] = field(default_factory=list)
    openings: list[Opening] = field(default_factory=list)
    breaks: list[list[Any]] = field(default_factory=list)  # [kind, from and until days ago, back days ago or 0]
    closed: list[Any] = field(default_factory=list)  # [days ago, why]

    @property
    def left(self) -> int:
        """So many days ago; 0 for who is here."""
        return self.closed[0] if self.closed else 0

    @property
    def key(self) -> str:
        """What stands before the @ of their address."""
        return self.name.split()[0].lower().translate(str.maketrans("áéíóúñü", "aeiounu"))


@dataclass(frozen=True)
class Program:
    name: str
    noun: str
    promise: int
    days: list[int]
    opens: str
    closes: str


@dataclass(frozen=True)
class Staff:
    program: Program
    specialists: dict[str, list[str]]  # key: [first name, last name, language, supervisor]
    supervisor: list[str]
    manager: list[str]


def staff() -> Staff:
    told = tomllib.loads((HERE / "staff.toml").read_text(encoding="utf-8"))
    return Staff(**{**told, "program": Program(**told["program"])})


def everyone() -> list[Person]:
    """In the order they came."""
    found = [person for file in sorted((HERE / "clients").glob("*.toml")) for person in _people(file)]
    return sorted(found, key=lambda person: (-person.since, person.name))


_PARTS: dict[str, Any] = {
    "times": Time,
    "ideas": Idea,
    "victories": Victory,
    "reach_outs": ReachOut,
    "check_ins": CheckIns,
    "openings": Opening,
}


def _people(file: Path) -> list[Person]:
    told = tomllib.loads(file.read_text(encoding="utf-8"))
    return [_person({"walks_with": file.stem, **one}) for one in told["people"]]


def _person(told: dict[str, Any]) -> Person:
    parts = {name: [part(**one) for one in told.get(name, [])] for name, part in _PARTS.items()}
    return Person(**{**told, **parts, "goals": [_goal(goal) for goal in told.get("goals", [])]})


def _goal(told: dict[str, Any]) -> Goal:
    return Goal(**{**told, "steps": [Step(**step) for step in told.get("steps", [])]})
