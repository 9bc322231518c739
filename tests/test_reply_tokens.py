"""Tokens of links: 128 bits, the same each time, each for one check-in, stored nowhere."""

import re
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checkins.rules.tokens import LENGTH, lookups, new_lookup, new_nonce, new_token, token_of
from peersupport.lib.sealed import Unreadable

pytestmark = pytest.mark.one_engine

ids = st.uuids()
nonces = st.text("0123456789abcdef", min_size=32, max_size=32)
OLD, NEW = b"o" * 32, b"n" * 32


@given(pk=ids, nonce=nonces)
def test_a_token_is_128_bits_in_letters_that_stand_in_an_address(pk: UUID, nonce: str) -> None:
    token = new_token(pk, nonce)
    assert re.fullmatch(rf"[A-Za-z0-9_-]{{{LENGTH}}}", token)
    assert token == new_token(pk, nonce) == token_of(pk, nonce, new_lookup(token))


@given(pk=ids, other=ids, nonce=nonces, another=nonces)
def test_another_check_in_or_another_nonce_is_another_token(pk: UUID, other: UUID, nonce: str, another: str) -> None:
    tokens = {new_token(*made) for made in {(pk, nonce), (other, nonce), (pk, another)}}
    assert len(tokens) == len({(pk, nonce), (other, nonce), (pk, another)})


@given(pk=ids, nonce=nonces)
def test_what_is_stored_does_not_say_the_token(pk: UUID, nonce: str) -> None:
    token = new_token(pk, nonce)
    stored = new_lookup(token)
    assert token not in stored
    assert stored in lookups(token)
    assert stored not in lookups(token[::-1]) or token == token[::-1]


def test_nonces_differ() -> None:
    assert len({new_nonce() for _ in range(1000)}) == 1000


def test_a_link_outlives_a_new_key(settings: Any) -> None:
    pk, nonce = UUID(int=1), new_nonce()
    settings.FIELD_ENCRYPTION_KEYS = {"k1": OLD}
    token = new_token(pk, nonce)
    stored = new_lookup(token)
    settings.FIELD_ENCRYPTION_KEYS = {"k2": NEW, "k1": OLD}
    assert new_token(pk, nonce) != token
    assert token_of(pk, nonce, stored) == token
    assert stored in lookups(token)
    settings.FIELD_ENCRYPTION_KEYS = {"k2": NEW}
    with pytest.raises(Unreadable):
        token_of(pk, nonce, stored)
