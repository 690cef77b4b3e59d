"""A line that breaks again and again: what was begun goes on, to the very last byte."""

import hashlib
import os
import secrets
import subprocess
import zipfile
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path

import pytest
from flask import Flask

from storage import MEBIBYTE
from tests.cast import AN, NOORD, Cast, correction
from tests.databases import ON_POSTGRES, ONE_DATABASE
from tests.receipts import receipts
from tests.servers.house import until
from tests.servers.web import free_port, serving
from tests.servers.wire import Wire, wire
from tests.visitor import HOST, SID, Visitor

BREAKS, HEAD = 30, 2000  # no answer has more bytes above its body
NAMES = [correction(NOORD, version=n) for n in (1, 2, 3)]
CONTENTS = [os.urandom(n * MEBIBYTE + n) for n in (3, 1, 2)]
BROKEN_OFF = {18, 52, 56}  # curl's words for a line that ended early


@pytest.fixture
def line(app: Flask) -> Iterator[Wire]:
    """A bad line to the portal."""
    port = free_port()
    with serving(app, port), wire(port) as line:
        yield line


@pytest.fixture
def an(cast: Cast, visitor: Callable[[], Visitor]) -> Visitor:
    """An is in, and has three files."""
    cast.staff()
    cast.register(AN)
    cast.settled()
    cast.publish(dict(zip(NAMES, CONTENTS, strict=True)))
    her = visitor()
    her.sign_in(cast, "an.peeters")
    return her


def fetched(an: Visitor, line: Wire, path: str, size: int, target: Path) -> int:
    """Let curl fetch it over a line that breaks at random; how often it began anew."""
    at = sorted(secrets.randbelow(size - BREAKS * HEAD) for _ in range(BREAKS))
    line.breaks = [HEAD + stop - start for start, stop in pairwise([0, *at])]
    asked = ["--header", f"Host: {HOST}", "--cookie", f"{SID}={an.cookie}"]
    resumed = ["--continue-at", "-", "--output", str(target)]
    for times in range(BREAKS + 1):
        done = subprocess.run(
            ["curl", "--silent", "--fail", *asked, *resumed, line.url + path],
            check=False,
        )
        if done.returncode == 0:
            return times
        assert done.returncode in BROKEN_OFF
    pytest.fail("it never came to its end")


# the bytes do not depend on the database: each is tried with one of them
@ONE_DATABASE
def test_curl_goes_on_with_a_file_where_the_line_broke(
    an: Visitor, line: Wire, cast: Cast, tmp_path: Path
) -> None:
    path, target = (
        cast.link(NAMES[0]),
        tmp_path / "a",
    )
    assert fetched(an, line, path, len(CONTENTS[0]), target) == BREAKS
    got = hashlib.sha256(target.read_bytes()).hexdigest()
    assert got == hashlib.sha256(CONTENTS[0]).hexdigest()
    until(lambda: receipts(an) != [])  # it is written once the answer is closed
    assert [receipt.file for receipt in receipts(an)] == [NAMES[0]]


@ON_POSTGRES
def test_curl_goes_on_with_a_zip_where_the_line_broke(
    an: Visitor, line: Wire, cast: Cast, tmp_path: Path
) -> None:
    ids = [cast.file(name).public_id for name in NAMES]
    path, target = "/bestanden/zip?" + "&".join(f"id={i}" for i in ids), tmp_path / "z"
    whole = an.open(path).data
    assert fetched(an, line, path, len(whole), target) == BREAKS
    assert target.read_bytes() == whole
    done = subprocess.run(["unzip", "-tq", target], capture_output=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    with zipfile.ZipFile(target) as archive:
        assert archive.testzip() is None
        assert [archive.read(name) for name in NAMES] == CONTENTS
