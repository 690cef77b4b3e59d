"""What every key store promises: a day's key seals, opens, and dies for good."""

import os
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from storage import KeyDestroyed, KeyRefused, KeyStore, new_data_key
from storage.key_service import KeyService
from storage.keys import LocalKeys, MasterKeys
from storage.meter import Meter
from storage.mortal import MortalKeys
from storage.s3_keys import S3Keys
from storage.service_keys import ServiceKeys
from tests.fakes_storage import WHY, MemoryKeys
from tests.servers.keys import serving_keys, socket_place

DAY = date(2026, 11, 24)
NEXT = DAY + timedelta(days=1)
NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
MASTER = MasterKeys({"a": bytes(32)})
Before = Callable[[KeyStore], KeyStore]


def memory(_: pytest.FixtureRequest) -> KeyStore:
    return MemoryKeys()


def local(request: pytest.FixtureRequest) -> KeyStore:
    folder: Path = request.getfixturevalue("tmp_path")
    return LocalKeys(folder / "deep" / "keys", MASTER)


def s3(request: pytest.FixtureRequest) -> KeyStore:
    return S3Keys(request.getfixturevalue("bucket"), MASTER)


def mortal(_: pytest.FixtureRequest) -> KeyStore:
    return MortalKeys(MemoryKeys(), lambda: NOW, UTC)


def service_over_local(request: pytest.FixtureRequest) -> KeyStore:
    before: Before = request.getfixturevalue("served")
    return before(local(request))


def service_over_s3(request: pytest.FixtureRequest) -> KeyStore:
    before: Before = request.getfixturevalue("served")
    return before(s3(request))


STORES: list[Callable[[pytest.FixtureRequest], KeyStore]] = [
    *(memory, local, s3, mortal),
    *(service_over_local, service_over_s3),
]


@pytest.fixture
def served() -> Iterator[Before]:
    """Puts a key service before a store, with a socket of its own."""
    with ExitStack() as stack:
        path = stack.enter_context(socket_place())

        def before(store: KeyStore) -> KeyStore:
            mortal = MortalKeys(store, lambda: NOW, UTC)
            peers = frozenset({os.geteuid()})
            service = KeyService(mortal, MASTER, peers, Meter(6000))
            stack.enter_context(serving_keys(service, path))
            return ServiceKeys(path)

        yield before


@pytest.fixture(params=STORES, ids=lambda make: make.__name__)
def keys(request: pytest.FixtureRequest) -> KeyStore:
    store: KeyStore = request.param(request)
    return store


def test_a_sealed_key_opens_on_its_day(keys: KeyStore) -> None:
    mine, other = new_data_key(), new_data_key()
    sealed, sealed_too = keys.seal(DAY, mine), keys.seal(DAY, other)
    assert keys.unseal(DAY, sealed, WHY) == mine
    assert keys.unseal(DAY, sealed_too, WHY) == other
    assert mine not in sealed


def test_the_same_key_is_never_sealed_alike(keys: KeyStore) -> None:
    mine = new_data_key()
    assert len({keys.seal(DAY, mine) for _ in range(9)}) == 9


def test_the_seal_of_one_day_does_not_open_on_another(keys: KeyStore) -> None:
    sealed = keys.seal(DAY, new_data_key())
    with pytest.raises(KeyRefused):
        keys.unseal(NEXT, sealed, WHY)
    keys.new_day(NEXT)
    with pytest.raises(KeyRefused):
        keys.unseal(NEXT, sealed, WHY)


def test_a_seal_that_was_touched_is_refused(keys: KeyStore) -> None:
    sealed = keys.seal(DAY, new_data_key())
    for at in range(0, len(sealed), 7):
        flipped = bytearray(sealed)
        flipped[at] ^= 1
        with pytest.raises(KeyRefused):
            keys.unseal(DAY, bytes(flipped), WHY)
        with pytest.raises(KeyRefused):
            keys.unseal(DAY, sealed[:at], WHY)


@pytest.mark.parametrize(
    "reason",
    ["", "file.download", "file.download CORR_2026-09_EG0000001_V01.csv", "a.b c:d\n"],
)
def test_nothing_opens_without_a_reason_fit_for_a_log(
    keys: KeyStore, reason: str
) -> None:
    sealed = keys.seal(DAY, new_data_key())
    with pytest.raises(ValueError, match="an action and an id") as refusal:
        keys.unseal(DAY, sealed, reason)
    assert "CORR" not in str(refusal.value)


def test_each_day_that_lives_is_told_with_what_sealed_its_key(keys: KeyStore) -> None:
    keys.new_day(DAY)
    keys.new_day(NEXT)
    keys.destroy_day(DAY)
    told = keys.wrapped()
    assert set(told) == {NEXT}
    assert told[NEXT] in {"a", "memory"}
    assert keys.rewrap() == 0, "all lie under the first master key already"


def test_a_day_is_made_once(keys: KeyStore) -> None:
    keys.new_day(DAY)
    sealed = keys.seal(DAY, b"k" * 32)
    keys.new_day(DAY)
    assert keys.unseal(DAY, sealed, WHY) == b"k" * 32


def test_with_its_key_a_day_is_gone_for_good(keys: KeyStore) -> None:
    sealed = keys.seal(DAY, new_data_key())
    keys.destroy_day(DAY)
    keys.destroy_day(DAY)
    with pytest.raises(KeyDestroyed):
        keys.unseal(DAY, sealed, WHY)
    with pytest.raises(KeyDestroyed):
        keys.new_day(DAY)
    with pytest.raises(KeyDestroyed):
        keys.seal(DAY, new_data_key())


def test_a_day_that_never_was_can_be_ruled_out(keys: KeyStore) -> None:
    keys.destroy_day(DAY)
    with pytest.raises(KeyDestroyed):
        keys.new_day(DAY)


def test_other_days_live_on(keys: KeyStore) -> None:
    sealed = keys.seal(NEXT, b"k" * 32)
    keys.new_day(DAY)
    assert keys.days() == [DAY, NEXT]
    keys.destroy_day(DAY)
    assert keys.days() == [NEXT]
    assert keys.unseal(NEXT, sealed, WHY) == b"k" * 32


def test_many_writers_of_a_new_day_share_its_one_key(keys: KeyStore) -> None:
    def seal(number: int) -> bytes:
        return keys.seal(DAY, bytes([number]) * 32)

    with ThreadPoolExecutor(8) as pool:
        sealed = list(pool.map(seal, range(32)))
    assert [keys.unseal(DAY, seal, WHY)[0] for seal in sealed] == list(range(32))
