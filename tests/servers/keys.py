"""A key service: in a thread over any store, or as the process that it is."""

import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from subprocess import Popen
from threading import Thread

from storage.key_service import KeyService, listening_at, shut
from tests.servers.house import process, until


@contextmanager
def socket_place() -> Iterator[Path]:
    """A short path: the name of a socket has room for 108 bytes."""
    with tempfile.TemporaryDirectory(prefix="energiepost-") as folder:
        yield Path(folder) / "keys.sock"


@contextmanager
def serving_keys(service: KeyService, path: Path) -> Iterator[None]:
    """It answers there as long as the context lives."""
    with listening_at(path) as listening:
        thread = Thread(target=service.serve, args=(listening,))
        thread.start()
        try:
            yield
        finally:
            shut(listening)
            thread.join()


@contextmanager
def keeper(environ: Mapping[str, str], path: Path, log: Path) -> Iterator[Popen[bytes]]:
    """The process itself, with an environment of a test."""
    words = ("flask", "--app", "app.key_service", "storage", "keyservice", str(path))
    with process(environ, *words, log=log) as running:
        until(lambda: path.exists() or running.poll() is not None)
        yield running
