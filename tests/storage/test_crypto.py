"""The seal of a blob: what is refused, what a range costs, and what lies on disk."""

import os
import struct
import tracemalloc
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from storage import MEBIBYTE, BlobDamaged, Pieces, new_data_key
from storage.crypto import MARK, OVERHEAD, SEALED, SEGMENT, SealedBlobs
from storage.local import LocalBlobs
from tests.fakes_storage import MemoryBlobs

KEY = "0a1b2c3d-0000-4000-8000-000000000000"
OTHER = "ffffffff-0000-4000-8000-000000000000"
DATA_KEY = bytes(range(32))
NOISE = os.urandom(2 * SEGMENT + 7)


@dataclass
class CountingBlobs(MemoryBlobs):
    """Notes what is read, in bytes."""

    reads: list[tuple[int, int | None]] = field(default_factory=list)

    def open(
        self,
        key: str,
        start: int = 0,
        stop: int | None = None,
        *,
        piece: int = MEBIBYTE,
    ) -> Pieces:
        self.reads.append((start, stop))
        return super().open(key, start, stop, piece=piece)


def stored(content: bytes = NOISE, key: str = KEY) -> tuple[MemoryBlobs, list[bytes]]:
    """A store with the sealed content, and its segments as they lie there."""
    blobs = MemoryBlobs()
    SealedBlobs(blobs).put(key, [content], DATA_KEY)
    sealed = blobs.blobs[key][0]
    return blobs, [sealed[at : at + SEALED] for at in range(0, len(sealed), SEALED)]


def received(segments: list[bytes], key: str = KEY) -> bytes:
    """What a reader got of these segments before the damage was seen."""
    blobs, got = MemoryBlobs(), b""
    blobs.put(key, segments)
    try:
        for piece in SealedBlobs(blobs).open(key, DATA_KEY):
            got += piece
    except BlobDamaged:
        return got
    pytest.fail("the damage was not seen")


def test_a_flipped_bit_is_refused_wherever_it_is() -> None:
    _, segments = stored()
    for number, whole in enumerate(segments):
        for at in {0, 3, 4, len(whole) // 2, len(whole) - 17, len(whole) - 1}:
            flipped = bytearray(whole)
            flipped[at] ^= 1
            damaged = [*segments[:number], bytes(flipped), *segments[number + 1 :]]
            assert received(damaged) == NOISE[: number * SEGMENT]


@pytest.mark.parametrize("content", [b"", b"x"])
def test_every_bit_of_a_small_blob_counts(content: bytes) -> None:
    _, [segment] = stored(content)
    for bit in range(len(segment) * 8):
        flipped = bytearray(segment)
        flipped[bit // 8] ^= 1 << bit % 8
        assert received([bytes(flipped)]) == b""


@pytest.mark.parametrize("cut", [1, 7, 8, 20, 26, 27])
def test_a_cut_end_is_refused(cut: int) -> None:
    _, [first, second, last] = stored()
    assert len(last) == 27
    got = received([first, second, last[:-cut]])
    assert len(got) <= 2 * SEGMENT
    assert NOISE.startswith(got)


def test_a_blob_cut_between_segments_is_refused_before_its_last_one() -> None:
    _, [first, second, last] = stored()
    assert received([first, second]) == NOISE[:SEGMENT]
    assert received([first]) == b""
    assert received([second, last]) == b""


def test_swapped_repeated_and_appended_segments_are_refused() -> None:
    _, [first, second, last] = stored()
    assert received([second, first, last]) == b""
    assert received([first, first, second, last]) == NOISE[:SEGMENT]
    assert received([first, second, last + b"\0"]) == NOISE[: 2 * SEGMENT]
    assert received([first, second, second, last]) == NOISE[: 2 * SEGMENT]
    assert received([first, last]) == NOISE[:SEGMENT]


def test_a_segment_of_another_blob_is_refused_even_under_the_same_key() -> None:
    _, [first, second, last] = stored()
    _, [_, transplanted, _] = stored(NOISE, OTHER)
    assert received([first, transplanted, last]) == NOISE[:SEGMENT]
    assert received([first, second, last], OTHER) == b""


def test_a_blob_that_grew_shorter_while_it_was_read_is_damaged() -> None:
    class Shrinking(MemoryBlobs):
        def open(
            self,
            key: str,
            start: int = 0,
            stop: int | None = None,
            *,
            piece: int = MEBIBYTE,
        ) -> Pieces:
            pieces = super().open(key, start, stop, piece=piece)
            pieces.size += SEALED
            return pieces

    blobs = Shrinking(blobs=stored(NOISE[:SEGMENT])[0].blobs)
    with pytest.raises(BlobDamaged):
        list(SealedBlobs(blobs).open(KEY, DATA_KEY, SEGMENT))


@pytest.mark.parametrize("size", [0, 1, OVERHEAD - 1, SEALED + 1, 2 * SEALED + 19])
def test_bytes_of_an_impossible_size_are_damaged(size: int) -> None:
    blobs = MemoryBlobs()
    blobs.put(KEY, [bytes(size)])
    with pytest.raises(BlobDamaged, match=str(size)):
        SealedBlobs(blobs).size(KEY)


def test_a_wrong_key_is_told_before_the_first_byte() -> None:
    blobs, _ = stored(b"")
    with pytest.raises(BlobDamaged):
        SealedBlobs(blobs).open(KEY, new_data_key())


@pytest.mark.parametrize("short", [b"", bytes(16), bytes(24), bytes(33)])
def test_only_a_key_of_256_bits_seals(short: bytes) -> None:
    sealed = SealedBlobs(MemoryBlobs())
    with pytest.raises(ValueError, match="32 bytes"):
        sealed.put(KEY, [b"x"], short)
    with pytest.raises(ValueError, match="32 bytes"):
        sealed.open(KEY, short)


def test_no_two_data_keys_are_alike() -> None:
    assert len({new_data_key() for _ in range(1000)}) == 1000


def test_damage_outside_a_range_does_not_hurt_it() -> None:
    blobs, segments = stored()
    blobs.delete(KEY)
    blobs.put(KEY, [bytes(SEALED), segments[1], bytes(27)])
    middle = SealedBlobs(blobs).open(KEY, DATA_KEY, SEGMENT + 1, 2 * SEGMENT)
    assert b"".join(middle) == NOISE[SEGMENT + 1 : 2 * SEGMENT]


@pytest.mark.parametrize(
    ("start", "stop", "segments"),
    [
        (0, 1, (0, 1)),
        (SEGMENT - 1, SEGMENT, (0, 1)),
        (SEGMENT - 1, SEGMENT + 1, (0, 2)),
        (SEGMENT, SEGMENT + 1, (1, 2)),
        (7, 7, (0, 1)),
        (2 * SEGMENT, None, (2, None)),
        (0, None, (0, None)),
    ],
)
def test_a_range_reads_only_the_segments_it_touches(
    start: int, stop: int | None, segments: tuple[int, int | None]
) -> None:
    blobs = CountingBlobs(blobs=stored()[0].blobs)
    list(SealedBlobs(blobs).open(KEY, DATA_KEY, start, stop))
    low, high = segments
    assert blobs.reads == [(low * SEALED, None if high is None else high * SEALED)]


def test_past_the_end_the_last_segment_proves_the_key() -> None:
    blobs = CountingBlobs(blobs=stored()[0].blobs)
    assert list(SealedBlobs(blobs).open(KEY, DATA_KEY, 9 * SEGMENT)) == []
    assert blobs.reads[-1] == (2 * SEALED, 3 * SEALED)
    with pytest.raises(BlobDamaged):
        SealedBlobs(blobs).open(KEY, new_data_key(), 9 * SEGMENT)


def test_the_format_is_the_one_on_the_page() -> None:
    _, segments = stored()
    cipher = AESGCM(DATA_KEY)
    plain = b""
    for number, segment in enumerate(segments):
        nonce = bytes(7) + struct.pack(">IB", number, number == len(segments) - 1)
        plain += cipher.decrypt(nonce, segment[4:], b"EPB1" + KEY.encode("ascii"))
        assert segment[:4] == MARK == b"EPB1"
    assert plain == NOISE


@pytest.mark.parametrize("size", [1, 8191, SEGMENT - 1, SEGMENT, SEGMENT + 1])
def test_however_the_bytes_are_cut_the_blob_is_the_same(size: int) -> None:
    blobs = MemoryBlobs()
    content = NOISE if size > 1 else NOISE[:9000]
    cut = [content[at : at + size] for at in range(0, len(content), size)]
    SealedBlobs(blobs).put(KEY, [b"", *cut, b""], DATA_KEY)
    assert blobs.blobs[KEY][0] == b"".join(stored(content)[1])


def test_no_plaintext_ever_touches_the_disk(tmp_path: Path) -> None:
    canary = b"541448860000000001;kanarie"
    blobs = SealedBlobs(LocalBlobs(tmp_path))

    def on_disk() -> bytes:
        files = (path for path in tmp_path.rglob("*") if path.is_file())
        return b"".join(path.read_bytes() for path in files)

    def pieces() -> Iterator[bytes]:
        for _ in range(3):
            yield canary * (SEGMENT // len(canary))
            assert canary not in on_disk()

    size = blobs.put(KEY, pieces(), DATA_KEY)
    assert len(on_disk()) == size + 3 * OVERHEAD
    assert canary not in on_disk()
    assert canary in next(blobs.open(KEY, DATA_KEY))


def test_what_is_lent_comes_in_one_place_again_and_again() -> None:
    lent, whole = SealedBlobs(stored()[0]).lend(KEY, DATA_KEY), bytearray()
    first = next(lent)
    kept = bytes(first)
    whole += kept + b"".join(map(bytes, lent))
    assert whole == NOISE
    assert first != kept


def test_memory_stays_flat_however_large_the_blob(tmp_path: Path) -> None:
    blobs, piece = SealedBlobs(LocalBlobs(tmp_path)), bytes(SEGMENT // 8 + 1)
    tracemalloc.start()
    try:
        size = blobs.put(KEY, (piece for _ in range(200)), DATA_KEY)
        assert sum(map(len, blobs.lend(KEY, DATA_KEY))) == size > 20 * SEGMENT
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 3.5 * SEGMENT
