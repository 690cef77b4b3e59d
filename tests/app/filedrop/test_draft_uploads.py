"""Bytes on their way into a draft: in flat memory, never bare on a disk, or not."""

import tracemalloc
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from app.filedrop import uploads
from app.filedrop.rules import Kind
from app.filedrop.service_draft import Drafts
from app.kernel.errors import Conflict, Full, Gone, Invalid, NotFound
from app.runtime import Runtime
from storage.crypto import SealedBlobs
from tests.clock import FakeClock
from tests.fakes_storage import MemoryBlobs

MEBIBYTE = 1 << 20
SECRET = b"afname van Noord;22,452\r\n"


@pytest.fixture
def draft(runtime: Runtime) -> str:
    with runtime.transaction() as session:
        return Drafts.of(session, runtime).make(Kind.CORRECTION, by="sam.claes")


@pytest.fixture
def keep(runtime: Runtime, draft: str) -> Callable[..., bool]:
    def keep_(name: str, *pieces: bytes) -> bool:
        return uploads.keep(runtime, draft, name, iter(pieces), by="sam.claes")

    return keep_


def count(runtime: Runtime) -> int:
    return len(list(runtime.blobs.keys()))


def test_a_large_file_fills_no_memory(runtime: Runtime, draft: str) -> None:
    def pieces() -> Iterator[bytes]:
        for number in range(256):
            yield bytes([number]) * (MEBIBYTE // 4)

    tracemalloc.start()
    try:
        uploads.keep(runtime, draft, "groot.csv", pieces(), by="sam.claes")
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 12 * MEBIBYTE


def test_no_word_of_it_lies_bare_on_the_disk(
    keep: Callable[..., bool], runtime: Runtime, tmp_path: Path
) -> None:
    assert keep("x.csv", *[SECRET] * 50_000)
    files = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert files
    assert not any(SECRET in path.read_bytes() for path in files)


def test_a_full_store_keeps_nothing_and_says_so(runtime: Runtime, draft: str) -> None:
    small = replace(runtime, blobs=SealedBlobs(MemoryBlobs(room=10)))
    with pytest.raises(Full, match="dit bestand is niet bewaard"):
        uploads.keep(small, draft, "x.csv", iter([b"x" * 100]), by="sam.claes")
    with runtime.reading() as session:
        assert Drafts.of(session, runtime).names(draft) == []


@pytest.mark.parametrize("name", ["", "..", "a/b", "\u202e"])
def test_a_name_that_is_none_is_refused_before_a_byte_is_read(
    runtime: Runtime, draft: str, name: str
) -> None:
    def unread() -> Iterator[bytes]:
        raise AssertionError
        yield b""

    with pytest.raises(Invalid):
        uploads.keep(runtime, draft, name, unread(), by="sam.claes")


def test_one_spelling_of_a_name_is_one_file(
    keep: Callable[..., bool], runtime: Runtime
) -> None:
    assert keep("cafe\u0301.csv", b"x")
    assert not keep("caf\u00e9.csv", b"x")
    assert count(runtime) == 1


def test_a_name_cannot_stand_for_two_contents(
    keep: Callable[..., bool], runtime: Runtime
) -> None:
    keep("x.csv", b"x")
    with pytest.raises(Conflict):
        keep("x.csv", b"y")
    assert count(runtime) == 1


def test_a_draft_that_died_while_the_bytes_came_keeps_none_of_them(
    runtime: Runtime, draft: str, clock: FakeClock
) -> None:
    def slow() -> Iterator[bytes]:
        yield b"x"
        clock.forward(hours=49)

    with pytest.raises(Gone):
        uploads.keep(runtime, draft, "x.csv", slow(), by="sam.claes")
    assert count(runtime) == 0


def test_no_draft_takes_nothing(runtime: Runtime) -> None:
    with pytest.raises(NotFound):
        uploads.keep(runtime, "A" * 22, "x.csv", iter([b"x"]), by="sam.claes")
