"""What the pages about a code by e-mail do alike. Known and unknown addresses get the same answers."""

from allauth.account.internal.flows.login import perform_login, record_authentication
from allauth.account.models import Login
from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _

from accounts import staying, throttles
from accounts.actions.codes import ask_for_sign_in_code
from accounts.forms import AskForCodeForm
from accounts.models import User
from accounts.signing_in import safe_next
from peersupport.lib.fields import posted

WRONG = _("This is not the code, or it is too old. Please look again, or get a new one.")
ASKED = "sign_in_code"  # session key: which row this browser asked for


def ask_for_code(request: HttpRequest, template: str, *, then: str) -> HttpResponse:
    """A page that asks for an address and leads to the page called `then`, whether anybody has this address or not."""
    if request.user.is_authenticated:
        return redirect("home")
    form, status = AskForCodeForm(posted(request)), 200
    if request.method == "POST" and form.is_valid():
        typed = form.cleaned_data["login"].lower()
        if throttles.count(request, "code_asked", typed) is not None:
            request.session[ASKED] = ask_for_sign_in_code(typed).pk.hex
            return redirect(with_next(request, then))
        form.add_error(None, str(throttles.TOO_OFTEN))
        status = 429
    status = 422 if form.errors and status == 200 else status
    return render(request, template, {"form": form, "next": next_of(request)}, status=status)


def show_enter(request: HttpRequest, template: str, form: forms.Form, *, again: str) -> HttpResponse:
    context = {"form": form, "next": next_of(request), "again": with_next(request, again)}
    return render(request, template, context, status=422 if form.errors else 200)


def come_in(request: HttpRequest, user: User) -> HttpResponse:
    """The code was right; where there is a second step, it comes next."""
    request.session.pop(ASKED, None)
    staying.note_shared(request, "shared" in request.POST)
    record_authentication(request, user, method="code")
    answer: HttpResponse = perform_login(request, Login(user=user, redirect_url=next_of(request)))
    return answer


def next_of(request: HttpRequest) -> str:
    return safe_next(request.POST.get("next", request.GET.get("next", "")))


def with_next(request: HttpRequest, name: str) -> str:
    path = next_of(request)
    return reverse(name) + (f"?{urlencode({'next': path})}" if path != "/" else "")
