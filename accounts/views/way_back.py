"""A forgotten password, and a code on paper. Known and unknown addresses, right and wrong codes look alike."""

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts import throttles
from accounts.actions import reset_password_from_paper
from accounts.forms import WayBackForm
from accounts.models import User
from accounts.pages import come_in, next_of, with_next
from peersupport.lib.fields import posted


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def from_paper(request: HttpRequest) -> HttpResponse:
    """Takes the address, one code of one's own sheet and a new password."""
    if request.user.is_authenticated:
        return redirect("home")
    form, status = WayBackForm(posted(request)), 200
    if request.method == "POST" and form.is_valid():  # a password that cannot be one never gets to the code
        counted = throttles.count(request, "login_failed", form.cleaned_data["login"].lower())
        user = _try(form) if counted is not None else None
        if counted is not None and user is not None:
            counted.take_back()
            messages.success(request, _("Your new password works from now on. You were signed out everywhere else."))
            return come_in(request, user)
        if counted is None:
            form.add_error(None, str(throttles.TOO_OFTEN))
            status = 429
    status = 422 if form.errors and status == 200 else status
    context = {"form": form, "next": next_of(request), "again": with_next(request, "forgotten-password")}
    return render(request, "account/paper_code.html", context, status=status)


def _try(form: WayBackForm) -> User | None:
    data = form.cleaned_data
    user = reset_password_from_paper(data["login"], data["code"], data["password"])
    if user is None:
        form.add_error(
            None, _("The address and the code do not go together, or the code was used before. Please look again.")
        )
    return user
