"""A body on its way in: all of it or a refusal, and not a byte of what follows it."""

import io
import secrets
import socket
from collections.abc import Callable, Iterator
from threading import Thread

import pytest
from gunicorn.config import Config
from gunicorn.http.parser import RequestParser

from app.kernel.errors import Invalid
from app.web.body import PIECE, body_of

CONTENT = secrets.token_bytes(2 * PIECE + 5)
Line = tuple[socket.socket, RequestParser]


@pytest.fixture
def line() -> Iterator[Line]:
    """A browser's end of a line, and the server's reader at the other."""
    near, far = socket.socketpair()
    with near, far:
        yield near, RequestParser(Config(), far, ("192.0.2.1", 1))


def request(content: bytes, length: int | None = None) -> bytes:
    size = len(content) if length is None else length
    head = f"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: {size}\r\n\r\n"
    return head.encode() + content


def joined(pieces: Iterator[memoryview]) -> bytes:
    return b"".join(map(bytes, pieces))


def sending(near: socket.socket, content: bytes) -> Callable[[], None]:
    thread = Thread(target=near.sendall, args=(content,))
    thread.start()
    return thread.join


def test_of_a_stranger_no_more_is_read_than_the_length() -> None:
    stream = io.BytesIO(CONTENT + b"the next request")
    sizes = [len(piece) for piece in body_of(stream, len(CONTENT))]
    assert sizes == [PIECE, PIECE, 5]
    assert stream.read() == b"the next request"


@pytest.mark.parametrize("came", [0, 1, 9])
def test_a_body_that_ends_early_is_refused(came: int) -> None:
    with pytest.raises(Invalid, match="niet heel"):
        list(body_of(io.BytesIO(b"x" * came), 10))


@pytest.mark.parametrize("size", [0, 1, 100, PIECE, len(CONTENT)])
def test_on_one_line_each_body_is_its_own(line: Line, size: int) -> None:
    near, parser = line
    contents = [CONTENT[:size], b"another", CONTENT[:size]]
    sent = sending(near, b"".join(map(request, contents)))
    for content in contents:
        asked = next(parser)
        assert joined(body_of(asked.body, len(content))) == content
        assert asked.body.read(1) == b""
    sent()


def test_every_piece_comes_in_the_place_of_the_one_before(line: Line) -> None:
    near, parser = line
    sent = sending(near, request(CONTENT))
    pieces = list(body_of(next(parser).body, len(CONTENT)))
    assert len({id(piece.obj) for piece in pieces}) == 1
    sent()


@pytest.mark.parametrize("taken", [0, 1])
def test_after_a_refusal_the_next_request_is_found(line: Line, taken: int) -> None:
    near, parser = line
    sent = sending(near, request(CONTENT) + request(b"next"))
    pieces = body_of(next(parser).body, len(CONTENT))
    for _ in range(taken):
        next(pieces)
    del pieces
    assert joined(body_of(next(parser).body, 4)) == b"next"
    sent()


@pytest.mark.parametrize("came", [0, 7, PIECE + 1])
def test_who_vanished_is_told_from_who_is_done(line: Line, came: int) -> None:
    near, parser = line
    sent = sending(near, request(CONTENT[:came], len(CONTENT)))
    pieces = body_of(next(parser).body, len(CONTENT))
    seen = [bytes(next(pieces)) for _ in range(came // PIECE)]
    sent()
    near.close()
    with pytest.raises(Invalid, match="niet heel"):
        seen.extend(map(bytes, pieces))
    assert b"".join(seen) == CONTENT[:came]


def test_who_stands_still_loses_the_line(line: Line) -> None:
    near, parser = line
    near.sendall(request(b"half", 8))
    asked = next(parser)
    with pytest.raises(Invalid, match="niet heel"):
        list(body_of(asked.body, 8, patience=0.01))
    assert parser.unreader.sock.gettimeout() is None
    assert not parser.finish_body()


def test_a_body_in_chunks_goes_through_the_server(line: Line) -> None:
    near, parser = line
    head = b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
    near.sendall(head + b"4\r\nfour\r\n0\r\n\r\n")
    assert joined(body_of(next(parser).body, 4)) == b"four"


def test_who_was_read_before_is_read_on_in_order(line: Line) -> None:
    near, parser = line
    near.sendall(request(b"half and half"))
    asked = next(parser)
    assert asked.body.read(4) == b"half"
    assert joined(body_of(asked.body, 9)) == b" and half"
