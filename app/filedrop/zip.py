"""The zip of many: its layout from names, sizes and CRCs; any byte range of it."""

from collections.abc import Callable, Generator, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import accumulate
from struct import Struct

from storage import Piece

LOCAL = Struct("<IHHHHHIIIHH")
CENTRAL = Struct("<IHHHHHHIIIHHHHHII")
EXTRA64 = Struct("<HHQ")
END64 = Struct("<IQHHIIQQQQ")
LOCATOR64 = Struct("<IIQI")
END = Struct("<IHHHHIIH")
UTF8_NAMES, STORED, MADE_BY = 0x0800, 0, 3 << 8 | 45
OLD, NEW = 20, 45  # the version that a reader needs: without and with zip64
MOST_OFFSET, MOST_ENTRIES = 0xFFFFFFFF, 0xFFFF
PRIVATE_FILE = 0o100600 << 16


@dataclass(frozen=True)
class Entry:
    """A file in the zip, under 2 GiB; changed: local time, for its date."""

    name: str
    size: int
    crc32: int
    changed: datetime


Reader = Callable[[int, int, int], Iterator[Piece]]  # (number of entry, start, stop)
Part = bytes | int


class ZipLayout:
    """Where each byte of the zip comes from; nothing is read to know it.

    directory: what it ends with; it names all but the bytes of the files.
    """

    def __init__(self, entries: Sequence[Entry]) -> None:
        self.entries = entries
        heads = [_local(entry) for entry in entries]
        sizes = [
            len(head) + entry.size for head, entry in zip(heads, entries, strict=True)
        ]
        self._offsets = [0, *accumulate(sizes)]
        parts: list[Part] = []
        for number, head in enumerate(heads):
            parts += [head, number]
        self.directory = self._directory()
        self._parts = [*parts, self.directory]
        self._starts = [0, *accumulate(map(self._length, self._parts))]
        self.size = self._starts[-1]

    def read(
        self, reader: Reader, start: int, stop: int
    ) -> Generator[Piece, None, None]:
        """The bytes from start up to stop; only the files they touch are read."""
        for part, low, high in self._slices(start, stop):
            if isinstance(part, bytes):
                yield part[low:high]
            else:
                yield from reader(part, low, high)

    def touched(self, start: int, stop: int) -> list[tuple[int, int, int]]:
        """Which entries lie in that range, and which range of each."""
        return [
            (part, low, high)
            for part, low, high in self._slices(start, stop)
            if isinstance(part, int)
        ]

    def _slices(self, start: int, stop: int) -> Iterator[tuple[Part, int, int]]:
        for part, begin in zip(self._parts, self._starts, strict=False):
            low, high = max(start - begin, 0), min(stop - begin, self._length(part))
            if low < high:
                yield part, low, high

    def _length(self, part: Part) -> int:
        return len(part) if isinstance(part, bytes) else self.entries[part].size

    def _directory(self) -> bytes:
        lines = [
            _central(entry, offset)
            for entry, offset in zip(self.entries, self._offsets, strict=False)
        ]
        body = b"".join(lines)
        return body + _end(len(lines), len(body), self._offsets[-1])


def _local(entry: Entry) -> bytes:
    name = entry.name.encode()
    fixed = LOCAL.pack(
        0x04034B50, OLD, UTF8_NAMES, STORED, *_dos(entry.changed),
        entry.crc32, entry.size, entry.size, len(name), 0,
    )  # fmt: skip
    return fixed + name


def _central(entry: Entry, offset: int) -> bytes:
    name = entry.name.encode()
    far = offset >= MOST_OFFSET
    extra = EXTRA64.pack(1, 8, offset) if far else b""
    fixed = CENTRAL.pack(
        0x02014B50, MADE_BY, NEW if far else OLD, UTF8_NAMES, STORED,
        *_dos(entry.changed), entry.crc32, entry.size, entry.size,
        len(name), len(extra), 0, 0, 0, PRIVATE_FILE, min(offset, MOST_OFFSET),
    )  # fmt: skip
    return fixed + name + extra


def _end(count: int, size: int, offset: int) -> bytes:
    small = END.pack(
        0x06054B50, 0, 0, min(count, MOST_ENTRIES), min(count, MOST_ENTRIES),
        min(size, MOST_OFFSET), min(offset, MOST_OFFSET), 0,
    )  # fmt: skip
    if offset < MOST_OFFSET and count < MOST_ENTRIES:
        return small
    record = END64.pack(
        0x06064B50, END64.size - 12, MADE_BY, NEW, 0, 0, count, count, size, offset
    )
    return record + LOCATOR64.pack(0x07064B50, 0, offset + size, 1) + small


def _dos(moment: datetime) -> tuple[int, int]:
    """MS-DOS time and date: two-second steps since 1980, local."""
    clock = moment.hour << 11 | moment.minute << 5 | moment.second // 2
    return clock, (moment.year - 1980) << 9 | moment.month << 5 | moment.day


def unique_names(names: Sequence[str]) -> list[str]:
    """The same names, the second of a kind as `name (2).ext`."""
    taken: set[str] = set()
    unique = []
    for name in names:
        stem, dot, ext = name.rpartition(".")
        stem, ext = (stem, dot + ext) if stem else (name, "")
        chosen, number = name, 2
        while chosen.casefold() in taken:
            chosen, number = f"{stem} ({number}){ext}", number + 1
        taken.add(chosen.casefold())
        unique.append(chosen)
    return unique
