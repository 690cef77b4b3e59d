"""Keys for each purpose from each master key: the first makes, all check."""

import pytest
from cryptography.exceptions import InvalidTag

from app.keyring import Keyring


def derive(key_id: str, purpose: str) -> bytes:
    return f"{key_id} {purpose}".encode().ljust(32, b".")[:32]


def test_the_first_key_makes_and_all_check() -> None:
    before, after = Keyring(["a"], derive), Keyring(["b", "a"], derive)
    assert after.first == "b"
    assert after.mac("code", "123456", "a") == before.mac("code", "123456")
    assert after.mac("code", "123456") != before.mac("code", "123456")


def test_each_purpose_has_a_key_of_its_own() -> None:
    keyring = Keyring(["a"], derive)
    assert keyring.mac("code", "123456") != keyring.mac("phone", "123456")


def test_what_was_sealed_opens_under_the_key_that_sealed_it() -> None:
    key_id, sealed = Keyring(["a"], derive).seal("letter", b"Dag An")
    assert b"Dag An" not in sealed
    assert Keyring(["b", "a"], derive).unseal("letter", key_id, sealed) == b"Dag An"


def test_the_same_letter_never_looks_the_same_twice() -> None:
    keyring = Keyring(["a"], derive)
    assert keyring.seal("letter", b"Dag An") != keyring.seal("letter", b"Dag An")


def test_what_was_touched_or_meant_for_something_else_stays_shut() -> None:
    keyring = Keyring(["a"], derive)
    key_id, sealed = keyring.seal("letter", b"Dag An")
    with pytest.raises(InvalidTag):
        keyring.unseal("letter", key_id, sealed[:-1] + bytes([sealed[-1] ^ 1]))
    with pytest.raises(InvalidTag):
        keyring.unseal("secret", key_id, sealed)


def test_a_key_that_was_taken_away_is_named() -> None:
    with pytest.raises(LookupError, match="MASTER_KEYS has no key gone"):
        Keyring(["a"], derive).mac("code", "123456", "gone")
