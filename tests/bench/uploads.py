"""Files on their way in, sealed and summed, beside copyparty that only sums them."""

import mmap
import secrets
import subprocess
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from itertools import count
from pathlib import Path

from storage import MEBIBYTE
from tests.bench.copyparty import PINNED, copyparty
from tests.bench.exchange import CURL, Spent, Turn, by_turns
from tests.bench.house import House, gunicorn, house
from tests.bench.processes import Server
from tests.bench.table import row, title
from tests.guest import TOKEN
from tests.servers.web import HOST, free_port

GIBIBYTE = 1024 * MEBIBYTE
SMALL, FILES, AT_ONCE = 200 << 10, 2000, 3
OURS, SEALING, THEIRS = "Energiepost", "sealing alone", "copyparty"
START = "/beheer/leveringen/nieuw"
QUIET = ("--no-control-socket",)
RAW = ("--request", "POST", "--header", "Content-Type: application/octet-stream")


def measure() -> None:
    with tempfile.TemporaryDirectory(prefix="energiepost-bench-") as path:
        folder = Path(path)
        with house(folder) as ours, copyparty(folder) as theirs, _bare(folder) as bare:
            doors: list[Door] = [Draft(ours), Door(SEALING, bare, *RAW)]
            if theirs:
                doors.append(Door(THEIRS, theirs))
            else:
                print(f"The package index is out of reach: no {PINNED} beside it.")
            _large(_file(folder / "large", GIBIBYTE), doors)
            lot = [_file(folder / f"small-{at}", SMALL) for at in range(FILES)]
            _small(lot, [door for door in doors if door.name != SEALING])


class Door:
    """Where files go in: three at a time, over connections that are kept open."""

    def __init__(self, name: str, server: Server, *words: str) -> None:
        self.name, self.server, self.words = name, server, words
        self.prefix = f"{server.site}/"
        self._numbers = count()

    def ready(self) -> None:
        """Whatever comes before the first byte, and does not count."""

    def send(self, files: Sequence[Path]) -> None:
        lines = [
            f'upload-file = "{file}"\nurl = "{self.prefix}{next(self._numbers)}.csv"'
            for file in files
        ]
        at_once = (
            ("--parallel", "--no-progress-meter", "--parallel-max", str(AT_ONCE))
            if files[1:]
            else ()
        )
        words = (*CURL, "--header", "Expect:", *self.words, *at_once, "--config", "-")
        subprocess.run(
            words,
            input="\n".join(lines).encode(),
            check=True,
            stdout=subprocess.DEVNULL,
        )


class Draft(Door):
    """A draft of Sam's, a fresh one for each lot; sent as the page's script does."""

    def __init__(self, house: House) -> None:
        super().__init__(OURS, house)
        self.sam = house.sam()

    def ready(self) -> None:
        self.sam.open(START)
        path = self.sam.submit(START, {"soort": "correcties"}).location
        found = TOKEN.search(self.sam.follow().body.decode())
        assert found
        cookie = "; ".join(f"{one.name}={one.value}" for one in self.sam.cookies)
        self.words = (*RAW, "--cookie", cookie, "--header", f"X-CSRFToken: {found[1]}")
        self.prefix = f"{self.server.site}{path}/bestanden?naam="


def _large(file: Path, doors: Sequence[Door]) -> None:
    title(
        "Upload of 1 GiB, synced before the answer; beside: copyparty's PUT, not synced"
    )
    spent = _by_turns(3, [file], doors, before=_touched)
    theirs = spent.get(THEIRS)
    for name, most in ((OURS, 1.9), (SEALING, 1.0)):
        it = spent[name]
        beside = f"{1024 / theirs.seconds:,.0f} MiB/s" if theirs else ""
        row(f"1 GiB, {name}", f"{1024 / it.seconds:,.0f} MiB/s", beside)
        row("  seconds of a core", f"{it.cpu:.2f} s", "", it.cpu, most=most)
    if theirs:
        cpu, bound = spent[OURS].cpu, theirs.cpu
        beside = f"{bound:.2f} s"
        row("  of them beside copyparty's", f"{cpu:.2f} s", beside, cpu / bound, most=1)


def _small(lot: Sequence[Path], doors: Sequence[Door]) -> None:
    title(
        f"Upload of {FILES:,} files of 200 KiB, {AT_ONCE} at a time; beside: copyparty"
    )
    spent = _by_turns(2, lot, doors)
    ours, theirs = spent[OURS], spent.get(THEIRS)
    row(
        f"{FILES:,} files",
        f"{FILES / ours.seconds:,.0f} a second",
        f"{FILES / theirs.seconds:,.0f} a second" if theirs else "",
        theirs.seconds / ours.seconds if theirs else None,
        least=0.9,
    )
    row(
        "  of a core for each",
        f"{ours.cpu / FILES * 1000:.2f} ms",
        f"{theirs.cpu / FILES * 1000:.2f} ms" if theirs else "",
    )


def _by_turns(
    rounds: int,
    files: Sequence[Path],
    doors: Sequence[Door],
    *,
    before: Callable[[], None] = lambda: None,
) -> dict[str, Spent]:
    def turn(door: Door) -> Turn:
        def ready() -> None:
            door.ready()
            before()

        return Turn(door.server, lambda: door.send(files), ready)

    return by_turns(rounds, {door.name: turn(door) for door in doors})


@contextmanager
def _bare(folder: Path) -> Iterator[Server]:
    port, app = free_port(), f'tests.bench.bare:app("{folder / "bare"}")'
    words = ("--worker-class", "gthread", "--workers", 2, "--threads", 32, *QUIET, app)
    with gunicorn(*words, port=port, environ={}, log=folder / "bare.log") as pid:
        yield Server(pid, f"http://{HOST}:{port}")


def _file(path: Path, size: int) -> Path:
    piece = secrets.token_bytes(min(MEBIBYTE, size))
    with path.open("wb") as file:
        for _ in range(size // len(piece)):
            file.write(piece)
    return path


def _touched() -> None:
    """Take and give back memory, for a guest pays for what its host has to find anew.

    Otherwise whoever fills the page cache first would pay for those that follow.
    """
    flags = mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS | mmap.MAP_POPULATE
    mmap.mmap(-1, GIBIBYTE * 5 // 4, flags=flags).close()
