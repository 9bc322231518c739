"""Where one is signed in, and ending it."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts import staying
from accounts.actions import end_sign_in, end_sign_ins
from accounts.forms import EndSignInForm
from accounts.permissions import is_client_only, sheet_of, ways_back_helped, ways_back_used
from accounts.signing_in import actor_of


@require_http_methods(["GET", "POST"])
def sign_ins(request: HttpRequest) -> HttpResponse:
    actor, here = actor_of(request), request.session.session_key or ""
    if request.method == "POST":
        if "others" in request.POST:
            end_sign_ins(actor.user, by=actor, besides=here)
            staying.keep_this(request, actor.user)
            messages.success(request, _("You are signed out everywhere else."))
        elif "shared" in request.POST:
            staying.note_shared(request, request.POST["shared"] == "yes")
            messages.success(request, _("Saved."))
        else:
            form = EndSignInForm(request.POST)
            ended = form.is_valid() and end_sign_in(actor.user, form.cleaned_data["end"], by=actor, besides=here)
            messages.success(request, _("Signed out there.") if ended else _("That one had ended already."))
        return redirect("sign-ins")
    found = staying.sign_ins(request, actor.user)
    context = {
        "sign_ins": found,
        "others": [one for one in found if not one.this_one],
        "shared": staying.idle_of(request, actor) == staying.IDLE_SHARED,
    }
    if is_client_only(request.hats):  # type: ignore[attr-defined]
        context |= {"way_back": True, "sheet": sheet_of(actor.user)}
        context |= {"used": ways_back_used(actor.user), "helped": ways_back_helped(actor.user)}
    return render(request, "account/sign_ins.html", context)
