"""Blobs sealed in segments, so that any range is proven before it is read."""

import struct
from collections.abc import Generator, Iterable, Iterator, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass
from datetime import datetime
from itertools import chain
from typing import Self

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from storage import (
    KEY_BYTES,
    MEBIBYTE,
    BlobDamaged,
    BlobStore,
    Lent,
    Piece,
    Pieces,
    Stored,
)

MARK = b"EPB1"
SEGMENT = MEBIBYTE
OVERHEAD = len(MARK) + 16
SEALED = SEGMENT + OVERHEAD

_NOWHERE = memoryview(bytearray())


@dataclass(frozen=True)
class SealedBlobs:
    """Seals what goes into any store; a data key seals one blob, once."""

    inner: BlobStore

    def put(self, key: str, pieces: Iterable[Piece], data_key: bytes) -> int:
        """Seal and keep the bytes, all or nothing, and say how many they were."""
        seal = _Seal.of(key, data_key)
        return _plain_size(self.inner.put(key, _sealed(pieces, seal)))

    def open(
        self, key: str, data_key: bytes, start: int = 0, stop: int | None = None
    ) -> Pieces:
        """Prove the first segment now, and each next one before a byte of it leaves."""
        lent = self.lend(key, data_key, start, stop)
        return Pieces(map(bytes, lent), lent.close, size=lent.size)

    def lend(
        self, key: str, data_key: bytes, start: int = 0, stop: int | None = None
    ) -> Lent:
        """Open it for who is done with each piece when asking for the next."""
        seal = _Seal.of(key, data_key)
        sealed, reach = self._opened(key, start, stop)
        plain = _plain(sealed, seal, reach)
        proven = chain([next(plain)], plain)
        return Lent(filter(None, proven), plain.close, size=reach.size)

    def remains(self, key: str, data_key: bytes) -> Pieces:
        """Take over what a put that stands still has kept: each whole segment."""
        seal = _Seal.of(key, data_key)
        sealed = self.inner.remains(key, piece=SEALED)
        return Pieces(_salvaged(sealed, seal), sealed.close)

    def size(self, key: str) -> int:
        """Tell the size before sealing, by the size in the store; nothing is proven."""
        return _plain_size(self.inner.size(key))

    def missing(self, keys: Sequence[str]) -> set[str]:
        return self.inner.missing(keys)

    def delete(self, key: str) -> None:
        self.inner.delete(key)

    def keys(self) -> Iterator[Stored]:
        return self.inner.keys()

    def sweep(self, *, before: datetime) -> int:
        return self.inner.sweep(before=before)

    def _opened(
        self, key: str, start: int, stop: int | None
    ) -> tuple[Pieces, "_Reach"]:
        """The segments of that slice: by one request, which tells the size too."""
        sealed = self.inner.open(key, *_around(start, stop), piece=SEALED)
        try:
            reach = _Reach.of(_plain_size(sealed.size), start, stop)
        except BlobDamaged:
            sealed.close()
            raise
        if start // SEGMENT in reach.segments:
            return sealed, reach
        sealed.close()  # it begins past the end: the last segment proves the key
        return self.inner.open(key, *reach.sealed, piece=SEALED), reach


@dataclass(frozen=True)
class _Seal:
    """What binds a segment: the data key, the blob's key, its place, being the last."""

    cipher: AESGCM
    key: str

    @classmethod
    def of(cls, key: str, data_key: bytes) -> Self:
        if len(data_key) != KEY_BYTES:
            raise ValueError(f"a data key has {KEY_BYTES} bytes")
        return cls(AESGCM(data_key), key)

    def close(
        self, plain: bytearray, number: int, room: memoryview, *, is_last: bool
    ) -> None:
        nonce = _nonce(number, is_last=is_last)
        self.cipher.encrypt_into(nonce, plain, self._bound(MARK), room)

    def open(
        self, sealed: bytes, number: int, room: memoryview, *, is_last: bool
    ) -> None:
        mark, body = sealed[: len(MARK)], memoryview(sealed)[len(MARK) :]
        nonce = _nonce(number, is_last=is_last)
        try:  # a mark that is not ours fails here too, since it is bound
            self.cipher.decrypt_into(nonce, body, self._bound(mark), room)
        except InvalidTag:
            raise BlobDamaged(f"segment {number} of {self.key} does not fit") from None

    def salvage(self, sealed: bytes, number: int) -> tuple[bool, bytes]:
        """Whether nothing can follow, and the bytes: a torn segment has none."""
        room = _room(_NOWHERE, sealed)
        for is_last in (False, True):
            with suppress(BlobDamaged):
                self.open(sealed, number, room, is_last=is_last)
                return is_last, bytes(room)
        return True, b""

    def _bound(self, mark: bytes) -> bytes:
        return mark + self.key.encode()


@dataclass(frozen=True)
class _Reach:
    """A slice of the plain bytes, with the segments that it touches: at least one."""

    size: int
    span: range
    segments: range
    last: int

    @classmethod
    def of(cls, size: int, start: int, stop: int | None) -> Self:
        span = range(size)[start:stop]
        last = max(size - 1, 0) // SEGMENT
        low = min(span.start // SEGMENT, last)
        high = max((span.stop - 1) // SEGMENT, low)
        return cls(size, span, range(low, high + 1), last)

    @property
    def sealed(self) -> tuple[int, int]:
        return self.segments.start * SEALED, self.segments.stop * SEALED

    def cut(self, plain: memoryview, number: int) -> memoryview:
        base = number * SEGMENT
        return plain[max(self.span.start - base, 0) : max(self.span.stop - base, 0)]


def _sealed(pieces: Iterable[Piece], seal: _Seal) -> Iterator[memoryview]:
    """Mark and seal segment after segment, each in the place of the one before."""
    place = memoryview(b"")
    for number, (plain, is_last) in enumerate(_segments(pieces)):
        place = place[: len(plain) + OVERHEAD] or _place(len(plain))
        seal.close(plain, number, place[len(MARK) :], is_last=is_last)
        yield place


def _place(size: int) -> memoryview:
    """Room for a sealed segment, its mark in front."""
    place = memoryview(bytearray(size + OVERHEAD))
    place[: len(MARK)] = MARK
    return place


def _around(start: int, stop: int | None) -> tuple[int, int | None]:
    """Where the segments of a slice lie, of a blob whose size is not known yet."""
    low = start // SEGMENT
    high = None if stop is None else max(-(-stop // SEGMENT), low + 1) * SEALED
    return low * SEALED, high


def _plain(
    sealed: Pieces, seal: _Seal, reach: _Reach
) -> Generator[memoryview, None, None]:
    """Unseal segment after segment, each in the place of the one before."""
    place = _NOWHERE
    with closing(sealed):
        for number in reach.segments:
            segment = next(sealed, b"")
            place = _room(place, segment)
            seal.open(segment, number, place, is_last=number == reach.last)
            del segment  # it need not wait until its plain bytes went their way
            yield reach.cut(place, number)


def _room(place: memoryview, sealed: bytes) -> memoryview:
    """So much of the place as the segment's plain bytes take, or a new one."""
    size = max(len(sealed) - OVERHEAD, 0)
    return place[:size] if size <= len(place) else memoryview(bytearray(size))


def _salvaged(sealed: Pieces, seal: _Seal) -> Iterator[bytes]:
    """Whoever was cut short could not tell which segment would be the last."""
    for number, segment in enumerate(sealed):
        is_last, plain = seal.salvage(segment, number)
        yield plain
        if is_last:
            return


def _segments(pieces: Iterable[Piece]) -> Iterator[tuple[bytearray, bool]]:
    """Gather the bytes into segments, in one place, and say which is the last."""
    held = bytearray()
    for piece in pieces:
        rest = memoryview(piece)
        while rest:
            if len(held) == SEGMENT:  # more follows, so this one was not the last
                yield held, False
                held[:], rest = rest[:SEGMENT], rest[SEGMENT:]
            else:
                room = SEGMENT - len(held)
                held += rest[:room]
                rest = rest[room:]
    yield held, True


def _nonce(number: int, *, is_last: bool) -> bytes:
    return struct.pack(">7xI?", number, is_last)


def _plain_size(sealed: int) -> int:
    if not sealed or sealed % SEALED in range(1, OVERHEAD):
        raise BlobDamaged(f"no sealed blob has {sealed} bytes")
    return sealed - -(-sealed // SEALED) * OVERHEAD
