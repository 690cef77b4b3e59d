"""Sealed files through gunicorn, beside nginx that serves the same plain bytes."""

import re
import secrets
import socket
import subprocess
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlsplit

from storage import MEBIBYTE
from tests.bench.exchange import CURL, Spent, Turn, by_turns
from tests.bench.house import House, house
from tests.bench.processes import Server, nginx
from tests.bench.table import row, title
from tests.cast import NOORD, correction

GIBIBYTE = 1024 * MEBIBYTE
SIZES = {"1 GiB": GIBIBYTE, "64 MiB": 64 * MEBIBYTE, "100 KiB": 100 << 10}
ROUNDS = {"1 GiB": 7, "64 MiB": 15, "100 KiB": 15}
SMALL_ONES = 40
AT_ONCE = 8
TO_NOWHERE = (*CURL, "--output", "/dev/null")


class Place(NamedTuple):
    """Where the same bytes are to be had, by whom, and with which cookie."""

    server: Server
    paths: Mapping[str, str]
    cookie: str = ""

    def url(self, size: str) -> str:
        return f"{self.server.site}{self.paths[size]}"


Fetch = Callable[[Place, str], None]


def measure() -> None:
    with tempfile.TemporaryDirectory(prefix="energiepost-bench-") as path:
        folder = Path(path)
        with house(folder) as ours, _both(folder, ours) as (sealed, plain):
            title("One connection; beside: nginx with sendfile, plain HTTP, warm cache")
            for size in ("1 GiB", "64 MiB"):
                _alone("curl", size, _curl, sealed, plain)
                _alone("a reader that copies nothing", size, _swallow, sealed, plain)
            _small(sealed, plain)
            _together(sealed, plain)
            _memory(sealed)


@contextmanager
def _both(folder: Path, ours: House) -> Iterator[tuple[Place, Place]]:
    """Three files, published for An, and the same three in nginx's folder."""
    root = folder / "plain"
    root.mkdir()
    names = {
        size: correction(NOORD, version=at) for at, size in enumerate(SIZES, start=1)
    }
    piece = secrets.token_bytes(MEBIBYTE)
    for size, name in names.items():
        with (root / name).open("wb") as file:
            for left in range(SIZES[size], 0, -MEBIBYTE):
                file.write(piece[:left])
    ours.cast.publish_folder(root)
    an = ours.an()
    page = an.open("/bestanden/").body.decode().replace("<wbr>", "")
    paths = {size: _path_of(page, name) for size, name in names.items()}
    cookie = "; ".join(f"{one.name}={one.value}" for one in an.cookies)
    with nginx(folder, root) as server:
        plain = Place(server, {size: f"/{name}" for size, name in names.items()})
        yield Place(ours, paths, cookie), plain


def _path_of(page: str, name: str) -> str:
    """The address of the file's download, on the page of the list."""
    (line,) = [part for part in page.split("<tr") if name in part]
    found = re.search(r'name="id" value="([\w-]{22})"', line)
    assert found
    return f"/bestanden/{found[1]}/download"


def _alone(
    client: str,
    size: str,
    fetch: Fetch,
    sealed: Place,
    plain: Place,
) -> None:
    """Turn by turn, each time the other first; the median of the rounds."""
    ours, theirs = _rounds(ROUNDS[size], fetch, sealed, plain, size)
    speed, nginx_speed = (SIZES[size] / MEBIBYTE / it.seconds for it in (ours, theirs))
    cpu, nginx_cpu = (it.cpu * GIBIBYTE / SIZES[size] for it in (ours, theirs))
    row(
        f"{size}, {client}",
        f"{speed:,.0f} MiB/s",
        f"{nginx_speed:,.0f} MiB/s",
        speed / nginx_speed,
        least=0.75,
    )
    row(
        "  seconds of a core for a GiB",
        f"{cpu:.2f} s",
        f"{nginx_cpu:.2f} s",
        cpu,
        most=0.4,
    )


def _small(sealed: Place, plain: Place) -> None:
    """Many small ones, each over a connection of its own, and over one kept open."""
    size = "100 KiB"
    for words, fetch in (("each a connection", _each), ("over one connection", _kept)):
        ours, theirs = _rounds(ROUNDS[size], fetch, sealed, plain, size)
        row(
            f"{size}, {words}",
            f"{ours.seconds / SMALL_ONES * 1000:.1f} ms",
            f"{theirs.seconds / SMALL_ONES * 1000:.1f} ms",
            theirs.seconds / ours.seconds,
        )


def _together(sealed: Place, plain: Place) -> None:
    """Eight people at once: what all of them got in a second."""
    ours, theirs = _rounds(3, _crowd, sealed, plain, "1 GiB")
    speed, nginx_speed = (AT_ONCE * 1024 / it.seconds for it in (ours, theirs))
    row(
        f"1 GiB, {AT_ONCE} at once",
        f"{speed:,.0f} MiB/s",
        f"{nginx_speed:,.0f} MiB/s",
        speed / nginx_speed,
    )
    row(
        "  seconds of a core for a GiB",
        f"{ours.cpu / AT_ONCE:.2f} s",
        f"{theirs.cpu / AT_ONCE:.2f} s",
        ours.cpu / AT_ONCE,
        most=0.4,
    )


def _memory(sealed: Place) -> None:
    """The peak of a worker, by the size of the file, then by the number of people."""
    title("Memory: the most that one worker held; beside: with 64 MiB")
    small = _peak(sealed, lambda: _curl(sealed, "64 MiB"))
    large = _peak(sealed, lambda: _curl(sealed, "1 GiB"))
    crowd = _peak(sealed, lambda: _crowd(sealed, "1 GiB"))
    for what, peak in (("1 GiB", large), (f"1 GiB, {AT_ONCE} at once", crowd)):
        row(what, f"{peak:.0f} MiB", f"{small:.0f} MiB", peak - small, most=32)


def _rounds(
    count: int, fetch: Fetch, sealed: Place, plain: Place, size: str
) -> tuple[Spent, Spent]:
    spent = by_turns(
        count,
        {
            "sealed": Turn(sealed.server, lambda: fetch(sealed, size)),
            "plain": Turn(plain.server, lambda: fetch(plain, size)),
        },
    )
    return spent["sealed"], spent["plain"]


def _peak(place: Place, work: Callable[[], object]) -> float:
    place.server.forget_peak()
    work()
    return place.server.peak() / MEBIBYTE


def _curl(place: Place, size: str) -> None:
    subprocess.run([*TO_NOWHERE, *_cookie(place), place.url(size)], check=True)


def _each(place: Place, size: str) -> None:
    for _ in range(SMALL_ONES):
        _swallow(place, size)


def _kept(place: Place, size: str) -> None:
    subprocess.run(
        [*TO_NOWHERE, *_cookie(place), f"{place.url(size)}?[1-{SMALL_ONES}]"],
        check=True,
    )


def _crowd(place: Place, size: str) -> None:
    words = [*TO_NOWHERE, *_cookie(place), place.url(size)]
    crowd = [subprocess.Popen(words) for _ in range(AT_ONCE)]
    statuses = [one.wait() for one in crowd]
    assert not any(statuses)


def _cookie(place: Place) -> list[str]:
    return ["--cookie", place.cookie] if place.cookie else []


def _swallow(place: Place, size: str) -> None:
    """Let the kernel throw away what came, so that the client costs next to nothing."""
    at = urlsplit(place.url(size))
    asked = (
        f"GET {at.path} HTTP/1.1\r\nHost: {at.netloc}\r\nCookie: {place.cookie}\r\n"
        "Connection: close\r\n\r\n"
    )
    with socket.create_connection((at.hostname, at.port)) as line:
        line.sendall(asked.encode())
        head, _, body = line.recv(16 << 10).partition(b"\r\n\r\n")
        assert head.startswith(b"HTTP/1.1 200")
        room, left = bytearray(MEBIBYTE), SIZES[size] - len(body)
        while left:
            left -= (got := line.recv_into(room, MEBIBYTE, socket.MSG_TRUNC))
            assert got, "it ended early"
