"""The yardstick of uploads: copyparty from the package index, in a place of its own."""

import subprocess
import sys
import venv
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.bench.processes import Server, listening, serving
from tests.servers.web import HOST, free_port

PINNED = "copyparty==1.20.26"


@contextmanager
def copyparty(folder: Path) -> Iterator[Server | None]:
    """A server that takes a PUT into a folder; None when no index is reachable."""
    python = _installed(folder / "copyparty-venv")
    if python is None:
        yield None
        return
    port, room, home = free_port(), folder / "copyparty", folder / "copyparty-home"
    room.mkdir()
    home.mkdir()
    words = ("-m", "copyparty", "-q", "-i", HOST, "-p", port, "-v", f"{room}::rw")
    environ = {"HOME": str(home), "XDG_CONFIG_HOME": str(home)}
    log = folder / "copyparty.log"
    with serving(python, *words, environ=environ, log=log) as pid:
        listening(port)
        yield Server(pid, f"http://{HOST}:{port}")


def _installed(folder: Path) -> Path | None:
    venv.create(folder, with_pip=True)
    python = folder / "bin" / "python"
    words = [str(python), "-m", "pip", "install", "--quiet", "--no-input", PINNED]
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    if done.returncode:
        print(done.stderr, file=sys.stderr)
        return None
    return python
