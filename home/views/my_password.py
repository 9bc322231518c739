"""Another password to sign in with."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts import staying
from accounts.actions import change_password
from accounts.forms import ChangePasswordForm
from accounts.permissions import is_client_only, sheet_of
from accounts.signing_in import actor_of
from home.pages.proving import is_them
from peersupport.lib.fields import posted
from peersupport.lib.refusals import Refusal


@require_http_methods(["GET", "POST"])
def my_password(request: HttpRequest) -> HttpResponse:
    actor = actor_of(request)
    has_one = actor.user.has_usable_password()
    form = ChangePasswordForm(posted(request), with_old=has_one)
    if request.method == "POST" and form.is_valid() and is_them(request, form, "old"):
        new, here = form.cleaned_data["password"], request.session.session_key or ""
        try:
            change_password(actor.user, new, by=actor, besides=here)
        except Refusal as refusal:
            form.add_error(refusal.field, str(refusal.sentence))
        else:
            staying.keep_this(request, actor.user)
            messages.success(request, _("Done. You sign in with the new password from now on."))
            return redirect("more")
    sheet = sheet_of(actor.user) if is_client_only(request.hats) else None  # type: ignore[attr-defined]
    context = {"form": form, "has_one": has_one, "sheet": sheet}
    return render(request, "home/my_password.html", context, status=422 if form.errors else 200)
