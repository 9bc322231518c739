"""One measurement: a ratio, what it may be at most, and the numbers behind it."""

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

    @property
    def ok(self) -> bool:
        return self.ratio <= self.target and self.also

    def as_json(self) -> str:
        shown = {"name": self.name, "ratio": round(self.ratio, 3), "target": self.target, "ok": self.ok}
        return json.dumps({**shown, "raw": self.raw})


def table(results: Iterable[Result]) -> str:
    rows = [("measurement", "ratio", "target", "", "")]
    rows += [
        (result.name, f"{result.ratio:.2f}", f"≤ {result.target:g}", "ok" if result.ok else "MISSED", result.note)
        for result in results
    ]
    widths = [max(len(cell) for cell in column) for column in zip(*rows, strict=True)]
    lines = [
        f"{row[0]:<{widths[0]}}  {row[1]:>{widths[1]}}  {row[2]:>{widths[2]}}  {row[3]:<{widths[3]}}  {row[4]}".rstrip()
        for row in rows
    ]
    return "\n".join(lines)
