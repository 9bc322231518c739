"""A goal's page that stays open: who else is at it, and whether it changed since it was drawn (decision 0070)."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from django.core.cache import cache
from django.http import HttpRequest
from django.urls import reverse
from django.utils.crypto import salted_hmac
from django.utils.translation import get_language

from accounts.models import Actor, User
from accounts.signing_in import actor_of
from goals.models import Goal, Step
from peersupport.lib.clock import now

# Seconds. Who is at a goal stands in the cache only: advisory, and gone by itself.
GONE_AFTER = 9  # without a word from their page
RENEWED_AFTER = 4  # not each question writes
NOBODY: frozenset[str] = frozenset()


@dataclass(frozen=True)
class OpenPage:
    """A page that asks what changed. `others`: who else is at this goal; `since`: when the page was drawn first."""

    others: frozenset[str]
    since: datetime | None


def note_presence(goal: UUID, actor: Actor) -> frozenset[str]:
    """This person is at the goal; who else is. Two who write at the same moment find each other at the next look."""
    at, me = now().timestamp(), actor.person_id.hex
    found: dict[str, float] = cache.get(_place(goal), {})
    here = {person: seen for person, seen in found.items() if abs(at - seen) < GONE_AFTER}
    if me not in here or abs(at - here[me]) >= RENEWED_AFTER:
        cache.set(_place(goal), {**here, me: at}, GONE_AFTER)
    return frozenset(here) - {me}


def note_leaving(goal: UUID, actor: Actor) -> None:
    """Another window of the same person says so again within seconds."""
    found: dict[str, float] = cache.get(_place(goal), {})
    if found.pop(actor.person_id.hex, None) is not None:
        cache.set(_place(goal), found, GONE_AFTER)


def tag_of(actor: Actor, goal: UUID, page_version: int, others: frozenset[str]) -> str:
    """The ETag: two pages with the same one show the same. Keyed, so that nobody can tell from it how often a goal was
    saved while it was not shared with them."""
    parts = (goal.hex, str(page_version), actor.role.pk.hex, get_language() or "", *sorted(others))
    return f'"{salted_hmac("goals.page", " ".join(parts)).hexdigest()[:20]}"'


def open_since(request: HttpRequest) -> datetime | None:
    """What the page says; it decides only what this reader is told is new."""
    try:
        return datetime.fromtimestamp(int(request.GET.get("since", "")), UTC)
    except (ValueError, OverflowError, OSError):
        return None


def is_for(request: HttpRequest) -> bool:
    """Whether whoever the page was drawn for asks; in another window somebody else may have signed in."""
    worn = actor_of(request).role.pk.hex
    return request.GET.get("for", worn) == worn


def live_page(actor: Actor, goal: Goal, step: Step | None = None) -> dict[str, str]:
    """What the page needs to ask by itself."""
    where = reverse("goals:live-step", args=[goal.pk, step.pk]) if step else reverse("goals:live", args=[goal.pk])
    return {
        "url": f"{where}?for={actor.role.pk.hex}&since={int(now().timestamp())}",
        "tag": tag_of(actor, goal.pk, goal.page_version, NOBODY),
    }


def drawn(goal: Goal, people: list[User], opened: OpenPage | None) -> dict[str, Any]:
    """What a template needs: the whole page for a person, its main part for a page that asked by itself."""
    others = opened.others if opened else NOBODY
    here = {person.pk: person for person in people if person.pk.hex in others}
    return {"layout": "goals/live.html" if opened else "base.html", "here": list(here.values())}


def _place(goal: UUID) -> str:
    return f"here:{goal.hex}"
