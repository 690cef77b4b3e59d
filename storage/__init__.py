"""The doors to what we keep: blobs, and the day keys that make them readable."""

import re
import secrets
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol, Self, TypeVar

MEBIBYTE = 1 << 20
KEY_BYTES = 32

Piece = bytes | bytearray | memoryview
P = TypeVar("P", bound=Piece)

_KEY = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_REASON = re.compile(r"[a-z_]{1,20}\.[a-z_]{1,20} [a-z]{1,10}:[\w-]{1,64}", re.ASCII)


class StorageError(Exception):
    """The store cannot do what was asked."""


class BlobMissing(StorageError):
    """There is no blob under this key."""


class BlobExists(StorageError):
    """There is a blob under this key already; blobs are never overwritten."""


class BlobDamaged(StorageError):
    """The bytes are not the ones that were put, or the key is not theirs."""


class StoreFull(StorageError):
    """There is no room left; nothing was kept."""


class KeyDestroyed(StorageError):
    """The key of that day was destroyed; what it sealed is gone for good."""


class KeyRefused(StorageError):
    """The seal does not fit, or the key that made it is not here."""


class KeysExposed(StorageError):
    """Others on this machine can reach the keys."""


class KeysAway(StorageError):
    """Who holds the keys does not answer, or had enough: again in so many seconds."""

    def __init__(self, sentence: str, *, after: int) -> None:
        super().__init__(sentence)
        self.after = after


@dataclass(frozen=True)
class Stored:
    """A blob as it lies in the store: its key, its size there, and since when."""

    key: str
    size: int
    written_at: datetime


class _Pieces(Iterator[P]):
    def __init__(
        self, pieces: Iterator[P], close: Callable[[], None], *, size: int = 0
    ) -> None:
        self._pieces = pieces
        self.close = close
        self.size = size

    def __iter__(self) -> Self:
        return self

    def __next__(self) -> P:
        try:
            return next(self._pieces)
        except BaseException:  # the end is one of them
            self.close()
            raise


class Pieces(_Pieces[bytes]):
    """The bytes of a blob, piece by piece; lets go of the store at the last one.

    size: how many bytes the whole blob has, of which these may be a slice.
    """


class Lent(_Pieces[Piece]):
    """The same, each in the place of the one before: it holds until that is asked for.

    So a download needs its memory once, however long it is.
    """


class BlobStore(Protocol):
    """Blobs under UUIDs, each written once; a key that is no UUID is a ValueError."""

    def put(self, key: str, pieces: Iterable[Piece]) -> int:
        """Keep the bytes, all or nothing, and say how many; or raise BlobExists.

        A piece holds until the next is asked for: its place may be used again.
        """

    def open(
        self,
        key: str,
        start: int = 0,
        stop: int | None = None,
        *,
        piece: int = MEBIBYTE,
    ) -> Pieces:
        """Find the blob now, or raise BlobMissing; read its slice later.

        The pieces are of exactly the size asked, save the last.
        """

    def size(self, key: str) -> int:
        """Tell how many bytes there are; or raise BlobMissing."""

    def missing(self, keys: Sequence[str]) -> set[str]:
        """Tell which of them are not there; where a look is a journey, of the first."""

    def remains(self, key: str, *, piece: int = MEBIBYTE) -> Pieces:
        """Open what a put that stands still has kept so far; or raise BlobMissing.

        The one to ask takes over: a put that goes on nevertheless comes to nothing.
        """

    def delete(self, key: str) -> None:
        """Remove the blob and its remains for good; what is not there is no error."""

    def keys(self) -> Iterator[Stored]:
        """List the complete blobs, in any order."""

    def sweep(self, *, before: datetime) -> int:
        """Remove what killed writers left before then, and say how many."""


class SealedStore(Protocol):
    """Blobs that nobody can read without the data key of their own."""

    def put(self, key: str, pieces: Iterable[Piece], data_key: bytes) -> int:
        """Seal and keep the bytes, all or nothing, and say how many they were.

        A piece holds until the next is asked for: its place may be used again.
        """

    def open(
        self, key: str, data_key: bytes, start: int = 0, stop: int | None = None
    ) -> Pieces:
        """Prove the first segment now, or raise; read the slice later."""

    def lend(
        self, key: str, data_key: bytes, start: int = 0, stop: int | None = None
    ) -> Lent:
        """Open it for who is done with each piece when asking for the next."""

    def size(self, key: str) -> int:
        """Tell the size that it must have by the store; or raise BlobMissing."""

    def missing(self, keys: Sequence[str]) -> set[str]:
        """Tell which of them are not there; where a look is a journey, of the first."""

    def remains(self, key: str, data_key: bytes) -> Pieces:
        """Take over what a put that stands still has kept: each whole segment."""

    def delete(self, key: str) -> None:
        """Remove the blob and its remains for good; what is not there is no error."""

    def keys(self) -> Iterator[Stored]:
        """List the complete blobs, in any order."""

    def sweep(self, *, before: datetime) -> int:
        """Remove what killed writers left before then, and say how many."""


class KeyStore(Protocol):
    """One key per day; with the key of a day goes all that it sealed."""

    def new_day(self, day: date) -> None:
        """Make the key of the day if there is none; or raise KeyDestroyed."""

    def seal(self, day: date, key: bytes) -> bytes:
        """Seal a data key under the day's, which is made when it is new."""

    def unseal(self, day: date, sealed: bytes, reason: str) -> bytes:
        """Open the seal; or raise KeyDestroyed or KeyRefused.

        reason: an action and an id of ours, `file.download file:…`; never a name.
        """

    def destroy_day(self, day: date) -> None:
        """Destroy the day's key for ever; a second time is no error."""

    def days(self) -> list[date]:
        """List the days whose key still lies here, the first day first."""

    def wrapped(self) -> dict[date, str]:
        """Tell which master key sealed the key of each day that lives."""

    def rewrap(self) -> int:
        """Seal all day keys anew under the first master key, and say how many."""


def new_data_key() -> bytes:
    """Make a key for one blob, and for that one only."""
    return secrets.token_bytes(KEY_BYTES)


def checked(key: str) -> str:
    """Return the key if it is a UUID in its one spelling; or raise ValueError."""
    if not is_key(key):
        raise ValueError("a blob's key is a UUID in lower case")
    return key


def is_key(name: str) -> bool:
    return _KEY.fullmatch(name) is not None


def stated(reason: str) -> str:
    """Return the reason if it can stand in a log as it is; or raise ValueError."""
    if not _REASON.fullmatch(reason):
        raise ValueError("a reason is an action and an id, and nothing else")
    return reason
