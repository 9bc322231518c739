"""Making, changing, answering, pausing and ending a check-in agreement."""

from collections.abc import Callable
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from accounts.models import Actor
from accounts.signing_in import actor_of
from checkins import actions
from checkins.forms import AgreementChangeForm, AgreementForm, VersionForm
from checkins.models import CheckInAgreement
from checkins.pages import client_of, name_for, show_agreement_form, show_check_ins
from checkins.permissions import get_agreement, may_agree, may_propose
from clients.permissions import is_own, may_write_contacts
from peersupport.lib.fields import posted, with_new_op_id, with_value
from peersupport.lib.refusals import Refusal, Stale, UsedForm


@require_http_methods(["GET", "POST"])
def new(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The client sets their check-ins; staff suggest some, or write down what they were told."""
    actor = actor_of(request)
    client = client_of(request, pk)
    if not may_propose(actor, client):
        raise PermissionDenied
    form = AgreementForm(posted(request), own=is_own(actor, client), name=name_for(client))
    if request.method != "POST" or not form.is_valid():
        return show_agreement_form(request, client, form)
    try:
        made = actions.propose(client, form.terms(), op_id=form.cleaned_data["op_id"], told=form.is_told, by=actor)
    except (Stale, UsedForm) as refusal:
        return show_agreement_form(request, client, _fresh(form, refusal), refusal=refusal)
    except Refusal as refusal:
        form.add_error(refusal.field, str(refusal.sentence))
        return show_agreement_form(request, client, form)
    return _saved(request, made)


@require_http_methods(["GET", "POST"])
def change(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The client's change holds at once; staff's stands beside what is agreed until the client says yes."""
    actor = actor_of(request)
    agreement = get_agreement(actor, pk)
    client = agreement.client
    if not may_propose(actor, client):
        raise PermissionDenied
    form = AgreementChangeForm(posted(request), own=is_own(actor, client), name=name_for(client), agreement=agreement)
    if request.method != "POST" or not form.is_valid():
        return show_agreement_form(request, client, form, agreement=agreement)
    data = form.cleaned_data
    try:
        made = actions.change(
            agreement, form.terms(), version=data["version"], op_id=data["op_id"], told=form.is_told, by=actor
        )
    except (Stale, UsedForm) as refusal:
        return show_agreement_form(request, client, _fresh(form, refusal), agreement=agreement, refusal=refusal)
    except Refusal as refusal:
        form.add_error(refusal.field, str(refusal.sentence))
        return show_agreement_form(request, client, form, agreement=agreement)
    return _saved(request, made)


@require_POST
def agree(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Yes to exactly what stood on the page: the client's own, or told in person to whoever walks with them."""
    actor = actor_of(request)
    agreement = get_agreement(actor, pk)
    told = not is_own(actor, agreement.client)
    if not may_agree(actor, agreement, told=told):
        raise PermissionDenied
    form = VersionForm(request.POST)
    version = form.cleaned_data["version"] if form.is_valid() else 0
    return _do(request, agreement, lambda: actions.agree(agreement, version=version, told=told, by=actor), _AGREED)


@require_POST
def say_no(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The client’s own answer to an idea."""
    actor, agreement = _own(request, pk)
    return _do(request, agreement, lambda: actions.say_no(agreement, by=actor), gettext_lazy("All right. It is gone."))


@require_POST
def take_back(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Staff take back an idea nobody has answered."""
    actor = actor_of(request)
    agreement = get_agreement(actor, pk)
    if not may_write_contacts(actor):
        raise PermissionDenied
    return _do(request, agreement, lambda: actions.take_back(agreement, by=actor), gettext_lazy("You took it back."))


@require_POST
def pause(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One tap, no reason. Staff do it when they are told."""
    actor, agreement = _either(request, pk)
    return _do(request, agreement, lambda: actions.pause(agreement, by=actor), _PAUSED)


@require_POST
def resume(request: HttpRequest, pk: UUID) -> HttpResponse:
    actor, agreement = _either(request, pk)
    told = not is_own(actor, agreement.client)
    return _do(request, agreement, lambda: actions.resume(agreement, told=told, by=actor), _AGREED)


@require_POST
def end(request: HttpRequest, pk: UUID) -> HttpResponse:
    actor, agreement = _either(request, pk)
    return _do(request, agreement, lambda: actions.end(agreement, by=actor), _ENDED)


_AGREED = gettext_lazy("Saved. It holds from now on.")
_PAUSED = gettext_lazy("Paused. Nothing comes until you go on.")
_ENDED = gettext_lazy("Ended. No more check-ins will come.")


def _own(request: HttpRequest, pk: UUID) -> tuple[Actor, CheckInAgreement]:
    actor = actor_of(request)
    agreement = get_agreement(actor, pk)
    if not is_own(actor, agreement.client):
        raise PermissionDenied
    return actor, agreement


def _either(request: HttpRequest, pk: UUID) -> tuple[Actor, CheckInAgreement]:
    """The client, or whoever walks with them."""
    actor = actor_of(request)
    agreement = get_agreement(actor, pk)
    if not may_propose(actor, agreement.client):
        raise PermissionDenied
    return actor, agreement


def _do(request: HttpRequest, agreement: CheckInAgreement, act: Callable[[], object], said: object) -> HttpResponse:
    try:
        act()
    except Refusal as refusal:
        return show_check_ins(request, agreement.client, refusal=refusal)
    messages.success(request, str(said))
    return redirect("checkins:list", pk=agreement.client_id)


def _saved(request: HttpRequest, agreement: CheckInAgreement) -> HttpResponse:
    waits = _("Your idea is with them now. Nothing is sent until they say yes.")
    messages.success(request, waits if agreement.proposed else str(_AGREED))
    return redirect("checkins:list", pk=agreement.client_id)


def _fresh(form: AgreementForm, refusal: Refusal) -> AgreementForm:
    """What was chosen stands, and saving again is a new try that starts from what is there now."""
    form = with_new_op_id(form)
    return with_value(form, "version", refusal.stands.version) if "version" in form.fields and refusal.stands else form
