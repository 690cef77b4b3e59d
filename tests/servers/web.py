"""The house over HTTP on a free port of the loopback, in threads of this process."""

from collections.abc import Iterator
from contextlib import contextmanager
from socket import socket
from threading import Thread

from flask import Flask
from werkzeug.serving import WSGIRequestHandler, make_server

HOST = "127.0.0.1"


class _Quiet(WSGIRequestHandler):
    def log(self, type: str, message: str, *args: object) -> None:  # noqa: A002 - inherited
        pass


def free_port() -> int:
    """A port that nobody uses now."""
    with socket() as probe:
        probe.bind((HOST, 0))
        port: int = probe.getsockname()[1]
        return port


@contextmanager
def serving(app: Flask, port: int, *, tls: bool = False) -> Iterator[str]:
    """The address at which the app answers as long as the context lives."""
    server = make_server(
        HOST,
        port,
        app,
        threaded=True,
        request_handler=_Quiet,
        ssl_context="adhoc" if tls else None,
    )
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"{'https' if tls else 'http'}://{HOST}:{port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
