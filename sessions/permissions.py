"""Who may see and change a contact log. Loaders come in pairs: facts, and words."""

from dataclasses import dataclass
from functools import partial
from uuid import UUID

from django.db.models import QuerySet
from django.http import Http404

from accounts.models import Actor
from clients.models import Client
from clients.permissions import OpeningNeeded, is_own, may_read_facts, may_read_words, may_write_contacts
from peersupport.lib.composed import composed
from peersupport.lib.keyset import Cut, Page, cut_out, page_of
from peersupport.lib.sealed import words_of
from sessions.models import ClientWord, ClientWordTakenBack, ContactLog, EnteredInError
from sessions.models.logs import ContactLogQuerySet
from sessions.models.words import ClientWordQuerySet


def get_contact(actor: Actor, pk: UUID) -> ContactLog:
    """Facts only: touching a word raises. Http404 for whoever the log does not exist for."""
    return _load(actor, pk, words=False)


def get_contact_words(actor: Actor, pk: UUID) -> ContactLog:
    """With the words. A supervisor without an open Opening gets OpeningNeeded; unfinished words are the author's."""
    log = _load(actor, pk, words=True)
    if not may_read_words(actor, log.client, log.pk):
        raise OpeningNeeded(log.client, log.pk)
    return log if shows_words_of(actor, log) else _without_words(log)


def shows_words_of(actor: Actor, log: ContactLog) -> bool:
    """The specialist's words show once signed; until then, or on the wrong person's record, only to who wrote them."""
    shared = log.signed and not log.about_someone_else
    return shared or (log.author_id == actor.person_id and may_write_contacts(actor))


def may_edit(actor: Actor, log: ContactLog) -> bool:
    """Only its author, until it is signed or marked as entered in error."""
    return may_write_contacts(actor) and log.author_id == actor.person_id and not log.signed and not log.in_error


def may_correct(actor: Actor, log: ContactLog) -> bool:
    """Only its author, and only the newest version."""
    return (
        may_write_contacts(actor)
        and log.author_id == actor.person_id
        and log.signed
        and not log.corrected
        and not log.in_error
    )


def may_mark_error(actor: Actor, log: ContactLog) -> bool:
    own = may_write_contacts(actor) and log.author_id == actor.person_id
    return own and not log.in_error and not log.corrected


def may_add_words(actor: Actor, log: ContactLog) -> bool:
    return is_own(actor, log.client) and not log.in_error


def may_take_back(actor: Actor, word: ClientWord) -> bool:
    return word.author_id == actor.person_id and is_own(actor, word.log.client)


@dataclass
class Entry:
    """One log as this reader may see it, with what the client said about it."""

    log: ContactLog
    shows_words: bool
    client_words: list[ClientWord]


def latest_log(actor: Actor, client: Client) -> ContactLog | None:
    """The newest that took place as it stands there, with words; of a client that was loaded for this reader."""
    return next(iter(_latest(actor, client.pk)), None)


@composed
def _latest(actor: Actor, client: UUID) -> ContactLogQuerySet:
    return _logs(actor, client).newest_form().order_by("-occurred_at", "-pk")[:1]


def timeline(actor: Actor, client: Client, position: str, size: int) -> Page:
    """One page of them; whom this reader may see was asked when the client was loaded."""
    return page_of(partial(_part, actor, client.pk), "occurred_at", position, size)


@composed
def _part(actor: Actor, client: UUID, cut: Cut) -> ContactLogQuerySet:
    return cut_out(_logs(actor, client), "occurred_at", cut)


def _logs(actor: Actor, client: UUID) -> ContactLogQuerySet:
    rows = ContactLog.objects.filter(client=client) if may_read_facts(actor) else ContactLog.objects.none()
    return rows.with_words().select_related("author")


def read_entries(
    actor: Actor, client: Client, rows: list[ContactLog], *, subject_id: UUID | None = None
) -> list[Entry]:
    """Logs of one client that were loaded with words, cut down to what this reader may see: at most two queries.

    `subject_id`: an Opening of just this log counts too.
    """
    for log in rows:
        log.client = client
    readable = may_read_words(actor, client, subject_id)
    said: dict[UUID, list[ClientWord]] = {log.pk: [] for log in rows}
    if readable and rows:
        for word in client_words_on(actor, client, rows):
            said[word.log_id].append(word)
    entries = []
    for log in rows:
        shows = readable and shows_words_of(actor, log)
        entries.append(Entry(log if shows else _without_words(log), shows, said[log.pk]))
    return entries


def client_words_on(actor: Actor, client: Client, logs: list[ContactLog]) -> list[ClientWord]:
    """What the client said, oldest first. What was taken back before anyone read it is theirs alone."""
    words = _words_on(client.pk, tuple(log.pk for log in logs))
    gone = [word.pk for word in words if word.taken_back]
    if not gone or is_own(actor, client):
        return words
    read = set(ClientWord.objects.filter(pk__in=gone).was_shown().values_list("pk", flat=True))
    return [word for word in words if not word.taken_back or word.pk in read]


@composed
def _words_on(client: UUID, logs: tuple[UUID, ...]) -> ClientWordQuerySet:
    found = ClientWord.objects.filter(log__in=logs, log__client=client)
    return found.select_related("author", "taken_back_row").order_by("at", "pk")


def get_client_word(actor: Actor, log_pk: UUID, pk: UUID) -> ClientWord:
    word = ClientWord.objects.visible_to(actor).filter(pk=pk, log=log_pk).select_related("log__client").first()
    if word is None:
        raise Http404
    return word


def still_said(words: list[ClientWord]) -> set[UUID]:
    """Once more, after it was noted that these are shown: which of them nobody took back meanwhile."""
    pks = tuple(word.pk for word in words)
    return set(pks) - set(_taken_back(pks))


@composed
def _taken_back(words: tuple[UUID, ...]) -> "QuerySet[ClientWordTakenBack, UUID]":
    return ClientWordTakenBack.objects.filter(word__in=words).values_list("word", flat=True)


def newest_of(log: ContactLog) -> UUID | None:
    """The signed log that stands in this one's place."""
    signed = ContactLog.objects.standing().filter(corrects=log, signed_at__isnull=False)
    return signed.values_list("pk", flat=True).first()


def reason_of_error(actor: Actor, log: ContactLog) -> str:
    """Why a log was a mistake, for whoever may read words of it."""
    if not log.in_error or not may_read_words(actor, log.client, log.pk):
        return ""
    return EnteredInError.objects.get(log=log).reason


def _without_words(log: ContactLog) -> ContactLog:
    for column in words_of(ContactLog):
        log.__dict__.pop(column, None)
    return log


def _load(actor: Actor, pk: UUID, *, words: bool) -> ContactLog:
    rows = ContactLog.objects.visible_to(actor)
    rows = rows.with_words() if words else rows.facts()
    log = rows.select_related("client__user", "client__program", "author").filter(pk=pk).first()
    if log is None:
        raise Http404
    return log
