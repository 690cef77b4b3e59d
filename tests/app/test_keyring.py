"""Keys for each purpose from each master key: the first makes, all check."""

import pytest
from cryptography.exceptions import InvalidTag

from app.keyring import Keyring
from storage.keys import MasterKeys


def keyring(*ids: str) -> Keyring:
    return Keyring(MasterKeys({key_id: key_id.encode() * 32 for key_id in ids}))


def test_the_first_key_makes_and_all_check() -> None:
    before, after = keyring("a"), keyring("b", "a")
    assert after.first == "b"
    assert after.mac("code", "123456", "a") == before.mac("code", "123456")
    assert after.mac("code", "123456") != before.mac("code", "123456")


def test_each_purpose_has_a_key_of_its_own() -> None:
    ring = keyring("a")
    assert ring.mac("code", "123456") != ring.mac("phone", "123456")


def test_what_was_sealed_opens_under_the_key_that_sealed_it() -> None:
    key_id, sealed = keyring("a").seal("letter", b"Dag An")
    assert b"Dag An" not in sealed
    assert keyring("b", "a").unseal("letter", key_id, sealed) == b"Dag An"


def test_the_same_letter_never_looks_the_same_twice() -> None:
    ring = keyring("a")
    assert ring.seal("letter", b"Dag An") != ring.seal("letter", b"Dag An")


def test_what_was_touched_or_meant_for_something_else_stays_shut() -> None:
    ring = keyring("a")
    key_id, sealed = ring.seal("letter", b"Dag An")
    with pytest.raises(InvalidTag):
        ring.unseal("letter", key_id, sealed[:-1] + bytes([sealed[-1] ^ 1]))
    with pytest.raises(InvalidTag):
        ring.unseal("secret", key_id, sealed)


def test_a_key_that_was_taken_away_is_named() -> None:
    with pytest.raises(LookupError, match="MASTER_KEYS has no key gone"):
        keyring("a").mac("code", "123456", "gone")
