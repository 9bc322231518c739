"""Check-ins so far, answering one while signed in, and the person's own mark for quiet times."""

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from accounts.signing_in import actor_of, safe_next
from checkins import actions
from checkins.forms import AnswerForm, QuietForm
from checkins.pages import client_of, show_check_ins
from checkins.permissions import get_check_in
from clients.actions import set_quiet_mark
from clients.permissions import is_own, may_read_facts
from peersupport.lib.refusals import Refusal


@require_GET
def check_ins(request: HttpRequest, pk: UUID) -> HttpResponse:
    actor = actor_of(request)
    client = client_of(request, pk)
    if not may_read_facts(actor):
        raise PermissionDenied
    return show_check_ins(request, client)


@require_POST
def answer(request: HttpRequest, pk: UUID) -> HttpResponse:
    """In place, on the client's home or on the page of their check-ins."""
    actor = actor_of(request)
    check_in = get_check_in(actor, pk)
    client = check_in.agreement.client
    if not is_own(actor, client):
        raise PermissionDenied
    form = AnswerForm(request.POST)
    if not form.is_valid():
        return show_check_ins(request, client, form=form)
    data = form.cleaned_data
    try:
        actions.answer(check_in, data["answer"], data["line"], language=get_language() or "en", by=actor)
    except Refusal as refusal:
        return show_check_ins(request, client, refusal=refusal, form=form)
    messages.success(request, _("Thank you. It is with the people who support you."))
    back = request.POST.get("next", "")
    return HttpResponseRedirect(safe_next(back) if back else reverse("checkins:list", args=[client.pk]))


@require_POST
def quiet_mark(request: HttpRequest, pk: UUID) -> HttpResponse:
    """ "If you don't hear from me": after how many days. The client's own to set."""
    actor = actor_of(request)
    client = client_of(request, pk)
    if not is_own(actor, client):
        raise PermissionDenied
    form = QuietForm(request.POST)
    if not form.is_valid():
        return show_check_ins(request, client, quiet=form)
    set_quiet_mark(client, form.cleaned_data["days"], by=actor)
    messages.success(request, _("Saved."))
    return redirect("checkins:list", pk=pk)
