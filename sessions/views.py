"""Logging a contact, reading it, signing it, correcting it, and what the client says about it."""

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.models import Actor
from accounts.signing_in import actor_of
from audit import actions as audit
from clients.models import Client
from clients.pages import answer_opening
from clients.permissions import (
    OpeningNeeded,
    get_client,
    is_own,
    may_open_words,
    may_read_facts,
    may_write_contacts,
)
from peersupport.lib.fields import posted, with_new_op_id, with_value
from peersupport.lib.refusals import Refusal, Stale, UsedForm
from sessions import actions
from sessions.forms import ClientWordForm, ContactEditForm, ContactForm, ReasonForm, SignForm
from sessions.models import ClientWord, ContactLog
from sessions.pages import note_reading, show_form, show_log, status_of
from sessions.permissions import (
    get_client_word,
    get_contact,
    get_contact_words,
    may_add_words,
    may_correct,
    may_edit,
    may_mark_error,
    may_take_back,
    read_entries,
    timeline,
)

PAGE_SIZE = 20


@require_GET
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
            return show_form(request, client, with_new_op_id(form), refusal=refusal)
        return _saved(request, log, by=actor)
    return show_form(request, client, form)


@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, pk: UUID) -> HttpResponse:
    """An unfinished log, by its author."""
    actor = actor_of(request)
    log = get_contact_words(actor, pk)
    if log.author_id != actor.person_id or (request.method == "GET" and not may_edit(actor, log)):
        raise PermissionDenied
    form = ContactEditForm(posted(request), client=log.client, author=actor.user, log=log)
    if request.method == "POST" and form.is_valid():
        version = form.cleaned_data["version"]
        try:
            log = actions.change_log(log, form.contact(_language()), version=version, by=actor)
        except Stale as refusal:
            return show_form(
                request, log.client, with_value(form, "version", refusal.stands.version), log=log, refusal=refusal
            )
        return _saved(request, log, by=actor)
    return show_form(request, log.client, form, log=log)


@require_http_methods(["GET", "POST"])
def correct(request: HttpRequest, pk: UUID) -> HttpResponse:
    """A correction of a signed log: a new log that starts with what the old one says."""
    actor = actor_of(request)
    log = get_contact_words(actor, pk)
    if log.author_id != actor.person_id or (request.method == "GET" and not may_correct(actor, log)):
        raise PermissionDenied
    form = ContactForm(posted(request), client=log.client, author=actor.user, log=log)
    if request.method == "POST" and form.is_valid():
        op_id = form.cleaned_data["op_id"]
        try:
            correction = actions.correct_log(log, form.contact(_language()), op_id=op_id, by=actor)
        except UsedForm as refusal:
            return show_form(request, log.client, with_new_op_id(form), log=log, refusal=refusal, corrects=log)
        except Refusal as refusal:
            return show_form(request, log.client, form, log=log, refusal=refusal, corrects=log)
        return _saved(request, correction, by=actor)
    return show_form(request, log.client, form, log=log, corrects=log)


@require_POST
def sign(request: HttpRequest, pk: UUID) -> HttpResponse:
    actor = actor_of(request)
    log = get_contact(actor, pk)
    if log.author_id != actor.person_id or not may_write_contacts(actor):
        raise PermissionDenied
    form = SignForm(request.POST)
    try:
        actions.sign_log(log, version=form.cleaned_data["version"] if form.is_valid() else 0, by=actor)
    except Refusal as refusal:
        return show_log(request, actor, get_contact_words(actor, pk), refusal=refusal)
    messages.success(request, _("Signed. It stands from now on; you can add a correction."))
    return redirect("contacts:log", pk=pk)


@require_http_methods(["GET", "POST"])
def mistake(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Marks a log as entered in error."""
    actor = actor_of(request)
    log = get_contact(actor, pk)
    if log.author_id != actor.person_id or not may_write_contacts(actor):
        raise PermissionDenied
    if not may_mark_error(actor, log) and not log.in_error:
        raise PermissionDenied
    form = ReasonForm(posted(request), program=log.client.program)
    if log.in_error or (request.method == "POST" and form.is_valid()):
        if not log.in_error:
            data = form.cleaned_data
            actions.enter_in_error(log, data["reason"], about_someone_else=data["about_someone_else"], by=actor)
        return redirect("contacts:log", pk=pk)
    audit.record_read(f"facts:{log.pk.hex}", by=actor, client_id=log.client_id, subject=log)
    context = {"log": log, "form": form, "client": log.client}
    return render(request, "sessions/mistake.html", context, status=status_of(None, form))


@require_GET
def log(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One contact: its facts, and its words for whoever may read them."""
    actor = actor_of(request)
    try:
        return show_log(request, actor, get_contact_words(actor, pk))
    except OpeningNeeded:
        return show_log(request, actor, get_contact(actor, pk))


@require_GET
def times(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Our times together: every contact with one client, newest first."""
    actor = actor_of(request)
    client = get_client(actor, pk)
    if not may_read_facts(actor):
        raise PermissionDenied
    found = timeline(actor, client, request.GET.get("at", ""), PAGE_SIZE)
    entries = read_entries(actor, client, found.rows)
    since = note_reading(actor, client, entries, "times")
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
        return show_log(request, actor, log, form=with_new_op_id(form) if "op_id" in form.errors else form)
    data = form.cleaned_data
    try:
        actions.add_words(log, ClientWord.Kind(kind), data["text"], op_id=data["op_id"], language=_language(), by=actor)
    except UsedForm as refusal:
        return show_log(request, actor, log, form=with_new_op_id(form), refusal=refusal)
    except Refusal as refusal:
        form.add_error(refusal.field, str(refusal.sentence))
        return show_log(request, actor, log, form=form)
    return redirect("contacts:log", pk=pk)


@require_POST
def take_back(request: HttpRequest, pk: UUID, word_pk: UUID) -> HttpResponse:
    actor = actor_of(request)
    word = get_client_word(actor, pk, word_pk)
    if not may_take_back(actor, word):
        raise PermissionDenied
    actions.take_back(word, by=actor)
    return redirect("contacts:log", pk=pk)


@require_http_methods(["GET", "POST"])
def open_log(request: HttpRequest, pk: UUID) -> HttpResponse:
    """A supervisor says why, then reads the words of this one log for 60 minutes."""
    actor = actor_of(request)
    log = get_contact(actor, pk)
    if not may_open_words(actor) or not log.signed:
        raise PermissionDenied
    return answer_opening(request, log.client, log.pk)


def _saved(request: HttpRequest, log: ContactLog, *, by: Actor) -> HttpResponse:
    if "sign" in request.POST:
        try:
            actions.sign_log(log, version=log.version, by=by)
        except Refusal as refusal:
            return show_log(request, by, get_contact_words(by, log.pk), refusal=refusal)
        messages.success(request, _("Saved and signed."))
    else:
        messages.success(request, _("Saved. It stays unfinished until you sign it."))
    return redirect("contacts:log", pk=log.pk)


def _language() -> str:
    return get_language() or "en"
