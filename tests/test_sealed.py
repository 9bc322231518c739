"""Words at rest: bound to their place, padded, readable with old keys, and nowhere in a dump."""

from collections.abc import Callable
from uuid import UUID

import pytest
from django.conf import LazySettings
from django.db import connection
from django.test import Client as Browser
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from clients.actions import open_words
from clients.models import Opening
from home.demo.cast import Cast
from peersupport.lib.ids import new_id
from peersupport.lib.sealed import LIMIT, NotLoaded, Unreadable, fingerprint, seal, seal_text, unseal
from sessions.models import ContactLog
from sessions.permissions import get_contact, get_contact_words
from tests.test_contact_log import fast

Write = Callable[..., ContactLog]
texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=300)


@given(texts, st.binary(min_size=1, max_size=40))
def test_what_is_sealed_opens_in_its_place_and_nowhere_else(text: str, place: bytes) -> None:
    sealed = seal_text(text, place)
    assert unseal(sealed, place) == text
    if text:
        with pytest.raises(Unreadable):
            unseal(sealed, place + b"x")


@given(texts.filter(bool), st.integers(min_value=0), st.integers(min_value=1, max_value=255))
def test_a_changed_byte_is_noticed(text: str, position: int, change: int) -> None:
    sealed = bytearray(seal_text(text, b"here"))
    sealed[position % len(sealed)] ^= change
    with pytest.raises(Unreadable):
        unseal(bytes(sealed), b"here")


def test_lengths_do_not_tell_short_answers_apart() -> None:
    assert len({len(seal_text(answer, b"here")) for answer in ("good", "so-so", "I'd like a call", "not today")}) == 1


def test_old_keys_still_open(settings: LazySettings) -> None:
    old, new = settings.FIELD_ENCRYPTION_KEYS.items()
    sealed = seal_text("before the change of keys", b"here")
    settings.FIELD_ENCRYPTION_KEYS = dict([new, old])
    assert unseal(sealed, b"here") == "before the change of keys"
    assert seal_text("after", b"here").startswith(new[0].encode())
    settings.FIELD_ENCRYPTION_KEYS = dict([new])
    with pytest.raises(Unreadable):
        unseal(sealed, b"here")


def test_a_text_over_the_limit_is_refused() -> None:
    with pytest.raises(ValueError, match="at most"):
        seal(ContactLog, new_id(), what_we_did="a" * (LIMIT + 1))


def test_the_fingerprint_of_a_form_keeps_its_parts_apart() -> None:
    assert fingerprint("ab", "c") != fingerprint("a", "bc")


def test_swapped_ciphertexts_do_not_open(cast: Cast, write_log: Write) -> None:
    one, two = write_log(what_we_did="one", next_steps="steps"), write_log(what_we_did="two")
    rows = ContactLog.objects.in_bulk([one.pk, two.pk])
    ContactLog.objects.filter(pk=one.pk).update(what_we_did_sealed=rows[two.pk].what_we_did_sealed)
    ContactLog.objects.filter(pk=two.pk).update(what_we_did_sealed=rows[one.pk].next_steps_sealed)
    for pk in (one.pk, two.pk):
        with pytest.raises(Unreadable):
            _ = ContactLog.objects.get(pk=pk).what_we_did


def test_a_text_moved_to_another_field_of_its_row_does_not_open(cast: Cast, write_log: Write) -> None:
    log = ContactLog.objects.get(pk=write_log(what_we_did="one").pk)
    ContactLog.objects.filter(pk=log.pk).update(next_steps_sealed=log.what_we_did_sealed)
    with pytest.raises(Unreadable):
        _ = ContactLog.objects.get(pk=log.pk).next_steps


def test_a_log_loaded_for_its_facts_raises_when_a_word_is_touched(cast: Cast, write_log: Write) -> None:
    log = write_log(signed=True, what_we_did="we walked")
    facts = get_contact(cast.actor("maya"), log.pk)
    assert facts.minutes_direct == 30
    with pytest.raises(NotLoaded):
        _ = facts.what_we_did
    assert get_contact_words(cast.actor("maya"), log.pk).what_we_did == "we walked"


TYPED = [f"quokka {number} walks home" for number in range(8)]


def test_a_dump_holds_none_of_the_words_typed(cast: Cast, sign_in: Callable[..., Browser]) -> None:
    maya, alex = sign_in("maya"), sign_in("alex")
    url = reverse("contacts:new", args=[cast.clients["alex"].pk])
    words = dict(zip(("what_mattered", "what_we_did", "how_it_went", "next_steps"), TYPED, strict=False))
    log = maya.post(url, fast(sign="yes", **words)).url
    alex.post(f"{log}words/", {"op_id": str(new_id()), "kind": "in-my-words", "text": TYPED[4]})
    maya.post(f"{log}mistake/", {"reason": TYPED[5]})
    open_words(cast.clients["alex"], TYPED[6], op_id=new_id(), language="en", by=cast.actor("dana"))
    assert Opening.objects.get().reason == TYPED[6]
    dump = everything()
    assert b"Maya" in dump
    assert b"quokka" not in dump


def everything() -> bytes:
    """Every column of every row of every table, as bytes."""
    parts: list[bytes] = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT * FROM "{table}"')
            for row in cursor.fetchall():
                for value in row:
                    if isinstance(value, bytes | memoryview):
                        parts.append(bytes(value))
                    elif isinstance(value, UUID):
                        parts.append(value.bytes)
                    else:
                        parts.append(str(value).encode())
    return b"\n".join(parts)
