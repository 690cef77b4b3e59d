"""The end of 100,000 files, beside a disk that merely forgets as many."""

import os
import time
from collections.abc import Callable
from pathlib import Path
from uuid import uuid4

from sqlalchemy import func, select, update

from app.filedrop.models import DroppedFile
from app.filedrop.ticks import purge_some
from tests.bench.fill import KEPT, fill, total_of
from tests.bench.publish import reading, report
from tests.bench.scene import (
    KINDS,
    Scene,
    crowd,
    middle,
    mobile_of,
    scene,
    slowest,
)
from tests.bench.table import row, title

FILES, COMMUNITIES = 100_000, 2000
REST = 5.0
MOST = 100  # milliseconds that any reader may wait beyond what a look takes at rest


def measure() -> None:
    for kind in KINDS:
        with scene(kind) as house:
            _measure(house)


def _measure(house: Scene) -> None:
    cast, rounds = house.cast, FILES // COMMUNITIES
    cast.register(*crowd(COMMUNITIES))
    fill(cast, range(rounds), living=rounds)
    _give_bytes(house)
    reader = house.visitor("login.99", mobile_of(99))
    with reading(house.environ, reader.cookie) as line:
        time.sleep(REST)
        rest = report(line)
        cast.clock.forward(days=KEPT.days + 1)  # the reader keeps to the real time
        seconds = _timed(lambda: _purge(house))
        busy = report(line)
    paths = _bare(house)
    bare = _timed(lambda: _forget(paths))
    count = total_of(cast)
    title(f"{house.kind}: a purge of {count:,} files; beside: as many bare unlinks")
    row(
        "purged, rows and audit book included",
        f"{seconds:.1f} s, {count / seconds:,.0f}/s",
        f"{bare:.1f} s, {count / bare:,.0f}/s",
        seconds / bare,
    )
    row(
        "a list meanwhile, p50, p99; beside: at rest",
        f"{middle(busy):.1f}, {slowest(busy):.1f} ms",
        f"{middle(rest):.1f}, {slowest(rest):.1f} ms",
    )
    row(
        "  the longest of all; waited at most",
        f"{max(busy):.1f} ms",
        f"{max(rest):.1f} ms",
        max(busy) - middle(rest),
        most=MOST,
    )


def _purge(house: Scene) -> None:
    while purge_some(house.cast.runtime):
        pass
    asked = select(func.count()).where(DroppedFile.purged_at.is_(None))
    with house.cast.runtime.reading() as session:
        assert session.scalar(asked) == 0
    assert not any(Path(house.environ["BLOBS"].partition(":")[2]).glob("??/*"))


def _give_bytes(house: Scene) -> None:
    """A small blob for each row, put where the store would have it."""
    root = Path(house.environ["BLOBS"].partition(":")[2])
    with house.cast.runtime.transaction() as session:
        ids = list(session.scalars(select(DroppedFile.id)))
        keys = {number: str(uuid4()) for number in ids}
        rows = [{"id": number, "blob_key": key} for number, key in keys.items()]
        session.execute(update(DroppedFile), rows)
    _write(root, list(keys.values()))


def _bare(house: Scene) -> list[Path]:
    root = house.cast.folder / "bare"
    return _write(root, [str(uuid4()) for _ in range(FILES)])


def _write(root: Path, names: list[str]) -> list[Path]:
    paths = [root / name[:2] / name for name in names]
    for folder in {path.parent for path in paths}:
        folder.mkdir(parents=True, exist_ok=True)
    for path in paths:
        path.write_bytes(b"x" * 200)
    return paths


def _forget(paths: list[Path]) -> None:
    for path in paths:
        path.unlink()


def _timed(work: Callable[[], object]) -> float:
    os.sync()
    began = time.perf_counter()
    work()
    return time.perf_counter() - began
