"""What sealing and zipping cost, beside plain work on the same bytes."""

import os
import secrets
import shutil
import tempfile
import time
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from statistics import median
from uuid import uuid4

from app.filedrop.zip import Entry, ZipLayout
from app.kernel.clock import system_clock
from storage import MEBIBYTE, Piece
from storage.crypto import SealedBlobs
from storage.local import LocalBlobs
from tests.bench.table import row, title

SIZE = 64 * MEBIBYTE
RUNS = 5
FILES = 16


def measure() -> None:
    with tempfile.TemporaryDirectory(prefix="energiepost-bench-") as folder:
        measure_in(Path(folder))


def measure_in(folder: Path) -> None:
    content = secrets.token_bytes(SIZE)
    original = folder / "original"
    original.write_bytes(content)
    plain, data_key = LocalBlobs(folder / "blobs"), secrets.token_bytes(32)
    sealed = SealedBlobs(plain)
    key, other = str(uuid4()), str(uuid4())
    plain.put(key, pieces(content))
    sealed.put(other, pieces(content), data_key)
    layout = ZipLayout(entries(content))
    step = SIZE // FILES

    def member(number: int, start: int, stop: int) -> Iterator[Piece]:
        return sealed.lend(other, data_key, number * step + start, number * step + stop)

    copied = timed(lambda: copy(original, folder / "copy"))
    read = timed(lambda: drain(plain.open(key)))
    summed = timed(lambda: crc(plain.open(key)))
    title(f"Sealing {SIZE // MEBIBYTE} MiB, median of {RUNS}; 1.0 is the plain work")
    tell("plain copy, synced", copied, copied)
    tell("sealed write, synced", timed(lambda: put(sealed, content, data_key)), copied)
    tell("plain read", read, read)
    tell("sealed read", timed(lambda: drain(sealed.lend(other, data_key))), read)
    tell("plain read and CRC-32", summed, summed)
    tell(
        f"zip of {FILES} sealed files",
        timed(lambda: drain(layout.read(member, 0, layout.size))),
        summed,
    )


def tell(what: str, seconds: float, beside: float) -> None:
    milliseconds, speed = seconds * 1000, SIZE / MEBIBYTE / seconds
    row(what, f"{milliseconds:.0f} ms, {speed:,.0f} MiB/s", figure=seconds / beside)


def timed(work: Callable[[], object]) -> float:
    """The median in seconds; the first run, which warms up, does not count."""
    spans = []
    for _run in range(RUNS + 1):
        began = time.perf_counter()
        work()
        spans.append(time.perf_counter() - began)
    return median(spans[1:])


def pieces(content: bytes) -> Iterator[bytes]:
    view = memoryview(content)
    for start in range(0, len(content), MEBIBYTE):
        yield bytes(view[start : start + MEBIBYTE])


def put(sealed: SealedBlobs, content: bytes, data_key: bytes) -> None:
    key = str(uuid4())
    sealed.put(key, pieces(content), data_key)
    sealed.delete(key)


def copy(original: Path, target: Path) -> None:
    with original.open("rb") as source, target.open("wb") as out:
        shutil.copyfileobj(source, out, MEBIBYTE)
        out.flush()
        os.fsync(out.fileno())
    target.unlink()


def drain(found: Iterator[Piece]) -> int:
    return sum(len(piece) for piece in found)


def crc(found: Iterator[bytes]) -> int:
    total = 0
    for piece in found:
        total = zlib.crc32(piece, total)
    return total


def entries(content: bytes) -> list[Entry]:
    step, now = SIZE // FILES, system_clock()
    parts = [content[n * step : (n + 1) * step] for n in range(FILES)]
    return [
        Entry(f"file-{n}.csv", step, zlib.crc32(part), now)
        for n, part in enumerate(parts)
    ]
