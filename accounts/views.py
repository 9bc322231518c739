"""Signing in and out, the worn hat, the language, and forms that were kept while someone was signed out."""

from typing import Any

from allauth.account.views import LoginView
from django.conf import settings
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import signing_in
from accounts.models import Actor


class SignInView(LoginView):
    """allauth's sign-in without the links to pages that do not exist here (signing up, passkeys)."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super(LoginView, self).get_context_data(**kwargs)
        return context | {"next_url": self.request.POST.get("next", self.request.GET.get("next", ""))}


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    response: HttpResponse = SignInView.as_view()(request)
    return response


@csrf_exempt  # an old tab must be able to leave; the worst a forged one can do is end a session
@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    logout(request)
    return _forget(redirect("account_login"))


@csrf_exempt
@login_not_required
@require_POST
def leave(request: HttpRequest) -> HttpResponse:
    """Leave fast: signs out, clears what a site can clear, and shows a page that says nothing."""
    logout(request)
    return _forget(redirect("left"))


@login_not_required
@require_safe
def left(request: HttpRequest) -> HttpResponse:
    return render(request, "account/left.html")


@require_POST
def wear(request: HttpRequest) -> HttpResponse:
    """Puts on another hat one has."""
    for role in request.hats:  # type: ignore[attr-defined]
        if str(role.pk) == request.POST.get("role"):
            request.session[signing_in.HAT] = str(role.pk)
            return redirect("/")
    raise Http404


@login_not_required
@require_POST
def language(request: HttpRequest) -> HttpResponse:
    """The language of the pages before sign-in; afterwards a person's own setting counts."""
    back = request.POST.get("next", "")
    response = HttpResponseRedirect(signing_in.safe_next(back) if back else reverse("account_login"))
    if request.POST.get("language") in dict(settings.LANGUAGES):
        response.set_cookie(
            settings.LANGUAGE_COOKIE_NAME,
            request.POST["language"],
            httponly=True,
            samesite="Lax",
            secure=settings.SESSION_COOKIE_SECURE,
        )
    return response


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


def _forget(response: HttpResponse) -> HttpResponse:
    response.headers["Clear-Site-Data"] = '"cache", "storage"'
    response.delete_cookie(settings.CSRF_COOKIE_NAME)
    return response
