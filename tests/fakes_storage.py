"""Honest fakes of the storage doors: they keep the promises, and can be full."""

import resource
import secrets
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from operator import attrgetter

from storage import (
    MEBIBYTE,
    BlobExists,
    BlobMissing,
    BlobStore,
    KeyDestroyed,
    KeyRefused,
    KeysAway,
    Piece,
    Pieces,
    Stored,
    StoreFull,
    checked,
    stated,
)
from storage.mortal import MortalKeys

WHY = "file.download file:x"


def keys_in(blobs: BlobStore) -> list[str]:
    return sorted(map(attrgetter("key"), blobs.keys()))


@contextmanager
def files_capped(size: int) -> Iterator[None]:
    """No file of this process gets larger: to it the disk is full."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def wall_clock() -> datetime:
    return datetime.fromtimestamp(time.time(), UTC)


@dataclass
class MemoryBlobs:
    """Keeps blobs in memory; `room` is how many bytes still fit, None is no end."""

    room: int | None = None
    clock: Callable[[], datetime] = wall_clock
    blobs: dict[str, tuple[bytes, datetime]] = field(default_factory=dict)
    growing: dict[str, bytearray] = field(default_factory=dict)

    def put(self, key: str, pieces: Iterable[Piece]) -> int:
        if checked(key) in self.growing:
            raise BlobExists(key)
        with self._growth(key) as growth:
            for piece in pieces:
                growth.extend(piece)
            blob = self._fitted(bytes(growth)), self.clock()
            if self.growing.get(key) is not growth:
                raise BlobMissing(key)
            if self.blobs.setdefault(key, blob) is not blob:
                raise BlobExists(key)
        return len(blob[0])

    def open(
        self,
        key: str,
        start: int = 0,
        stop: int | None = None,
        *,
        piece: int = MEBIBYTE,
    ) -> Pieces:
        content = (whole := self._content(key))[start:stop]
        starts = range(0, len(content), piece)
        pieces = (content[at : at + piece] for at in starts)
        return Pieces(pieces, lambda: None, size=len(whole))

    def size(self, key: str) -> int:
        return len(self._content(key))

    def missing(self, keys: Sequence[str]) -> set[str]:
        return {key for key in keys if checked(key) not in self.blobs}

    def remains(self, key: str, *, piece: int = MEBIBYTE) -> Pieces:
        growth = self.growing.get(checked(key))
        content = self._content(key) if growth is None else bytes(growth)
        starts = range(0, len(content), piece)
        return Pieces((content[at : at + piece] for at in starts), lambda: None)

    def delete(self, key: str) -> None:
        self.blobs.pop(checked(key), None)
        self.growing.pop(key, None)

    def keys(self) -> Iterator[Stored]:
        for key, (content, written_at) in list(self.blobs.items()):
            yield Stored(key, len(content), written_at)

    def sweep(self, *, before: datetime) -> int:
        del before  # a put that fails leaves nothing here
        return 0

    @contextmanager
    def _growth(self, key: str) -> Iterator[bytearray]:
        growth = self.growing[key] = bytearray()
        try:
            yield growth
        finally:
            self.growing.pop(key, None)

    def _content(self, key: str) -> bytes:
        try:
            return self.blobs[checked(key)][0]
        except KeyError:
            raise BlobMissing(key) from None

    def _fitted(self, content: bytes) -> bytes:
        if self.room is not None:
            if len(content) > self.room:
                raise StoreFull("there is no room left in memory")
            self.room -= len(content)
        return content


@dataclass
class MemoryKeys:
    """Remembers what it sealed, by day, until the day is destroyed."""

    living: dict[date, dict[bytes, bytes]] = field(default_factory=dict)
    destroyed: set[date] = field(default_factory=set)

    def new_day(self, day: date) -> None:
        self._refuse_destroyed(day)
        self.living.setdefault(day, {})

    def seal(self, day: date, key: bytes) -> bytes:
        self.new_day(day)
        sealed = secrets.token_bytes(64)
        self.living[day][sealed] = key
        return sealed

    def unseal(self, day: date, sealed: bytes, reason: str) -> bytes:
        stated(reason)
        self._refuse_destroyed(day)
        try:
            return self.living[day][sealed]
        except KeyError:
            raise KeyRefused("the seal does not fit") from None

    def destroy_day(self, day: date) -> None:
        self.destroyed.add(day)
        self.living.pop(day, None)

    def days(self) -> list[date]:
        return sorted(self.living)

    def wrapped(self) -> dict[date, str]:
        return dict.fromkeys(self.living, "memory")

    def rewrap(self) -> int:
        return 0  # no master key stands above these

    def _refuse_destroyed(self, day: date) -> None:
        if day in self.destroyed:
            raise KeyDestroyed(f"the key of {day} was destroyed")


class Away(MortalKeys):
    """Keys of a service that restarts just now."""

    def unseal(self, day: date, sealed: bytes, reason: str) -> bytes:
        del day, sealed
        raise KeysAway(f"not now: {reason}", after=10)
