"""The zip of many: real tools read it, its length is known, any range is its slice."""

import io
import subprocess
import zipfile
import zlib
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.filedrop.zip import Entry, ZipLayout, unique_names

CHANGED = datetime(2026, 10, 26, 10, 31, 44)  # noqa: DTZ001 - a zip knows no zones
GIBIBYTE = 1 << 30


def layout_of(files: dict[str, bytes]) -> ZipLayout:
    return ZipLayout(
        [
            Entry(name, len(content), zlib.crc32(content), CHANGED)
            for name, content in files.items()
        ]
    )


def read(layout: ZipLayout, files: dict[str, bytes], start: int, stop: int) -> bytes:
    contents = list(files.values())

    def reader(number: int, low: int, high: int) -> Iterator[bytes]:
        for at in range(low, high, 7):
            yield contents[number][at : min(at + 7, high)]

    return b"".join(layout.read(reader, start, stop))


def test_python_and_unzip_find_every_file_whole(tmp_path: Path) -> None:
    files = {
        "CORR_2026-09_EG0000001_V01.csv": b"a;b\r\n" * 500,
        "EG0000002/Verdeelsleutel é 😀.pdf": b"%PDF" + bytes(range(256)),
        "één byte": b"1",
    }
    layout = layout_of(files)
    whole = read(layout, files, 0, layout.size)
    assert len(whole) == layout.size
    with zipfile.ZipFile(io.BytesIO(whole)) as archive:
        assert archive.testzip() is None
        assert {i.filename: archive.read(i) for i in archive.infolist()} == files
        (first, *_) = archive.infolist()
        assert first.date_time == (2026, 10, 26, 10, 31, 44)
        assert first.external_attr >> 16 == 0o100600
    path = tmp_path / "many.zip"
    path.write_bytes(whole)
    done = subprocess.run(["unzip", "-tq", path], capture_output=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_a_zip_of_nothing_is_still_a_zip() -> None:
    layout = layout_of({})
    whole = read(layout, {}, 0, layout.size)
    assert zipfile.ZipFile(io.BytesIO(whole)).namelist() == []


FILES = st.dictionaries(
    st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=8),
    st.binary(min_size=1, max_size=40),
    max_size=4,
)


@given(FILES, st.data())
def test_any_range_is_the_slice_of_the_whole(
    files: dict[str, bytes], data: st.DataObject
) -> None:
    layout = layout_of(files)
    whole = read(layout, files, 0, layout.size)
    start = data.draw(st.integers(0, layout.size))
    stop = data.draw(st.integers(start, layout.size))
    assert read(layout, files, start, stop) == whole[start:stop]


@given(FILES, st.data())
def test_the_touched_parts_are_the_bytes_of_files_in_that_range(
    files: dict[str, bytes], data: st.DataObject
) -> None:
    layout, contents = layout_of(files), list(files.values())
    cut = data.draw(st.integers(0, layout.size))
    parts = layout.touched(0, cut) + layout.touched(cut, layout.size)
    for number, content in enumerate(contents):
        told = b"".join(content[low:high] for n, low, high in parts if n == number)
        assert told == content


class Far(io.RawIOBase):
    """A zip of sparse files read as a file, although it never exists."""

    def __init__(self, layout: ZipLayout) -> None:
        self.layout, self.at = layout, 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = 0) -> int:
        self.at = offset + (0, self.at, self.layout.size)[whence]
        return self.at

    def tell(self) -> int:
        return self.at

    def read(self, size: int = -1) -> bytes:
        stop = self.layout.size if size < 0 else self.at + size
        found = b"".join(self.layout.read(_sparse, self.at, stop))
        self.at += len(found)
        return found


def _sparse(number: int, start: int, stop: int) -> Iterator[bytes]:
    assert stop - start < 1 << 24, "nobody needs to read a member whole"
    yield bytes([number]) * (stop - start)


def test_beyond_four_gibibytes_the_offsets_still_lead_to_the_files() -> None:
    sizes = [GIBIBYTE, 2 * GIBIBYTE - 1, 2 * GIBIBYTE - 1, 5, 7]
    layout = ZipLayout(
        [
            Entry(f"f{n}", size, zlib.crc32(bytes([n]) * (size % 8)), CHANGED)
            for n, size in enumerate(sizes)
        ]
    )
    assert layout.size > 4 * GIBIBYTE
    with zipfile.ZipFile(Far(layout)) as archive:
        assert [i.file_size for i in archive.infolist()] == sizes
        for number, name in enumerate(archive.namelist()):
            with archive.open(name) as member:
                assert member.read(4) == bytes([number]) * 4


def test_more_than_65535_files_are_counted() -> None:
    layout = ZipLayout([Entry(f"{n}", 1, 0, CHANGED) for n in range(65_536)])
    with zipfile.ZipFile(Far(layout)) as archive:
        assert len(archive.namelist()) == 65_536


@pytest.mark.parametrize(
    ("names", "unique"),
    [
        (["a.csv", "b.csv"], ["a.csv", "b.csv"]),
        (["a.csv", "A.csv", "a.CSV"], ["a.csv", "A (2).csv", "a (3).CSV"]),
        (["a.csv", "a (2).csv", "a.csv"], ["a.csv", "a (2).csv", "a (3).csv"]),
        (["leesmij", "leesmij"], ["leesmij", "leesmij (2)"]),
        ([".env", ".env"], [".env", ".env (2)"]),
    ],
)
def test_no_file_of_a_zip_hides_another(names: list[str], unique: list[str]) -> None:
    assert unique_names(names) == unique
