"""Sealed files through gunicorn, beside nginx that serves the same plain bytes."""

import secrets
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from storage import MEBIBYTE
from tests.bench.exchange import Spent, Turn, by_turns
from tests.bench.fetching import Place, crowd, curl, for_guest, ids_of, swallow
from tests.bench.house import House, house
from tests.bench.processes import nginx
from tests.bench.table import row, title
from tests.cast import NOORD, correction

GIBIBYTE = 1024 * MEBIBYTE
SIZES = {"1 GiB": GIBIBYTE, "64 MiB": 64 * MEBIBYTE, "100 KiB": 100 << 10}
ROUNDS = {"1 GiB": 7, "64 MiB": 15, "100 KiB": 15}
SMALL_ONES = 40
AT_ONCE = 8


Fetch = Callable[[Place, str], None]


def measure() -> None:
    with tempfile.TemporaryDirectory(prefix="energiepost-bench-") as path:
        folder = Path(path)
        with house(folder) as ours, _both(folder, ours) as (sealed, plain):
            title("One connection; beside: nginx with sendfile, plain HTTP, warm cache")
            for size in ("1 GiB", "64 MiB"):
                _alone("curl", size, curl, sealed, plain)
                _alone("a reader that copies nothing", size, swallow, sealed, plain)
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
    ids = ids_of(ours)
    paths = {size: f"/bestanden/{ids[name]}/download" for size, name in names.items()}
    with nginx(folder, root) as server:
        plain = Place(server, {size: f"/{name}" for size, name in names.items()})
        yield for_guest(ours, an, paths), plain


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
    small = _peak(sealed, lambda: curl(sealed, "64 MiB"))
    large = _peak(sealed, lambda: curl(sealed, "1 GiB"))
    crowd = _peak(sealed, lambda: _crowd(sealed, "1 GiB"))
    for what, peak in (("1 GiB", large), (f"1 GiB, {AT_ONCE} at once", crowd)):
        row(what, f"{peak:.0f} MiB", f"{small:.0f} MiB", peak - small, most=32)


def _rounds(
    count: int, fetch: Fetch, sealed: Place, plain: Place, size: str
) -> tuple[Spent, Spent]:
    spent = by_turns(
        count,
        {
            "sealed": Turn(sealed.server, lambda: fetch(sealed, size), sealed.before),
            "plain": Turn(plain.server, lambda: fetch(plain, size)),
        },
    )
    return spent["sealed"], spent["plain"]


def _peak(place: Place, work: Callable[[], object]) -> float:
    place.server.forget_peak()
    work()
    return place.server.peak() / MEBIBYTE


def _each(place: Place, size: str) -> None:
    for _ in range(SMALL_ONES):
        swallow(place, size)


def _kept(place: Place, size: str) -> None:
    url = f"{place.url(size)}?[1-{SMALL_ONES}]"
    subprocess.run([*place.asking(), url], check=True)


def _crowd(place: Place, size: str) -> None:
    crowd(place, size, AT_ONCE)
