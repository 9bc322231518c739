"""The link of a one-page reply: who holds it may answer this one check-in, and learns nothing about anyone.

The token is the first 128 bits of an HMAC, under a key of this installation, over the check-in and its nonce. So every
message about a check-in carries the same link, and the link is stored nowhere: the row holds a keyed digest of the
token, which finds it by index and from which nobody can make the link.
"""

import secrets
from base64 import urlsafe_b64encode
from uuid import UUID

from peersupport.lib.sealed import Unreadable, fingerprint, fingerprints

_BYTES = 16
LENGTH = 22  # characters of a token in a URL


def new_nonce() -> str:
    return secrets.token_hex(_BYTES)


def new_token(check_in_id: UUID, nonce: str) -> str:
    return _tokens(check_in_id, nonce)[0]


def token_of(check_in_id: UUID, nonce: str, lookup: str) -> str:
    """The same token again, even if the keys were changed in between. Unreadable without the key it was made with."""
    for token in _tokens(check_in_id, nonce):
        if lookup in lookups(token):
            return token
    raise Unreadable("the key this link was made with is not in FIELD_ENCRYPTION_KEYS")


def new_lookup(token: str) -> str:
    """What is stored of a token."""
    return fingerprint("check-in token", token)


def lookups(token: str) -> list[str]:
    """What may be stored of it, one for each encryption key."""
    return fingerprints("check-in token", token)


def _tokens(check_in_id: UUID, nonce: str) -> list[str]:
    return [
        urlsafe_b64encode(bytes.fromhex(digest)[:_BYTES]).rstrip(b"=").decode()
        for digest in fingerprints("check-in link", check_in_id.hex, nonce)
    ]
