"""Blobs in a folder of this machine: a name appears only when its bytes are safe."""

import os
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import chain
from pathlib import Path
from typing import BinaryIO

from storage import (
    MEBIBYTE,
    BlobExists,
    BlobMissing,
    Piece,
    Pieces,
    Stored,
    checked,
    is_key,
)
from storage.disk import found, private, private_folder, store_full, sync_names

_PART = ".part"


@dataclass(frozen=True)
class LocalBlobs:
    """Keeps the blob ab12… in the file root/ab/ab12…, readable by us alone."""

    root: Path

    def __post_init__(self) -> None:
        private_folder(self.root)

    def put(self, key: str, pieces: Iterable[Piece]) -> int:
        target = self._path(key)
        with store_full():
            private_folder(target.parent)
            with _part_of(target) as (part, name):
                part.writelines(pieces)
                part.flush()
                os.fsync(part.fileno())
                _link(name, target)
                size = part.tell()
            sync_names(target.parent)
        return size

    def open(
        self,
        key: str,
        start: int = 0,
        stop: int | None = None,
        *,
        piece: int = MEBIBYTE,
    ) -> Pieces:
        try:
            file = self._path(key).open("rb")
        except FileNotFoundError:
            raise BlobMissing(key) from None
        whole = range(os.fstat(file.fileno()).st_size)
        pieces = _read(file, whole[start:stop], piece)
        return Pieces(pieces, file.close, size=len(whole))

    def size(self, key: str) -> int:
        try:
            return self._path(key).stat().st_size
        except FileNotFoundError:
            raise BlobMissing(key) from None

    def missing(self, keys: Sequence[str]) -> set[str]:
        return {key for key in keys if not self._path(key).exists()}

    def remains(self, key: str, *, piece: int = MEBIBYTE) -> Pieces:
        for path in (self._path(key), _part(self._path(key))):
            with suppress(FileNotFoundError):
                file = path.open("rb")
                span = range(os.fstat(file.fileno()).st_size)
                return Pieces(_read(file, span, piece), file.close)
        raise BlobMissing(key)

    def delete(self, key: str) -> None:
        path = self._path(key)
        if any([_removed(path), _removed(_part(path))]):
            sync_names(path.parent)

    def keys(self) -> Iterator[Stored]:
        # iterdir, for to glob a store that is gone looks like an empty one
        for path in chain.from_iterable(map(Path.iterdir, self._folders())):
            if is_key(path.name) and (file := found(path)):
                written_at = datetime.fromtimestamp(file.st_mtime, UTC)
                yield Stored(path.name, file.st_size, written_at)

    def sweep(self, *, before: datetime) -> int:
        left = [
            path
            for path in self.root.glob(f"??/*{_PART}")
            if (file := found(path)) and file.st_mtime < before.timestamp()
        ]
        for path in left:
            path.unlink(missing_ok=True)
        return len(left)

    def _folders(self) -> list[Path]:
        return [folder for folder in self.root.iterdir() if folder.is_dir()]

    def _path(self, key: str) -> Path:
        name = checked(key)  # only UUIDs are keys, so no key can leave the root
        return self.root / name[:2] / name


@contextmanager
def _part_of(target: Path) -> Iterator[tuple[BinaryIO, Path]]:
    """Open a file without a lasting name; what was linked from it stays."""
    path = _part(target)
    try:
        part = open(path, "xb", opener=private)  # noqa: SIM115 - closed below
    except FileExistsError:  # somebody else is writing it
        raise BlobExists(target.name) from None
    try:
        with part:
            yield part, path
    finally:  # on a full disk even closing fails
        path.unlink(missing_ok=True)


def _part(target: Path) -> Path:
    return target.with_name(target.name + _PART)


def _link(part: Path, target: Path) -> None:
    try:
        os.link(part, target)  # unlike a rename, it never overwrites
    except FileExistsError:
        raise BlobExists(target.name) from None
    except FileNotFoundError:  # it was deleted while it was written
        raise BlobMissing(target.name) from None


def _removed(path: Path) -> bool:
    try:
        path.unlink()
    except FileNotFoundError:
        return False
    return True


def _read(file: BinaryIO, span: range, piece: int) -> Iterator[bytes]:
    file.seek(span.start)
    for at in span[::piece]:
        yield file.read(min(piece, span.stop - at))
