"""Signing in with a code by e-mail instead of a password."""

from uuid import UUID

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from accounts.actions.codes import try_sign_in_code
from accounts.forms import CodeForm
from accounts.pages import ASKED, WRONG, ask_for_code, come_in, show_enter, with_next
from peersupport.lib.fields import posted


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def ask(request: HttpRequest) -> HttpResponse:
    """Says where to send it."""
    return ask_for_code(request, "account/ask_for_code.html", then="sign-in-code")


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def enter(request: HttpRequest) -> HttpResponse:
    """Takes the code, in the browser that asked for it."""
    asked = request.session.get(ASKED)
    if request.user.is_authenticated:
        return redirect("home")
    if asked is None:
        return redirect(with_next(request, "ask-for-code"))
    form = CodeForm(posted(request))
    if request.method == "POST" and form.is_valid():
        user = try_sign_in_code(UUID(asked), form.cleaned_data["code"])
        if user is not None:
            return come_in(request, user)
        form.add_error("code", WRONG)
    return show_enter(request, "account/enter_code.html", form, again="ask-for-code")
