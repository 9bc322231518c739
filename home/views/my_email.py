"""Another address to sign in with: proved by a code that is read there."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts import staying
from accounts.models import Actor
from accounts.signing_in import actor_of
from clients.pages import own_client
from home import actions
from home.forms.reach_me import CodeForm, NewSignInNameForm
from home.pages.proving import is_them
from notifications import actions as notifications
from notifications.models import ContactPoint
from notifications.permissions import contact_points_words_of
from peersupport.lib.clock import now
from peersupport.lib.fields import posted
from peersupport.lib.refusals import Refusal

CHANGING = "changing_email"  # session key: to which of one's own addresses, and until when
LASTS = 15 * 60


@require_http_methods(["GET", "POST"])
def my_email(request: HttpRequest) -> HttpResponse:
    actor = actor_of(request)
    form = NewSignInNameForm(posted(request), with_password=actor.user.has_usable_password())
    if request.method == "POST" and form.is_valid() and is_them(request, form, "password"):
        try:
            point = _to_prove(request, actor, form.cleaned_data["address"])
        except Refusal as refusal:
            form.add_error("address", str(refusal.sentence))
        else:
            request.session[CHANGING] = {"point": point.pk.hex, "until": now().timestamp() + LASTS}
            return redirect("my-email-code")
    context = {"form": form, "address": actor.user.email}
    return render(request, "home/my_email.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
def code(request: HttpRequest) -> HttpResponse:
    """The code that came to the new address; it changes what one signs in with."""
    actor = actor_of(request)
    point = _changing_to(request, actor)
    if point is None:
        return redirect("my-email")
    form = CodeForm(posted(request))
    if request.method == "POST" and (point.verified_at is not None or form.is_valid()):
        client = own_client(request)
        try:
            if point.verified_at is None:
                typed = form.cleaned_data["code"]
                point = actions.confirm_code(point, typed, by=actor, client_id=client.pk if client else None)
            actions.change_sign_in_name(point, by=actor, besides=request.session.session_key or "")
        except Refusal as refusal:
            form.add_error(refusal.field, str(refusal.sentence))
        else:
            del request.session[CHANGING]
            staying.keep_this(request, actor.user)
            messages.success(request, _("Done. From now on you sign in with the new address."))
            return redirect("more")
    return render(request, "home/my_email_code.html", {"form": form, "point": point}, status=_status(request, form))


def _status(request: HttpRequest, form: CodeForm) -> int:
    return 422 if request.method == "POST" and form.errors else 200


def _to_prove(request: HttpRequest, actor: Actor, address: str) -> ContactPoint:
    """The address among the person's own ones; a code is on its way unless it was proved before."""
    if address.lower() == actor.user.email:
        raise Refusal(_("This is the address you sign in with now."))
    client = own_client(request)
    by: dict[str, Any] = {"by": actor, "client_id": client.pk if client else None}
    point = notifications.add_contact_point(actor.user, ContactPoint.Kind.EMAIL, address, may_email=True, **by)
    if point.verified_at is None:
        notifications.ask_for_code(point, **by)
    return point


def _changing_to(request: HttpRequest, actor: Actor) -> ContactPoint | None:
    changing = request.session.get(CHANGING)
    if changing is None or changing["until"] < now().timestamp():
        return None
    own = contact_points_words_of(actor.user)
    return next((point for point in own if point.pk.hex == changing["point"]), None)
