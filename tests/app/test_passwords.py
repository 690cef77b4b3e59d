"""Own passwords: peppered, slow on purpose, and never many at once."""

from threading import Barrier, Thread

import pytest
from argon2 import PasswordHasher, extract_parameters

from app.kernel.errors import Busy
from app.keyring import Keyring
from app.passwords import DECIDED, Hashed, Passwords
from storage.keys import MasterKeys


def under(**keys: bytes) -> Keyring:
    return Keyring(MasterKeys(keys))


@pytest.fixture
def keyring() -> Keyring:
    return under(new=b"n" * 32, old=b"o" * 32)


def test_only_the_right_password_fits(keyring: Keyring) -> None:
    made = Passwords(keyring)
    hashed = made.hash("Vier linden aan de Leie")
    assert made.check("Vier linden aan de Leie", hashed)
    assert not made.check("Vier linden aan de Lei", hashed)


def test_the_same_password_never_looks_the_same_twice(keyring: Keyring) -> None:
    made = Passwords(keyring)
    assert made.hash("Vier linden") != made.hash("Vier linden")


def test_a_hash_is_worth_nothing_without_the_pepper(keyring: Keyring) -> None:
    hashed = Passwords(keyring).hash("Vier linden aan de Leie")
    others = under(new=b"x" * 32)
    assert not Passwords(others).check("Vier linden aan de Leie", hashed)
    assert not Passwords(keyring).check(
        "Vier linden aan de Leie", Hashed(hashed.text, "old")
    )


def test_a_hash_under_an_older_key_still_fits(keyring: Keyring) -> None:
    hashed = Passwords(under(old=b"o" * 32)).hash("Vier linden aan de Leie")
    assert hashed.key_id == "old"
    assert Passwords(keyring).check("Vier linden aan de Leie", hashed)


def test_a_password_under_a_lost_key_fails_and_alarms(
    keyring: Keyring, caplog: pytest.LogCaptureFixture
) -> None:
    hashed = Passwords(under(gone=b"g" * 32)).hash("Vier linden aan de Leie")
    assert not Passwords(keyring).check("Vier linden aan de Leie", hashed)
    assert "ALARM MASTER_KEYS lost key gone" in caplog.text


def test_the_cost_is_what_was_decided_for_somebody_and_for_nobody(
    keyring: Keyring,
) -> None:
    hashed = Passwords(keyring).hash("Vier linden")
    for text in (hashed.text, DECIDED.nobody):
        cost = extract_parameters(text)
        assert (cost.memory_cost, cost.time_cost, cost.parallelism) == (19_456, 2, 1)
    assert not PasswordHasher(2, 19_456, 1).check_needs_rehash(DECIDED.nobody)


def test_nobody_has_a_password(keyring: Keyring) -> None:
    assert not Passwords(keyring).check("Vier linden", None)
    assert not Passwords(keyring).check("", None)


def test_who_waits_too_long_is_asked_to_come_back(keyring: Keyring) -> None:
    made = Passwords(keyring, patience=0.01)
    with made._turn(), pytest.raises(Busy) as busy:
        made.hash("Vier linden")
    assert busy.value.after == 5
    assert made.hash("Vier linden"), "the turn is free again"


def test_a_full_queue_turns_people_away_at_once(keyring: Keyring) -> None:
    made = Passwords(keyring, queue=0, patience=60)
    with made._turn(), pytest.raises(Busy):
        made.check("Vier linden", None)


def test_no_more_are_hashed_at_once_than_allowed(keyring: Keyring) -> None:
    made = Passwords(keyring, at_once=2)
    inside, most = set(), 0
    gate = Barrier(6)

    def work(name: int) -> None:
        nonlocal most
        gate.wait()
        for _ in range(20):
            with made._turn():
                inside.add(name)
                most = max(most, len(inside))
                inside.discard(name)

    threads = [Thread(target=work, args=(name,)) for name in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert 1 <= most <= 2
