"""The frame around every page: where one can go, and the line at its foot."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from accounts.models import Actor, Role
from clients.pages import own_client, own_specialists
from clients.trust import when_read


@dataclass(frozen=True)
class Place:
    url: str
    label: Any
    here: bool


def frame(request: HttpRequest) -> dict[str, Any]:
    actor: Actor | None = getattr(request, "actor", None)
    if actor is None:
        return {"nav": [], "leave_url": reverse("leave")}
    places = [
        Place(url, label, here=request.path == url)
        for url, label in _PLACES[Role.Kind(actor.role.kind)](request, actor)
    ]
    hats = len(request.hats) > 1  # type: ignore[attr-defined]
    return {
        "nav": places,
        "leave_url": reverse("leave"),
        "footer_line": SimpleLazyObject(lambda: _foot(request)) if actor.wears(Role.Kind.CLIENT) else "",
        "hat": {"label": actor.role.get_kind_display()} if hats else None,
        "reach_url": reverse("conversations:reach-out") if actor.wears(Role.Kind.CLIENT) else "",
        "switch_url": reverse("more") + "#hats" if hats else "",
    }


def _client_places(request: HttpRequest, _actor: Actor) -> list[tuple[str, Any]]:
    own = own_client(request)
    theirs = (
        [
            (reverse("goals:list", args=[own.pk]), gettext_lazy("Goals")),
            (reverse("contacts:times", args=[own.pk]), gettext_lazy("Our times")),
        ]
        if own
        else []
    )
    return [("/", gettext_lazy("Home")), *theirs, (reverse("more"), pgettext_lazy("place", "More"))]


def _specialist_places(_request: HttpRequest, actor: Actor) -> list[tuple[str, Any]]:
    return [
        ("/", gettext_lazy("Today")),
        (reverse("clients"), _people_label(actor)),
        (reverse("contacts:choose"), gettext_lazy("Log")),
        (reverse("more"), pgettext_lazy("place", "More")),
    ]


def _supervisor_places(_request: HttpRequest, actor: Actor) -> list[tuple[str, Any]]:
    return [
        ("/", gettext_lazy("Today")),
        (reverse("reports:caseload"), gettext_lazy("Caseload")),
        (reverse("clients"), _people_label(actor)),
        (reverse("more"), pgettext_lazy("place", "More")),
    ]


def _manager_places(_request: HttpRequest, actor: Actor) -> list[tuple[str, Any]]:
    return [
        ("/", gettext_lazy("Today")),
        (reverse("clients"), _people_label(actor)),
        (reverse("people"), pgettext_lazy("place", "Staff")),
        (reverse("programs"), gettext_lazy("Programs")),
        (reverse("more"), pgettext_lazy("place", "More")),
    ]


def _people_label(actor: Actor) -> Any:
    return {
        "client": pgettext_lazy("place", "Clients"),
        "participant": pgettext_lazy("place", "Participants"),
        "member": pgettext_lazy("place", "Members"),
        "person": pgettext_lazy("place", "People"),
    }[actor.role.program.noun]


_PLACES: dict[Role.Kind, Callable[[HttpRequest, Actor], list[tuple[str, Any]]]] = {
    Role.Kind.CLIENT: _client_places,
    Role.Kind.SPECIALIST: _specialist_places,
    Role.Kind.SUPERVISOR: _supervisor_places,
    Role.Kind.MANAGER: _manager_places,
}


def foot(when: str) -> str:
    """`when`: the sentence that says when their own specialist reads what a client writes; may be empty."""
    return " ".join(part for part in (_("Not watched around the clock."), when) if part)


def _foot(request: HttpRequest) -> str:
    return foot(when_read(own_specialists(request)))
