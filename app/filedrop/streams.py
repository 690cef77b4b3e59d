"""Handing bytes over: a range of a file or a zip, and knowing how far it went."""

from collections.abc import Callable, Iterator
from datetime import datetime
from urllib.parse import quote

from flask import Request
from werkzeug.http import parse_range_header
from werkzeug.wrappers import Response

from app.filedrop.content import Content
from app.kernel.clock import Clock

Done = Callable[[int, int], None]


class TooLate(Exception):
    """An admitted answer ran out of the time it was given; the connection closes."""


def answer(
    request: Request,
    content: Content,
    *,
    done: Done,
    until: datetime,
    clock: Clock,
) -> Response:
    """200, 206 or 416 by RFC 9110; done is told what was handed over, at the close."""
    span = _asked(request, content)
    if span is None:
        return _unsatisfiable(content)
    start, stop = span
    is_part = (start, stop) != (0, content.size)
    response = Response(status=206 if is_part else 200)
    _describe(response, content, start, stop)
    if is_part:
        response.headers["Content-Range"] = f"bytes {start}-{stop - 1}/{content.size}"
    if request.method != "HEAD":
        body = _Body(content.read(start, stop), until=until, clock=clock)
        response.response = body
        response.call_on_close(lambda: done(start, stop) if body.is_done else None)
    return response


class _Body:
    """The pieces, until the last one or until time is up."""

    def __init__(
        self, pieces: Iterator[bytes], *, until: datetime, clock: Clock
    ) -> None:
        self.is_done = False
        self._pieces, self._until, self._clock = pieces, until, clock

    def __iter__(self) -> Iterator[bytes]:
        for piece in self._pieces:
            if self._clock() >= self._until:
                raise TooLate
            yield piece
        self.is_done = True

    def close(self) -> None:
        close = getattr(self._pieces, "close", None)
        if close:
            close()


def disposition(name: str) -> str:
    """`attachment` under that name: plain for old clients, RFC 8187 for the others."""
    plain = "".join(c if c.isascii() and c not in '"\\%' else "_" for c in name)
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"


def _asked(request: Request, content: Content) -> tuple[int, int] | None:
    """The half-open range that is asked; everything where none is, or several are."""
    whole = (0, content.size)
    header = request.headers.get("Range")
    if header is None or request.method not in {"GET", "HEAD"}:
        return whole
    condition = request.headers.get("If-Range")
    if condition is not None and condition != f'"{content.etag}"':
        return whole
    parsed = parse_range_header(header)
    if parsed is None or parsed.units != "bytes" or len(parsed.ranges) != 1:
        return whole
    return parsed.range_for_length(content.size)


def _unsatisfiable(content: Content) -> Response:
    response = Response(status=416)
    response.headers["Content-Range"] = f"bytes */{content.size}"
    return response


def _describe(response: Response, content: Content, start: int, stop: int) -> None:
    response.headers["Content-Type"] = "application/octet-stream"
    response.headers["Content-Length"] = str(stop - start)
    response.headers["Content-Disposition"] = disposition(content.name)
    response.headers["Accept-Ranges"] = "bytes"
    response.headers["ETag"] = f'"{content.etag}"'
    response.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
