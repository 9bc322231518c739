"""Words at rest: sealed with AES-GCM and bound to their own table, field and row.

A model stores `what_we_did_sealed = SealedField()` and reads through `what_we_did = Words()`.
Writing goes through `**seal(ContactLog, pk, what_we_did="…")`, in create and in compare-and-set alike.
A ciphertext copied to another row, field or table does not open.
"""

import hashlib
import hmac
import os
import struct
from typing import Any, Self, overload
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings
from django.db import models
from django.db.models.query_utils import DeferredAttribute

LIMIT = 10_000  # characters a text may hold
_NONCE = 12  # bytes; random, never reused in practice below 2^32 texts a key
_BLOCK = 64  # texts are padded to this many bytes, so that a dump does not tell "good" from "so-so"


class NotLoaded(Exception):
    """Code that may see only facts touched a word. Load the row through the loader for words instead."""


class Unreadable(Exception):
    """A stored text does not open: wrong key, or it was moved here from another row or field."""


class _SealedAttribute(DeferredAttribute):
    """Raises where Django would quietly fetch a deferred column: facts must never turn into words by accident."""

    def __get__(self, instance: models.Model | None, cls: type[models.Model] | None = None) -> Any:
        if instance is not None and self.field.attname not in instance.__dict__:
            raise NotLoaded(f"{instance._meta.label}.{self.field.attname} was not loaded")
        return super().__get__(instance, cls)


class SealedField(models.BinaryField):  # type: ignore[type-arg]
    """A sealed text; empty bytes are the empty text."""

    descriptor_class = _SealedAttribute

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("default", b"")
        kwargs.setdefault("editable", False)
        super().__init__(*args, **kwargs)


class Words:
    """Reads `<name>_sealed` of the same row as text."""

    def __set_name__(self, owner: type[models.Model], name: str) -> None:
        self.name = name

    @overload
    def __get__(self, instance: None, owner: type[models.Model]) -> Self: ...
    @overload
    def __get__(self, instance: models.Model, owner: type[models.Model]) -> str: ...
    def __get__(self, instance: models.Model | None, owner: type[models.Model]) -> Self | str:
        if instance is None:
            return self
        stored = bytes(getattr(instance, f"{self.name}_sealed"))
        return unseal(stored, _place(type(instance), self.name, instance.pk))


def seal(model: type[models.Model], pk: UUID, **texts: str) -> dict[str, bytes]:
    """`{"<name>_sealed": bytes}` for a create or an update of the row `pk`.

    Raises ValueError for a text over LIMIT: forms refuse it earlier, with a sentence.
    """
    if any(len(text) > LIMIT for text in texts.values()):
        raise ValueError(f"a text holds at most {LIMIT} characters")
    return {f"{name}_sealed": seal_text(text, _place(model, name, pk)) for name, text in texts.items()}


def words_of(model: type[models.Model]) -> list[str]:
    """The columns of `model` that hold words; loaders for facts defer exactly these."""
    return [field.attname for field in model._meta.concrete_fields if isinstance(field, SealedField)]


def seal_text(text: str, place: bytes) -> bytes:
    """`place` names where the text belongs; it opens nowhere else."""
    if not text:
        return b""
    key_id, key = next(iter(settings.FIELD_ENCRYPTION_KEYS.items()))
    plain = text.encode()
    plain = struct.pack(">I", len(plain)) + plain
    plain += bytes(-len(plain) % _BLOCK)
    nonce = os.urandom(_NONCE)
    return key_id.encode() + b":" + nonce + AESGCM(key).encrypt(nonce, plain, place)


def unseal(stored: bytes, place: bytes) -> str:
    if not stored:
        return ""
    key_id, _, rest = stored.partition(b":")
    key = settings.FIELD_ENCRYPTION_KEYS.get(key_id.decode("ascii", "replace"))
    if key is None:
        raise Unreadable("the key that sealed this text is not in FIELD_ENCRYPTION_KEYS")
    try:
        plain = AESGCM(key).decrypt(rest[:_NONCE], rest[_NONCE:], place)
    except InvalidTag as error:
        raise Unreadable("this text was not sealed for this place") from error
    (length,) = struct.unpack(">I", plain[:4])
    return plain[4 : 4 + length].decode()


def fingerprint(*parts: str) -> str:
    """A keyed digest of what a form held: tells a replay from new content without storing the content."""
    return fingerprints(*parts)[0]


def fingerprints(*parts: str) -> list[str]:
    """The same under every key there is, the newest first: finds what was stored before a key was changed."""
    return [_digest(key, parts) for key in settings.FIELD_ENCRYPTION_KEYS.values()]


def _digest(key: bytes, parts: tuple[str, ...]) -> str:
    mac = hmac.new(hashlib.sha256(b"fingerprint" + key).digest(), digestmod="sha256")
    for part in parts:
        data = part.encode()
        mac.update(struct.pack(">I", len(data)) + data)
    return mac.hexdigest()


def _place(model: type[models.Model], name: str, pk: UUID) -> bytes:
    return f"{model._meta.db_table}|{name}|{pk}".encode()
