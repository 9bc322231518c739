"""Signing in and out, the worn hat, and the language of the pages before sign-in."""

from http import HTTPStatus
from typing import Any

from allauth.account.views import LoginView
from django.conf import settings
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import NON_FIELD_ERRORS
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import signing_in, staying


class SignInView(LoginView):
    """allauth's sign-in without the links to pages that do not exist here (signing up, passkeys)."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super(LoginView, self).get_context_data(**kwargs)
        refused = context["form"].has_error(NON_FIELD_ERRORS, "too_many_login_attempts")
        next_url = signing_in.safe_next(self.request.POST.get("next", self.request.GET.get("next", "")))
        return context | {"next_url": next_url, "refused": refused}

    def form_valid(self, form: Any) -> HttpResponse:
        staying.note_shared(self.request, "shared" in self.request.POST)
        response: HttpResponse = super().form_valid(form)
        return response

    def render_to_response(self, context: dict[str, Any], **kwargs: Any) -> HttpResponse:
        """Where many tries were too many, the page offers a code by e-mail: that is how the owner gets in."""
        if context["refused"]:
            kwargs["status"] = HTTPStatus.TOO_MANY_REQUESTS
        response: HttpResponse = super().render_to_response(context, **kwargs)
        return response


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    response: HttpResponse = SignInView.as_view()(request)
    return response


@require_http_methods(["GET", "HEAD", "POST"])
def stay(request: HttpRequest) -> HttpResponse:
    """How long this sign-in still lasts, for the dialog over a page; a POST says that someone is there."""
    actor = signing_in.actor_of(request)
    if request.method == "POST" and request.headers.get("Sec-Fetch-Mode") == "navigate":
        return redirect("home")
    left, person = staying.seconds_left(request), actor.person_id.hex
    return JsonResponse({"left": left, "person": person, "csrf": get_token(request)})


@staying.in_hands_too
@csrf_exempt  # an old tab must be able to leave; the worst a forged one can do is end a session
@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    logout(request)
    return _forget(redirect("account_login"))


@staying.in_hands_too
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


def _forget(response: HttpResponse) -> HttpResponse:
    response.headers["Clear-Site-Data"] = '"cache", "storage"'
    response.delete_cookie(settings.CSRF_COOKIE_NAME)
    return response
