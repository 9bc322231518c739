"""How to reach me safely: one's own addresses, proved by a code, and what may be done with each."""

from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.models import Actor, Role
from accounts.signing_in import actor_of
from clients.pages import own_client
from goals.actions.news import choose_news
from goals.deliveries import wording
from goals.permissions.news import wants_news
from home.actions import change_contact_point, confirm_code, end_contact_point
from home.forms.reach_me import AddressForm, CodeForm, SafeContactForm, initial_of
from notifications import actions
from notifications.models import ContactPoint
from notifications.permissions import contact_points_words_of, get_contact_point
from peersupport.lib.fields import posted, with_value
from peersupport.lib.refusals import Refusal, Stale

_KEEP_GOALS = (Role.Kind.CLIENT, Role.Kind.SPECIALIST)


@require_http_methods(["GET", "POST"])
def reach_me(request: HttpRequest) -> HttpResponse:
    """The person's own addresses, and a form for one more."""
    actor = actor_of(request)
    form = AddressForm(posted(request))
    if request.method == "POST" and form.is_valid():
        try:
            point = actions.add_contact_point(
                actor.user, ContactPoint.Kind.EMAIL, form.cleaned_data["address"], may_email=True, **_by(request, actor)
            )
            if point.verified_at is None:
                actions.ask_for_code(point, **_by(request, actor))
        except Refusal as refusal:
            form.add_error("address", str(refusal.sentence))
        else:
            return redirect("reach-me-point", pk=point.pk)
    points = contact_points_words_of(actor.user)
    context = {"form": form, "points": points, **_news(actor, points)}
    return render(request, "home/reach_me.html", context, status=422 if form.errors else 200)


@require_POST
def news(request: HttpRequest) -> HttpResponse:
    """A message when something about goals is new: wanted, or not any more."""
    actor, client = actor_of(request), own_client(request)
    if not actor.wears(*_KEEP_GOALS):
        raise PermissionDenied
    wanted = request.POST.get("wanted") == "yes"
    choose_news(actor, wanted=wanted, client_id=client.pk if client else None)
    messages.success(request, _("Saved.") if wanted else _("Saved. No such message leaves any more."))
    return redirect("reach-me")


@require_http_methods(["GET", "POST"])
def point(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One address: its code while it is not confirmed, and how it may be used."""
    actor = actor_of(request)
    found = get_contact_point(actor.user, pk)
    form = SafeContactForm(posted(request), staff=_is_staff(actor), initial=initial_of(found))
    if request.method == "POST" and form.is_valid():
        data = dict(form.cleaned_data)
        try:
            change_contact_point(found, version=data.pop("version"), **data, **_by(request, actor))
        except Stale as refusal:
            form = with_value(form, "version", refusal.stands.version)
            return _show(request, refusal.stands, form, refusal=refusal)
        messages.success(request, _("Saved."))
        return redirect("reach-me")
    return _show(request, found, form)


@require_POST
def confirm(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The code that came to the address."""
    actor = actor_of(request)
    found = get_contact_point(actor.user, pk)
    form = CodeForm(request.POST)
    if form.is_valid():
        try:
            confirm_code(found, form.cleaned_data["code"], **_by(request, actor))
        except Refusal as refusal:
            form.add_error("code", str(refusal.sentence))
        else:
            messages.success(request, _("Thank you. This address is yours."))
            return redirect("reach-me-point", pk=pk)
    return _show(request, found, None, code_form=form)


@require_POST
def new_code(request: HttpRequest, pk: UUID) -> HttpResponse:
    actor = actor_of(request)
    found = get_contact_point(actor.user, pk)
    try:
        actions.ask_for_code(found, **_by(request, actor))
    except Refusal as refusal:
        messages.error(request, str(refusal.sentence))
    else:
        messages.success(request, _("A code is on its way. It can take a minute."))
    return redirect("reach-me-point", pk=pk)


@require_POST
def end(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Nothing goes there any more."""
    actor = actor_of(request)
    end_contact_point(get_contact_point(actor.user, pk), **_by(request, actor))
    messages.success(request, _("Taken out. Nothing is sent there any more."))
    return redirect("reach-me")


def _show(
    request: HttpRequest,
    found: ContactPoint,
    form: SafeContactForm | None,
    *,
    code_form: CodeForm | None = None,
    refusal: Refusal | None = None,
) -> HttpResponse:
    actor = actor_of(request)
    form = form or SafeContactForm(staff=_is_staff(actor), initial=initial_of(found))
    context = {
        "point": found,
        "form": form,
        "code_form": code_form or CodeForm(),
        "refusal": refusal,
        "own": own_client(request) is not None,
    }
    wrong = form.errors or (code_form is not None and code_form.errors)
    return render(request, "home/reach_me_point.html", context, status=409 if refusal else 422 if wrong else 200)


def _news(actor: Actor, points: list[ContactPoint]) -> dict[str, Any]:
    """The switch, for the two hats that keep goals; and whether there is an address it could go to."""
    keeps = actor.wears(*_KEEP_GOALS)
    usable = any(point.verified_at and point.may_email and not point.only_i_reach_out for point in points)
    link = f"{settings.PUBLIC_URL}/"
    message = {"subject": wording().subject, "says": wording().text.partition(link)[0], "link": link}
    return {"news": message if keeps else None, "news_wanted": keeps and wants_news(actor), "usable": usable}


def _by(request: HttpRequest, actor: Actor) -> dict[str, Any]:
    """Who acts; a client's own change also stands among the events of their record."""
    client = own_client(request)
    return {"by": actor, "client_id": client.pk if client else None}


def _is_staff(actor: Actor) -> bool:
    return not actor.wears(Role.Kind.CLIENT)
