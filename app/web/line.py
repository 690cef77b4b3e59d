"""The way out to a client: by the server, then on the line itself if we know it."""

import socket
from collections.abc import Callable, Iterator

from gunicorn.http.body import Body, LengthReader
from gunicorn.http.unreader import SocketUnreader

Piece = bytes | bytearray | memoryview
Gone = Callable[[int], None]

BY_SERVER = 64 << 10
QUEUE = 208 << 10  # what waits in the kernel stays in the core's own cache


def _unnoticed(_count: int) -> None:
    """Nobody counts these bytes."""


class Line:
    """Gives the pieces of one answer; each may lie in the place of the one before.

    Gunicorn takes bytes and nothing else, so that each piece would be a copy in
    memory that is new each time.
    """

    def __init__(self, stream: object = None) -> None:
        """stream: where the body of the request came from."""
        self._socket = _socket_of(stream)
        self._is_ours = False

    def give(self, piece: Piece, gone: Gone = _unnoticed) -> Iterator[bytes]:
        """Tell how many bytes go, as they go; what is yielded the server sends."""
        rest = memoryview(piece)
        if rest and not self._is_ours:
            first = rest[:BY_SERVER] if self._socket else rest
            gone(len(first))  # where in them it breaks off a server does not tell
            yield bytes(first)
            self._take_over()
            rest = rest[len(first) :]
        while rest and self._socket:
            sent = self._socket.send(rest)
            gone(sent)
            rest = rest[sent:]

    def _take_over(self) -> None:
        """From its first bytes on, for the server sent the head before them."""
        if self._socket:
            self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, QUEUE)
            self._is_ours = True


def _socket_of(stream: object) -> socket.socket | None:
    """The line, if the server is gunicorn and speaks HTTP/1 on it."""
    reader = stream.reader if isinstance(stream, Body) else None
    # a body in chunks hides what it is read from
    unreader = reader.unreader if isinstance(reader, LengthReader) else None
    return unreader.sock if isinstance(unreader, SocketUnreader) else None
