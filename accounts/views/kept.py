"""Forms that were kept while someone was signed out."""

from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts import signing_in
from accounts.models import Actor


@require_safe
def resume(request: HttpRequest) -> HttpResponse:
    """After signing in again: what was typed stands here, ready to be sent, for the same person only."""
    actor = signing_in.actor_of(request)
    kept = signing_in.take_kept(request, request.GET.get("form", ""), actor.user)
    role = next((role for role in request.hats if kept and str(role.pk) == kept["role"]), None)  # type: ignore[attr-defined]
    if role is not None:  # it goes on under the hat it was begun under
        request.session[signing_in.HAT] = str(role.pk)
        request.actor = Actor(actor.user, role)  # type: ignore[attr-defined]
    return render(request, "account/resume.html", {"kept": kept})


@login_not_required
def kept_form(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Instead of Django's page for a failed forgery check: an old tab loses nothing, a forged form gets nowhere."""
    if not request.user.is_authenticated:
        return signing_in.keep_and_ask(request)
    owner = signing_in.form_owner(request)
    if owner is None or owner[0] != request.user.pk.hex:
        raise PermissionDenied
    return render(request, "account/resume.html", {"kept": signing_in.posted(request)}, status=403)
