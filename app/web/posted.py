"""A form with one file, read into memory: no byte of it touches a disk."""

from collections.abc import Mapping
from contextlib import suppress
from io import BytesIO
from typing import IO

from flask import Flask, request
from werkzeug.formparser import FormDataParser
from werkzeug.wrappers import Response

from app.web import csrf

# where nginx holds a contract whole: to read it on takes no time
HELD = ("/dienstverlener-worden/", "/beheer/contracten/")
MOST_HELD = 11_000_000
PIECE = 65_536
FORM = 200_000  # the fields beside the file, and the parser's own buffer


def init_app(app: Flask) -> None:
    app.after_request(_read_on)


def posted_file(name: str, *, largest: int) -> tuple[Mapping[str, str], bytes]:
    """The fields and the bytes of that file, none when it was not sent.

    The form's view is `csrf.streamed`: its token is checked here, before anything.
    """
    request.max_content_length = largest + FORM
    parser = FormDataParser(
        stream_factory=_in_memory,
        max_form_memory_size=FORM,
        max_content_length=largest + FORM,
        max_form_parts=20,
    )
    _, form, files = parser.parse(
        request.stream,
        request.mimetype,
        request.content_length,
        request.mimetype_params,
    )
    csrf.check(form.get("csrf_token"))
    file = files.get(name)
    return form, file.read() if file else b""


def _read_on(response: Response) -> Response:
    """Take in what nobody read: a server that hangs up on a form loses its answer."""
    left = request.content_length or 0
    if left <= MOST_HELD and request.path.startswith(HELD):
        with suppress(OSError):  # they hung up first
            while left > 0 and (piece := request.environ["wsgi.input"].read(PIECE)):
                left -= len(piece)
    return response


def _in_memory(
    total_content_length: int | None,
    content_type: str | None,
    filename: str | None,
    content_length: int | None = None,
) -> IO[bytes]:
    del total_content_length, content_type, filename, content_length
    return BytesIO()
