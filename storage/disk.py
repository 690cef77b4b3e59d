"""What a store on disk needs besides pathlib: lasting names, locks, a word for full."""

import errno
import fcntl
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from storage import StoreFull

_NO_ROOM = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}


@contextmanager
def store_full() -> Iterator[None]:
    """Turn a full disk, an exhausted quota and a capped file into StoreFull."""
    try:
        yield
    except OSError as error:
        if error.errno not in _NO_ROOM:
            raise
        raise StoreFull("there is no room left on the store's disk") from error


@contextmanager
def locked(folder: Path, *, shared: bool = False) -> Iterator[None]:
    """Keep other threads and processes out of the folder, or share it with readers."""
    with _opened(folder) as descriptor:
        fcntl.flock(descriptor, fcntl.LOCK_SH if shared else fcntl.LOCK_EX)
        yield  # closing unlocks


def private(path: str, flags: int) -> int:
    """Open a file, a new one for us alone; for open(opener=…)."""
    return os.open(path, flags, 0o600)


def private_folder(folder: Path) -> None:
    """Make the folder for us alone, unless it is there."""
    try:
        folder.mkdir(mode=0o700)
    except FileNotFoundError:
        folder.parent.mkdir(parents=True, exist_ok=True)
        private_folder(folder)
    except FileExistsError:
        return
    else:
        sync_names(folder.parent)


def sync_names(folder: Path) -> None:
    """Make what was named, renamed and removed in the folder survive a power cut."""
    with _opened(folder) as descriptor:
        os.fsync(descriptor)


def found(path: Path) -> os.stat_result | None:
    """Look at a file that another process may have removed since it was listed."""
    try:
        return path.stat()
    except FileNotFoundError:
        return None


def replace(path: Path, content: bytes) -> None:
    """Put the content under the name in one step, for our eyes only."""
    part = path.with_suffix(".part")
    shred(part)
    with open(part, "xb", opener=private) as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    part.replace(path)
    sync_names(path.parent)


def shred(path: Path) -> None:
    """Overwrite and remove the file; one that is not there is no error."""
    try:
        with path.open("r+b") as file:
            overwrite(file)
    except FileNotFoundError:
        return
    path.unlink()
    sync_names(path.parent)


def overwrite(file: BinaryIO) -> None:
    """Put noise where the bytes of the open file stood."""
    file.seek(0)
    file.write(secrets.token_bytes(os.fstat(file.fileno()).st_size))
    file.flush()
    os.fsync(file.fileno())


@contextmanager
def _opened(folder: Path) -> Iterator[int]:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        yield descriptor
    finally:
        os.close(descriptor)
