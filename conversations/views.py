"""Reaching out, seeing what becomes of it, and answering."""

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.models import Actor
from accounts.signing_in import actor_of
from clients.pages import answer_opening, own_client
from clients.permissions import may_open_words
from conversations import actions
from conversations.forms import AnswerForm, ReachOutForm
from conversations.models import ReachOut
from conversations.pages import show, show_form, show_to_staff
from conversations.permissions import get_reach_out, may_answer, may_take_back, waiting_among
from peersupport.lib.fields import posted, with_new_op_id
from peersupport.lib.refusals import Refusal, UsedForm


@require_http_methods(["GET", "POST"])
def reach_out(request: HttpRequest) -> HttpResponse:
    """The client asks for support now."""
    actor = actor_of(request)
    client = own_client(request)
    if client is None:
        raise PermissionDenied
    form = ReachOutForm(posted(request), program=client.program)
    if request.method != "POST" or not form.is_valid():
        return show_form(request, client, with_new_op_id(form) if "op_id" in form.errors else form)
    data = form.cleaned_data
    try:
        made = actions.open_reach_out(
            client,
            data["kind"],
            data["words"],
            wants=data["wants"],
            op_id=data["op_id"],
            language=_language(),
            by=actor,
        )
    except UsedForm as refusal:
        return show_form(request, client, with_new_op_id(form), refusal=refusal)
    except Refusal as refusal:
        return show_form(request, client, form, refusal=refusal)
    return redirect("conversations:state", pk=made.pk)


@require_GET
def state(request: HttpRequest, pk: UUID) -> HttpResponse:
    """What becomes of one reach-out: for whoever sent it, for whoever answers, and facts for a supervisor."""
    actor = actor_of(request)
    return show(request, actor, get_reach_out(actor, pk))


@require_POST
def take_back(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Never mind, I’m fine."""
    actor = actor_of(request)
    row = get_reach_out(actor, pk)
    if not may_take_back(actor, row):
        raise PermissionDenied
    try:
        actions.take_back(row, by=actor)
    except Refusal as refusal:
        return show(request, actor, row, refusal=refusal)
    return redirect("conversations:state", pk=pk)


@require_POST
def seen(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Someone says that they have read it; looking alone never does."""
    actor = actor_of(request)
    row = _to_answer(actor, pk)
    actions.mark_seen(row, _also(request, actor, row), by=actor)
    return redirect("conversations:state", pk=pk)


@require_POST
def answered(request: HttpRequest, pk: UUID) -> HttpResponse:
    actor = actor_of(request)
    row = _to_answer(actor, pk)
    form = AnswerForm(request.POST, program=row.client.program)
    if not form.is_valid():
        return show_to_staff(request, actor, row, form=form)
    how, words = form.cleaned_data["how"], form.cleaned_data.get("answer", "")
    try:
        actions.answer(row, how, words, also=_also(request, actor, row), language=_language(), by=actor)
    except Refusal as refusal:
        if refusal.field:
            form.add_error(refusal.field, str(refusal.sentence))
            return show_to_staff(request, actor, row, form=form)
        return show_to_staff(request, actor, get_reach_out(actor, pk), form=form, refusal=refusal)
    messages.success(request, _("Thank you. They see that you answered."))
    return redirect("conversations:state", pk=pk)


@require_http_methods(["GET", "POST"])
def open_words(request: HttpRequest, pk: UUID) -> HttpResponse:
    """A supervisor says why, then reads the words of this one reach-out for 60 minutes."""
    actor = actor_of(request)
    row = get_reach_out(actor, pk)
    if not may_open_words(actor) or row.taken_back_at is not None:
        raise PermissionDenied
    return answer_opening(request, row.client, row.pk)


def _to_answer(actor: Actor, pk: UUID) -> ReachOut:
    row = get_reach_out(actor, pk)
    if not may_answer(actor, row):
        raise PermissionDenied
    return row


def _also(request: HttpRequest, actor: Actor, row: ReachOut) -> list[ReachOut]:
    """What else of this client the page showed: exactly that is seen or answered too, nothing that came later."""
    return waiting_among(actor, row, _ids(request.POST.getlist("also")))


def _ids(texts: list[str]) -> list[UUID]:
    found = []
    for text in texts:
        try:
            found.append(UUID(text))
        except ValueError:
            continue
    return found


def _language() -> str:
    return get_language() or "en"
