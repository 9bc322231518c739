"""A sheet of codes on paper, for the day the password is forgotten. Clients only: staff have recovery codes."""

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts import staying
from accounts.actions import make_sheet, throw_sheet_away
from accounts.forms import ProveForm
from accounts.permissions import is_client_only, is_current_sheet, sheet_of
from accounts.rules.invitations import in_groups
from accounts.signing_in import actor_of
from home.pages.proving import is_them
from peersupport.lib.fields import posted
from peersupport.lib.refusals import Refusal


@require_http_methods(["GET", "POST"])
def way_back(request: HttpRequest) -> HttpResponse:
    """Makes one, shows it once, says how many are left, throws it away."""
    actor = actor_of(request)
    if not is_client_only(request.hats):  # type: ignore[attr-defined]
        raise PermissionDenied
    if "done" in request.POST:
        staying.put_sheet_away(request)
        messages.success(request, _("Good. Your codes are on the paper now, and nowhere else."))
        return redirect("more")
    form = ProveForm(posted(request), with_password=actor.user.has_usable_password())
    if request.method == "POST" and form.is_valid() and is_them(request, form, "password"):
        if "throw" in request.POST:
            throw_sheet_away(actor.user, by=actor)
            staying.put_sheet_away(request)
            messages.success(request, _("Thrown away. The codes on the paper open nothing any more."))
            return redirect("way-back")
        try:
            staying.show_sheet(request, make_sheet(actor.user, by=actor))
        except Refusal as refusal:
            form.add_error(refusal.field, str(refusal.sentence))
        else:
            return redirect("way-back")
    codes = staying.shown_sheet(request) if not form.errors else []
    context = {
        "form": form,
        "sheet": sheet_of(actor.user),
        "codes": [in_groups(code) for code in codes] if is_current_sheet(actor.user, codes) else [],
        "address": f"{settings.PUBLIC_URL}{reverse('paper-code')}",
    }
    return render(request, "home/way_back.html", context, status=422 if form.errors else 200)
