"""What binding and checking the audit book cost, beside writing its lines."""

import time
from collections.abc import Callable

from sqlalchemy import insert

from app.db.audit import AuditEntry
from app.desk.service_chain import Notary
from app.desk.ticks import bind_some
from app.runtime import Runtime
from tests.bench.scene import KINDS, scene
from tests.bench.table import row, title

LINES = 10_000
SECONDS = 5.0  # as often as the notary comes by
GLANCE = 0.05


def measure() -> None:
    for kind in KINDS:
        with scene(kind) as house:
            _measure(house.kind, house.cast.runtime)


def _measure(kind: str, runtime: Runtime) -> None:
    title(f"{kind}: an audit book of {LINES:,} lines")
    writing = _timed(lambda: _write(runtime))
    _tell("written, in one statement", writing)
    _tell("bound", _timed(lambda: _bind(runtime)), most=SECONDS)
    _tell("checked from the first line to the last", _timed(lambda: _check(runtime)))
    idle = _timed(lambda: bind_some(runtime))
    row("a look when nothing waits", f"{idle * 1000:.1f} ms", "", idle, most=GLANCE)


def _tell(what: str, seconds: float, *, most: float | None = None) -> None:
    shown = f"{seconds:.2f} s, {LINES / seconds:,.0f}/s"
    row(what, shown, "", seconds, most=most)


def _write(runtime: Runtime) -> None:
    line = {
        "at": runtime.clock(),
        "by": "an.peeters",
        "action": "file.downloaded",
        "details": {"community": "EG0000001"},
        "refused": False,
        "source": "192.0.2.1",
    }
    lines = [{**line, "about": f"file:{number:022}"} for number in range(LINES)]
    with runtime.transaction() as session:
        session.execute(insert(AuditEntry), lines)


def _bind(runtime: Runtime) -> None:
    while bind_some(runtime):
        pass


def _check(runtime: Runtime) -> None:
    with runtime.reading() as session:
        found = Notary.of(session, runtime).check()
    assert found.broken is None
    assert found.head.number >= LINES


def _timed(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began
