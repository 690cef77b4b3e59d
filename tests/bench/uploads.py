"""Files on their way in, beside what none can do without, and beside copyparty."""

import secrets
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager
from itertools import count
from pathlib import Path

from storage import MEBIBYTE
from tests.bench.copyparty import PINNED, copyparty
from tests.bench.exchange import CURL, Spent, Turn, by_turns
from tests.bench.house import House, gunicorn, house
from tests.bench.processes import Server, listening, serving
from tests.bench.table import row, title
from tests.guest import TOKEN
from tests.servers.web import HOST, free_port

GIBIBYTE = 1024 * MEBIBYTE
SMALL, FILES, AT_ONCE = 200 << 10, 2000, 3
OURS, SEALING, THEIRS = "Energiepost", "sealing alone", "copyparty"
LEAN, LEAN_SEALING = "the least", "the least that seals"
START = "/beheer/leveringen/nieuw"
QUIET = ("--no-control-socket",)
RAW = ("--request", "POST", "--header", "Content-Type: application/octet-stream")


def measure() -> None:
    with tempfile.TemporaryDirectory(prefix="energiepost-bench-") as path:
        folder = Path(path)
        with house(folder) as ours, copyparty(folder) as theirs, ExitStack() as stack:
            doors: list[Door] = [Draft(ours, folder / "blobs")]
            if theirs:
                doors.append(Door(THEIRS, theirs, folder / "copyparty"))
            else:
                print(f"The package index is out of reach: no {PINNED} beside it.")
            doors.append(stack.enter_context(_sealing(folder / "sealing")))
            lean = [stack.enter_context(one) for one in _lean_ones(folder)]
            _large(_file(folder / "large", GIBIBYTE), [*doors, *lean])
            lot = [_file(folder / f"small-{at}", SMALL) for at in range(FILES)]
            _small(lot, doors)


class Door:
    """Where files go in: three at a time, over connections that are kept open."""

    def __init__(self, name: str, server: Server, room: Path, *words: str) -> None:
        self.name, self.server, self.room, self.words = name, server, room, words
        self.prefix = f"{server.site}/"
        self._numbers = count()

    def ready(self) -> None:
        """Whatever comes before the first byte, and does not count.

        A guest pays for memory that its host has to find anew, which can cost more
        than the upload: so the large files go, and the page cache is warmed.
        """
        for file in self.room.rglob("*"):
            if file.stat().st_size > MEBIBYTE:
                file.unlink()
        _file(self.room / "warm", GIBIBYTE * 5 // 4).unlink()

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

    def __init__(self, house: House, room: Path) -> None:
        super().__init__(OURS, house, room)
        self.sam = house.sam()

    def ready(self) -> None:
        super().ready()
        self.sam.open(START)
        path = self.sam.submit(START, {"soort": "correcties"}).location
        found = TOKEN.search(self.sam.follow().body.decode())
        assert found
        cookie = "; ".join(f"{one.name}={one.value}" for one in self.sam.cookies)
        self.words = (*RAW, "--cookie", cookie, "--header", f"X-CSRFToken: {found[1]}")
        self.prefix = f"{self.server.site}{path}/bestanden?naam="


def _large(file: Path, doors: Sequence[Door]) -> None:
    title("Upload of 1 GiB, synced before the answer; beside: what none can do without")
    spent = _by_turns(3, [file], doors)
    for name, least, most in ((OURS, LEAN, 1.9), (SEALING, LEAN_SEALING, 1.0)):
        it, bare = spent[name], spent[least]
        speed, beside = (f"{1024 / one.seconds:,.0f} MiB/s" for one in (it, bare))
        row(f"1 GiB, {name}", speed, beside, bare.seconds / it.seconds)
        row("  seconds of a core", f"{it.cpu:.2f} s", "", it.cpu, most=most)
        ratio = it.cpu / bare.cpu
        row(
            "  beside the least",
            f"{it.cpu:.2f} s",
            f"{bare.cpu:.2f} s",
            ratio,
            most=1.5,
        )
    if theirs := spent.get(THEIRS):
        title("The same beside copyparty's PUT, which is not synced")
        ours = spent[OURS]
        speed, beside = (f"{1024 / one.seconds:,.0f} MiB/s" for one in (ours, theirs))
        row("1 GiB", speed, beside, theirs.seconds / ours.seconds)
        ratio = ours.cpu / theirs.cpu
        cpu, beside = (f"{one.cpu:.2f} s" for one in (ours, theirs))
        row("  seconds of a core", cpu, beside, ratio, most=1)


def _small(lot: Sequence[Path], doors: Sequence[Door]) -> None:
    title(
        f"Upload of {FILES:,} files of 200 KiB, {AT_ONCE} at a time; beside: copyparty"
    )
    spent = _by_turns(2, lot, doors)
    theirs = spent.get(THEIRS)
    for name, least in ((OURS, 0.9), (SEALING, None)):
        it = spent[name]
        pace = f"{FILES / it.seconds:,.0f} a second"
        beside = f"{FILES / theirs.seconds:,.0f} a second" if theirs else ""
        ratio = theirs.seconds / it.seconds if theirs else None
        row(f"{FILES:,} files, {name}", pace, beside, ratio, least=least)
        beside = f"{theirs.cpu / FILES * 1000:.2f} ms" if theirs else ""
        row("  of a core for each", f"{it.cpu / FILES * 1000:.2f} ms", beside)


def _by_turns(
    rounds: int, files: Sequence[Path], doors: Sequence[Door]
) -> dict[str, Spent]:
    def turn(door: Door) -> Turn:
        return Turn(door.server, lambda: door.send(files), door.ready)

    return by_turns(rounds, {door.name: turn(door) for door in doors})


def _lean_ones(folder: Path) -> Iterator[AbstractContextManager[Door]]:
    """Doors that do what none can do without, in the leanest loop."""
    yield _lean(LEAN, folder / "lean", "sums")
    yield _lean(LEAN_SEALING, folder / "lean-sealing")


@contextmanager
def _sealing(room: Path) -> Iterator[Door]:
    """Our seal behind gunicorn, without sums, rights, rows and pages."""
    room.mkdir()
    port, app = free_port(), f'tests.bench.bare:app("{room}")'
    words = ("--worker-class", "gthread", "--workers", 2, "--threads", 32, *QUIET, app)
    log = room.with_suffix(".log")
    with gunicorn(*words, port=port, environ={}, log=log) as pid:
        yield Door(SEALING, Server(pid, f"http://{HOST}:{port}"), room, *RAW)


@contextmanager
def _lean(name: str, room: Path, *sums: str) -> Iterator[Door]:
    room.mkdir()
    port, log = free_port(), room.with_suffix(".log")
    words = (sys.executable, "-m", "tests.bench.lean", room, port, *sums)
    with serving(*words, environ={}, log=log) as pid:
        listening(port)
        yield Door(name, Server(pid, f"http://{HOST}:{port}"), room, *RAW)


def _file(path: Path, size: int) -> Path:
    piece = secrets.token_bytes(min(MEBIBYTE, size))
    with path.open("wb") as file:
        for _ in range(size // len(piece)):
            file.write(piece)
    return path
