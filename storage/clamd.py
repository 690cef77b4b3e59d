"""ClamAV's daemon over its unix socket: a stream in pieces, one line of answer."""

import socket
import struct
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from storage.scanner import CLEAN, Doubt, Finding, Verdict

PING, PONG, STREAM, END = b"zPING\0", b"PONG\0", b"zINSTREAM\0", bytes(4)
LIMIT = "Heuristics.Limits.Exceeded"  # it gave up: that is no name of a virus
LONGEST_LINE, LONGEST_NAME = 4096, 200
PROMPT = 5.0  # seconds, for whatever needs no looking
PATIENCE = 150.0  # clamd itself gives up after 120


class _Doubtful(Exception):
    """It cannot be asked, or did not answer."""

    def __init__(self, doubt: Doubt) -> None:
        super().__init__(doubt)
        self.doubt = doubt


@dataclass(frozen=True)
class Clamd:
    """Says clean only when clamd says so in full; every other answer is a doubt."""

    path: Path
    prompt: float = PROMPT
    patience: float = PATIENCE
    lets_by: frozenset[Finding] = frozenset({Finding.CLEAN})

    def check(self, pieces: Iterable[bytes]) -> Verdict:
        """What clamd finds in the bytes, sent as they come."""
        try:
            self._wake()
            with closing(self._connected()) as line:
                _send(line, pieces)
                line.settimeout(self.patience)
                return _verdict(_answer(line))
        except _Doubtful as none:
            return Verdict(Finding.UNKNOWN, none.doubt)

    def _wake(self) -> None:
        """One that hangs is found out before it is waited for."""
        with closing(self._connected()) as line:
            _sent(line, PING)
            if _answer(line) != PONG:
                raise _Doubtful(Doubt.GARBLED)

    def _connected(self) -> socket.socket:
        line = socket.socket(socket.AF_UNIX)
        line.settimeout(self.prompt)
        try:
            with _heard():
                line.connect(str(self.path))
        except _Doubtful:
            line.close()
            raise
        return line


@contextmanager
def _heard() -> Iterator[None]:
    """What goes wrong on the line; never around the reading of what is sent."""
    try:
        yield
    except TimeoutError as hung:
        raise _Doubtful(Doubt.SILENT) from hung
    except OSError as gone:
        raise _Doubtful(Doubt.AWAY) from gone


def _send(line: socket.socket, pieces: Iterable[bytes]) -> None:
    """The whole stream, or as much as it takes."""
    going_on = _sent(line, STREAM)
    for piece in filter(None, pieces if going_on else ()):  # an empty one is the end
        if not (_sent(line, struct.pack(">I", len(piece))) and _sent(line, piece)):
            return
    _sent(line, END)


def _sent(line: socket.socket, content: bytes) -> bool:
    """Whether it went; why it hung up stands in the answer."""
    with _heard():
        try:
            line.sendall(content)
        except (BrokenPipeError, ConnectionResetError):
            return False
    return True


def _answer(line: socket.socket) -> bytes:
    """One line; AWAY when it hung up without a word."""
    answer = b""
    with _heard():
        while not answer.endswith(b"\0") and len(answer) < LONGEST_LINE:
            piece = line.recv(LONGEST_LINE)
            if not piece:
                break
            answer += piece
    if not answer:
        raise _Doubtful(Doubt.AWAY)
    return answer


def _verdict(answer: bytes) -> Verdict:
    if answer == b"stream: OK\0":
        return CLEAN
    if answer.startswith(b"INSTREAM size limit exceeded"):
        raise _Doubtful(Doubt.TOO_LARGE)
    text = answer.decode("ascii", "replace")
    name = text.removeprefix("stream: ").removesuffix(" FOUND\0")
    if text != f"stream: {name} FOUND\0" or not name.isprintable():
        raise _Doubtful(Doubt.GARBLED)
    if name.startswith(LIMIT):
        raise _Doubtful(Doubt.TOO_LARGE)
    return Verdict(Finding.INFECTED, name[:LONGEST_NAME])
