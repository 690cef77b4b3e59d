"""Processes of the house: real ones, with an environment of a test."""

import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from app.settings import child_environ

ROOT = Path(__file__).parents[2]
PATIENCE = 40.0


def flask(environ: Mapping[str, str], *words: str) -> subprocess.CompletedProcess[str]:
    """A command, to its end."""
    return subprocess.run(
        [sys.executable, "-m", "flask", *words],
        env=child_environ(environ),
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )


@contextmanager
def process(
    environ: Mapping[str, str], *words: str, log: Path
) -> Iterator[subprocess.Popen[bytes]]:
    """A Python module that runs as long as the context; killed if it still does."""
    with log.open("wb") as file:
        running = subprocess.Popen(
            [sys.executable, "-m", *words],
            env=child_environ(environ),
            cwd=ROOT,
            stdout=file,
            stderr=file,
        )
    try:
        yield running
    finally:
        if running.poll() is None:
            running.kill()
        running.wait()


def until(what: Callable[[], bool]) -> None:
    """Return as soon as it is so; fail when it does not come about."""
    deadline = time.monotonic() + PATIENCE
    while not what():
        assert time.monotonic() < deadline, "it did not come about"
        time.sleep(0.02)
