"""Every blob store that we have, and how to make one."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from storage import MEBIBYTE, BlobStore, Pieces, Stored, new_data_key
from storage.crypto import SealedBlobs
from storage.local import LocalBlobs
from tests.fakes_storage import MemoryBlobs


@dataclass
class Sealing:
    """Seals each blob under a data key that it remembers, as the rows of files do."""

    inner: BlobStore
    data_keys: dict[str, bytes] = field(default_factory=dict)

    @property
    def sealed(self) -> SealedBlobs:
        return SealedBlobs(self.inner)

    def put(self, key: str, pieces: Iterable[bytes]) -> int:
        data_key = new_data_key()
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

    def delete(self, key: str) -> None:
        self.sealed.delete(key)

    def keys(self) -> Iterator[Stored]:
        return self.sealed.keys()

    def sweep(self, *, before: datetime) -> int:
        return self.sealed.sweep(before=before)


def memory(folder: Path) -> BlobStore:
    return MemoryBlobs()


def local(folder: Path) -> BlobStore:
    return LocalBlobs(folder / "deep" / "blobs")


def sealed_memory(folder: Path) -> BlobStore:
    return Sealing(memory(folder))


def sealed_local(folder: Path) -> BlobStore:
    return Sealing(local(folder))


STORES: list[Callable[[Path], BlobStore]] = [memory, local, sealed_memory, sealed_local]
