"""Handing bytes over: ranges of a file or a zip, and knowing how far it went."""

import secrets
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack, closing
from datetime import datetime
from http import HTTPStatus
from typing import NamedTuple
from urllib.parse import quote

from flask import Response

from app.filedrop.conditions import Plan
from app.filedrop.content import Content
from app.filedrop.rules import Range
from app.kernel.clock import Clock
from app.web.line import Line

KIND = "application/octet-stream"


class Done(NamedTuple):
    """What was handed over, and whether the answer came to its end."""

    parts: list[Range]
    is_complete: bool


class TooShort(Exception):
    """The store gave less than was promised; the connection closes."""


class TooLate(Exception):
    """An admitted answer ran out of the time it was given; the connection closes."""


def answer(
    content: Content,
    plan: Plan,
    *,
    is_head: bool,
    done: Callable[[Done], None],
    until: datetime,
    clock: Clock,
) -> Response:
    """What was planned; done is told what was handed over, at the close."""
    response = _Answer(status=plan.status)
    if not plan.parts:
        return _bare(response, content)
    frame = _describe(response, content, plan)
    if not is_head:
        body = _Body(content, plan.parts, frame, until=until, clock=clock)
        response.response = body
        response.call_on_close(lambda: done(body.done))
    return response


def disposition(name: str) -> str:
    """`attachment` under that name: plain for old clients, RFC 8187 for the others."""
    plain = "".join(c if " " <= c <= "~" and c not in '"\\%' else "_" for c in name)
    exact = quote(name, safe="", errors="replace")
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{exact}"


class _Answer(Response):
    """Knows its line once a server asks for what it says."""

    def get_app_iter(self, environ: dict[str, object]) -> Iterable[bytes]:
        if isinstance(self.response, _Body):
            self.response.line = Line(environ["wsgi.input"])
        return super().get_app_iter(environ)


class _Body:
    """The parts piece by piece, each after its frame, until time is up."""

    def __init__(
        self,
        content: Content,
        parts: Sequence[Range],
        frame: Sequence[bytes],
        *,
        until: datetime,
        clock: Clock,
    ) -> None:
        self._frame, self._parts, self.line = frame, parts, Line()
        with ExitStack() as opened:  # while 410 can be; of which one is gone, all close
            reads = (closing(content.read(*part)) for part in parts)
            self._reads = [opened.enter_context(read) for read in reads]
            opened.pop_all()
        self._until, self._clock = until, clock
        self._handed: list[Range] = []
        self._is_complete = False

    def __iter__(self) -> Iterator[bytes]:
        for frame, part, pieces in zip(
            self._frame, self._parts, self._reads, strict=False
        ):
            yield from self.line.give(frame)
            self._handed.append((part[0], part[0]))
            for piece in pieces:
                if self._clock() >= self._until:
                    raise TooLate
                yield from self.line.give(piece, self._went)
            if self._handed[-1] != part:  # the next answer would pass for the rest
                raise TooShort
        yield from self.line.give(self._frame[-1])
        self._is_complete = True

    def _went(self, count: int) -> None:
        start, stop = self._handed[-1]
        self._handed[-1] = start, stop + count

    @property
    def done(self) -> Done:
        """Of an answer that broke off the last byte never counts: nobody saw it go."""
        handed = list(self._handed)
        if handed and not self._is_complete:
            start, stop = handed[-1]
            handed[-1] = (start, min(stop, self._parts[len(handed) - 1][1] - 1))
        whole = [(start, stop) for start, stop in handed if start < stop]
        return Done(whole, self._is_complete)

    def close(self) -> None:
        for pieces in self._reads:
            pieces.close()


def _bare(response: Response, content: Content) -> Response:
    """Nothing to hand over: what there is has not changed, or cannot be had so."""
    response.headers["ETag"] = _tag(content)
    if response.status_code == HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE:
        response.headers["Content-Range"] = f"bytes */{content.size}"
    return response


def _describe(response: Response, content: Content, plan: Plan) -> list[bytes]:
    """The headers; and what stands before each part and after the last one."""
    headers, parts = response.headers, plan.parts
    headers["Content-Type"] = KIND
    headers["Content-Disposition"] = disposition(content.name)
    headers["Accept-Ranges"] = "bytes"
    headers["ETag"] = _tag(content)
    headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    frame = [b"", b""]
    if len(parts) > 1:
        boundary = secrets.token_hex(16)
        headers["Content-Type"] = f"multipart/byteranges; boundary={boundary}"
        frame = _frame(boundary, parts, content.size)
    elif plan.is_part:
        headers["Content-Range"] = _content_range(parts[0], content.size)
    length = sum(map(len, frame)) + sum(stop - start for start, stop in parts)
    headers["Content-Length"] = str(length)
    return frame


def _frame(boundary: str, parts: Sequence[Range], size: int) -> list[bytes]:
    heads = [
        f"\r\n--{boundary}\r\nContent-Type: {KIND}\r\n"
        f"Content-Range: {_content_range(part, size)}\r\n\r\n"
        for part in parts
    ]
    return [text.encode() for text in (*heads, f"\r\n--{boundary}--\r\n")]


def _content_range(part: Range, size: int) -> str:
    return f"bytes {part[0]}-{part[1] - 1}/{size}"


def _tag(content: Content) -> str:
    return f'"{content.etag}"'
