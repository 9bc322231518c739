"""Contacts a week as a drawing made on the server: it prints, needs no script, and its numbers stand beside it."""

from dataclasses import dataclass

from reports.figures.counting import Week

HEIGHT, WIDTH, GAP, ROOM = 100, 40, 12, 2


@dataclass(frozen=True)
class Bar:
    """Both parts of one week: in appointments below, outside on top of it."""

    week: Week
    x: int
    planned_y: float
    planned_height: float
    outside_y: float
    outside_height: float


@dataclass(frozen=True)
class Chart:
    bars: list[Bar]
    width: int
    bar_width: int = WIDTH
    height: int = HEIGHT

    @property
    def weeks(self) -> list[Week]:
        return [bar.week for bar in self.bars]


def chart_of(weeks: list[Week]) -> Chart:
    most = max([week.planned + week.outside for week in weeks] or [0]) or 1
    scale = (HEIGHT - ROOM) / most
    bars = []
    for position, week in enumerate(weeks):
        planned, outside = week.planned * scale, week.outside * scale
        between = ROOM if planned and outside else 0
        bars.append(
            Bar(
                week,
                position * (WIDTH + GAP),
                round(HEIGHT - planned, 1),
                round(planned, 1),
                round(HEIGHT - planned - outside - between, 1),
                round(outside, 1),
            )
        )
    return Chart(bars, max(1, len(bars)) * (WIDTH + GAP) - GAP)
