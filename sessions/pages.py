"""What several views do alike: showing a log or its form, and noting that someone read it."""

from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from accounts.models import Actor
from accounts.signing_in import actor_of
from audit import actions as audit
from clients.actions import look_at
from clients.models import Client
from clients.pages import trust
from clients.permissions import is_own
from peersupport.lib.fields import with_new_op_id
from peersupport.lib.refusals import Refusal, Stale, UsedForm
from sessions.forms import ClientWordForm, ContactForm
from sessions.models import ClientWord, ContactLog
from sessions.permissions import (
    Entry,
    may_add_words,
    may_correct,
    may_edit,
    may_mark_error,
    newest_of,
    read_entries,
    reason_of_error,
    still_said,
)


def note_reading(actor: Actor, client: Client, entries: list[Entry], where: str) -> datetime | None:
    """Before anything is shown: an event for someone else's look, and a visit to each client's word they now read.

    When they looked `where` before is the answer.
    """
    shown = [word for entry in entries for word in entry.client_words if not word.taken_back]
    words = bool(shown) or any(entry.shows_words for entry in entries)
    own = is_own(actor, client)
    if not own:
        audit.record_read(where if words else f"facts-{where}", by=actor, client_id=client.pk)
    before = look_at(client, [where, *(word.page for word in shown)], by=actor)[where]
    if not own and shown:
        _hide_taken_back(entries, shown)
    return before


def show_log(
    request: HttpRequest,
    actor: Actor,
    log: ContactLog,
    *,
    form: ClientWordForm | None = None,
    refusal: Refusal | None = None,
) -> HttpResponse:
    client = log.client
    (entry,) = read_entries(actor, client, [log], subject_id=log.pk)
    _note_log(actor, client, entry)
    context = {
        "client": client,
        "entry": entry,
        "log": log,
        "own": is_own(actor, client),
        "form": form or ClientWordForm(),
        "refusal": refusal,
        "reason": reason_of_error(actor, log),
        "newest": newest_of(log) if log.corrected else None,
        "may_edit": may_edit(actor, log),
        "may_correct": may_correct(actor, log),
        "may_mark_error": may_mark_error(actor, log),
        "may_add_words": may_add_words(actor, log),
        **trust(request, client),
    }
    return render(request, "sessions/log.html", context, status=status_of(refusal, form))


def _note_log(actor: Actor, client: Client, entry: Entry) -> None:
    shown = [word for word in entry.client_words if not word.taken_back]
    page_name = entry.log.page if entry.shows_words or shown else f"facts:{entry.log.pk.hex}"
    own = is_own(actor, client)
    if not own:
        audit.record_read(page_name, by=actor, client_id=client.pk, subject=entry.log)
    look_at(client, [page_name, *(word.page for word in shown)], by=actor)
    if not own and shown:
        _hide_taken_back([entry], shown)


def _hide_taken_back(entries: list[Entry], shown: list[ClientWord]) -> None:
    said = still_said(shown)
    for entry in entries:
        entry.client_words = [word for word in entry.client_words if word.taken_back or word.pk in said]


def show_form(
    request: HttpRequest,
    client: Client,
    form: ContactForm,
    *,
    log: ContactLog | None = None,
    refusal: Refusal | None = None,
    **more: Any,
) -> HttpResponse:
    """`log`: its words stand in the form, so opening it is reading it."""
    audit.record_read(log.page if log else "facts-client", by=actor_of(request), client_id=client.pk, subject=log)
    if "op_id" in form.errors:
        form = with_new_op_id(form)
    context = {"client": client, "form": form, "refusal": refusal, **trust(request, client), **more}
    return render(request, "sessions/form.html", context, status=status_of(refusal, form))


def status_of(refusal: Refusal | None, form: Any) -> int:
    if isinstance(refusal, Stale | UsedForm):
        return 409
    return 422 if refusal is not None or (form is not None and form.is_bound and form.errors) else 200
