"""Many files as one zip: beside the same bytes as one file, and larger than memory."""

import subprocess
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from statistics import median

from storage import MEBIBYTE
from tests.bench.exchange import Turn, by_turns
from tests.bench.fetching import Place, crowd, curl, for_guest, ids_of, swallow
from tests.bench.house import House, house
from tests.bench.table import row, title
from tests.cast import NOORD, correction

MANY, EACH = 200, 5 * MEBIBYTE
FEW, LARGE = 6, 1750 * MEBIBYTE  # one stays below 2 GiB
PEOPLE, PROBES, ROUNDS = 8, 20, 5
MEGABYTE = 1_000_000
ONE, ZIP, FAR = "one file", "zip", "zip of 10 GiB"
TELLS = ("--write-out", "%{time_total} ")


def measure() -> None:
    with tempfile.TemporaryDirectory(prefix="energiepost-bench-") as path:
        folder = Path(path)
        with house(folder) as ours, _zips(ours) as place:
            _beside_one_file(place)
            _last_byte(place)
            _memory(place)


@contextmanager
def _zips(ours: House) -> Iterator[Place]:
    """An's files: two hundred, one as large as all of these, and six large ones."""
    months = [f"{2020 + n // 12}-{n % 12 + 1:02}" for n in range(MANY)]
    many = [correction(NOORD, month=month) for month in months]
    few = [correction(NOORD, version=n + 2) for n in range(FEW)]
    one = correction(NOORD, version=99)
    _publish(ours, dict.fromkeys(many, EACH) | {one: MANY * EACH})
    for name in few:
        _publish(ours, {name: LARGE})
    an = ours.an()
    ids = ids_of(ours)
    yield for_guest(
        ours,
        an,
        {
            ONE: f"/bestanden/{ids[one]}/download",
            ZIP: _chosen(ours, [ids[name] for name in many]),
            FAR: "/bestanden/zip?" + "&".join(f"id={ids[name]}" for name in few),
        },
    )


def _publish(ours: House, sizes: dict[str, int]) -> None:
    """Files of zeros, which take no room until they are sealed."""
    with tempfile.TemporaryDirectory(dir=ours.folder) as path:
        for name, size in sizes.items():
            with Path(path, name).open("wb") as file:
                file.truncate(size)
        ours.cast.publish_folder(Path(path))


def _chosen(ours: House, ids: list[str]) -> str:
    """More files than an address can name: the list's form makes it."""
    an = ours.an()
    an.open("/bestanden/")
    return an.submit("/bestanden/kiezen", {"id": ids, "actie": "download"}).location


def _beside_one_file(place: Place) -> None:
    title(f"{MANY} files of 5 MiB as a zip; beside: one file of {MANY * 5:,} MiB")
    _beside("curl", place, curl)
    _beside("a reader that copies nothing", place, swallow)


def _beside(client: str, place: Place, fetch: Callable[[Place, str], None]) -> None:
    turns = {
        what: Turn(place.server, partial(fetch, place, what), place.before)
        for what in (ZIP, ONE)
    }
    spent = by_turns(ROUNDS, turns)
    zipped, alone = spent[ZIP], spent[ONE]
    row(
        f"zip, {client}",
        f"{MANY * EACH / MEBIBYTE / zipped.seconds:,.0f} MiB/s",
        f"{MANY * EACH / MEBIBYTE / alone.seconds:,.0f} MiB/s",
        alone.seconds / zipped.seconds,
        least=0.7,
    )
    row("  seconds of a core", f"{zipped.cpu:.2f} s", f"{alone.cpu:.2f} s")


def _last_byte(place: Place) -> None:
    """Of the zip, and of its last file: what stands after it is less than 1 KiB."""
    title(f"The end of a zip of {FEW} files of {LARGE / MEBIBYTE:,.0f} MiB")
    for what, span in (("its last byte", "-1"), ("its last KiB", "-1024")):
        spans = [_until_it_comes(place, span) for _ in range(PROBES + 1)][1:]
        milliseconds = median(spans) * 1000
        row(what, f"{milliseconds:.1f} ms", "", milliseconds, most=50)


def _until_it_comes(place: Place, span: str) -> float:
    line = place.asking(*TELLS, "--range", span, place.url(FAR))
    return float(subprocess.check_output(line))


def _memory(place: Place) -> None:
    title(f"{PEOPLE} people fetch that zip at once, each to its last byte")
    place.server.forget_peak()
    crowd(place, FAR, PEOPLE)
    held = place.server.peak() / MEGABYTE
    row("the most that one worker held", f"{held:.0f} MB", "", held, most=120)
