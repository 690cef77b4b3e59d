"""A bad line to a server: it passes everything on, until it breaks as told."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from socketserver import BaseRequestHandler, ThreadingTCPServer
from threading import Thread

from tests.servers.web import HOST


@dataclass
class Wire:
    """Where it begins, and after how many bytes it still has to break.

    breaks: bytes of an answer, a connection each; cuts: bytes of questions, all of
    them together, and then every connection breaks; noise: instead of an end, what
    follows a break is not what was sent.
    """

    port: int
    breaks: list[int] = field(default_factory=list)
    cuts: list[int] = field(default_factory=list)
    noise: bytes = b""

    @property
    def url(self) -> str:
        return f"http://{HOST}:{self.port}"


@contextmanager
def wire(port: int) -> Iterator[Wire]:
    """A line to that port as long as the context lives."""

    ends: list[socket.socket] = []

    class Handler(BaseRequestHandler):
        def handle(self) -> None:
            with socket.create_connection((HOST, port)) as server, suppress(OSError):
                ends.extend((self.request, server))
                there = Thread(target=_ask, args=(self.request, server))
                there.start()
                left = line.breaks.pop(0) if line.breaks else None
                _pass_on(server, self.request, left)
                with suppress(OSError):
                    self.request.sendall(line.noise)
                self.request.shutdown(socket.SHUT_RDWR)
                server.shutdown(socket.SHUT_RDWR)

    def _ask(source: socket.socket, target: socket.socket) -> None:
        with suppress(OSError):
            while content := source.recv(65_536):
                target.sendall(content)
                if line.cuts and line.cuts[0] <= len(content):
                    line.cuts.pop(0)
                    hang_up()
                elif line.cuts:
                    line.cuts[0] -= len(content)

    def hang_up() -> None:
        for end in ends:
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)

    with ThreadingTCPServer((HOST, 0), Handler) as proxy:
        line = Wire(proxy.server_address[1])
        thread = Thread(target=proxy.serve_forever, args=(0.02,))
        thread.start()
        try:
            yield line
        finally:
            proxy.shutdown()
            hang_up()  # kept alive, they would hold us for a minute
            thread.join()


def _pass_on(
    source: socket.socket, target: socket.socket, most: int | None = None
) -> None:
    left = most
    with suppress(OSError):
        while content := source.recv(65_536):
            target.sendall(content if left is None else content[:left])
            if left is not None and (left := left - len(content)) < 0:
                return
