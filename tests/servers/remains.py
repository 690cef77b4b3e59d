"""Where plaintext could lie: folders, unlinked files, the store's memory."""

import os
import stat
import tempfile
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

PIECE = 1 << 24


def lying_in(mark: bytes, folders: Iterable[Path]) -> list[str]:
    """The files that hold the mark: in these folders, temporary ones, open ones."""
    files = [path for folder in folders for path in folder.rglob("*")]
    return [str(path) for path in (*files, *_fresh(), *_open()) if _holds(path, mark)]


def in_memory_of(program: str, folder: Path, mark: bytes) -> bool:
    """Whether a process of that name, with files in that folder, holds the mark.

    The gateway's disk is its memory.
    """
    pids = [int(path.name) for path in Path("/proc").glob("[0-9]*")]
    ours = [pid for pid in pids if _is(pid, program, folder)]
    assert ours, f"no {program} runs"
    return any(mark in piece for pid in ours for piece in memory_of(pid))


def _fresh() -> Iterator[Path]:
    """Files of ours straight in the temporary folder, where a spool would lie."""
    for entry in os.scandir(tempfile.gettempdir()):
        if entry.is_file(follow_symlinks=False) and entry.stat().st_uid == os.getuid():
            yield Path(entry.path)


def _open() -> list[Path]:
    """Also those that have no name any more."""
    return list(Path("/proc/self/fd").iterdir())


def _holds(path: Path, mark: bytes) -> bool:
    try:
        if not stat.S_ISREG(path.stat().st_mode):
            return False
        with path.open("rb") as file:
            return any(mark in piece for piece in _overlapping(file.read, len(mark)))
    except OSError:  # it went while we looked
        return False


def _overlapping(read: Callable[[int], bytes], reach: int) -> Iterator[bytes]:
    tail = b""
    while piece := read(PIECE):
        yield tail + piece
        tail = piece[-reach:]


def _is(pid: int, program: str, folder: Path) -> bool:
    try:
        words = Path(f"/proc/{pid}/cmdline").read_text().split("\0")
    except OSError:
        return False
    return words[0] == program and any(str(folder) in word for word in words)


def memory_of(pid: int) -> Iterator[bytes]:
    """What that process may write to, a stretch at a time."""
    maps = Path(f"/proc/{pid}/maps").read_text().splitlines()
    with Path(f"/proc/{pid}/mem").open("rb", buffering=0) as memory:
        for line in maps:
            span, rights, *_ = line.split()
            if rights.startswith("rw") and "[v" not in line:
                low, high = (int(end, 16) for end in span.split("-"))
                memory.seek(low)
                yield memory.read(high - low)
