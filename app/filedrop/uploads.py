"""Bytes on their way in, sealed as they come: a raw body, or the files of a form."""

from collections.abc import Callable, Iterable, Iterator
from typing import IO

from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.sansio.multipart import (
    Data,
    Epilogue,
    Event,
    Field,
    File,
    MultipartDecoder,
    NeedData,
)

from app.filedrop import rules
from app.filedrop.service_draft import Drafts
from app.filedrop.service_stash import seal, taken_back
from app.kernel.errors import Full, Invalid
from app.runtime import Runtime
from storage import Piece, StoreFull

PIECE = 1 << 18
TOKEN, LONGEST_TOKEN = "csrf_token", 1000
Pieces = Iterator[bytes]


def keep(
    runtime: Runtime, draft_id: str, name: str, pieces: Iterable[Piece], *, by: str
) -> bool:
    """Whether the file is new in the draft; nothing of it stays if it is refused."""
    name = rules.clean_name(name)
    with runtime.glance() as session:
        day = Drafts.of(session, runtime).key_day(draft_id)
    try:
        sealed = seal(runtime, pieces, day=day)
    except StoreFull as full:
        raise Full(
            "Er is geen plaats meer in de opslag; dit bestand is niet bewaard."
        ) from full
    with runtime.transaction() as session, taken_back(runtime, [sealed]):
        is_new = Drafts.of(session, runtime).add(draft_id, name, sealed, day=day, by=by)
    if not is_new:
        runtime.blobs.delete(sealed.blob_key)
    return is_new


def pieces_of(stream: IO[bytes]) -> Pieces:
    """What a stream gives, as long as it gives."""
    return iter(lambda: stream.read(PIECE), b"")


def files_of(
    stream: IO[bytes], boundary: str, check: Callable[[str], None]
) -> Iterator[tuple[str, Pieces]]:
    """The files of a form, one after another; its token has to stand before them."""
    events = _events(stream, boundary)
    token = ""
    for event in events:
        if isinstance(event, Field) and event.name == TOKEN:
            token = _short(_data(events))
        elif isinstance(event, File):
            check(token)
            pieces = _data(events)
            if event.filename:
                yield _last(event.filename), pieces
            for _ in pieces:  # what was refused must not be taken for what follows
                pass


def _events(stream: IO[bytes], boundary: str) -> Iterator[Event]:
    decoder = MultipartDecoder(boundary.encode(), max_form_memory_size=8 * PIECE)
    pieces = _closed(pieces_of(stream), stream, boundary.encode())
    try:
        while not isinstance(event := decoder.next_event(), Epilogue):
            if isinstance(event, NeedData):
                decoder.receive_data(next(pieces, None))
            else:
                yield event
    except ValueError as torn:
        raise Invalid("Dit formulier kwam niet heel aan.") from torn


def _closed(pieces: Pieces, stream: IO[bytes], boundary: bytes) -> Pieces:
    """No piece ends between the two dashes that close a form.

    Werkzeug's decoder, left waiting just there, gives a sign of the boundary to the
    file before it.
    """
    half = b"--" + boundary + b"-"
    tail = b""
    for piece in pieces:
        tail = (tail + piece)[-len(half) :]
        yield piece + stream.read(1) if tail == half else piece


def _data(events: Iterator[Event]) -> Pieces:
    for event in events:
        if isinstance(event, Data):
            yield event.data
            if not event.more_data:
                return


def _short(pieces: Pieces) -> str:
    text = b""
    for piece in pieces:
        text += piece
        if len(text) > LONGEST_TOKEN:
            raise RequestEntityTooLarge
    return text.decode("ascii", "replace")


def _last(filename: str) -> str:
    """A browser that sends a folder puts its name before the file's."""
    return filename.replace("\\", "/").rpartition("/")[2]
