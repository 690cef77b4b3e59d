"""A form with one file, read into memory: no byte of it touches a disk."""

from collections.abc import Mapping
from io import BytesIO
from typing import IO

from flask import request
from werkzeug.formparser import FormDataParser

from app.web import csrf

FORM = 200_000  # the fields beside the file, and the parser's own buffer


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


def _in_memory(
    total_content_length: int | None,
    content_type: str | None,
    filename: str | None,
    content_length: int | None = None,
) -> IO[bytes]:
    del total_content_length, content_type, filename, content_length
    return BytesIO()
