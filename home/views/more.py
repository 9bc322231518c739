"""What is not needed every day: one's language and clock, hats, and what leaving fast can and cannot do."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from accounts.actions import change_language
from accounts.forms import AboutMeForm
from accounts.signing_in import actor_of
from clients.pages import own_client
from home.actions import change_time_zone
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
    context = {"form": form, "client": own_client(request)}
    return render(request, "home/more.html", context, status=422 if form.errors else 200)


@require_GET
def leaving(request: HttpRequest) -> HttpResponse:
    return render(request, "home/leaving.html")
