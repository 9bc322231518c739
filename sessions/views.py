"""Logging a contact, reading it, signing it, correcting it, and what the client says about it."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.models import Actor
from accounts.signing_in import actor_of
from audit import actions as audit
from clients.actions import look_at
from clients.models import Client
from clients.permissions import (
    OpeningNeeded,
    get_client,
    is_own,
    last_time,
    may_read_facts,
    may_write_contacts,
    support_of,
)
from clients.trust import who_reads
from peersupport.lib.fields import posted, with_new_op_id, with_value
from peersupport.lib.keyset import page
from peersupport.lib.refusals import Refusal, Stale, UsedForm
from sessions import actions
from sessions.forms import ClientWordForm, ContactEditForm, ContactForm, ReasonForm, initial_of
from sessions.models import ClientWord, ContactLog
from sessions.permissions import (
    Entry,
    get_client_word,
    get_contact,
    get_contact_words,
    may_add_words,
    may_correct,
    may_edit,
    may_mark_error,
    may_take_back,
    read_entries,
)

PAGE_SIZE = 20


@require_safe
def choose(request: HttpRequest) -> HttpResponse:
    """Whom the contact was with."""
    actor = actor_of(request)
    if not may_write_contacts(actor):
        raise PermissionDenied
    found = list(Client.objects.visible_to(actor).active().by_name())
    audit.record_list("choose", by=actor, count=len(found))
    return render(request, "sessions/choose.html", {"clients": found})


@require_http_methods(["GET", "POST"])
def new(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The fast path and the full form."""
    actor = actor_of(request)
    client = get_client(actor, pk)
    if not may_write_contacts(actor):
        raise PermissionDenied
    form = ContactForm(posted(request), client=client, author=actor.user)
    if request.method == "POST" and form.is_valid():
        try:
            log = actions.start_log(client, form.contact(_language()), op_id=form.cleaned_data["op_id"], by=actor)
        except UsedForm as refusal:
            return _show_form(request, client, with_new_op_id(form), refusal=refusal)
        return _saved(request, log, by=actor)
    return _show_form(request, client, form)


@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, pk: UUID) -> HttpResponse:
    """An unfinished log, by its author."""
    actor = actor_of(request)
    log = get_contact_words(actor, pk)
    if log.author_id != actor.person_id or (request.method == "GET" and not may_edit(actor, log)):
        raise PermissionDenied
    form = ContactEditForm(posted(request), client=log.client, author=actor.user, initial=initial_of(log))
    if request.method == "POST" and form.is_valid():
        version = form.cleaned_data["version"]
        try:
            log = actions.change_log(log, form.contact(_language()), version=version, by=actor)
        except Stale as refusal:
            return _show_form(request, log.client, with_value(form, "version", refusal.stands.version), refusal=refusal)
        return _saved(request, log, by=actor)
    return _show_form(request, log.client, form, log=log)


@require_http_methods(["GET", "POST"])
def correct(request: HttpRequest, pk: UUID) -> HttpResponse:
    """A correction of a signed log: a new log that starts with what the old one says."""
    actor = actor_of(request)
    log = get_contact_words(actor, pk)
    if log.author_id != actor.person_id or (request.method == "GET" and not may_correct(actor, log)):
        raise PermissionDenied
    form = ContactForm(posted(request), client=log.client, author=actor.user, initial=initial_of(log))
    if request.method == "POST" and form.is_valid():
        op_id = form.cleaned_data["op_id"]
        try:
            correction = actions.correct_log(log, form.contact(_language()), op_id=op_id, by=actor)
        except Refusal as refusal:
            return _show_form(request, log.client, form, refusal=refusal)
        return _saved(request, correction, by=actor)
    return _show_form(request, log.client, form, corrects=log)


@require_POST
def sign(request: HttpRequest, pk: UUID) -> HttpResponse:
    actor = actor_of(request)
    log = get_contact(actor, pk)
    if log.author_id != actor.person_id or not may_write_contacts(actor):
        raise PermissionDenied
    version = request.POST.get("version", "")
    try:
        actions.sign_log(log, version=int(version) if version.isdecimal() else 0, by=actor)
    except Refusal as refusal:
        return _show_log(request, actor, get_contact_words(actor, pk), refusal=refusal)
    messages.success(request, _("Signed. It stands from now on; you can add a correction."))
    return redirect("contacts:log", pk=pk)


@require_http_methods(["GET", "POST"])
def mistake(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Marks a log as entered in error."""
    actor = actor_of(request)
    log = get_contact(actor, pk)
    if log.author_id != actor.person_id or not may_write_contacts(actor):
        raise PermissionDenied
    form = ReasonForm(posted(request))
    if request.method == "POST" and form.is_valid():
        actions.enter_in_error(log, form.cleaned_data["reason"], by=actor)
        return redirect("contacts:log", pk=pk)
    if not may_mark_error(actor, log):
        raise PermissionDenied
    context = {"log": log, "form": form, "client": log.client}
    return render(request, "sessions/mistake.html", context, status=_status(None, form))


@require_safe
def log(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One contact: its facts, and its words for whoever may read them."""
    actor = actor_of(request)
    try:
        return _show_log(request, actor, get_contact_words(actor, pk))
    except OpeningNeeded:
        return _show_log(request, actor, get_contact(actor, pk))


@require_safe
def times(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Our times together: every contact with one client, newest first."""
    actor = actor_of(request)
    client = get_client(actor, pk)
    if not may_read_facts(actor):
        raise PermissionDenied
    rows = ContactLog.objects.visible_to(actor).filter(client=client).with_words().select_related("author")
    found = page(rows, "occurred_at", request.GET.get("at", ""), PAGE_SIZE)
    entries = read_entries(actor, client, found.rows)
    note_reading(actor, client, entries, "times")
    since = last_time(client, "times", by=actor)
    context = {"client": client, "entries": entries, "page": found, "own": is_own(actor, client), "since": since}
    return render(request, "sessions/times.html", context)


@require_POST
def add_words(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The client says something about one contact."""
    actor = actor_of(request)
    log = get_contact_words(actor, pk)
    if not may_add_words(actor, log):
        raise PermissionDenied
    form = ClientWordForm(request.POST)
    kind = request.POST.get("kind", ClientWord.Kind.IN_MY_WORDS)
    if not form.is_valid() or kind not in ClientWord.Kind.values:
        return _show_log(request, actor, log, form=form)
    data = form.cleaned_data
    try:
        actions.add_words(log, ClientWord.Kind(kind), data["text"], op_id=data["op_id"], language=_language(), by=actor)
    except UsedForm as refusal:
        return _show_log(request, actor, log, form=with_new_op_id(form), refusal=refusal)
    except Refusal as refusal:
        form.add_error(refusal.field, str(refusal.sentence))
        return _show_log(request, actor, log, form=form)
    return redirect("contacts:log", pk=pk)


@require_POST
def take_back(request: HttpRequest, pk: UUID, word_pk: UUID) -> HttpResponse:
    actor = actor_of(request)
    word = get_client_word(actor, pk, word_pk)
    if not may_take_back(actor, word):
        raise PermissionDenied
    actions.take_back(word, by=actor)
    return redirect("contacts:log", pk=pk)


def note_reading(actor: Actor, client: Client, entries: list[Entry], where: str) -> None:
    """Before anything is shown: an event for someone else's look, and a visit to each log whose words they now read."""
    if not is_own(actor, client):
        audit.record_read(where, by=actor, client_id=client.pk)
    read = [entry.log.page for entry in entries if entry.shows_words or entry.client_words]
    look_at(client, [where, *read], by=actor)


def _show_log(
    request: HttpRequest,
    actor: Actor,
    log: ContactLog,
    *,
    form: ClientWordForm | None = None,
    refusal: Refusal | None = None,
) -> HttpResponse:
    client = log.client
    (entry,) = read_entries(actor, client, [log], subject_id=log.pk)
    page_name = log.page if entry.shows_words or entry.client_words else f"facts:{log.pk.hex}"
    if not is_own(actor, client):
        audit.record_read(page_name, by=actor, client_id=client.pk, subject=log)
    look_at(client, [page_name], by=actor)
    context = {
        "client": client,
        "entry": entry,
        "log": log,
        "own": is_own(actor, client),
        "form": form or ClientWordForm(),
        "refusal": refusal,
        "may_edit": may_edit(actor, log),
        "may_correct": may_correct(actor, log),
        "may_mark_error": may_mark_error(actor, log),
        "may_add_words": may_add_words(actor, log),
        **_trust(actor, client),
    }
    return render(request, "sessions/log.html", context, status=_status(refusal, form))


def _show_form(
    request: HttpRequest, client: Client, form: ContactForm, *, refusal: Refusal | None = None, **more: Any
) -> HttpResponse:
    if "op_id" in form.errors:
        form = with_new_op_id(form)
    context = {"client": client, "form": form, "refusal": refusal, **_trust(actor_of(request), client), **more}
    return render(request, "sessions/form.html", context, status=_status(refusal, form))


def _trust(actor: Actor, client: Client) -> dict[str, Any]:
    reader = None if is_own(actor, client) else actor.user
    return {"who_reads": who_reads(support_of(client), client_name=client.user.first_name, reader=reader)}


def _status(refusal: Refusal | None, form: Any) -> int:
    if isinstance(refusal, Stale | UsedForm):
        return 409
    return 422 if refusal is not None or (form is not None and form.is_bound and form.errors) else 200


def _saved(request: HttpRequest, log: ContactLog, *, by: Actor) -> HttpResponse:
    if "sign" in request.POST:
        actions.sign_log(log, version=log.version, by=by)
        messages.success(request, _("Saved and signed."))
    else:
        messages.success(request, _("Saved. It stays unfinished until you sign it."))
    return redirect("contacts:log", pk=log.pk)


def _language() -> str:
    return get_language() or "en"
