"""The manager's pages, for `screens`: what stands in their URLs."""

from home.demo.cast import Cast
from tests.fixtures_alexs import invited

MANAGING: dict[str, list[tuple[str, ...]]] = {
    "setup": [()],
    "programs": [()],
    "program": [("program",)],
    "lines": [("program",)],
    "line": [("program", "line")],
    "people": [()],
    "new-staff": [()],
    "person": [("person",), ("invited",), ("staff",)],
    "about": [("person",)],
    "invite": [("invited",)],
    "invitation-sheet": [("invited",)],
    "withdraw": [("invited",)],
    "add-role": [("staff",)],
    "end-role": [("staff", "role")],
    "supervise": [("staff",)],
    "end-supervision": [("staff", "supervision")],
    "code": [()],
    "invitation": [("code",)],
    "between-us": [()],
}
NO_MANAGING_PAGE = {"withdraw", "add-role", "end-role", "supervise", "end-supervision"}


def furnish_managing(cast: Cast) -> dict[str, object]:
    return {"program": cast.program.pk, "line": cast.program.lines.all()[0].pk, **invited(cast)}
