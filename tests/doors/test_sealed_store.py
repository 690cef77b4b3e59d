"""What lies in any store under a seal: whatever is done to it there is noticed."""

import os
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from uuid import uuid4

import pytest

from storage import (
    BlobDamaged,
    BlobMissing,
    BlobStore,
    KeyRefused,
    KeyStore,
    Pieces,
    StoreFull,
    new_data_key,
)
from storage.crypto import OVERHEAD, SEALED, SEGMENT, SealedBlobs
from storage.keys import LocalKeys, MasterKeys
from storage.local import LocalBlobs
from storage.s3 import S3Blobs
from storage.s3_keys import S3Keys
from tests.doors.stores import BARE
from tests.fakes_storage import WHY, MemoryBlobs, files_capped, keys_in
from tests.servers import rgw

DATA_KEY = new_data_key()
NOISE = os.urandom(2 * SEGMENT + 500)
ANOTHER = os.urandom(2 * SEGMENT + 500)
Attack = Callable[[bytes, bytes], bytes]


def flipped(at: int) -> Attack:
    def attack(sealed: bytes, _: bytes) -> bytes:
        place = at % len(sealed)
        return sealed[:place] + bytes([sealed[place] ^ 1]) + sealed[place + 1 :]

    return attack


def segments(sealed: bytes) -> tuple[bytes, bytes, bytes]:
    return sealed[:SEALED], sealed[SEALED : 2 * SEALED], sealed[2 * SEALED :]


def swapped(sealed: bytes, _: bytes) -> bytes:
    first, second, last = segments(sealed)
    return second + first + last


def transplanted(sealed: bytes, other: bytes) -> bytes:
    first, _, last = segments(sealed)
    return first + segments(other)[1] + last


def drain(pieces: Pieces, seen: bytearray) -> None:
    for piece in pieces:
        seen += piece


ATTACKS: dict[str, Attack] = {
    "a bit of the mark": flipped(0),
    "a bit of the first segment": flipped(99),
    "a bit of the second": flipped(SEALED + SEGMENT // 2),
    "a bit of the last tag": flipped(-1),
    "cut in the last segment": lambda sealed, _: sealed[:-1],
    "cut at a border": lambda sealed, _: sealed[: 2 * SEALED],
    "cut within a tag": lambda sealed, _: sealed[: SEALED + OVERHEAD - 1],
    "emptied": lambda _, __: b"",
    "a segment too many": lambda sealed, _: sealed + sealed[2 * SEALED :],
    "swapped": swapped,
    "repeated": lambda sealed, _: sealed[:SEALED] + sealed,
    "transplanted": transplanted,
    "another blob": lambda _, other: other,
}


@pytest.fixture(params=BARE, ids=lambda make: make.__name__)
def inner(request: pytest.FixtureRequest) -> BlobStore:
    store: BlobStore = request.param(request)
    return store


@pytest.fixture(params=["memory", "local", "s3"])
def full(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[BlobStore]:
    """Room for one segment at most, and not for three."""
    if request.param == "memory":
        yield MemoryBlobs(room=SEALED)
    elif request.param == "local":
        with files_capped(SEALED):
            yield LocalBlobs(tmp_path / "blobs")
    else:
        server: rgw.Rgw = request.getfixturevalue("s3_server")
        with server.full():
            yield S3Blobs(request.getfixturevalue("bucket"))


def test_what_was_touched_in_the_store_never_comes_out(inner: BlobStore) -> None:
    sealed, key, other = SealedBlobs(inner), str(uuid4()), str(uuid4())
    sealed.put(key, [NOISE], DATA_KEY)
    sealed.put(other, [ANOTHER], DATA_KEY)  # even under the same data key
    whole, foreign = b"".join(inner.open(key)), b"".join(inner.open(other))
    for name, attack in ATTACKS.items():
        inner.delete(key)
        inner.put(key, [attack(whole, foreign)])
        seen = bytearray()
        with pytest.raises(BlobDamaged):
            drain(sealed.open(key, DATA_KEY), seen)
        assert NOISE.startswith(bytes(seen)), name


def test_another_key_opens_nothing(inner: BlobStore) -> None:
    sealed, key = SealedBlobs(inner), str(uuid4())
    sealed.put(key, [NOISE], DATA_KEY)
    with pytest.raises(BlobDamaged):
        sealed.open(key, new_data_key())


def test_what_lies_in_the_store_is_noise(inner: BlobStore) -> None:
    key, mark = str(uuid4()), b"KANARIE " * 4
    SealedBlobs(inner).put(key, [mark * 9_000], DATA_KEY)
    assert mark[:8] not in b"".join(inner.open(key))


def test_a_blob_outlives_the_master_key_under_which_its_day_began(
    inner: BlobStore, tmp_path: Path
) -> None:
    day, key = date(2026, 11, 24), str(uuid4())
    blobs = SealedBlobs(inner)
    old, new = {"old": b"o" * 32}, {"new": b"n" * 32}

    def under(master: dict[str, bytes]) -> KeyStore:
        """The keys beside the blobs: in a bucket, or else in a folder."""
        if isinstance(inner, S3Blobs):
            return S3Keys(inner.bucket, MasterKeys(master))
        return LocalKeys(tmp_path / "keys", MasterKeys(master))

    row = under(old).seal(day, DATA_KEY)
    blobs.put(key, [NOISE], DATA_KEY)
    assert under(new | old).rewrap() == 1
    data_key = under(new).unseal(day, row, WHY)
    assert b"".join(blobs.open(key, data_key)) == NOISE
    with pytest.raises(KeyRefused):
        under(old).unseal(day, row, WHY)


def test_what_does_not_fit_under_its_seal_leaves_nothing(full: BlobStore) -> None:
    sealed, key = SealedBlobs(full), str(uuid4())
    with pytest.raises(StoreFull):
        sealed.put(key, [NOISE], DATA_KEY)
    with pytest.raises(BlobMissing):
        sealed.open(key, DATA_KEY)
    assert keys_in(full) == []
