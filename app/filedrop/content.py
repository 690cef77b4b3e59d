"""What goes over the line: the bytes of one file, or of many in a zip."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256

from app.filedrop.rules import Range
from app.filedrop.service import GoneFiles, Parts
from app.filedrop.service_shelf import Taken
from app.filedrop.zip import Entry, ZipLayout, unique_names
from app.runtime import Runtime
from storage import BlobMissing, KeyDestroyed


@dataclass(frozen=True)
class Content:
    """A name, a size, a strong tag; how to read a slice, and whose bytes it holds."""

    name: str
    size: int
    etag: str
    read: Callable[[int, int], Iterator[bytes]]
    files: Sequence[Taken]
    touched: Callable[[Range], Parts]


def content_of(runtime: Runtime, view: Taken) -> Content:
    """One file, as it was handed in."""
    return Content(
        name=view.name,
        size=view.size,
        etag=view.sha256,
        read=lambda start, stop: _open(runtime, view, start, stop),
        files=[view],
        touched=lambda part: [(view, part)],
    )


def zip_of(runtime: Runtime, views: Sequence[Taken]) -> Content:
    """Many files as one zip; of several communities, a folder for each."""
    layout = ZipLayout(_entries(runtime, views))

    def read(start: int, stop: int) -> Iterator[bytes]:
        return layout.read(
            lambda number, low, high: _open(runtime, views[number], low, high),
            start,
            stop,
        )

    def touched(part: Range) -> Parts:
        return [
            (views[number], (low, high)) for number, low, high in layout.touched(*part)
        ]

    sums = "".join(f"{view.id}{view.sha256}" for view in views)
    return Content(
        name=_zip_name(views),
        size=layout.size,
        etag=sha256(sums.encode()).hexdigest(),
        read=read,
        files=views,
        touched=touched,
    )


def _open(runtime: Runtime, view: Taken, start: int, stop: int) -> Iterator[bytes]:
    """The slice, proven before it leaves; what was purged meanwhile is gone."""
    try:
        reason = f"file.download file:{view.id}"
        data_key = runtime.keys.unseal(view.key_day, view.sealed_key or b"", reason)
        return runtime.blobs.open(view.blob_key, data_key, start, stop)
    except (KeyDestroyed, BlobMissing) as purged:
        raise GoneFiles([view], []) from purged


def _entries(runtime: Runtime, views: Sequence[Taken]) -> list[Entry]:
    zone = runtime.settings.timezone
    several = len({view.community_number for view in views}) > 1
    names = [
        f"{view.community_number}/{view.name}" if several else view.name
        for view in views
    ]
    return [
        Entry(name, view.size, view.crc32, view.posted_at.astimezone(zone))
        for name, view in zip(unique_names(names), views, strict=True)
    ]


def _zip_name(views: Sequence[Taken]) -> str:
    numbers = sorted({view.community_number for view in views})
    whose = numbers[0] if len(numbers) == 1 else "gemeenschappen"
    return f"Fluvius_{whose}_{len(views)}_bestanden.zip"
