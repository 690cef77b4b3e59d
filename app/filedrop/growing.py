"""Large uploads as they grow: sealed as they come, taken up again where they were cut.

The bytes of one request are a run under a data key of its own, in the hand of one
writer, who never uses it again once it was torn: so no key ever seals two contents.
"""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import chain
from typing import TypeVar
from uuid import uuid4

from app.filedrop import rules
from app.filedrop.intake import Digest
from app.filedrop.service_draft_view import Closed
from app.filedrop.service_stash import Sealed, seal, taken_back
from app.filedrop.service_upload import Locked, Run, Uploads, UploadView
from app.filedrop.tus import TooLarge, Unclear
from app.kernel import tokens
from app.kernel.errors import AppError, Conflict, Full, Invalid
from app.runtime import Runtime
from storage import BlobDamaged, BlobMissing, Piece, StoreFull, new_data_key

BEAT = timedelta(seconds=5)
T = TypeVar("T")
Pieces = Iterable[Piece]


class OtherOffset(Conflict):
    """The upload does not stand where the client thinks."""


@dataclass(frozen=True)
class Bytes:
    """What one request brings: so many bytes for that place, kept as far as they come.

    Proven ones are kept all or not at all: half of them proves nothing.
    """

    offset: int
    size: int
    pieces: Pieces = field(repr=False)
    are_proven: bool = False

    def arriving(self) -> Iterator[Piece]:
        """The bytes, until the line breaks."""
        pieces = iter(self.pieces)
        while True:
            try:
                piece = next(pieces)
            except StopIteration:
                return
            except (Invalid, OSError):
                if self.are_proven:
                    raise
                return
            yield piece


@dataclass
class Pen:
    """The right to write one upload, kept as long as there is something to write."""

    runtime: Runtime
    upload_id: str
    writer: str
    by: str
    held_at: datetime

    def save(self, change: Callable[[Uploads, int], T]) -> T:
        """Change its rows, if the right is still ours."""
        with self.runtime.transaction() as session:
            uploads = Uploads.of(session, self.runtime)
            self.held_at = uploads.now
            return change(uploads, uploads.hold(self.upload_id, self.writer))

    def hand_in(self, sealed: Sealed, change: Callable[[Uploads, int], T]) -> T:
        """The same with bytes that are here; who lost the right leaves none."""

        def taking(uploads: Uploads, key: int) -> T:
            with taken_back(self.runtime, [sealed]):
                return change(uploads, key)

        try:
            return self.save(taking)
        except Locked:
            self.runtime.blobs.delete(sealed.blob_key)
            raise

    def over(self, pieces: Pieces) -> Iterator[Piece]:
        """The same bytes; whoever asks meanwhile learns that somebody is writing."""
        for piece in pieces:
            if self.runtime.clock() - self.held_at >= BEAT:
                self.save(lambda _uploads, _key: None)
            yield piece


def begin(
    runtime: Runtime, draft_id: str, name: str, size: int, told: str, *, by: str
) -> str:
    """A new upload into that draft; nothing of it is here yet."""
    if size >= rules.LARGEST:
        raise TooLarge("Het bestand is te groot: 2 GiB of meer.")
    if not tokens.is_public_id(draft_id):
        raise Unclear("Upload-Metadata noemt geen concept (draft).")
    name = rules.clean_name(name)
    with runtime.transaction() as session:
        return Uploads.of(session, runtime).begin(draft_id, name, size, told, by=by)


def look(runtime: Runtime, upload_id: str, *, by: str) -> UploadView:
    """As it stands, with what a dead writer left; Locked by one that lives."""
    view = _view(runtime, upload_id)
    if view.is_held:
        raise Locked("Dit bestand wordt al verstuurd.")
    if view.is_done or not (view.torn or view.is_whole):
        return view
    with _writing(runtime, upload_id, by) as (pen, found):
        if found.torn:
            _mend(pen, found, found.torn)
        _end_if_whole(pen)
    return _view(runtime, upload_id)


def append(runtime: Runtime, upload_id: str, body: Bytes, *, by: str) -> UploadView:
    """The upload with these bytes behind it, or with as many of them as came."""
    view = look(runtime, upload_id, by=by)
    _check(view, body)
    if body.size:
        with _writing(runtime, upload_id, by) as (pen, found):
            _check(found, body)
            _take_in(pen, found, body)
        view = _view(runtime, upload_id)
    return view


def remove(runtime: Runtime, upload_id: str) -> None:
    """Nothing of it stays; a file that it became does."""
    with runtime.transaction() as session:
        blob_keys = Uploads.of(session, runtime).remove(upload_id)
    for key in blob_keys:
        runtime.blobs.delete(key)


def _view(runtime: Runtime, upload_id: str) -> UploadView:
    with runtime.reading() as session:
        return Uploads.of(session, runtime).show(upload_id)


def _check(view: UploadView, body: Bytes) -> None:
    if body.offset != view.offset:
        raise OtherOffset(f"Deze upload staat op byte {view.offset}.")
    if body.offset + body.size > view.size:
        raise TooLarge("Er kwamen meer bytes dan was aangekondigd.")


@contextmanager
def _writing(
    runtime: Runtime, upload_id: str, by: str
) -> Iterator[tuple[Pen, UploadView]]:
    """One writer at a time; how the upload stands when it is our turn."""
    writer = tokens.public_id()
    with runtime.transaction() as session:
        view = Uploads.of(session, runtime).take(upload_id, writer)
    try:
        yield Pen(runtime, upload_id, writer, by, runtime.clock()), view
    finally:
        with runtime.transaction() as session:
            Uploads.of(session, runtime).let_go(upload_id, writer)


def _take_in(pen: Pen, view: UploadView, body: Bytes) -> None:
    """Seal what comes; its row stands first, for whoever finds our writer dead."""
    runtime, data_key, digest = pen.runtime, new_data_key(), Digest()
    run = Run(str(uuid4()), runtime.keys.seal(view.key_day, data_key))
    if not body.are_proven:
        pen.save(lambda uploads, key: uploads.note(key, run))
    try:
        pieces = pen.over(digest.over(body.arriving()))
        with _room():
            runtime.blobs.put(run.blob_key, pieces, data_key)
    except BaseException:
        _forget(pen)
        raise
    sealed = Sealed(digest.sums, run.blob_key, run.sealed_key)
    if sealed.sums.size == view.size:  # in one go: its sums are known
        _end(pen, sealed)
    else:
        _keep(pen, sealed)
        _end_if_whole(pen)


def _forget(pen: Pen) -> None:
    """No byte of the run stayed; whoever took over meanwhile has forgotten it too."""
    try:
        pen.save(lambda uploads, key: uploads.drop(key))
    except AppError:
        return


def _keep(pen: Pen, sealed: Sealed) -> None:
    run = Run(sealed.blob_key, sealed.sealed_key, sealed.sums.size)
    pen.hand_in(sealed, lambda uploads, key: uploads.keep(key, run))


def _mend(pen: Pen, view: UploadView, torn: Run) -> None:
    """What a dead writer left, under a fresh key: its own is used up."""
    runtime, data_key = pen.runtime, _data_key(pen.runtime, view, torn)
    try:
        with _room():
            remains = pen.over(runtime.blobs.remains(torn.blob_key, data_key))
            sealed = seal(runtime, remains, day=view.key_day)
    except (BlobMissing, Invalid):  # not one whole segment
        _forget(pen)
    else:
        _keep(pen, sealed)
    runtime.blobs.delete(torn.blob_key)


def _end_if_whole(pen: Pen) -> None:
    view = _view(pen.runtime, pen.upload_id)
    if not view.is_whole or view.is_done:
        return
    try:
        sealed = _joined(pen, view)
    except (BlobMissing, BlobDamaged) as lost:
        remove(pen.runtime, pen.upload_id)
        raise Invalid(
            "Het bestand ging onderweg verloren. Stuur het opnieuw."
        ) from lost
    _end(pen, sealed)


def _joined(pen: Pen, view: UploadView) -> Sealed:
    """All runs behind one another as one blob, proven and counted as they pass."""
    runtime = pen.runtime
    opened = (
        runtime.blobs.open(run.blob_key, _data_key(runtime, view, run))
        for run in view.runs
    )
    with _room():
        pieces = pen.over(chain.from_iterable(opened))
        return seal(runtime, pieces, day=view.key_day)


def _end(pen: Pen, sealed: Sealed) -> None:
    """The upload becomes a file of its draft; one that cannot leaves nothing."""

    def end(uploads: Uploads, key: int) -> list[str]:
        view = uploads.show(pen.upload_id)
        return uploads.end(key, view, sealed, by=pen.by)

    try:
        spare = pen.hand_in(sealed, end)
    except Closed:
        raise
    except Conflict as refused:
        remove(pen.runtime, pen.upload_id)
        raise Invalid(refused.sentence) from refused  # 409 means an offset here
    for key in spare:
        pen.runtime.blobs.delete(key)


def _data_key(runtime: Runtime, view: UploadView, run: Run) -> bytes:
    reason = f"upload.join upload:{view.id}"
    return runtime.keys.unseal(view.key_day, run.sealed_key, reason)


@contextmanager
def _room() -> Iterator[None]:
    try:
        yield
    except StoreFull as full:
        raise Full("Er is geen plaats meer in de opslag.") from full
