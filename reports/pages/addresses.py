"""Where the pages are that a report leads to: looked up once, for each time would cost as much as rows of its table."""

from functools import cache
from uuid import UUID

from django.urls import reverse

_ANYONE = UUID(int=0)


@cache
def addresses() -> dict[str, str]:
    """By name. Those of a client and of rows are to be filled in, with whose page and with the name of the figure."""
    return {
        "caseload": reverse("reports:caseload"),
        "file": reverse("reports:caseload-file"),
        "find": reverse("reports:find"),
        "how_we_count": reverse("reports:how-we-count"),
        "rows": reverse("reports:rows", args=["figure"]).replace("/figure/", "/{}/"),
        "client": reverse("client", args=[_ANYONE]).replace(str(_ANYONE), "{}"),
    }
