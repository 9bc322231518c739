"""Who gets what: every URL pattern × every person of the cast × GET and POST, decided on purpose.

Everything asked for is Alex's: supported by Maya, covered by Noor, both supervised by Dana; Omar manages.
A URL pattern that is missing here fails the suite. Signed out means 302 for GET and 401 for POST unless said otherwise.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest
from django.db import transaction
from django.test import Client as Browser
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from accounts.models import Role
from peersupport.lib.ids import new_id

PEOPLE: dict[str, tuple[str, Role.Kind | None]] = {
    **{name: (name, None) for name in ("alex", "luz", "maya", "sam", "noor", "dana", "priya", "omar")},
    "rio": ("rio", Role.Kind.CLIENT),
    "rio-staff": ("rio", Role.Kind.SPECIALIST),
}
EVERYONE = " ".join(PEOPLE)
STAFF = "maya sam noor dana priya omar rio-staff"
SPECIALISTS = "maya sam noor rio-staff"
STRANGERS = "luz sam priya rio rio-staff"  # for whom Alex does not exist

# What differs from one answer to the next by chance or by the second.
RANDOM = re.compile(
    r'(name="(?:csrfmiddlewaretoken|form_of|op_id)" value=")[^"]*|settle-[0-9a-f]+|data-left="\d+"|"csrf": "\w+"'
    r'|"left": \d+|<code lang="zxx"[^<]*<|<path d="M[^"]*"|since=\d+'
)


def cells(text: str, out: int) -> dict[str, int]:
    """ "maya noor:200 omar:403 *:404" as a status for each person, `out` being the one for someone signed out."""
    found: dict[str, int] = {}
    waiting: list[str] = []
    for token in text.split():
        name, _, status = token.partition(":")
        waiting.append(name)
        if status:
            for person in waiting:
                found |= dict.fromkeys(
                    [p for p in PEOPLE if p not in found] if person == "*" else [person], int(status)
                )
            waiting = []
    assert set(found) == set(PEOPLE), f"not decided for {set(PEOPLE) - set(found)}"
    return {**found, "out": out}


@dataclass(frozen=True)
class Row:
    get: str
    post: str
    needs: tuple[str, ...] = ()  # which of Alex's things stand in the URL
    out: tuple[int, int] = (302, 401)
    data: dict[str, str] = field(default_factory=dict)


NOT_ALLOWED = "*:405"
OF_ALEX = f"{STRANGERS.replace(' ', ':404 ')}:404"
MANAGERS = (f"omar:200 alex maya noor dana:403 {OF_ALEX}", f"omar:422 alex maya noor dana:403 {OF_ALEX}")
MATRIX = {
    "home": Row("*:200", NOT_ALLOWED),
    "clients": Row("alex luz rio:302 *:200", NOT_ALLOWED),
    "client": Row(f"alex:302 maya noor dana:200 omar:403 {OF_ALEX}", NOT_ALLOWED, ("client",)),
    "new-client": Row("omar:200 *:403", "omar:422 *:403"),
    "assign": Row(
        f"omar:200 alex maya noor dana:403 {OF_ALEX}", f"omar:422 alex maya noor dana:403 {OF_ALEX}", ("client",)
    ),
    "end-assignment": Row(*MANAGERS, ("client", "assignment")),
    "close": Row(
        f"omar:200 alex maya noor dana:403 {OF_ALEX}", f"omar:422 alex maya noor dana:403 {OF_ALEX}", ("client",)
    ),
    "handover": Row(
        f"alex omar:200 maya noor dana:403 {OF_ALEX}", f"omar:422 alex maya noor dana:403 {OF_ALEX}", ("client",)
    ),
    "handover-read": Row(NOT_ALLOWED, f"alex:302 maya noor dana omar:403 {OF_ALEX}", ("planned",)),
    "handover-call-off": Row(NOT_ALLOWED, f"omar:302 alex maya noor dana:403 {OF_ALEX}", ("planned",)),
    "reopen": Row(
        f"omar:302 alex maya noor dana:403 {OF_ALEX}", f"omar:302 alex maya noor dana:403 {OF_ALEX}", ("client",)
    ),
    "pause": Row(
        f"alex maya noor:200 dana omar:403 {OF_ALEX}", f"alex maya noor:422 dana omar:403 {OF_ALEX}", ("client",)
    ),
    "pause-end": Row(NOT_ALLOWED, f"alex maya noor:302 dana omar:403 {OF_ALEX}", ("client",)),
    "my-privacy": Row(f"alex:200 maya noor dana omar:403 {OF_ALEX}", NOT_ALLOWED, ("client",)),
    "keep-away": Row(NOT_ALLOWED, f"alex:302 maya noor dana omar:403 {OF_ALEX}", ("client",)),
    "let-back": Row(NOT_ALLOWED, f"alex:302 maya noor dana omar:403 {OF_ALEX}", ("client", "kept")),
    "settle": Row(NOT_ALLOWED, "omar:302 *:403", ("kept",)),
    "setup": Row("omar:200 *:403", NOT_ALLOWED),
    "programs": Row("omar:200 *:403", "omar:422 *:403"),
    "program": Row("omar:200 *:403", "omar:422 *:403", ("program",)),
    "lines": Row("omar:200 *:403", "omar:422 *:403", ("program",)),
    "line": Row("omar:200 *:403", "omar:422 *:403", ("program", "line")),
    "my-hours": Row(f"{SPECIALISTS}:200 *:403", f"{SPECIALISTS}:422 *:403"),
    "people": Row("omar:200 *:403", NOT_ALLOWED),
    "new-staff": Row("omar:200 *:403", "omar:422 *:403"),
    "person": Row("omar:200 *:403", NOT_ALLOWED, ("person",)),
    "about": Row("omar:200 *:403", "omar:422 *:403", ("person",)),
    "invite": Row("omar:200 *:403", "omar:422 *:403", ("invited",)),
    "invitation-sheet": Row("omar:200 *:403", NOT_ALLOWED, ("invited",)),
    "help-back": Row("omar:200 *:403", "omar:422 *:403", ("person",)),
    "withdraw": Row(NOT_ALLOWED, "omar:302 *:403", ("invited",)),
    "leaving-staff": Row("omar:200 *:403", "omar:422 *:403", ("staff",)),
    "add-role": Row(NOT_ALLOWED, "omar:422 *:403", ("person",)),
    "end-role": Row(NOT_ALLOWED, "omar:302 *:403", ("staff", "role")),
    "supervise": Row(NOT_ALLOWED, "omar:422 *:403", ("staff",)),
    "end-supervision": Row(NOT_ALLOWED, "omar:302 *:403", ("staff", "supervision")),
    "code": Row("*:200", "*:422", out=(200, 422)),
    "invitation": Row("*:200", "*:422", ("code",), out=(200, 422)),
    "between-us": Row("alex luz rio:200 *:403", NOT_ALLOWED),
    "more": Row("*:200", "*:422"),
    "reach-me": Row("*:200", "*:422"),
    "reach-me-news": Row(NOT_ALLOWED, "dana priya omar:403 *:302"),
    "reach-me-point": Row("alex:200 *:404", "alex:422 *:404", ("point",)),
    "reach-me-code": Row(NOT_ALLOWED, "alex:422 *:404", ("point",)),
    "reach-me-new-code": Row(NOT_ALLOWED, "alex:302 *:404", ("point",)),
    "reach-me-end": Row(NOT_ALLOWED, "alex:302 *:404", ("point",)),
    "my-password": Row("*:200", "*:422"),
    "way-back": Row("alex luz:200 *:403", "alex luz:422 *:403"),
    "my-email": Row("*:200", "*:422"),
    "my-email-code": Row("*:302", "*:302"),
    "leaving": Row("*:200", NOT_ALLOWED),
    "healthz": Row("*:200", NOT_ALLOWED, out=(200, 405)),
    "readyz": Row("*:200", NOT_ALLOWED, out=(200, 405)),
    "clients:opening": Row(
        f"dana:200 alex maya noor omar:403 {OF_ALEX}", f"dana:422 alex maya noor omar:403 {OF_ALEX}", ("client",)
    ),
    "contacts:choose": Row(f"{SPECIALISTS}:200 *:403", NOT_ALLOWED),
    "contacts:new": Row(
        f"maya noor:200 alex dana omar:403 {OF_ALEX}", f"maya noor:422 alex dana omar:403 {OF_ALEX}", ("client",)
    ),
    "contacts:times": Row(f"alex maya noor dana:200 omar:403 {OF_ALEX}", NOT_ALLOWED, ("client",)),
    "contacts:log": Row(f"alex maya noor dana:200 omar:404 {OF_ALEX}", NOT_ALLOWED, ("log",)),
    "contacts:edit": Row(
        f"maya:200 alex noor dana:403 omar:404 {OF_ALEX}", f"maya:422 alex noor dana:403 omar:404 {OF_ALEX}", ("draft",)
    ),
    "contacts:sign": Row(NOT_ALLOWED, f"maya:409 alex noor dana:403 omar:404 {OF_ALEX}", ("draft",)),
    "contacts:correct": Row(
        f"maya:200 alex noor dana:403 omar:404 {OF_ALEX}", f"maya:422 alex noor dana:403 omar:404 {OF_ALEX}", ("log",)
    ),
    "contacts:open": Row(
        f"dana:200 alex maya noor:403 omar:404 {OF_ALEX}", f"dana:422 alex maya noor:403 omar:404 {OF_ALEX}", ("log",)
    ),
    "contacts:mistake": Row(
        f"maya:200 alex noor dana:403 omar:404 {OF_ALEX}", f"maya:422 alex noor dana:403 omar:404 {OF_ALEX}", ("log",)
    ),
    "contacts:add-words": Row(NOT_ALLOWED, f"alex:422 maya noor dana:403 omar:404 {OF_ALEX}", ("log",)),
    "contacts:take-back": Row(NOT_ALLOWED, f"alex:302 maya noor dana:403 omar:404 {OF_ALEX}", ("log", "word")),
    "conversations:reach-out": Row("alex luz rio:200 *:403", "alex luz rio:422 *:403"),
    "conversations:state": Row(f"alex maya noor dana:200 omar:404 {OF_ALEX}", NOT_ALLOWED, ("reach_out",)),
    "conversations:take-back": Row(NOT_ALLOWED, f"alex:302 maya noor dana:403 omar:404 {OF_ALEX}", ("reach_out",)),
    "conversations:seen": Row(NOT_ALLOWED, f"maya noor:302 alex dana:403 omar:404 {OF_ALEX}", ("reach_out",)),
    "conversations:answered": Row(NOT_ALLOWED, f"maya noor:422 alex dana:403 omar:404 {OF_ALEX}", ("reach_out",)),
    "conversations:open": Row(
        f"dana:200 alex maya noor:403 omar:404 {OF_ALEX}",
        f"dana:422 alex maya noor:403 omar:404 {OF_ALEX}",
        ("reach_out",),
    ),
    "goals:list": Row(f"alex maya noor dana:200 omar:403 {OF_ALEX}", NOT_ALLOWED, ("client",)),
    "goals:put-away": Row(f"alex maya noor dana:200 omar:403 {OF_ALEX}", NOT_ALLOWED, ("client",)),
    "goals:new": Row(
        f"alex:200 maya noor dana omar:403 {OF_ALEX}", f"alex:422 maya noor dana omar:403 {OF_ALEX}", ("client",)
    ),
    "goals:tell": Row(
        f"maya noor:200 alex dana omar:403 {OF_ALEX}", f"maya noor:422 alex dana omar:403 {OF_ALEX}", ("client",)
    ),
    "goals:suggest-goal": Row(
        f"maya noor:200 alex dana omar:403 {OF_ALEX}", f"maya noor:422 alex dana omar:403 {OF_ALEX}", ("client",)
    ),
    "goals:goal": Row(
        f"alex maya noor dana:200 omar:404 {OF_ALEX}", f"alex maya noor:422 dana:403 omar:404 {OF_ALEX}", ("goal",)
    ),
    "goals:history": Row(f"alex maya noor dana:200 omar:404 {OF_ALEX}", NOT_ALLOWED, ("goal",)),
    "goals:live": Row(f"alex maya noor:200 dana:403 omar:404 {OF_ALEX}", NOT_ALLOWED, ("goal",)),
    "goals:live-step": Row(f"alex maya noor:200 dana:403 omar:404 {OF_ALEX}", NOT_ALLOWED, ("goal", "step")),
    "goals:restore": Row(NOT_ALLOWED, f"alex maya noor:422 dana:403 omar:404 {OF_ALEX}", ("goal",)),
    "goals:order": Row(
        f"alex maya noor:200 dana:403 omar:404 {OF_ALEX}",
        f"alex maya noor:422 dana:403 omar:404 {OF_ALEX}",
        ("goal",),
    ),
    "goals:talk": Row(
        f"alex maya noor:200 dana:403 omar:404 {OF_ALEX}",
        f"alex maya noor:422 dana:403 omar:404 {OF_ALEX}",
        ("goal",),
    ),
    "goals:take-back": Row(NOT_ALLOWED, f"maya:302 alex noor:403 dana omar:404 {OF_ALEX}", ("comment",)),
    "goals:settle": Row(NOT_ALLOWED, f"alex maya noor:422 dana:403 omar:404 {OF_ALEX}", ("goal",)),
    "goals:new-step": Row(
        f"alex maya noor:200 dana:403 omar:404 {OF_ALEX}",
        f"alex maya noor:422 dana:403 omar:404 {OF_ALEX}",
        ("goal",),
    ),
    "goals:step": Row(
        f"alex maya noor:200 dana:403 omar:404 {OF_ALEX}",
        f"alex maya noor:422 dana:403 omar:404 {OF_ALEX}",
        ("goal", "step"),
    ),
    "goals:suggest": Row(
        f"maya noor:200 alex dana:403 omar:404 {OF_ALEX}", f"maya noor:422 alex dana:403 omar:404 {OF_ALEX}", ("goal",)
    ),
    "goals:answer": Row(NOT_ALLOWED, f"alex:422 maya noor:403 dana omar:404 {OF_ALEX}", ("idea",)),
    "goals:my-way": Row(
        f"alex:200 maya noor:403 dana omar:404 {OF_ALEX}", f"alex:422 maya noor:403 dana omar:404 {OF_ALEX}", ("idea",)
    ),
    "goals:told-answer": Row(
        f"maya noor:200 alex:403 dana omar:404 {OF_ALEX}", f"maya noor:422 alex:403 dana omar:404 {OF_ALEX}", ("idea",)
    ),
    "goals:hand-over-idea": Row(
        f"maya noor:200 alex:403 dana omar:404 {OF_ALEX}", f"maya noor:302 alex:403 dana omar:404 {OF_ALEX}", ("idea",)
    ),
    "goals:hand-over-goal": Row(
        f"maya noor:200 alex dana:403 omar:404 {OF_ALEX}",
        f"maya noor:302 alex dana:403 omar:404 {OF_ALEX}",
        ("told_goal",),
    ),
    "goals:in-hands": Row("*:302", "*:302"),
    "goals:in-hands-my-way": Row("*:302", "*:302"),
    "goals:paper": Row(f"alex maya noor:200 dana omar:403 {OF_ALEX}", NOT_ALLOWED, ("client",)),
    "goals:offer-again": Row(NOT_ALLOWED, f"maya noor:302 alex:403 dana omar:404 {OF_ALEX}", ("idea",)),
    "goals:victories": Row(
        f"alex maya noor dana:200 omar:403 {OF_ALEX}", f"alex:422 maya noor dana omar:403 {OF_ALEX}", ("client",)
    ),
    "goals:share-victory": Row(NOT_ALLOWED, f"alex:422 maya noor dana:403 omar:404 {OF_ALEX}", ("victory",)),
    "goals:put-victory-away": Row(NOT_ALLOWED, f"alex:302 maya noor dana:403 omar:404 {OF_ALEX}", ("victory",)),
    "goals:cheer": Row(NOT_ALLOWED, f"maya noor:422 alex dana:403 omar:404 {OF_ALEX}", ("victory",)),
    "goals:take-cheer-back": Row(NOT_ALLOWED, f"maya:302 alex noor dana:403 omar:404 {OF_ALEX}", ("cheer",)),
    "checkins:list": Row(f"alex maya noor dana:200 omar:403 {OF_ALEX}", NOT_ALLOWED, ("client",)),
    "checkins:new": Row(
        f"alex maya noor:200 dana omar:403 {OF_ALEX}", f"alex maya noor:422 dana omar:403 {OF_ALEX}", ("client",)
    ),
    "checkins:quiet": Row(NOT_ALLOWED, f"alex:302 maya noor dana omar:403 {OF_ALEX}", ("client",)),
    "checkins:answer": Row(NOT_ALLOWED, f"alex:422 maya noor dana:403 omar:404 {OF_ALEX}", ("check_in",)),
    "checkins:change": Row(
        f"alex maya noor:200 dana:403 omar:404 {OF_ALEX}",
        f"alex maya noor:422 dana:403 omar:404 {OF_ALEX}",
        ("agreement",),
    ),
    "checkins:agree": Row(NOT_ALLOWED, f"alex maya noor:409 dana:403 omar:404 {OF_ALEX}", ("check_in_idea",)),
    "checkins:say-no": Row(NOT_ALLOWED, f"alex:302 maya noor dana:403 omar:404 {OF_ALEX}", ("check_in_idea",)),
    "checkins:take-back": Row(NOT_ALLOWED, f"maya noor:302 alex dana:403 omar:404 {OF_ALEX}", ("check_in_idea",)),
    "checkins:pause": Row(NOT_ALLOWED, f"alex maya noor:302 dana:403 omar:404 {OF_ALEX}", ("agreement",)),
    "checkins:resume": Row(NOT_ALLOWED, f"alex maya noor:302 dana:403 omar:404 {OF_ALEX}", ("agreement",)),
    "checkins:end": Row(NOT_ALLOWED, f"alex maya noor:302 dana:403 omar:404 {OF_ALEX}", ("agreement",)),
    "checkins:reply": Row("*:200", "*:422", ("token",), out=(200, 422)),
    "reports:caseload": Row("dana priya:200 *:403", NOT_ALLOWED),
    "reports:caseload-file": Row("dana priya:200 *:403", NOT_ALLOWED),
    "reports:find": Row(NOT_ALLOWED, "dana priya:302 *:403"),
    "reports:rows": Row("dana priya:200 *:403", NOT_ALLOWED, ("figure",)),
    "reports:rows-file": Row("dana priya:200 *:403", NOT_ALLOWED, ("figure",)),
    "reports:how-we-count": Row("dana priya:200 *:403", NOT_ALLOWED),
    "account_login": Row("*:302", "*:302", out=(200, 200)),
    "ask-for-code": Row("*:302", "*:302", out=(200, 422)),
    "sign-in-code": Row("*:302", "*:302", out=(302, 302)),
    "forgotten-password": Row("*:302", "*:302", out=(200, 422)),
    "new-password": Row("*:302", "*:302", out=(302, 302)),
    "paper-code": Row("*:302", "*:302", out=(200, 422)),
    "mfa_authenticate": Row("*:302", "*:302", out=(302, 302)),
    "second-factor": Row("alex luz:403 *:200", "alex luz:403 *:422"),
    "recovery-codes": Row("alex luz:403 *:302", "alex luz:403 *:302"),
    "reset-second-factor": Row("omar:200 *:403", "omar:422 *:403", ("staff_member",)),
    "account_logout": Row(NOT_ALLOWED, "*:302"),
    "take-back": Row("*:302", "*:302"),
    "resume": Row("*:200", NOT_ALLOWED),
    "sign-ins": Row("*:200", "*:302"),
    "stay": Row("*:200", "*:200"),
    "wear": Row(NOT_ALLOWED, "*:404"),
    "language": Row(NOT_ALLOWED, "*:302", out=(405, 302)),
    "leave": Row(NOT_ALLOWED, "*:302", out=(405, 302)),
    "left": Row("*:200", NOT_ALLOWED, out=(200, 405)),
}


def url_names(resolver: URLResolver, prefix: str = "") -> list[str]:
    found: list[str] = []
    for pattern in resolver.url_patterns:
        if isinstance(pattern, URLResolver):
            space = f"{prefix}{pattern.namespace}:" if pattern.namespace else prefix
            found += url_names(pattern, space)
        elif isinstance(pattern, URLPattern):
            found.append(f"{prefix}{pattern.name}")
    return found


def url_of(name: str, things: dict[str, Any]) -> str:
    return reverse(name, args=[things[need] for need in MATRIX[name].needs])


def test_every_url_is_decided() -> None:
    assert sorted(url_names(get_resolver())) == sorted(MATRIX)


@pytest.mark.parametrize("name", MATRIX)
def test_who_gets_what(name: str, alexs: dict[str, Any], sign_in: Callable[..., Browser]) -> None:
    row, url = MATRIX[name], url_of(name, alexs)
    wrong = []
    gets, posts = cells(row.get, row.out[0]), cells(row.post, row.out[1])
    for person in gets:
        browser = Browser() if person == "out" else sign_in(*PEOPLE[person])
        for method, status in (("GET", gets[person]), ("POST", posts[person])):
            with transaction.atomic():  # what one person does is undone before the next
                answer = browser.generic(method, url, content_type="application/x-www-form-urlencoded")
                transaction.set_rollback(True)
            if answer.status_code != status:
                wrong.append(f"{person} {method} {name}: {answer.status_code}, not {status}")
    assert not wrong, "\n".join(["", *wrong])


def test_other_methods_are_refused(alexs: dict[str, Any], sign_in: Callable[..., Browser]) -> None:
    browser = sign_in("maya")
    asked = [(name, method) for name in MATRIX for method in ("PUT", "PATCH", "DELETE", "TRACE")]
    statuses = {(name, method): browser.generic(method, url_of(name, alexs)).status_code for name, method in asked}
    assert {which: status for which, status in statuses.items() if status != 405} == {}


def test_what_does_not_exist_and_what_is_strange_looks_the_same(
    alexs: dict[str, Any], sign_in: Callable[..., Browser]
) -> None:
    browser = sign_in("sam")
    strange = browser.get(reverse("contacts:log", args=[alexs["log"]]))
    nothing = browser.get(reverse("contacts:log", args=[new_id()]))
    assert strange.status_code == nothing.status_code == 404
    pages = [RANDOM.sub(r"\1", answer.content.decode()) for answer in (strange, nothing)]
    assert pages[0] == pages[1]
