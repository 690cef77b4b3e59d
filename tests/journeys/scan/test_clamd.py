"""The journey before a real clamd: found, felled, back again; nothing left opened."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from jobs.runner import run, ticks
from storage.clamd import Clamd
from storage.scanner import Scanner
from tests.cast import NOORD, ZUID, Cast, correction
from tests.drafting import begin, released, row, send
from tests.servers.clamd import EICAR, FOUND, Daemon, clamd
from tests.visitor import Visitor

BAD = correction(NOORD, month="2026-08")
CANARY = b"kanarie-541449999000000017-in-klare-tekst\n"


@pytest.fixture
def daemon() -> Iterator[Daemon]:
    with clamd() as running:
        yield running


@pytest.fixture
def scanner(daemon: Daemon) -> Scanner:
    return Clamd(daemon.path)


def lying_opened(folder: Path) -> list[Path]:
    files = (path for path in folder.rglob("*") if path.is_file())
    return [path for path in files if b"kanarie" in path.read_bytes()]


def test_a_draft_before_a_scanner_that_is_felled_and_comes_back(
    sam: Visitor, cast: Cast, daemon: Daemon, tmp_path: Path
) -> None:
    draft = begin(sam)
    send(sam, draft, BAD, CANARY + EICAR)
    cast.tick("filedrop.scan")
    daemon.kill()
    send(sam, draft, correction(NOORD), CANARY * 20_000)
    send(sam, draft, correction(ZUID), CANARY)
    cast.tick("filedrop.scan")
    sam.open(f"{draft}/routering")
    assert f"De virusscanner vond {FOUND}." in sam.text
    assert sam.text.count("De virusscanner antwoordt niet.") == 2

    cast.clock.forward(minutes=2)
    with clamd() as successor:
        house = replace(cast.runtime, scanner=Clamd(successor.path))
        assert run(house, ticks()["filedrop.scan"]) == 2
        assert lying_opened(successor.opened) == []
    sam.submit(row(sam, draft, BAD), {"actie": "verwijderen"})
    assert released(sam, cast, draft, "2").status_code == 303
    assert cast.file(correction(NOORD)).finding == "clean"
    assert lying_opened(tmp_path) == []
