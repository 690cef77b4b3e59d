"""A scanner says clean of what is clean, and of nothing else."""

import io
import signal
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from storage import MEBIBYTE, BlobDamaged
from storage.clamd import Clamd
from storage.scanner import CLEAN, Doubt, Finding, NoScanner, Scanner, Verdict
from tests.fakes_scanner import FakeScanner
from tests.servers.clamd import (
    EICAR,
    FILE_MAX,
    FOUND,
    STREAM_MAX,
    Daemon,
    answering,
    clamd,
)
from tests.servers.house import until

LINE = b"541440100000000017;2026-09-01T00:00;1,250;kWh\n"
INFECTED = Verdict(Finding.INFECTED, FOUND)
PONG = b"PONG\0"


@pytest.fixture
def daemon() -> Iterator[Daemon]:
    with clamd() as running:
        yield running


@pytest.fixture(scope="module")
def shared() -> Iterator[Daemon]:
    with clamd() as running:
        yield running


@pytest.fixture(params=["fake", "clamd"])
def scanner(request: pytest.FixtureRequest) -> Scanner:
    if request.param == "fake":
        return FakeScanner()
    return Clamd(request.getfixturevalue("shared").path)


def doubt(why: Doubt) -> Verdict:
    return Verdict(Finding.UNKNOWN, why)


def zipped(content: bytes) -> bytes:
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as writing:
        writing.writestr("xl/worksheets/sheet1.xml", content)
    return archive.getvalue()


def lines(size: int) -> Iterator[bytes]:
    """So many bytes of readings, in pieces of at most a mebibyte."""
    whole = (LINE * (MEBIBYTE // len(LINE) + 1))[:MEBIBYTE]
    for start in range(0, size, MEBIBYTE):
        yield whole[: min(MEBIBYTE, size - start)]


def test_readings_are_clean(scanner: Scanner) -> None:
    assert scanner.check([LINE, b"", LINE]) == CLEAN
    assert scanner.check(lines(FILE_MAX)) == CLEAN
    assert scanner.lets_by == {Finding.CLEAN}


def test_what_has_a_signature_is_found_wherever_it_lies(scanner: Scanner) -> None:
    assert scanner.check([EICAR]) == INFECTED
    assert scanner.check([LINE * 2000, EICAR[:7], EICAR[7:], LINE]) == INFECTED


def test_what_is_too_large_is_no_cleaner_for_it(scanner: Scanner) -> None:
    assert scanner.check(lines(9 * MEBIBYTE)) == doubt(Doubt.TOO_LARGE)
    assert scanner.check(lines(STREAM_MAX + 1)) == doubt(Doubt.TOO_LARGE)


def test_what_fails_while_it_is_read_is_the_readers(scanner: Scanner) -> None:
    def torn() -> Iterator[bytes]:
        yield LINE
        raise BlobDamaged("segment 1 does not fit")

    with pytest.raises(BlobDamaged):
        scanner.check(torn())
    assert scanner.check([LINE]) == CLEAN


def test_nobody_looks_where_there_is_no_scanner() -> None:
    unread = iter([EICAR])
    assert NoScanner().check(unread) == Verdict(Finding.UNSCANNED)
    assert next(unread) == EICAR
    assert Finding.INFECTED not in NoScanner().lets_by
    assert Finding.UNSCANNED in NoScanner().lets_by


def test_an_archive_is_looked_into(shared: Daemon) -> None:
    assert Clamd(shared.path).check([zipped(LINE + EICAR)]) == INFECTED


def test_what_clamd_gives_up_on_is_not_infected_but_unknown(shared: Daemon) -> None:
    found = Clamd(shared.path).check(lines(FILE_MAX + 1))
    assert found == doubt(Doubt.TOO_LARGE)


def test_what_clamd_opens_lies_in_its_own_folder_and_is_gone_afterwards(
    daemon: Daemon,
) -> None:
    seen: set[Path] = set()

    def watched() -> Iterator[bytes]:
        for _ in range(2):
            yield LINE * 20_000
            seen.update(daemon.written())

    log = daemon.folder / "log"
    assert Clamd(daemon.path).check(watched()) == CLEAN
    assert {path.parent for path in seen - {log}} == {daemon.opened}
    assert Clamd(daemon.path).check([zipped(EICAR)]) == INFECTED
    until(lambda: not any(daemon.opened.iterdir()))  # it answers, and then clears


def test_one_that_is_killed_halfway_is_away(daemon: Daemon) -> None:
    def murderous() -> Iterator[bytes]:
        yield LINE
        daemon.kill()
        yield from lines(STREAM_MAX)

    scanner = Clamd(daemon.path)
    assert scanner.check(murderous()) == doubt(Doubt.AWAY)
    assert scanner.check([LINE]) == doubt(Doubt.AWAY)


def test_one_that_is_not_there_is_away(tmp_path: Path) -> None:
    verdict = Clamd(tmp_path / "nobody.sock").check([LINE])
    assert verdict == doubt(Doubt.AWAY)
    assert verdict.is_outage


def test_one_that_hangs_is_found_out_before_it_is_waited_for(daemon: Daemon) -> None:
    daemon.process.send_signal(signal.SIGSTOP)
    assert Clamd(daemon.path, prompt=0.1).check([LINE]) == doubt(Doubt.SILENT)


def test_one_that_falls_asleep_over_a_file_is_silent() -> None:
    with answering(PONG, None, PONG, None) as path:
        asleep = Clamd(path, prompt=0.1, patience=0.1)
        assert asleep.check([LINE]) == doubt(Doubt.SILENT)
        assert asleep.check(lines(STREAM_MAX)) == doubt(Doubt.SILENT)


@pytest.mark.parametrize(
    ("answers", "why"),
    [
        ([b"HTTP/1.1 400 Bad Request\r\n\r\n"], Doubt.GARBLED),
        ([PONG, b""], Doubt.AWAY),
        ([PONG, b"stream: OK"], Doubt.GARBLED),
        ([PONG, b"stream: OK\0stream: OK\0"], Doubt.GARBLED),
        ([PONG, b"stream: Can't allocate memory ERROR\0"], Doubt.GARBLED),
        ([PONG, b"stream: \x1b[2J FOUND\0"], Doubt.GARBLED),
        ([PONG, b"x" * 10_000], Doubt.GARBLED),
        ([PONG, b"INSTREAM size limit exceeded. ERROR\0"], Doubt.TOO_LARGE),
        (
            [PONG, b"stream: Heuristics.Limits.Exceeded.MaxScanTime FOUND\0"],
            Doubt.TOO_LARGE,
        ),
    ],
)
def test_any_other_answer_is_a_doubt(answers: list[bytes], why: Doubt) -> None:
    with answering(*answers) as path:
        assert Clamd(path).check([LINE]) == doubt(why)


def test_a_name_is_cut_to_what_a_row_can_hold() -> None:
    with answering(PONG, b"stream: " + b"W" * 900 + b" FOUND\0") as path:
        assert Clamd(path).check([LINE]).why == "W" * 200
