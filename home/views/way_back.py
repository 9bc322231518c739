"""Codes on paper, for the day the password is forgotten. Clients only: staff have recovery codes."""

from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import translation
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts import staying
from accounts.actions import help_back_in, make_sheet, throw_sheet_away
from accounts.forms import HelpBackForm, ProveForm
from accounts.permissions import is_client_only, sheet_of, still_opens
from accounts.rules.invitations import in_groups
from accounts.signing_in import actor_of
from audit import actions as audit
from home.pages.managing import add_refusal, manager_of
from home.pages.proving import is_them
from home.permissions import get_locked_out
from peersupport.lib.fields import posted
from peersupport.lib.refusals import Refusal


@require_http_methods(["GET", "POST"])
def way_back(request: HttpRequest) -> HttpResponse:
    """Makes one, shows it once, says how many are left, throws it away."""
    actor = actor_of(request)
    if not is_client_only(request.hats):  # type: ignore[attr-defined]
        raise PermissionDenied
    if "done" in request.POST:
        staying.put_paper_away(request)
        messages.success(request, _("Good. Your codes are on the paper now, and nowhere else."))
        return redirect("more")
    form = ProveForm(posted(request), with_password=actor.user.has_usable_password())
    if request.method == "POST" and form.is_valid() and is_them(request, form, "password"):
        if "throw" in request.POST:
            throw_sheet_away(actor.user, by=actor)
            staying.put_paper_away(request)
            messages.success(request, _("Thrown away. The codes on the paper open nothing any more."))
            return redirect("way-back")
        try:
            staying.show_paper(request, make_sheet(actor.user, by=actor), actor.user)
        except Refusal as refusal:
            form.add_error(refusal.field, str(refusal.sentence))
        else:
            return redirect("way-back")
    codes = staying.shown_paper(request, actor.user) if not form.errors else []
    context = {
        "form": form,
        "sheet": sheet_of(actor.user),
        "codes": [in_groups(code) for code in codes] if still_opens(actor.user, codes) else [],
        "address": _address(),
    }
    return render(request, "home/way_back.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
def help_back(request: HttpRequest, pk: UUID) -> HttpResponse:
    """A manager, with the client beside them: one code on paper, for an hour."""
    actor = manager_of(request)
    person, client_id = get_locked_out(actor, pk)
    if "done" in request.POST:
        staying.put_paper_away(request)
        return redirect("person", pk=pk)
    form = HelpBackForm(posted(request), with_password=actor.user.has_usable_password())
    if request.method == "POST" and form.is_valid() and is_them(request, form, "password"):
        how, language = form.cleaned_data["how_proved"], get_language() or "en"
        try:
            code = help_back_in(person, how, language=language, client_id=client_id, by=actor)
        except Refusal as refusal:
            add_refusal(form, refusal)
        else:
            staying.show_paper(request, [code], person)
            return redirect("help-back", pk=pk)
    codes = staying.shown_paper(request, person) if not form.errors else []
    if not still_opens(person, codes):
        return render(
            request, "home/help_back.html", {"person": person, "form": form}, status=422 if form.errors else 200
        )
    audit.record_read("way-back", by=actor, client_id=client_id)
    with translation.override(person.language):
        context = {"person": person, "code": in_groups(codes[0]), "address": _address()}
        return render(request, "home/help_back_sheet.html", context)


def _address() -> str:
    return f"{settings.PUBLIC_URL}{reverse('paper-code')}"
