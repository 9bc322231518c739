"""GET may write only what stands in ALLOWED. The tests run every request through this middleware."""

import re
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from django.db import connection
from django.http import HttpRequest, HttpResponse

from peersupport.lib import composed

ALLOWED = {"audit_event", "clients_visit", "django_session", "cache"}
SAFE_METHODS = {"GET", "HEAD", "OPTIONS"}

_READS = {"SELECT", "VALUES", "WITH", "EXPLAIN", "SHOW", "PRAGMA", "DECLARE", "FETCH", "MOVE", "CLOSE"}
_READS |= {"BEGIN", "START", "SAVEPOINT", "RELEASE", "ROLLBACK", "COMMIT", "END", "SET", "RESET"}
_WRITES = {"INSERT", "UPDATE", "DELETE", "REPLACE"}
_NOISE = re.compile(r"--[^\n]*|/\*.*?\*/|'(?:[^']|'')*'", re.DOTALL)
_ROW_LOCK = re.compile(r"\bFOR\s+(?:NO\s+KEY\s+UPDATE|UPDATE|KEY\s+SHARE|SHARE)\b", re.IGNORECASE)
# `ON CONFLICT … DO UPDATE SET` belongs to its INSERT.
_WRITTEN = re.compile(
    r"""\b(?:(?:INSERT(?:\s+OR\s+\w+)?|REPLACE)\s+INTO|(?<!DO\s)UPDATE(?:\s+OR\s+\w+)?|DELETE\s+FROM)
        \s+(?:ONLY\s+)?(?:"?\w+"?\.)?"?(\w+)"?""",
    re.IGNORECASE | re.VERBOSE,
)


_PREPARED = re.compile(r"EXECUTE (\w+)")


class GetGuard:
    def __init__(self, respond: Callable[[HttpRequest], HttpResponse]) -> None:
        self.respond = respond

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.method not in SAFE_METHODS:
            return self.respond(request)
        with connection.execute_wrapper(_refuse_writes):
            response = self.respond(request)
        if response.streaming:
            response.streaming_content = _guarded(response.streaming_content)
        return response


def refusal(sql: str) -> str | None:
    """What is wrong with `sql` in a GET request, or None. What it does not know it refuses."""
    name = _PREPARED.match(sql)
    sql = composed.statements[name[1]] if name else sql
    plain = " ".join(_NOISE.sub(" ", sql).split()).lstrip("( ")
    verb = plain.partition(" ")[0].upper()
    if _ROW_LOCK.search(plain):
        return "locks rows"
    tables = {table.lower() for table in _WRITTEN.findall(plain)}
    if tables - ALLOWED:
        return f"writes {', '.join(sorted(tables - ALLOWED))}"
    if verb in _READS or (verb in _WRITES and tables):
        return None
    return f"is a {verb}"


def _refuse_writes(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
    wrong = refusal(sql)
    assert wrong is None, f"a GET request {wrong}: {sql}"
    return execute(sql, params, many, context)


def _guarded(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """A streamed body is made after the middleware has returned."""
    chunks = iter(chunks)
    while True:
        with connection.execute_wrapper(_refuse_writes):
            chunk = next(chunks, None)
        if chunk is None:
            return
        yield chunk
