"""Large uploads and their runs: who may write, what came so far, when all is here."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import delete, or_, select, update
from sqlalchemy.orm import Session

from app.db.session import won
from app.filedrop import rules
from app.filedrop.models import Draft, Upload, UploadRun
from app.filedrop.service_draft import FRESH, Drafts, check_room
from app.filedrop.service_stash import Sealed
from app.kernel import tokens
from app.kernel.errors import AppError, Conflict, NotFound
from app.runtime import Runtime

LEASE = timedelta(seconds=20)  # nginx gives up a silent sender just as soon


class Locked(AppError):
    """Somebody else is writing it just now."""

    status = 423


@dataclass(frozen=True)
class Run:
    """Bytes that came in one request; without a size their writer did not end."""

    blob_key: str
    sealed_key: bytes
    size: int | None = None


@dataclass(frozen=True)
class UploadView:
    """An upload as it stands."""

    id: str
    draft: str
    name: str
    size: int
    told: str
    key_day: date
    dies_at: datetime
    is_held: bool
    is_done: bool
    runs: Sequence[Run]

    @property
    def offset(self) -> int:
        """How many bytes are here for good."""
        return self.size if self.is_done else sum(run.size or 0 for run in self.runs)

    @property
    def is_whole(self) -> bool:
        return self.offset == self.size

    @property
    def torn(self) -> Run | None:
        """The run whose writer did not end."""
        return next((run for run in self.runs if run.size is None), None)


@dataclass(frozen=True)
class Uploads:
    """What becomes of the rows of large uploads; never commits."""

    session: Session
    drafts: Drafts
    now: datetime

    @classmethod
    def of(cls, session: Session, runtime: Runtime) -> "Uploads":
        drafts = Drafts.of(session, runtime)
        return cls(session, drafts, drafts.now)

    def begin(self, draft_id: str, name: str, size: int, told: str, *, by: str) -> str:
        """A new upload; refused if its file could not come into the draft anyway."""
        rules.check_size(size)
        draft = self.drafts.show(draft_id)
        held = dict(self.drafts.names(draft_id))
        if held.get(name, size) != size:
            raise Conflict(
                "Er staat al een ander bestand met deze naam in dit concept; "
                "verwijder dat eerst."
            )
        if name not in held:
            check_room(draft.kind, draft.count)
        upload = Upload(
            public_id=tokens.public_id(),
            draft_id=draft.key,
            name=name,
            size=size,
            told=told,
            key_day=self.drafts.key_day(draft_id),
            begun_at=self.now,
            begun_by=by,
        )
        self.session.add(upload)
        return upload.public_id

    def show(self, public_id: str) -> UploadView:
        """As it stands, if its draft still takes files."""
        asked = select(Upload, Draft.public_id).join(Draft, Draft.id == Upload.draft_id)
        found = self.session.execute(
            asked.where(Upload.public_id == public_id), execution_options=FRESH
        ).one_or_none()
        if found is None:
            raise NotFound
        upload, draft = found
        return self._view(upload, draft)

    def unfinished(self, draft_id: str) -> list[UploadView]:
        """Those of a draft that wait for the rest of their bytes, by name."""
        draft = self.drafts.show(draft_id)
        asked = select(Upload).where(
            Upload.draft_id == draft.key, Upload.ended_at.is_(None)
        )
        uploads = self.session.scalars(asked.order_by(Upload.name, Upload.id))
        return [self._view(upload, draft_id) for upload in uploads]

    def take(self, public_id: str, writer: str) -> UploadView:
        """Write from now on, unless somebody else does; a dead writer is none."""
        is_free = or_(Upload.writer.is_(None), Upload.written_at < self.now - LEASE)
        claim = update(Upload).where(Upload.public_id == public_id, is_free)
        taken = claim.values(writer=writer, written_at=self.now)
        if not won(self.session, taken):
            self.show(public_id)
            raise Locked("Dit bestand wordt al verstuurd.")
        return self.show(public_id)

    def hold(self, public_id: str, writer: str) -> int:
        """Still writing; Locked for whoever was too long silent, and lost it."""
        ours = Upload.public_id == public_id, Upload.writer == writer
        holding = update(Upload).where(*ours).values(written_at=self.now)
        key: int | None = self.session.scalar(holding.returning(Upload.id))
        if key is None:
            raise Locked("Dit bestand wordt nu door iemand anders verstuurd.")
        return key

    def let_go(self, public_id: str, writer: str) -> None:
        ours = Upload.public_id == public_id, Upload.writer == writer
        self.session.execute(update(Upload).where(*ours).values(writer=None))

    def note(self, key: int, run: Run) -> None:
        """Bytes begin to come, or are here."""
        self.session.add(
            UploadRun(
                upload_id=key,
                size=run.size,
                blob_key=run.blob_key,
                sealed_key=run.sealed_key,
            )
        )

    def keep(self, key: int, run: Run) -> None:
        """The bytes of this run are here for good, in the place of a torn one."""
        self.drop(key)
        self.note(key, run)

    def drop(self, key: int) -> None:
        """Forget the run whose writer did not end."""
        torn = UploadRun.upload_id == key, UploadRun.size.is_(None)
        self.session.execute(delete(UploadRun).where(*torn))

    def end(self, key: int, view: UploadView, sealed: Sealed, *, by: str) -> list[str]:
        """All of it becomes a file of the draft; the blobs that nobody needs now."""
        is_new = self.drafts.add(view.draft, view.name, sealed, day=view.key_day, by=by)
        spare = [run.blob_key for run in view.runs if run.blob_key != sealed.blob_key]
        self.session.execute(delete(UploadRun).where(UploadRun.upload_id == key))
        ended = update(Upload).where(Upload.id == key)
        self.session.execute(ended.values(ended_at=self.now, writer=None))
        return spare if is_new else [*spare, sealed.blob_key]

    def remove(self, public_id: str) -> list[str]:
        """Forget it, whoever writes; the blobs to delete once this is committed."""
        self.show(public_id)
        ours = select(Upload.id).where(Upload.public_id == public_id)
        key = self.session.scalar(ours.with_for_update())  # no run can come meanwhile
        runs = delete(UploadRun).where(UploadRun.upload_id == key)
        blob_keys = self.session.scalars(runs.returning(UploadRun.blob_key)).all()
        self.session.execute(delete(Upload).where(Upload.id == key))
        return list(blob_keys)

    def _view(self, upload: Upload, draft: str) -> UploadView:
        is_fresh = (upload.written_at or upload.begun_at) >= self.now - LEASE
        return UploadView(
            id=upload.public_id,
            draft=draft,
            name=upload.name,
            size=upload.size,
            told=upload.told,
            key_day=upload.key_day,
            dies_at=self.drafts.editable(draft).dies_at,
            is_held=upload.writer is not None and is_fresh,
            is_done=upload.ended_at is not None,
            runs=self._runs(upload),
        )

    def _runs(self, upload: Upload) -> list[Run]:
        asked = select(UploadRun).where(UploadRun.upload_id == upload.id)
        runs = self.session.scalars(asked.order_by(UploadRun.id))
        return [Run(run.blob_key, run.sealed_key, run.size) for run in runs]
