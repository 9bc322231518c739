"""One measurement: a ratio, what it may be at most or must be at least, and the numbers behind it."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Result:
    name: str
    ratio: float
    target: float
    raw: dict[str, Any]
    note: str  # the raw numbers in a few words, for people
    also: bool = True  # whatever else must hold
    at_least: bool = False  # more is better

    @property
    def ok(self) -> bool:
        return (self.ratio >= self.target if self.at_least else self.ratio <= self.target) and self.also

    @property
    def bound(self) -> str:
        return f"{'≥' if self.at_least else '≤'} {self.target:g}"

    def as_json(self) -> str:
        shown = {"name": self.name, "ratio": round(self.ratio, 3), "target": self.target, "ok": self.ok}
        if self.at_least:
            shown["at_least"] = True
        return json.dumps({**shown, "raw": self.raw})


def table(results: Iterable[Result]) -> str:
    rows = [("measurement", "ratio", "target", "", "")]
    rows += [
        (result.name, f"{result.ratio:.2f}", result.bound, "ok" if result.ok else "MISSED", result.note)
        for result in results
    ]
    widths = [max(len(cell) for cell in column) for column in zip(*rows, strict=True)]
    lines = [
        f"{row[0]:<{widths[0]}}  {row[1]:>{widths[1]}}  {row[2]:>{widths[2]}}  {row[3]:<{widths[3]}}  {row[4]}".rstrip()
        for row in rows
    ]
    return "\n".join(lines)
