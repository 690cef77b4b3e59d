"""Carriers on the loopback: they speak the real protocol, and fail when told to."""

from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread
from typing import NamedTuple, TypeVar


class Answer(NamedTuple):
    status: int
    body: str
    headers: dict[str, str]


class HttpCarrier(ThreadingHTTPServer):
    """Answers requests by `answer`; the modes hang and drop give none."""

    daemon_threads = False

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.mode = "ok"
        self.requests = 0
        self.closing = Event()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"

    def answer(self, path: str, headers: dict[str, str], body: bytes) -> Answer:
        raise NotImplementedError


class _Handler(BaseHTTPRequestHandler):
    server: HttpCarrier
    timeout = 5

    def do_GET(self) -> None:
        self.do_POST()

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.server.requests += 1
        if self.server.mode == "hang":
            self.server.closing.wait(self.timeout)
        if self.server.mode not in ("hang", "drop"):
            self._reply(self.server.answer(self.path, dict(self.headers), body))

    def _reply(self, answer: Answer) -> None:
        content = answer.body.encode()
        self.send_response(answer.status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        for name, value in answer.headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - inherited
        """Keep the tests' output to the tests."""


Carrier = TypeVar("Carrier", bound=HttpCarrier)


@contextmanager
def running(carrier: Carrier) -> Iterator[Carrier]:
    thread = Thread(target=carrier.serve_forever, args=(0.02,))
    thread.start()
    try:
        yield carrier
    finally:
        carrier.closing.set()
        carrier.shutdown()
        thread.join()
        carrier.server_close()
