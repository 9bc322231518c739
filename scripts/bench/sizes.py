"""What goes over the wire: bytes of bodies, compressed, against what a slow phone gets in its first round trips."""

import gzip
from collections.abc import Iterable
from typing import Any

from scripts.bench.browser import Answer, Browser, Page
from scripts.bench.result import Result
from scripts.bench.server import Place

FIRST_CLIENT_PAGE = 14_600  # ten segments of 1,460 bytes: what a server may send before it hears back
FIRST_VISIT = 40_000
NEXT_PAGE = 6_000


def measure(place: Place) -> list[Result]:
    nobody, alex, maya = place.browser(), place.browser("alex"), place.browser("maya")
    sign_in = Page(nobody.get("/accounts/login/").body.decode())
    results = [
        _result(alex, "first client page: HTML, CSS", ["/", *alex.page("/").styles], FIRST_CLIENT_PAGE),
        _result(
            nobody,
            "first visit: sign-in, CSS, JS",
            ["/accounts/login/", *sign_in.styles, *sign_in.scripts],
            FIRST_VISIT,
        ),
    ]
    client, log = f"/clients/{place.world['alex']}/", f"/contacts/{place.world['log']}/"
    goal, goals = f"/goals/{place.world['goal']}/", f"{client}goals/"
    pages = [
        (alex, "client", "goal", goal),
        (alex, "client", "goals", goals),
        (maya, "specialist", "goal", goal),
        *((alex, "client", name, path) for name, path in _shared(client, log)),
        (alex, "client", "my privacy", f"{client}privacy/"),
        (maya, "specialist", "today", "/"),
        (maya, "specialist", "client page", client),
        (maya, "specialist", "log form", f"{client}contacts/new/"),
        *((maya, "specialist", name, path) for name, path in _shared(client, log)),
    ]
    results += [_result(browser, f"next page: {name}, {hat}", [path], NEXT_PAGE) for browser, hat, name, path in pages]
    return results


def _shared(client: str, log: str) -> list[tuple[str, str]]:
    return [("times", f"{client}contacts/"), ("log", log), ("more", "/more/")]


def _result(browser: Browser, name: str, paths: Iterable[str], limit: int) -> Result:
    parts = {_kind(answer): _size(answer) for answer in map(browser.get, paths)}
    total = sum(part["gzip"] for part in parts.values())
    plain = [kind for kind, part in parts.items() if not part["compressed_by_server"]]
    note = f"{total:,} of {limit:,} bytes gzip" + (
        f"; the server sends {', '.join(plain)} uncompressed" if plain else ""
    )
    return Result(name, total / limit, 1.0, {"bytes": total, "limit": limit, "parts": parts}, note)


def _kind(answer: Answer) -> str:
    return {"text/html": "HTML", "text/css": "CSS"}.get(answer.headers.get_content_type(), "JS")


def _size(answer: Answer) -> dict[str, Any]:
    """As sent where the server compresses, else as a proxy in front of it would send it."""
    compressed = answer.headers.get("Content-Encoding") == "gzip"
    plain = gzip.decompress(answer.body) if compressed else answer.body
    sent = answer.body if compressed else gzip.compress(answer.body, 6, mtime=0)
    headers = len(answer.headers.as_bytes())
    return {"gzip": len(sent), "plain": len(plain), "headers": headers, "compressed_by_server": compressed}
