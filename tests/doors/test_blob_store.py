"""What every blob store promises, sealed or not: one suite over all of them."""

import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from threading import Barrier
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from storage import (
    BlobExists,
    BlobMissing,
    BlobStore,
    StoreFull,
)
from storage.crypto import SEGMENT
from tests.fakes_storage import MemoryBlobs, keys_in, wall_clock

NOISE = os.urandom(3 * SEGMENT + 5)
BORDERS = [0, 1, SEGMENT - 1, SEGMENT, SEGMENT + 1, 2 * SEGMENT, 3 * SEGMENT]
HOSTILE = [
    "",
    ".",
    "../../etc/passwd",
    "/etc/passwd",
    "{key}\0",
    "{key}\n",
    "{key}/..",
    "../{key}",
    "{{{key}}}",
    "urn:uuid:{key}",
    "ABCDEF00-0000-4000-8000-000000000000",
    "abcdef00000040008000000000000000",
    "abcdef00-0000-4000-8000-00000000000\u0660",
]


def new_key() -> str:
    return str(uuid4())


def kept(blobs: BlobStore, *pieces: bytes) -> str:
    key = new_key()
    assert blobs.put(key, pieces) == sum(map(len, pieces))
    return key


def read(blobs: BlobStore, key: str, start: int = 0, stop: int | None = None) -> bytes:
    return b"".join(blobs.open(key, start, stop))


@pytest.mark.parametrize("size", BORDERS)
def test_what_goes_in_comes_out(blobs: BlobStore, size: int) -> None:
    key = kept(blobs, NOISE[:size])
    assert read(blobs, key) == NOISE[:size]
    assert blobs.size(key) == size


@pytest.mark.parametrize("step", [1000, 65_536, SEGMENT, 3 * SEGMENT])
def test_it_does_not_matter_in_which_pieces_the_bytes_come(
    blobs: BlobStore, step: int
) -> None:
    pieces = [NOISE[at : at + step] for at in range(0, len(NOISE), step)]
    assert read(blobs, kept(blobs, b"", *pieces, b"")) == NOISE


def test_a_source_may_put_every_piece_in_the_same_place(blobs: BlobStore) -> None:
    key, place = new_key(), bytearray(1000)

    def pieces() -> Iterator[memoryview]:
        for at in range(0, len(NOISE), len(place)):
            piece = memoryview(place)[: len(NOISE[at : at + len(place)])]
            piece[:] = NOISE[at : at + len(piece)]
            yield piece

    assert blobs.put(key, pieces()) == len(NOISE)
    assert read(blobs, key) == NOISE


@pytest.mark.parametrize("start", [0, 1, SEGMENT - 1, SEGMENT, SEGMENT + 1])
@pytest.mark.parametrize("stop", [*BORDERS[1:], len(NOISE), len(NOISE) + 9, None])
def test_a_range_is_a_slice(blobs: BlobStore, start: int, stop: int | None) -> None:
    key = kept(blobs, NOISE)
    assert read(blobs, key, start, stop) == NOISE[start:stop]


@pytest.mark.parametrize("span", [(0, None), (5, 9), (7, 7), (SEGMENT, 2 * SEGMENT)])
def test_whoever_opens_a_slice_is_told_the_size_of_the_whole(
    blobs: BlobStore, span: tuple[int, int | None]
) -> None:
    key = kept(blobs, NOISE[:100])
    with closing(blobs.open(key, *span)) as pieces:
        assert pieces.size == 100


@pytest.mark.parametrize("size", [0, 5, SEGMENT])
def test_a_range_past_the_end_is_empty(blobs: BlobStore, size: int) -> None:
    key = kept(blobs, NOISE[:size])
    assert read(blobs, key, size) == b""
    assert read(blobs, key, size + 1, size + 2 * SEGMENT) == b""


@given(data=st.data())
@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
def test_any_slice_of_any_blob_comes_out(blobs: BlobStore, data: st.DataObject) -> None:
    sizes = st.integers(0, len(NOISE))
    size, start, stop = data.draw(sizes), data.draw(sizes), data.draw(sizes)
    first = data.draw(st.integers(0, size))
    key = kept(blobs, NOISE[:first], NOISE[first:size])
    assert read(blobs, key, start, stop) == NOISE[:size][start:stop]
    blobs.delete(key)


def test_pieces_have_the_size_that_was_asked(bare_blobs: BlobStore) -> None:
    key = kept(bare_blobs, NOISE[:100])
    pieces = bare_blobs.open(key, 10, 95, piece=40)
    assert [len(piece) for piece in pieces] == [40, 40, 5]


def test_a_reader_may_leave_before_the_end(blobs: BlobStore) -> None:
    key = kept(blobs, NOISE)
    with closing(blobs.open(key)) as pieces:
        assert next(pieces) == NOISE[:SEGMENT]
    blobs.open(key).close()


def test_a_reader_that_was_admitted_may_finish_after_the_purge(
    blobs: BlobStore,
) -> None:
    key = kept(blobs, NOISE)
    pieces = blobs.open(key)
    blobs.delete(key)
    assert b"".join(pieces) == NOISE


def test_a_missing_blob_is_told_before_the_first_byte(blobs: BlobStore) -> None:
    with pytest.raises(BlobMissing):
        blobs.open(new_key())
    with pytest.raises(BlobMissing):
        blobs.size(new_key())


def test_of_many_blobs_those_that_are_not_there_are_told(blobs: BlobStore) -> None:
    there, gone = [kept(blobs, b"x"), kept(blobs, NOISE)], [new_key(), new_key()]
    assert blobs.missing([*there, *gone]) == set(gone)
    assert blobs.missing(there) == blobs.missing([]) == set()


def test_a_deleted_blob_is_gone_and_may_be_deleted_again(blobs: BlobStore) -> None:
    key, other = kept(blobs, b"mine"), kept(blobs, b"other")
    blobs.delete(key)
    blobs.delete(key)
    blobs.delete(new_key())
    with pytest.raises(BlobMissing):
        blobs.open(key)
    assert keys_in(blobs) == [other]


def test_a_blob_is_never_overwritten(blobs: BlobStore) -> None:
    key = kept(blobs, b"first")
    with pytest.raises(BlobExists):
        blobs.put(key, [b"second"])
    assert read(blobs, key) == b"first"


def test_of_many_writers_of_one_key_exactly_one_wins(blobs: BlobStore) -> None:
    key, together = new_key(), Barrier(8)

    def write(number: int) -> int | None:
        together.wait()
        try:
            blobs.put(key, [bytes([number])] * 3)
        except BlobExists:
            return None
        return number

    with ThreadPoolExecutor(8) as pool:
        wrote = [number for number in pool.map(write, range(8)) if number is not None]
    assert [read(blobs, key)] == [bytes(wrote * 3)]
    assert len(list(blobs.keys())) == 1


def test_nothing_shows_before_the_last_byte_is_in(blobs: BlobStore) -> None:
    key = new_key()

    def pieces() -> Iterator[bytes]:
        yield NOISE
        with pytest.raises(BlobMissing):
            blobs.size(key)
        assert list(blobs.keys()) == []

    blobs.put(key, pieces())
    assert read(blobs, key) == NOISE


def test_a_source_that_breaks_off_leaves_nothing(
    blobs: BlobStore, tmp_path: Path
) -> None:
    def pieces() -> Iterator[bytes]:
        yield NOISE
        raise ConnectionResetError

    key = new_key()
    with pytest.raises(ConnectionResetError):
        blobs.put(key, pieces())
    with pytest.raises(BlobMissing):
        blobs.open(key)
    assert list(blobs.keys()) == []
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


def test_the_list_tells_since_when_a_blob_is_there(blobs: BlobStore) -> None:
    before = wall_clock() - timedelta(seconds=2)
    keys = {kept(blobs, NOISE[:size]) for size in (0, 1, 9)}
    listed = list(blobs.keys())
    assert {stored.key for stored in listed} == keys
    assert all(before <= stored.written_at <= wall_clock() for stored in listed)
    assert sum(stored.size for stored in listed) >= 10


@pytest.mark.parametrize("hostile", HOSTILE)
def test_a_key_that_is_no_uuid_is_refused(blobs: BlobStore, hostile: str) -> None:
    key = hostile.format(key=kept(blobs, b"noise"))
    with pytest.raises(ValueError, match="UUID"):
        blobs.put(key, [b"x"])
    with pytest.raises(ValueError, match="UUID"):
        blobs.open(key)
    with pytest.raises(ValueError, match="UUID"):
        blobs.size(key)
    with pytest.raises(ValueError, match="UUID"):
        blobs.missing([key])
    with pytest.raises(ValueError, match="UUID"):
        blobs.delete(key)


def test_there_is_nothing_to_sweep_after_a_quiet_day(blobs: BlobStore) -> None:
    key = kept(blobs, b"stays")
    assert blobs.sweep(before=wall_clock() + timedelta(days=1)) == 0
    assert read(blobs, key) == b"stays"


def test_a_memory_that_is_full_keeps_nothing_of_what_does_not_fit() -> None:
    blobs = MemoryBlobs(room=5)
    key = kept(blobs, b"123")
    with pytest.raises(StoreFull):
        blobs.put(new_key(), [b"456"])
    assert keys_in(blobs) == [key]
    kept(blobs, b"45")
