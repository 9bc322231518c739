"""Contacts a week as a drawing made on the server: it prints, needs no script, and its numbers stand beside it."""

from dataclasses import dataclass

from reports.figures.counting import Week

HEIGHT, WIDTH, GAP, ROOM = 100, 40, 12, 2
CORNER = 3


@dataclass(frozen=True)
class Chart:
    """`planned` and `outside`: all bars of a kind as one path. In appointments below, outside on top of it."""

    weeks: list[Week]
    planned: str
    outside: str
    width: int
    height: int = HEIGHT


def chart_of(weeks: list[Week]) -> Chart:
    most = max([week.planned + week.outside for week in weeks] or [0]) or 1
    scale = (HEIGHT - ROOM) / most
    below, above = [], []
    for position, week in enumerate(weeks):
        x, planned, outside = position * (WIDTH + GAP), week.planned * scale, week.outside * scale
        between = ROOM if planned and outside else 0
        below.append(_bar(x, HEIGHT - planned, planned))
        above.append(_bar(x, HEIGHT - planned - outside - between, outside))
    return Chart(weeks, "".join(below), "".join(above), max(1, len(weeks)) * (WIDTH + GAP) - GAP)


def _bar(x: int, y: float, height: float) -> str:
    """With round corners, written as SVG writes a path, which has a point in any language."""
    if not height:
        return ""
    round_by = min(CORNER, height / 2)
    across, down, arc = (
        f"{WIDTH - 2 * round_by:.1f}",
        f"{height - 2 * round_by:.1f}",
        f"a{round_by:.1f} {round_by:.1f} 0 0 1 ",
    )
    r = f"{round_by:.1f}"
    corners = (f"{r} {r}", f"-{r} {r}", f"-{r} -{r}", f"{r} -{r}")
    sides = (f"h{across}", f"v{down}", f"h-{across}", f"v-{down}")
    drawn = "".join([f"{side}{arc}{corner}" for side, corner in zip(sides, corners, strict=True)])
    return f"M{x + round_by:.1f} {y:.1f}{drawn}z"
