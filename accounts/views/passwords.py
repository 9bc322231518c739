"""A forgotten password: a new one is chosen with a code from the mailbox. Known and unknown addresses look alike."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.actions import reset_password
from accounts.forms import ForgottenPasswordForm
from accounts.pages import ASKED, WRONG, ask_for_code, come_in, show_enter, with_next
from peersupport.lib.fields import posted


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def forgotten(request: HttpRequest) -> HttpResponse:
    """Says where the code goes."""
    return ask_for_code(request, "account/forgotten_password.html", then="new-password")


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def new_password(request: HttpRequest) -> HttpResponse:
    """Takes code and new password, in the browser that asked for the code."""
    asked = request.session.get(ASKED)
    if request.user.is_authenticated:
        return redirect("home")
    if asked is None:
        return redirect(with_next(request, "forgotten-password"))
    form = ForgottenPasswordForm(posted(request))
    if request.method == "POST" and form.is_valid():
        user = reset_password(UUID(asked), form.cleaned_data["code"], form.cleaned_data["password"])
        if user is not None:
            messages.success(request, _("Your new password works from now on. You were signed out everywhere else."))
            return come_in(request, user)
        form.add_error("code", WRONG)
    return show_enter(request, "account/new_password.html", form, again="forgotten-password")
