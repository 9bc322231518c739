"""What every page needs to know about its reader."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest

from accounts import staying
from accounts.models import Actor, Role


def person(request: HttpRequest) -> dict[str, Any]:
    actor: Actor | None = getattr(request, "actor", None)
    hats = getattr(request, "hats", [])
    return {
        "organization": settings.ORGANIZATION_NAME,
        "demo": settings.DEMO,
        "actor": actor,
        "client_hat": actor is not None and actor.wears(Role.Kind.CLIENT),
        "hats": hats if len(hats) > 1 else [],
        "several_programs": len({role.program_id for role in hats}) > 1,
        "stay": _stay(request, actor) if actor is not None else None,
    }


def _stay(request: HttpRequest, actor: Actor) -> dict[str, Any]:
    """For the dialog that warns before a sign-in ends; the page counts from when it was made."""
    return {"left": staying.seconds_left(request), "warning": staying.warning_of(request, actor)}
