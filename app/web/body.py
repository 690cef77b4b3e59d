"""The body of a request as it comes, from the line itself where we know the server."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import IO

from gunicorn.http.body import Body, LengthReader
from gunicorn.http.unreader import SocketUnreader

from app.kernel.errors import Invalid

PIECE = 1 << 20
PATIENCE = 60.0  # seconds without a byte

Fill = Callable[[memoryview], int]


def body_of(
    stream: IO[bytes], length: int, *, patience: float = PATIENCE, most: int = PIECE
) -> Iterator[memoryview]:
    """A body of that length, each piece in the place of the one before it.

    Invalid, behind what did come, if it ends early or stands still: of a sender who
    vanished a server tells only that there is no more.
    """
    place = memoryview(bytearray(min(length, most)))
    with _source(stream, patience) as fill:
        while length:
            piece = place[:length]
            if came := _filled(piece, fill):
                yield piece[:came]
            if came < len(piece):
                raise Invalid("Het bestand kwam niet heel aan. Stuur het opnieuw.")
            length -= came


def _filled(piece: memoryview, fill: Fill) -> int:
    came = 0
    while came < len(piece) and (got := fill(piece[came:])):
        came += got
    return came


@contextmanager
def _source(stream: IO[bytes], patience: float) -> Iterator[Fill]:
    """What puts the next bytes into a place, and says how many; 0: there are no more.

    Gunicorn copies what it reads several times, into memory that is new each time.
    """
    body = _unread(stream)
    if body is None:
        yield lambda place: _copied(stream.read(len(place)), place)
        return
    line = body.reader.unreader.sock
    former = line.gettimeout()
    line.settimeout(patience)
    try:
        yield lambda place: _received(body, place)
    finally:
        line.settimeout(former)


def _unread(stream: object) -> Body | None:
    """The same, if it is gunicorn's, of a known length, and nobody read in it yet."""
    is_known = (
        isinstance(stream, Body)
        and isinstance(stream.reader, LengthReader)
        and isinstance(stream.reader.unreader, SocketUnreader)
        and not stream.buf.tell()
    )
    return stream if is_known else None


def _received(body: Body, place: memoryview) -> int:
    """First what came along with the head, then what comes; gunicorn keeps count."""
    reader = body.reader
    if held := len(reader.unreader.buf.getvalue()):
        return _copied(reader.read(min(held, len(place))), place)
    try:
        got: int = reader.unreader.sock.recv_into(place[: reader.length])
    except OSError:
        body.failed = True  # nothing can follow on this line
        return 0
    reader.length -= got
    return got


def _copied(content: bytes, place: memoryview) -> int:
    place[: len(content)] = content
    return len(content)
