"""The house as people run it: gunicorn on a handed socket, nginx in front of it."""

import os
import signal
import socket
import ssl
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path

from app.settings import child_environ
from tests.servers.web import HOST, free_port

HOUSE = Path(__file__).parents[2]
DEPLOY = HOUSE / "docs" / "deploy"
SITE = "bestanden.example"
PATIENCE = 20.0
MAIN = """\
{user}
daemon off;
pid {folder}/nginx.pid;
worker_processes 1;
error_log {folder}/main.log warn;
events {{ worker_connections 1024; }}
http {{
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    include {folder}/site.conf;
}}
"""
Changes = Mapping[str, str]


@dataclass(frozen=True)
class Front:
    """An nginx of ours, and what it wrote down."""

    folder: Path
    port: int
    plain_port: int
    certificate: Path

    @property
    def main(self) -> Path:
        return self.folder / "nginx.conf"

    @property
    def words(self) -> str:
        """All its logs."""
        return "".join(log.read_text() for log in sorted(self.folder.glob("*.log")))

    def bytes_read(self) -> int:
        """What its worker has read since it began, from whomever."""
        master = (self.folder / "nginx.pid").read_text().strip()
        children = Path(f"/proc/{master}/task/{master}/children").read_text()
        (worker,) = children.split()
        counts = Path(f"/proc/{worker}/io").read_text()
        return int(counts.partition("rchar:")[2].split()[0])

    def write(self, app: Path, changes: Changes) -> None:
        """The committed file with the places of this run, under a main file."""
        places = {
            "/run/energiepost/web.sock": str(app),
            "/etc/ssl/energiepost/": f"{self.certificate.parent}/",
            "/var/log/nginx/": f"{self.folder}/",
            "listen 80": f"listen {HOST}:{self.plain_port}",
            "listen 443": f"listen {HOST}:{self.port}",
        }
        text = swapped((DEPLOY / "nginx.conf").read_text(), {**places, **changes})
        (self.folder / "site.conf").write_text(text)
        user = "user root root;" if os.geteuid() == 0 else ""
        self.main.write_text(MAIN.format(folder=self.folder, user=user))

    def person(self, address: str = HOST, *, name: str = SITE) -> "Person":
        """Somebody at that address of the loopback."""
        return Person(self.port, address, self.certificate, name)


class Person(HTTPConnection):
    """A connection over TLS under the site's name, from an address of choice."""

    def __init__(self, port: int, address: str, certificate: Path, name: str) -> None:
        super().__init__(HOST, port, timeout=PATIENCE)
        self._origin, self._name = (address, 0), name
        self._context = ssl.create_default_context(cafile=certificate)

    def connect(self) -> None:
        plain = socket.create_connection(
            (HOST, self.port), PATIENCE, source_address=self._origin
        )
        self.sock = self._context.wrap_socket(plain, server_hostname=self._name)

    def ask(
        self,
        path: str,
        *,
        method: str = "GET",
        body: bytes | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> "Answer":
        """One request and its whole answer, over a connection of its own."""
        with closing(self):
            self.request(method, path, body, {"Host": SITE, **(headers or {})})
            got = self.getresponse()
            return Answer(got.status, dict(got.getheaders()), got.read())

    def begin(self, words: str) -> None:
        """Send the beginning of a request, and leave it at that."""
        self.connect()
        self.sock.sendall(words.encode())


@dataclass(frozen=True)
class Answer:
    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode()


def swapped(text: str, changes: Changes) -> str:
    """The text with other words, each of which must have been there."""
    for old, new in changes.items():
        assert old in text, f"nginx.conf does not say {old!r}"
        text = text.replace(old, new)
    return text


@contextmanager
def front(
    folder: Path, certificate: Path, app: Path, changes: Changes | None = None
) -> Iterator[Front]:
    """The committed nginx.conf in front of the app's socket."""
    nginx = Front(folder, free_port(), free_port(), certificate)
    nginx.write(app, changes or {})
    with running("nginx", "-c", nginx.main, "-e", folder / "start.log"):
        until(lambda: _listens(nginx.port), "nginx listens")
        yield nginx


@contextmanager
def back(app: Path, environ: Mapping[str, str]) -> Iterator[None]:
    """Gunicorn as the unit starts it, on a socket that is handed to it."""
    carried = child_environ({**environ, "PYTHONDONTWRITEBYTECODE": "1"})
    names = [f"--setenv={name}" for name in carried]
    with running(
        "systemd-socket-activate", f"--listen={app}", *names, *command("web"),
        environ=carried, stop=signal.SIGQUIT,
    ):  # fmt: skip
        until(app.exists, "the socket is there")
        _wake(app)
        yield


def _wake(app: Path) -> None:
    """Be the first visitor, who has to wait until it has started."""
    with closing(socket.socket(socket.AF_UNIX)) as line:
        line.settimeout(3 * PATIENCE)
        line.connect(str(app))
        asked = (
            f"GET /health/live HTTP/1.1\r\nHost: {SITE}\r\nConnection: close\r\n\r\n"
        )
        line.sendall(asked.encode())
        assert line.recv(12) == b"HTTP/1.1 200"


def command(unit: str) -> list[str]:
    """What the unit starts, with the programs of this environment."""
    lines = (DEPLOY / f"energiepost-{unit}.service").read_text().splitlines()
    (line,) = [line for line in lines if line.startswith("ExecStart=")]
    program, *words = line.removeprefix("ExecStart=").split()
    return [str(HOUSE / ".venv" / "bin" / Path(program).name), *words]


@contextmanager
def running(
    *words: object,
    environ: Mapping[str, str] | None = None,
    stop: signal.Signals = signal.SIGTERM,
) -> Iterator[int]:
    process = subprocess.Popen(list(map(str, words)), cwd=HOUSE, env=environ)
    try:
        yield process.pid
    finally:
        process.send_signal(stop)
        process.wait(PATIENCE)


def until(holds: Callable[[], bool], what: str) -> None:
    """Look again and again, until it is so."""
    end = time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < end, f"never came true: {what}"
        time.sleep(0.02)


def _listens(port: int) -> bool:
    with closing(socket.socket()) as probe:
        return probe.connect_ex((HOST, port)) == 0
