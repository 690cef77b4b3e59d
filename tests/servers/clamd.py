"""A clamd of our own with one signature, and daemons that answer as they are told."""

import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from socketserver import StreamRequestHandler, ThreadingUnixStreamServer
from threading import Event, Thread

from tests.servers.house import ROOT, until

CONF = ROOT / "docs" / "deploy" / "clamd.conf"
STREAM_MAX, FILE_MAX = 3 << 20, 2 << 20
LIMITS = {
    "LocalSocket": "{folder}/clamd.sock",
    "DatabaseDirectory": "{folder}/signatures",
    "TemporaryDirectory": "{folder}/opened",
    "StreamMaxLength": f"{STREAM_MAX}",
    "MaxFileSize": f"{FILE_MAX}",
    "MaxScanSize": f"{4 * FILE_MAX}",
}
# in two halves, lest a scanner takes this file away
EICAR = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$EICAR-STANDARD-" + rb"ANTIVIRUS-TEST-FILE!$H+H*"
SIGNATURE = "Eicar-Test-Signature"
FOUND = f"{SIGNATURE}.UNOFFICIAL"


@dataclass(frozen=True)
class Daemon:
    """A real clamd: its socket, the folder that it opens files in, its process."""

    folder: Path
    process: subprocess.Popen[bytes]

    @property
    def path(self) -> Path:
        return self.folder / "clamd.sock"

    @property
    def opened(self) -> Path:
        return self.folder / "opened"

    def written(self) -> set[Path]:
        """The files that it has open for writing, also those without a name."""
        found = set()
        for handle in Path(f"/proc/{self.process.pid}/fd").iterdir():
            with suppress(OSError):
                target, flags = handle.readlink(), _flags(handle)
                if target.is_absolute() and handle.is_file() and flags & 0o3:
                    found.add(target)
        return found

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()


def installed() -> bool:
    return shutil.which("clamd") is not None


@contextmanager
def clamd() -> Iterator[Daemon]:
    """The house's own settings, but for places and sizes; up in a tenth of a second."""
    folder = Path(tempfile.mkdtemp(prefix="energiepost-clamd-"))
    for name in ("signatures", "opened"):
        (folder / name).mkdir()
    signature = f"{SIGNATURE}:0:*:{EICAR.hex()}\n"
    (folder / "signatures" / "local.ndb").write_text(signature)
    (folder / "clamd.conf").write_text(_conf(folder))
    with (folder / "log").open("wb") as log:
        running = subprocess.Popen(
            ["clamd", "--config-file", folder / "clamd.conf"], stdout=log, stderr=log
        )
    daemon = Daemon(folder, running)
    try:
        until(daemon.path.is_socket)
        yield daemon
    finally:
        daemon.kill()
        shutil.rmtree(folder)


@contextmanager
def answering(*answers: bytes | None) -> Iterator[Path]:
    """The socket of one that answers so, connection after connection; None: never."""
    left, closing = list(answers), Event()

    class Handler(StreamRequestHandler):
        def handle(self) -> None:
            self.rfile.read(1)
            answer = left.pop(0)
            if answer is None:
                closing.wait()
                return
            self.wfile.write(answer)
            self.connection.shutdown(socket.SHUT_WR)
            while self.rfile.read1():  # else what we were sent breaks the line
                pass

    path = Path(tempfile.mkdtemp(prefix="energiepost-clamd-")) / "clamd.sock"
    with ThreadingUnixStreamServer(str(path), Handler) as server:
        thread = Thread(target=server.serve_forever, args=(0.02,))
        thread.start()
        try:
            yield path
        finally:
            closing.set()
            server.shutdown()
            thread.join()
    shutil.rmtree(path.parent)


def _conf(folder: Path) -> str:
    lines = []
    for line in CONF.read_text().splitlines():
        name = line.partition(" ")[0]
        value = LIMITS.get(name)
        lines.append(f"{name} {value.format(folder=folder)}" if value else line)
    return "\n".join(lines) + "\n"


def _flags(handle: Path) -> int:
    """How it was opened, as the kernel tells beside it."""
    told = (handle.parent.parent / "fdinfo" / handle.name).read_text()
    line = next(line for line in told.splitlines() if line.startswith("flags:"))
    return int(line.split()[1], 8)
