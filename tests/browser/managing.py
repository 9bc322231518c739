"""The manager's pages, for `screens`: what stands in their URLs."""

from home.demo.cast import Cast

MANAGING: dict[str, list[tuple[str, ...]]] = {
    "setup": [()],
    "programs": [()],
    "program": [("program",)],
    "lines": [("program",)],
    "line": [("program", "line")],
}
NO_MANAGING_PAGE: set[str] = set()


def furnish_managing(cast: Cast) -> dict[str, object]:
    return {"program": cast.program.pk, "line": cast.program.lines.all()[0].pk}
