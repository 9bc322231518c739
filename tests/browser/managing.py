"""The manager's pages, for `screens`: what stands in their URLs."""

from clients.models import Closing
from home.actions import add_client, close_client
from home.demo.cast import Cast
from tests.fixtures_alexs import invited

MANAGING: dict[str, list[tuple[str, ...]]] = {
    "setup": [()],
    "programs": [()],
    "program": [("program",)],
    "lines": [("program",)],
    "line": [("program", "line")],
    "new-client": [()],
    "assign": [("client",)],
    "end-assignment": [("client", "assignment")],
    "close": [("client",)],
    "reopen": [("closed_client",)],
    "handover": [("client",), ("invited_client",)],
    "handover-read": [("client",)],
    "handover-call-off": [("client",)],
    "pause": [("client",)],
    "pause-end": [("client",)],
    "my-hours": [()],
    "people": [()],
    "new-staff": [()],
    "person": [("person",), ("invited",), ("staff",)],
    "leaving-staff": [("staff",)],
    "about": [("person",)],
    "invite": [("invited",)],
    "invitation-sheet": [("invited",)],
    "help-back": [("person",)],
    "withdraw": [("invited",)],
    "add-role": [("staff",)],
    "end-role": [("staff", "role")],
    "supervise": [("staff",)],
    "end-supervision": [("staff", "supervision")],
    "code": [()],
    "invitation": [("code",)],
    "between-us": [()],
}
NO_MANAGING_PAGE = {
    "handover-read",
    "handover-call-off",
    "pause-end",
    "withdraw",
    "add-role",
    "end-role",
    "supervise",
    "end-supervision",
}


def furnish_managing(cast: Cast) -> dict[str, object]:
    by = cast.actor("omar")
    names = {"first_name": "Nico", "last_name": "Vale", "language": "en"}
    closed = add_client(**names, program=cast.program, specialist=None, by=by)
    close_client(closed, Closing.Reason.MOVED, by=by)
    return {
        "closed_client": closed.pk,
        "invited_client": cast.clients["toni"].pk,
        "program": cast.program.pk,
        "line": cast.program.lines.all()[0].pk,
        **invited(cast),
    }
