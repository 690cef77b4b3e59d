"""Lines to gunicorn that break, stay, and run side by side: each its own bytes."""

import io
import re
import secrets
import socket
import zipfile
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from http.client import parse_headers
from pathlib import Path
from subprocess import Popen
from typing import BinaryIO

import pytest

from storage import MEBIBYTE
from tests.cast import AN, BO, NOORD, PASSWORD, ZUID, Cast, correction
from tests.databases import ONE_DATABASE
from tests.guest import Guest
from tests.receipts import PAPER
from tests.servers.house import until

CUTS = 8
HELD = MEBIBYTE  # more than the sockets between us take in
OF_AN = {correction(NOORD, version=n): 5 * MEBIBYTE + n for n in (1, 2)}
OF_BO = {correction(ZUID): 4 * MEBIBYTE - 1}
Two = tuple[Guest, Guest]

# the bytes do not depend on the database
pytestmark = ONE_DATABASE


@pytest.fixture
def files(served: Cast) -> dict[str, bytes]:
    """Two for An, and one for Bo."""
    contents = {n: secrets.token_bytes(size) for n, size in {**OF_AN, **OF_BO}.items()}
    served.register(AN, BO)
    served.publish(contents)
    return contents


@pytest.fixture
def two(
    served: Cast,
    files: dict[str, bytes],
    gunicorn: Popen[bytes],
    outside: dict[str, str],
    tmp_path: Path,
) -> Two:
    """An and Bo, who came in."""
    del files, gunicorn  # they are there
    people = Guest(outside["BASE_URL"]), Guest(outside["BASE_URL"])
    for person, login in zip(people, ("an.peeters", "bo.maes"), strict=True):
        served.settled(login)
        person.sign_in(login, PASSWORD, tmp_path)
    return people


def line(guest: Guest) -> socket.socket:
    """A line of hers to the server that takes in little at once."""
    made = socket.socket()
    made.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 16)
    made.settimeout(30)
    host, port = guest.site.removeprefix("http://").split(":")
    made.connect((host, int(port)))
    return made


def question(guest: Guest, path: str, *more: str, method: str = "GET") -> bytes:
    """What her browser writes on a line."""
    cookie = "; ".join(f"{one.name}={one.value}" for one in guest.cookies)
    host = guest.site.removeprefix("http://")
    lines = f"{method} {path} HTTP/1.1", f"Host: {host}", f"Cookie: {cookie}", *more
    return "".join(f"{line}\r\n" for line in (*lines, "")).encode()


def read(answer: BinaryIO, most: int | None = None) -> bytes:
    """The body of the next answer on a line, or so much of it."""
    assert answer.readline().split()[1] in {b"200", b"206"}
    size = int(parse_headers(answer)["Content-Length"])
    return answer.read(size if most is None else most)


def once(guest: Guest, path: str, *more: str, most: int | None = None) -> bytes:
    """The body of one answer; who takes less of it hangs up in the middle."""
    with closing(line(guest)) as own, own.makefile("rb") as answers:
        own.sendall(question(guest, path, *more))
        return read(answers, most)


def cut(guest: Guest, path: str, size: int) -> bytes:
    """What came over lines that broke at random, each where the next one goes on."""
    got = b""
    for stop in sorted(secrets.randbelow(size - HELD) for _ in range(CUTS)):
        rest = f"Range: bytes={len(got)}-"
        got += once(guest, path, rest, most=stop - len(got))
    return got


def test_what_is_cut_off_again_and_again_comes_whole_and_gives_one_receipt(
    served: Cast, files: dict[str, bytes], two: Two
) -> None:
    an, _ = two
    first, second = OF_AN
    path, content = served.link(first), files[first]
    got = cut(an, path, len(content))
    for _ in range(2):  # they end well, and vouch for nothing that did not come
        assert once(an, path, "Range: bytes=0-0") == content[:1]
    assert served.audited("file.downloaded") == []
    assert got + once(an, path, f"Range: bytes={len(got)}-") == content
    until(lambda: len(served.audited("file.downloaded")) == 1)

    path = "/bestanden/zip?" + "&".join(f"id={served.file(n).public_id}" for n in OF_AN)
    got = cut(an, path, sum(OF_AN.values()))
    assert len(served.audited("file.downloaded")) == 1
    got += once(an, path, f"Range: bytes={len(got)}-")
    with zipfile.ZipFile(io.BytesIO(got)) as archive:
        assert {name: archive.read(name) for name in archive.namelist()} == {
            first: content,
            second: files[second],
        }
    until(lambda: len(served.audited("file.downloaded")) == 2)
    assert len(PAPER.findall(an.open("/ontvangstbewijzen").body.decode())) == 2 * 2


def test_each_gets_their_own_bytes_over_lines_that_stay_and_side_by_side(
    served: Cast, files: dict[str, bytes], two: Two
) -> None:
    an, bo = two
    (first, second), (third,) = OF_AN, OF_BO
    asked = [(an, first), (bo, third), (an, second), (bo, third)]
    with ThreadPoolExecutor(len(asked)) as pool:
        got = list(pool.map(lambda one: once(one[0], served.link(one[1])), asked))
    assert got == [files[name] for _, name in asked]

    path, apart = served.link(first), f"Range: bytes=7-{2 * MEBIBYTE},{4 * MEBIBYTE}-"
    with closing(line(an)) as own, own.makefile("rb") as answers:
        own.sendall(
            question(an, path, method="HEAD")
            + question(an, path)
            + question(an, path, apart)
            + question(an, served.link(second))
        )
        assert answers.readline().split()[1] == b"200"
        assert int(parse_headers(answers)["Content-Length"]) == len(files[first])
        assert read(answers) == files[first]
        parts = re.split(rb"\r\n--.{32}(?:--)?\r\n", read(answers), flags=re.DOTALL)
        bodies = [part.partition(b"\r\n\r\n")[2] for part in parts[1:-1]]
        content = files[first]
        assert bodies == [content[7 : 2 * MEBIBYTE + 1], content[4 * MEBIBYTE :]]
        assert read(answers) == files[second]


def test_where_a_segment_is_damaged_the_line_ends_before_it_and_nothing_follows(
    served: Cast, files: dict[str, bytes], two: Two
) -> None:
    an, _ = two
    first, second = OF_AN
    (blob,) = served.folder.glob(f"blobs/**/{served.file(first).blob_key}")
    with blob.open("r+b") as sealed:
        sealed.seek(3 * MEBIBYTE)
        sealed.write(secrets.token_bytes(9))
    with closing(line(an)) as own, own.makefile("rb") as answers:
        own.sendall(
            question(an, served.link(first)) + question(an, served.link(second))
        )
        assert read(answers) == files[first][: 2 * MEBIBYTE]
        assert answers.read() == b""  # the second question was left unanswered
    assert once(an, served.link(second)) == files[second]
    until(lambda: len(served.audited("file.downloaded")) == 1)
