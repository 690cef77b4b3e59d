"""Servers side by side: what each of them costs, in seconds of a core and in memory."""

import os
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from socket import socket

from app.settings import child_environ
from tests.servers.web import HOST, free_port

PATIENCE = 30.0
TICKS = os.sysconf("SC_CLK_TCK")
NGINX = """\
{user}
daemon off;
pid {folder}/nginx.pid;
worker_processes 1;
error_log {folder}/nginx.log;
events {{ worker_connections 64; }}
http {{
    access_log off;
    sendfile on;
    tcp_nopush on;
    client_body_temp_path {folder}/nginx-body;
    server {{ listen {host}:{port}; root {root}; }}
}}
"""


@dataclass(frozen=True, eq=False)
class Server:
    """A master with its workers, at an address."""

    pid: int
    site: str

    def cpu(self) -> float:
        """The seconds of a core that all of them took so far."""
        return sum(_ticks(pid) for pid in self._family()) / TICKS

    def forget_peak(self) -> None:
        """Let the highest memory be counted from here."""
        for pid in self._family():
            Path(f"/proc/{pid}/clear_refs").write_text("5")

    def peak(self) -> int:
        """The most memory that one of them held, in bytes."""
        return max(_high_water(pid) for pid in self._family())

    def _family(self) -> list[int]:
        children = Path(f"/proc/{self.pid}/task/{self.pid}/children").read_text()
        return [self.pid, *map(int, children.split())]


@contextmanager
def nginx(folder: Path, root: Path) -> Iterator[Server]:
    """The plain yardstick: files of a folder, from the kernel straight to the line."""
    port = free_port()
    user = "user root root;" if os.geteuid() == 0 else ""
    main = folder / "nginx.conf"
    main.write_text(
        NGINX.format(user=user, folder=folder, host=HOST, port=port, root=root)
    )
    log = folder / "nginx-start.log"
    with serving("nginx", "-c", main, "-e", log, environ={}, log=log) as pid:
        listening(port)
        yield Server(pid, f"http://{HOST}:{port}")


@contextmanager
def serving(*words: object, environ: Mapping[str, str], log: Path) -> Iterator[int]:
    """A server as long as the context; its words go into the log."""
    with log.open("wb") as file:
        process = subprocess.Popen(
            [str(word) for word in words],
            env=child_environ(environ),
            stdout=file,
            stderr=file,
        )
    try:
        yield process.pid
    finally:
        process.terminate()
        process.wait(PATIENCE)


def listening(port: int) -> None:
    """Return as soon as somebody answers there."""
    end = time.monotonic() + PATIENCE
    while True:
        with closing(socket()) as probe:
            if probe.connect_ex((HOST, port)) == 0:
                return
        assert time.monotonic() < end, "it does not listen"
        time.sleep(0.05)


def _ticks(pid: int) -> int:
    """Of the process with all its threads, also of those that ended."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return int(fields[11]) + int(fields[12])


def _high_water(pid: int) -> int:
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) << 10
    return 0
