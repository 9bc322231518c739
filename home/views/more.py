"""What is not needed every day: one's language and clock, hats, and what leaving fast can and cannot do."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from accounts.actions import change_language, set_contact_hours
from accounts.forms import AboutMeForm
from accounts.permissions import hours_of_person, is_client_only
from accounts.signing_in import actor_of
from clients.pages import own_client
from clients.permissions import may_write_contacts
from home.actions import change_time_zone
from home.forms.programs import HoursForm, initial_of_hours
from peersupport.lib.fields import posted


@require_http_methods(["GET", "POST"])
def more(request: HttpRequest) -> HttpResponse:
    actor = actor_of(request)
    initial = {"language": actor.user.language, "time_zone": actor.user.time_zone}
    form = AboutMeForm(posted(request), initial=initial)
    form.offer_zone(actor.user.time_zone)
    if request.method == "POST" and form.is_valid():
        chosen = form.cleaned_data
        if chosen["language"] != actor.user.language:
            change_language(actor.user, chosen["language"], by=actor)
        if chosen["time_zone"] != actor.user.time_zone:
            change_time_zone(actor.user, chosen["time_zone"], by=actor)
        with translation.override(chosen["language"]):
            messages.success(request, _("Saved."))
        return redirect("more")
    context = {"form": form, "client": own_client(request), "has_hours": may_write_contacts(actor)}
    context["way_back"] = is_client_only(request.hats)  # type: ignore[attr-defined]
    return render(request, "home/more.html", context, status=422 if form.errors else 200)


@require_GET
def leaving(request: HttpRequest) -> HttpResponse:
    return render(request, "home/leaving.html")


@require_http_methods(["GET", "POST"])
def my_hours(request: HttpRequest) -> HttpResponse:
    """When a specialist reads what clients write: it stands wherever clients can write."""
    actor = actor_of(request)
    if not may_write_contacts(actor):
        raise PermissionDenied
    hours = hours_of_person(actor.user)
    form = HoursForm(posted(request), initial=initial_of_hours(hours))
    if request.method == "POST" and form.is_valid():
        chosen = form.cleaned_data
        set_contact_hours(actor.user, chosen["days"], chosen["opens"], chosen["closes"], by=actor)
        messages.success(request, _("Saved."))
        return redirect("more")
    return render(request, "home/my_hours.html", {"form": form}, status=422 if form.errors else 200)
