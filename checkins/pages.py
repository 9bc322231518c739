"""What several views and the homes do alike: showing check-ins, and noting that someone read an answer."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from accounts.models import Actor
from accounts.signing_in import actor_of
from audit import actions as audit
from checkins.deliveries import said_by
from checkins.forms import AgreementForm, AnswerForm, QuietForm
from checkins.kinds import ALREADY_TALKED
from checkins.models import CheckIn, CheckInAgreement
from checkins.permissions import (
    Told,
    check_ins_of,
    may_be_answered,
    may_propose,
    next_for,
    standing_of,
    tell,
)
from clients.actions import look_at
from clients.models import Client
from clients.pages import own_client, trust
from clients.permissions import Helper, get_client, is_own, may_open_words, specialists_of, support_of
from clients.trust import who_reads
from peersupport.lib.fields import with_new_op_id
from peersupport.lib.keyset import Page, page
from peersupport.lib.refusals import Refusal, Stale, UsedForm

PAGE = "check-ins"
PAGE_SIZE = 14


def show_check_ins(
    request: HttpRequest,
    client: Client,
    *,
    refusal: Refusal | None = None,
    form: AnswerForm | None = None,
    quiet: QuietForm | None = None,
) -> HttpResponse:
    """The agreement, what waits for an answer, and the check-ins so far."""
    actor = actor_of(request)
    own = is_own(actor, client)
    found = page(check_ins_of(actor, client), "planned_for", request.GET.get("at", ""), PAGE_SIZE)
    entries = tell(actor, client, found.rows)
    note_reading(actor, client, entries)
    standing = standing_of(client)
    agreed = next((one for one in standing if one.agreed), None)
    context = {
        "client": client,
        "own": own,
        "agreed": agreed,
        "wording": said_by(agreed) if agreed else "",
        "ideas": [(one, said_by(one)) for one in standing if one.proposed],
        "entries": entries,
        "page": found,
        "may_change": may_propose(actor, client),
        "may_open": may_open_words(actor) and not any(entry.shows_words for entry in entries),
        "refusal": refusal,
        "check_in": due_among(entries, found) if own else None,
        "form": form or AnswerForm(),
        "quiet": quiet or QuietForm(initial={"days": client.quiet_after_days}),
        "back": "",
        **trust(request, client),
    }
    return render(request, "checkins/check_ins.html", context, status=status_of(refusal, form or quiet))


def due_among(entries: list[Told], found: Page) -> CheckIn | None:
    """The newest one, on the first page, if it can still be answered or changed and no talk made it quiet."""
    newest = entries[0] if entries and not found.newer else None
    if newest is None or newest.why == ALREADY_TALKED or not may_be_answered(newest.check_in):
        return None
    return newest.check_in


def client_of(request: HttpRequest, pk: UUID) -> Client:
    """Http404 for whoever they do not exist for; no second query for the client themselves."""
    own = own_client(request)
    return own if own is not None and own.pk == pk else get_client(actor_of(request), pk)


def show_agreement_form(
    request: HttpRequest,
    client: Client,
    form: AgreementForm,
    *,
    agreement: CheckInAgreement | None = None,
    refusal: Refusal | None = None,
) -> HttpResponse:
    actor = actor_of(request)
    own = is_own(actor, client)
    if not own:
        audit.record_read(f"facts-{PAGE}", by=actor, client_id=client.pk)
    if "op_id" in form.errors:
        form = with_new_op_id(form)
    context = {
        "client": client,
        "own": own,
        "form": form,
        "agreement": agreement,
        "refusal": refusal,
        **trust(request, client),
    }
    return render(request, "checkins/form.html", context, status=status_of(refusal, form))


def note_reading(actor: Actor, client: Client, entries: list[Told]) -> None:
    """Before anything is shown: an event for someone else's look, and a visit to each answer they now read."""
    shown = [entry.check_in.page for entry in entries if entry.shows_words]
    if not is_own(actor, client):
        audit.record_read(PAGE if shown else f"facts-{PAGE}", by=actor, client_id=client.pk)
    look_at(client, [PAGE, *shown], by=actor)


def looks_at(answers: list[CheckIn]) -> set[tuple[UUID, str]]:
    """For audit.record_reads before Today shows these answers. They stay there until read on the client's own page."""
    return {(row.agreement.client_id, PAGE) for row in answers}


def home_of(client: Client, helpers: list[Helper]) -> dict[str, Any]:
    """For the client's own home. `helpers`: who walks with them today. Two queries; one more while one is due."""
    upcoming, standing = next_for(client), standing_of(client)
    readers = support_of(client, helpers) if upcoming.due else helpers
    return {
        "check_in_agreed": next((one for one in standing if one.agreed), None),
        "check_in_ideas": [(one, said_by(one)) for one in standing if one.proposed],
        "check_in": upcoming.due,
        "check_in_next": upcoming.next,
        "answer_form": AnswerForm(),
        "who_reads": who_reads(readers, client_name=client.user.first_name, reader=None),
    }


def name_for(client: Client) -> str:
    """Whose first name a wording could hold."""
    return next((helper.person.first_name for helper in specialists_of(client) if not helper.covers), "")


def status_of(refusal: Refusal | None, form: Any) -> int:
    if isinstance(refusal, Stale | UsedForm):
        return 409
    return 422 if refusal is not None or (form is not None and form.is_bound and form.errors) else 200
