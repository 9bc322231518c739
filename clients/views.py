from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import get_language
from django.views.decorators.http import require_http_methods

from accounts.signing_in import actor_of
from clients.actions import open_words
from clients.forms import OpeningForm
from clients.permissions import get_client, may_open_words
from peersupport.lib.fields import posted


@require_http_methods(["GET", "POST"])
def opening(request: HttpRequest, pk: UUID) -> HttpResponse:
    """A supervisor says why, then reads the client's words (or one log's, `subject`) for 60 minutes."""
    actor = actor_of(request)
    client = get_client(actor, pk)
    if not may_open_words(actor):
        raise PermissionDenied
    back = request.GET.get("next", "")
    if not url_has_allowed_host_and_scheme(back, allowed_hosts=None):
        back = "/"
    form = OpeningForm(posted(request), initial={"subject": request.GET.get("log")})
    if request.method == "POST" and form.is_valid():
        subject = form.cleaned_data["subject"]
        open_words(client, form.cleaned_data["reason"], subject_id=subject, language=get_language() or "en", by=actor)
        return redirect(back)
    context = {"client": client, "form": form, "back": back}
    return render(request, "clients/opening.html", context, status=422 if form.errors else 200)
