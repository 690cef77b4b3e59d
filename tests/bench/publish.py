"""A month of 2,000 files for 2,000 managers, and who reads meanwhile."""

import multiprocessing
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from itertools import pairwise
from multiprocessing.connection import Connection
from pathlib import Path
from typing import NamedTuple

from app import create_app
from app.filedrop import intake
from app.filedrop.service_publish import Published, Publishing
from app.filedrop.service_stash import stash
from app.kernel.clock import system_clock
from app.settings import Settings
from app.wiring import build
from tests.bench.scene import (
    KINDS,
    Scene,
    crowd,
    middle,
    mobile_of,
    number_of,
    scene,
    slowest,
)
from tests.bench.table import row, title
from tests.cast import correction
from tests.visitor import HOST, SID, SITE

FILES, CONTENT = 2000, b"x" * 4096
REST, PAUSE = 5.0, 0.02  # seconds; a reader who thinks as long between two pages
MOST = 100  # milliseconds that any reader may wait beyond what a look takes at rest
SPAWN = multiprocessing.get_context("spawn")


class Times(NamedTuple):
    """What the publication took, in seconds: before the transaction, and within."""

    plan: float
    stash: float
    publish: float


def measure() -> None:
    for kind in KINDS:
        with scene(kind) as house:
            _measure(house)


def _measure(house: Scene) -> None:
    cast = house.cast
    cast.staff()
    cast.register(*crowd(FILES + 1))  # the last one reads, and has one file already
    cast.publish({correction(number_of(FILES + 1)): CONTENT})
    reader = house.visitor(f"login.{FILES + 1}", mobile_of(FILES + 1))
    batch = cast.batch({correction(number_of(n)): CONTENT for n in range(1, FILES + 1)})
    with reading(house.environ, reader.cookie) as line:
        time.sleep(REST)
        rest = report(line)
        times = _publish(house, batch)
        busy = report(line)
    title(f"{house.kind}: {FILES:,} files to {FILES:,} managers with first letters")
    row("planned", f"{times.plan:.1f} s")
    row("sealed", f"{times.stash:.1f} s", f"{FILES / times.stash:,.0f} files/s")
    row("rows and letters, one transaction", f"{times.publish:.1f} s")
    row("the list meanwhile, p50", _ms(middle(busy)), _ms(middle(rest)))
    row("the list meanwhile, p99", _ms(slowest(busy)), _ms(slowest(rest)))
    row(
        "  the longest of all; waited at most",
        _ms(max(busy)),
        _ms(max(rest)),
        max(busy) - middle(rest),
        most=MOST,
    )


def _publish(house: Scene, batch: Path) -> Times:
    runtime, now = house.cast.runtime, house.cast.clock()
    moments = [time.perf_counter()]
    candidates, _ = intake.by_name(intake.files_in(batch))
    with runtime.reading() as session:
        publishing = Publishing.of(session, runtime, now=now)
        person, plan = publishing.releaser("sam.claes"), publishing.plan(candidates)
    moments.append(time.perf_counter())
    stashed = stash(runtime, plan, now=now)
    moments.append(time.perf_counter())
    with runtime.transaction() as session:
        done: Published = Publishing.of(session, runtime, now=now).publish(
            stashed, by=person
        )
    moments.append(time.perf_counter())
    assert (done.letters, done.first_letters) == (FILES, FILES)
    return Times(*(b - a for a, b in pairwise(moments)))


@contextmanager
def reading(environ: Mapping[str, str], cookie: str) -> Iterator[Connection]:
    """Somebody in a process of their own, looking at the list again and again."""
    ours, theirs = SPAWN.Pipe()
    process = SPAWN.Process(target=read, args=(dict(environ), cookie, theirs))
    process.start()
    ours.recv()
    try:
        yield ours
    finally:
        ours.send("stop")
        process.join()


def read(environ: dict[str, str], cookie: str, line: Connection) -> None:
    runtime = build(Settings.from_env(environ), system_clock)
    client = create_app(runtime).test_client()
    client.set_cookie(SID, cookie, domain=HOST, secure=True)
    spans: list[float] = []
    line.send("ready")
    while True:
        began = time.perf_counter()
        assert client.get("/bestanden/", base_url=SITE).status_code == 200
        spans.append((time.perf_counter() - began) * 1000)
        time.sleep(PAUSE)
        if line.poll():
            if line.recv() == "stop":
                return
            line.send(spans)
            spans = []


def report(line: Connection) -> list[float]:
    """How long each look took since the last report, in milliseconds."""
    line.send("report")
    spans: list[float] = line.recv()
    return spans


def _ms(span: float) -> str:
    return f"{span:.1f} ms"
