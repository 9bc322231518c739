"""What happens to a contact log, and what clients say about one."""

import zoneinfo
from dataclasses import dataclass, fields
from datetime import date, datetime, time
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import Actor
from audit import actions as audit
from clients.models import Client
from peersupport.lib.clock import now
from peersupport.lib.ids import new_id
from peersupport.lib.refusals import Refusal, Stale, UsedForm
from peersupport.lib.sealed import fingerprint, seal
from sessions.actions.tallies import tally
from sessions.models import ClientWord, ClientWordTakenBack, ContactLog, EnteredInError
from sessions.permissions import get_contact, get_contact_words, may_correct, may_edit, may_mark_error

WORDS = ("what_mattered", "what_we_did", "how_it_went", "next_steps")
_PLAIN = (
    *("happened_on", "time_zone", "minutes_direct", "minutes_travel", "minutes_documentation"),
    *("mode", "who_reached_out", "outcome", "place", "service", "written", "interpreter", "language"),
)
Log = ContactLog


@dataclass(frozen=True)
class Contact:
    """What a specialist says about one contact. Times are wall times in `time_zone`."""

    happened_on: date
    mode: str
    who_reached_out: str
    minutes_direct: int
    started: time | None = None
    ended: time | None = None
    time_zone: str = "UTC"
    outcome: str = Log.Outcome.CONNECTED
    minutes_travel: int = 0
    minutes_documentation: int = 0
    place: str = ""
    service: str = ""
    written: str = ""
    interpreter: bool = False
    what_mattered: str = ""
    what_we_did: str = ""
    how_it_went: str = ""
    next_steps: str = ""
    language: str = "en"

    def fingerprint(self, about: UUID) -> str:
        """`about`: the client, or the log that is corrected."""
        return fingerprint(str(about), *(str(getattr(self, field.name)) for field in fields(self)))


def contact_of(log: ContactLog) -> Contact:
    """What a log loaded with its words says, as its author would enter it."""
    zone = zoneinfo.ZoneInfo(log.time_zone)
    plain = {name: getattr(log, name) for name in (*_PLAIN, *WORDS)}
    return Contact(
        **plain,
        started=log.started_at.astimezone(zone).time() if log.started_at else None,
        ended=log.ended_at.astimezone(zone).time() if log.ended_at else None,
    )


@transaction.atomic
def start_log(
    client: Client, contact: Contact, *, op_id: UUID, corrects: ContactLog | None = None, by: Actor
) -> ContactLog:
    """A new unfinished log. The same form sent again gives the log it made; with other content it is refused."""
    print_of_form = contact.fingerprint(corrects.pk if corrects else client.pk)
    pk = new_id()
    try:
        with transaction.atomic():
            log = ContactLog.objects.create(
                pk=pk,
                client=client,
                author=by.user,
                op_id=op_id,
                op_fingerprint=print_of_form,
                corrects=corrects,
                **_columns(pk, contact),
            )
    except IntegrityError:
        before = ContactLog.objects.filter(author=by.user, op_id=op_id).with_marks().first()
        if before is None:
            raise
        if before.op_fingerprint != print_of_form or before.in_error:
            raise _used_form(before) from None
        return before
    tally(log)
    audit.record("contact.corrected" if corrects else "contact.logged", by=by, client_id=client.pk, subject=log)
    log.corrected = False
    return log


@transaction.atomic
def change_log(log: ContactLog, contact: Contact, *, version: int, by: Actor) -> ContactLog:
    """Writes an unfinished log anew if it still is at `version`; sending the same content twice is harmless."""
    if not may_edit(by, log):
        raise _closed(log)
    changed = (
        ContactLog.objects.unfinished()
        .filter(pk=log.pk, version=version)
        .update(version=version + 1, changed_at=now(), **_columns(log.pk, contact))
    )
    if not changed:
        return _stale_unless_same(log, contact, by=by)
    tally(log)
    audit.record("contact.changed", by=by, client_id=log.client_id, subject=log)
    return get_contact(by, log.pk)


@transaction.atomic
def sign_log(log: ContactLog, *, version: int, by: Actor) -> ContactLog:
    """From now on no column of this log changes. Signing a signed log again is harmless."""
    if log.signed and log.author_id == by.person_id:
        return log
    if not may_edit(by, log):
        raise _closed(log)
    at = now()
    name = f"{by.user.first_name} {by.user.last_name}".strip()
    changed = (
        ContactLog.objects.unfinished()
        .filter(pk=log.pk, version=version)
        .update(
            version=version + 1,
            changed_at=at,
            signed_at=at,
            signed_name=name,
            signed_role=by.hat,
            signed_credential=by.role.credential,
        )
    )
    current = get_contact(by, log.pk)
    if not changed and not current.signed:
        raise Stale(_("This changed in another window. Please read it once more, then sign."), stands=current)
    if changed:
        _tally_both(log)
        audit.record("contact.signed", by=by, client_id=log.client_id, subject=log)
    return current


@transaction.atomic
def correct_log(log: ContactLog, contact: Contact, *, op_id: UUID, by: Actor) -> ContactLog:
    """A new log that points back at a signed one. It replaces it once it is signed itself."""
    log = _locked(log, by=by)  # two corrections begun at once: one waits, then is refused
    standing = ContactLog.objects.standing().filter(corrects=log).first()
    if standing is not None and standing.op_id != op_id:
        raise UsedForm(_("A correction of this was begun already."), stands=standing)
    if standing is None and not may_correct(by, log):
        raise Refusal(_("Only whoever signed this can correct it, and only its newest form."))
    return start_log(log.client, contact, op_id=op_id, corrects=log, by=by)


@transaction.atomic
def enter_in_error(log: ContactLog, reason: str, *, about_someone_else: bool = False, by: Actor) -> EnteredInError:
    """Struck through, kept, out of counts. Marking it twice is harmless."""
    log = _locked(log, by=by)
    standing = EnteredInError.objects.filter(log=log).first()
    if standing is not None:
        return standing
    if not may_mark_error(by, log):
        raise Refusal(_("Only whoever wrote this can mark it as a mistake, and only its newest form."))
    if not reason.strip():
        raise Refusal(_("Please say in a few words what was wrong. They can read it."), field="reason")
    pk = new_id()
    error = EnteredInError.objects.create(
        pk=pk,
        log=log,
        author=by.user,
        about_someone_else=about_someone_else,
        **seal(EnteredInError, pk, reason=reason),
    )
    _tally_both(log)
    audit.record("contact.entered_in_error", by=by, client_id=log.client_id, subject=log)
    return error


@transaction.atomic
def add_words(
    log: ContactLog, kind: ClientWord.Kind, text: str, *, op_id: UUID, language: str, by: Actor
) -> ClientWord:
    """The client says something about a contact. The same form sent again has one effect."""
    if kind != ClientWord.Kind.SAW_IT_SO and not text.strip():
        raise Refusal(_("There is nothing here yet. Write as much or as little as you like."), field="text")
    print_of_form = fingerprint(str(log.pk), kind, text)
    pk = new_id()
    try:
        with transaction.atomic():
            word = ClientWord.objects.create(
                pk=pk,
                log=log,
                author=by.user,
                op_id=op_id,
                op_fingerprint=print_of_form,
                kind=kind,
                language=language,
                **seal(ClientWord, pk, text=text),
            )
    except IntegrityError:
        before = ClientWord.objects.get(author=by.user, op_id=op_id)
        if before.op_fingerprint != print_of_form:
            raise _used_form(before.log) from None
        return before
    audit.record("words.added", by=by, client_id=log.client_id, subject=word)
    return word


@transaction.atomic
def take_back(word: ClientWord, *, by: Actor) -> ClientWordTakenBack:
    """Unread: as if never said. Shown to someone: others see that it was taken back. Twice is harmless."""
    row, made = ClientWordTakenBack.objects.get_or_create(word=word)
    if made:
        audit.record("words.taken_back", by=by, client_id=word.log.client_id, subject=word)
    return row


def _tally_both(log: ContactLog) -> None:
    """What it corrects stands again, or does not stand any more."""
    tally(log, *([log.corrects_id] if log.corrects_id else []))


def _locked(log: ContactLog, *, by: Actor) -> ContactLog:
    """The log as it stands now, held until the transaction ends."""
    ContactLog.objects.select_for_update().get(pk=log.pk)
    return get_contact(by, log.pk)


def _columns(pk: UUID, contact: Contact) -> dict[str, Any]:
    zone = zoneinfo.ZoneInfo(contact.time_zone)
    started, ended = _instants(contact, zone)
    planned = contact.who_reached_out == Log.WhoReachedOut.NOBODY
    plain = {name: getattr(contact, name) for name in _PLAIN}
    return {
        **plain,
        "planned": planned,
        "started_at": started,
        "ended_at": ended,
        "occurred_at": started or _sometime_on(contact.happened_on, zone),
        **seal(ContactLog, pk, **{name: getattr(contact, name) for name in WORDS}),
    }


def _instants(contact: Contact, zone: zoneinfo.ZoneInfo) -> tuple[datetime | None, datetime | None]:
    if contact.started is None:
        return None, None
    ended = datetime.combine(contact.happened_on, contact.ended, zone) if contact.ended else None
    return datetime.combine(contact.happened_on, contact.started, zone), ended


def _sometime_on(day: date, zone: zoneinfo.ZoneInfo) -> datetime:
    """Noon of that day, or now if that is earlier: a contact logged without a time still has its place."""
    return min(datetime.combine(day, time(12), zone), now())


def _used_form(saved: object) -> UsedForm:
    return UsedForm(
        _("This form was saved before, with other words. What you typed is still here; save again to keep it as well."),
        stands=saved,
    )


def _closed(log: ContactLog) -> Stale:
    return Stale(_("This was signed or taken out meanwhile, so it cannot be changed any more."), stands=log)


def _stale_unless_same(log: ContactLog, contact: Contact, *, by: Actor) -> ContactLog:
    current = get_contact_words(by, log.pk)
    if current.signed:
        raise _closed(current)
    if contact_of(current) == contact:
        return current
    raise Stale(
        _("This changed in another window since you opened it. Both are here: what is saved now, and what you typed."),
        stands=current,
    )
