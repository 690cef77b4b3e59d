"""An answer on its way out: behind the server's head, whole, and counted as it goes."""

import io
import secrets
import socket
from collections.abc import Callable, Iterator
from threading import Thread

import pytest
from gunicorn.config import Config
from gunicorn.http import wsgi
from gunicorn.http.parser import RequestParser

from app.web.line import BY_SERVER, QUEUE, Line

MEBIBYTE = 1 << 20
CONTENT = secrets.token_bytes(3 * MEBIBYTE + 5)
ASKED = b"GET / HTTP/1.1\r\nHost: x\r\n\r\n"
IN_CHUNKS = ASKED[:-2] + b"Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n"
Ends = tuple[socket.socket, socket.socket]


@pytest.fixture
def ends() -> Iterator[Ends]:
    """A browser's end of a line, and the server's."""
    near, far = socket.socketpair()
    near.settimeout(30)
    with near, far:
        yield near, far


def lent(content: bytes) -> Iterator[memoryview]:
    """Each piece in the place of the one before it."""
    place = memoryview(bytearray(MEBIBYTE))
    for at in range(0, len(content), MEBIBYTE):
        piece = place[: len(content) - at]
        piece[:] = content[at : at + MEBIBYTE]
        yield piece


class Answering:
    """Answers as gunicorn's worker does, and notes what went and what it sent."""

    def __init__(self, far: socket.socket, content: bytes) -> None:
        self.parser = RequestParser(Config(), far, ("192.0.2.1", 1))
        self.far, self.content = far, content
        self.gone, self.by_server, self.stays = 0, 0, False

    def __call__(self) -> None:
        request = next(self.parser)
        peer, config = ("192.0.2.1", 1), self.parser.cfg
        answer, environ = wsgi.create(request, self.far, peer, peer, config)
        line = Line(environ["wsgi.input"])
        answer.start_response("200 OK", [("Content-Length", str(len(self.content)))])
        for piece in lent(self.content):
            for item in line.give(piece, self._count):
                self.by_server += len(item)
                answer.write(item)
        answer.close()
        self.stays = not answer.should_close()

    def _count(self, count: int) -> None:
        self.gone += count


def alongside(work: Callable[[], None]) -> Callable[[], None]:
    thread = Thread(target=work)
    thread.start()
    return thread.join


def read_answer(near: socket.socket, most: int = len(CONTENT)) -> bytes:
    """The body, by the length in the head, and not a byte more."""
    with near.makefile("rb", buffering=0) as file:
        head = b""
        while not head.endswith(b"\r\n\r\n"):
            head += file.read(1) or pytest.fail("it ended in the head")
        length = int(head.lower().partition(b"content-length: ")[2].split()[0])
        body = b""
        while len(body) < min(length, most):
            body += file.read(length - len(body)) or pytest.fail("it ended early")
    return body


@pytest.mark.parametrize("size", [0, 1, BY_SERVER, BY_SERVER + 1, len(CONTENT)])
def test_answers_come_whole_one_after_another_on_one_line(
    ends: Ends, size: int
) -> None:
    near, far = ends
    answering = Answering(far, CONTENT[:size])
    for turn in (1, 2):
        near.sendall(ASKED)
        ended = alongside(answering)
        assert read_answer(near) == CONTENT[:size]
        ended()
        assert answering.gone == turn * size
        assert answering.stays


def test_who_asks_with_a_body_in_chunks_is_answered_by_the_server(ends: Ends) -> None:
    near, far = ends
    near.sendall(IN_CHUNKS)
    ended = alongside(answering := Answering(far, CONTENT))
    assert read_answer(near) == CONTENT
    ended()
    assert answering.by_server == answering.gone == len(CONTENT)


def test_only_the_first_bytes_are_copied_for_the_server(ends: Ends) -> None:
    near, far = ends
    near.sendall(ASKED)
    ended = alongside(answering := Answering(far, CONTENT))
    read_answer(near)
    ended()
    assert answering.by_server == BY_SERVER
    assert far.getsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF) == 2 * QUEUE


def test_of_who_hangs_up_no_more_counts_than_the_line_took(ends: Ends) -> None:
    near, far = ends
    near.sendall(ASKED)
    answering = Answering(far, CONTENT)

    def answer() -> None:
        with pytest.raises((BrokenPipeError, ConnectionResetError)):
            answering()

    ended = alongside(answer)
    received = len(read_answer(near, MEBIBYTE))
    near.close()
    ended()
    assert received <= answering.gone < len(CONTENT)


def test_a_server_that_we_do_not_know_sends_all_by_itself() -> None:
    line, gone, got = Line(io.BytesIO()), list[int](), list[bytes]()
    for piece in lent(CONTENT):
        got += line.give(piece, gone.append)
    assert b"".join(got) == CONTENT
    assert sum(gone) == len(CONTENT)
