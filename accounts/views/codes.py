"""Signing in with a code by e-mail instead of a password. Known and unknown addresses get the same answers."""

from uuid import UUID

from allauth.account.internal.flows.login import perform_login, record_authentication
from allauth.account.models import Login
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts import staying, throttles
from accounts.actions.codes import ask_for_sign_in_code, try_sign_in_code
from accounts.forms import AskForCodeForm, CodeForm
from accounts.signing_in import safe_next
from peersupport.lib.fields import posted

ASKED = "sign_in_code"  # session key: which row this browser asked for


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def ask(request: HttpRequest) -> HttpResponse:
    """Says where to send it."""
    if request.user.is_authenticated:
        return redirect("home")
    form, status = AskForCodeForm(posted(request)), 200
    if request.method == "POST" and form.is_valid():
        typed = form.cleaned_data["login"].lower()
        if throttles.count(request, "code_asked", typed) is not None:
            request.session[ASKED] = ask_for_sign_in_code(typed).pk.hex
            return redirect(_with_next(request, "sign-in-code"))
        form.add_error(None, str(throttles.TOO_OFTEN))
        status = 429
    status = 422 if form.errors and status == 200 else status
    return render(request, "account/ask_for_code.html", {"form": form, "next": _next(request)}, status=status)


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def enter(request: HttpRequest) -> HttpResponse:
    """Takes the code, in the browser that asked for it."""
    asked = request.session.get(ASKED)
    if request.user.is_authenticated:
        return redirect("home")
    if asked is None:
        return redirect(_with_next(request, "ask-for-code"))
    form = CodeForm(posted(request))
    if request.method == "POST" and form.is_valid():
        user = try_sign_in_code(UUID(asked), form.cleaned_data["code"])
        if user is not None:
            del request.session[ASKED]
            staying.note_shared(request, "shared" in request.POST)
            record_authentication(request, user, method="code")
            answer: HttpResponse = perform_login(request, Login(user=user, redirect_url=_next(request)))
            return answer
        form.add_error("code", _("This is not the code, or it is too old. Please look again, or get a new one."))
    context = {"form": form, "next": _next(request), "again": _with_next(request, "ask-for-code")}
    return render(request, "account/enter_code.html", context, status=422 if form.errors else 200)


def _next(request: HttpRequest) -> str:
    return safe_next(request.POST.get("next", request.GET.get("next", "")))


def _with_next(request: HttpRequest, name: str) -> str:
    path = _next(request)
    return reverse(name) + (f"?{urlencode({'next': path})}" if path != "/" else "")
