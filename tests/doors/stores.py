"""Every blob store there is, bare and sealed, each in a place of its own."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

import pytest

from storage import MEBIBYTE, BlobStore, Piece, Pieces, Stored, new_data_key
from storage.crypto import SealedBlobs
from storage.local import LocalBlobs
from storage.s3 import S3Blobs
from tests.fakes_storage import MemoryBlobs

Make = Callable[[pytest.FixtureRequest], BlobStore]


@dataclass
class Sealing:
    """Seals each blob under a data key that it remembers, as the rows of files do."""

    inner: BlobStore
    data_keys: dict[str, bytes] = field(default_factory=dict)
    growing: dict[str, bytes] = field(default_factory=dict)

    @property
    def sealed(self) -> SealedBlobs:
        return SealedBlobs(self.inner)

    def put(self, key: str, pieces: Iterable[Piece]) -> int:
        data_key = self.growing[key] = new_data_key()
        size = self.sealed.put(key, pieces, data_key)
        self.data_keys[key] = data_key
        return size

    def open(
        self,
        key: str,
        start: int = 0,
        stop: int | None = None,
        *,
        piece: int = MEBIBYTE,
    ) -> Pieces:
        del piece  # the seal cuts its own
        data_key = self.data_keys.get(key, bytes(32))
        return self.sealed.open(key, data_key, start, stop)

    def size(self, key: str) -> int:
        return self.sealed.size(key)

    def missing(self, keys: Sequence[str]) -> set[str]:
        return self.sealed.missing(keys)

    def remains(self, key: str, *, piece: int = MEBIBYTE) -> Pieces:
        del piece  # as above
        return self.sealed.remains(key, self.growing.get(key, bytes(32)))

    def delete(self, key: str) -> None:
        self.sealed.delete(key)

    def keys(self) -> Iterator[Stored]:
        return self.sealed.keys()

    def sweep(self, *, before: datetime) -> int:
        return self.sealed.sweep(before=before)


def memory(_: pytest.FixtureRequest) -> BlobStore:
    return MemoryBlobs()


def local(request: pytest.FixtureRequest) -> BlobStore:
    folder: Path = request.getfixturevalue("tmp_path")
    return LocalBlobs(folder / "deep" / "blobs")


def s3(request: pytest.FixtureRequest) -> BlobStore:
    return S3Blobs(request.getfixturevalue("bucket"))


def sealed_memory(request: pytest.FixtureRequest) -> BlobStore:
    return Sealing(memory(request))


def sealed_local(request: pytest.FixtureRequest) -> BlobStore:
    return Sealing(local(request))


def sealed_s3(request: pytest.FixtureRequest) -> BlobStore:
    return Sealing(s3(request))


BARE: list[Make] = [memory, local, s3]
STORES: list[Make] = [*BARE, sealed_memory, sealed_local, sealed_s3]
