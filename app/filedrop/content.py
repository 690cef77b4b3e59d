"""What goes over the line: the bytes of one file, or of many in a zip."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256

from app.filedrop.rules import Range
from app.filedrop.service import GoneFiles, Parts
from app.filedrop.service_shelf import Taken
from app.filedrop.zip import Entry, ZipLayout, unique_names
from app.runtime import Runtime
from storage import BlobMissing, KeyDestroyed, Lent, Piece


@dataclass(frozen=True)
class Content:
    """A name, a size, a strong tag; how to read a slice, and whose bytes it holds."""

    name: str
    size: int
    etag: str
    read: Callable[[int, int], Lent]
    files: Sequence[Taken]
    touched: Callable[[Range], Parts]


def content_of(runtime: Runtime, files: Sequence[Taken]) -> Content:
    """One file, as it was handed in."""
    (file,) = files
    return Content(
        name=file.name,
        size=file.size,
        etag=file.sha256,
        read=lambda start, stop: _open(runtime, files, 0, start, stop),
        files=files,
        touched=lambda part: [(file, part)],
    )


def zip_of(runtime: Runtime, files: Sequence[Taken]) -> Content:
    """Many files as one zip; of several communities, a folder for each."""
    layout = ZipLayout(_entries(runtime, files))

    def touched(part: Range) -> Parts:
        return [
            (files[number], (low, high)) for number, low, high in layout.touched(*part)
        ]

    sums = "".join(file.sha256 for file in files).encode()
    return Content(
        name=_zip_name(files),
        size=layout.size,
        etag=sha256(layout.directory + sums).hexdigest(),
        read=lambda start, stop: _read_zip(runtime, files, layout, start, stop),
        files=files,
        touched=touched,
    )


def _read_zip(
    runtime: Runtime, files: Sequence[Taken], layout: ZipLayout, start: int, stop: int
) -> Lent:
    """The slice; while the answer can still be 410 its first file is proven.

    Of the next ones it is only seen that they are there: to read them takes longer.
    """
    touched = layout.touched(start, stop)
    if len(touched) > 1:
        _look_for(runtime, files, [number for number, _, _ in touched])
    ahead = {one[0]: _open(runtime, files, *one) for one in touched[:1]}

    def open_next(number: int, low: int, high: int) -> Iterator[Piece]:
        return ahead.pop(number, None) or _open(runtime, files, number, low, high)

    pieces = layout.read(open_next, start, stop)

    def close() -> None:
        pieces.close()
        for unread in ahead.values():
            unread.close()

    return Lent(pieces, close)


def _look_for(runtime: Runtime, files: Sequence[Taken], numbers: Sequence[int]) -> None:
    """GoneFiles with those among them that lie in the store no more."""
    keys = runtime.blobs.missing([files[number].blob_key for number in numbers])
    if keys:
        gone = [file for file in files if file.blob_key in keys]
        raise GoneFiles(gone, [file for file in files if file.blob_key not in keys])


def _open(
    runtime: Runtime, files: Sequence[Taken], number: int, start: int, stop: int
) -> Lent:
    """The slice of one, proven before it leaves; what was purged meanwhile is gone."""
    file = files[number]
    try:
        reason = f"file.download file:{file.id}"
        data_key = runtime.keys.unseal(file.key_day, file.sealed_key or b"", reason)
        return runtime.blobs.lend(file.blob_key, data_key, start, stop)
    except (KeyDestroyed, BlobMissing) as purged:
        rest = [*files[:number], *files[number + 1 :]]
        raise GoneFiles([file], rest) from purged


def _entries(runtime: Runtime, files: Sequence[Taken]) -> list[Entry]:
    zone = runtime.settings.timezone
    several = len({file.community_number for file in files}) > 1
    names = [
        f"{file.community_number}/{file.name}" if several else file.name
        for file in files
    ]
    return [
        Entry(name, file.size, file.crc32, file.posted_at.astimezone(zone))
        for name, file in zip(unique_names(names), files, strict=True)
    ]


def _zip_name(files: Sequence[Taken]) -> str:
    numbers = sorted({file.community_number for file in files})
    whose = numbers[0] if len(numbers) == 1 else "gemeenschappen"
    return f"Fluvius_{whose}_{len(files)}_bestanden.zip"
