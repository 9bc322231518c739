"""How much processor time trees of processes have used, read from /proc."""

import os
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

_TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class _Process:
    name: str
    parent: int
    seconds: float  # user and system, of itself and of children that ended


def child(name: str) -> int:
    """The process of this name that this process started."""
    me = os.getpid()
    return next(pid for pid, process in _all().items() if process.parent == me and process.name == name)


def used(roots: dict[str, int]) -> dict[str, float]:
    """Seconds used so far by each root and everything below it."""
    everything = _all()
    return {name: sum(everything[pid].seconds for pid in _tree(root, everything)) for name, root in roots.items()}


def _all() -> dict[int, _Process]:
    found = {}
    for folder in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):  # it has just ended
            # The name stands in parentheses and may hold anything, parentheses too.
            before, _, after = (folder / "stat").read_text().rpartition(")")
            fields = after.split()
            seconds = sum(int(ticks) for ticks in fields[11:15]) / _TICKS
            found[int(folder.name)] = _Process(before.partition("(")[2], int(fields[1]), seconds)
    return found


def _tree(root: int, everything: dict[int, _Process]) -> set[int]:
    found, added = {root}, {root}
    while added:
        added = {pid for pid, process in everything.items() if process.parent in added} - found
        found |= added
    return found
