"""What rows say should lie in the store, and what is done when it does not."""

import logging
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Select, exists, select, update
from sqlalchemy.orm import InstrumentedAttribute, Session

from app.db import audit, kept
from app.db.session import won
from app.filedrop.models import Draft, DraftFile, DroppedFile
from app.filedrop.service_draft_add import is_open
from app.runtime import Runtime

Asked = Select[Any]
Columns = list[InstrumentedAttribute[Any]]

log = logging.getLogger("energiepost.filedrop")
SETTLED = timedelta(hours=1)  # nothing of a request under way is that old


@dataclass(frozen=True)
class Kept:
    """A file that must be readable: how to open it, and what must come out."""

    is_draft: bool
    public_id: str
    blob_key: str
    sealed_key: bytes
    key_day: date
    size: int
    sha256: str

    @property
    def about(self) -> str:
        return f"file:{self.public_id}"


@dataclass(frozen=True)
class Reconciling:
    """The rows' side; never commits."""

    session: Session
    now: datetime

    @classmethod
    def of(cls, session: Session, runtime: Runtime) -> "Reconciling":
        return cls(session, runtime.clock())

    def kept(self) -> list[Kept]:
        """What lives today and has settled: files, and those of open drafts."""
        placed = select(*_columns(DroppedFile)).where(
            DroppedFile.expires_at > self.now,
            DroppedFile.purged_at.is_(None),
            DroppedFile.lost_at.is_(None),
            DroppedFile.posted_at < self.now - SETTLED,
        )
        drafted = (
            select(*_columns(DraftFile))
            .join(Draft, Draft.id == DraftFile.draft_id)
            .where(is_open(self.now), DraftFile.uploaded_at < self.now - SETTLED)
        )
        files = self._read(placed, is_draft=False)
        return files + self._read(drafted, is_draft=True)

    def papers(self) -> set[str]:
        """The blobs of papers that are kept for years, and have settled."""
        return {paper.key for paper in kept.settled(self.session, self.now - SETTLED)}

    def is_paper(self, key: str) -> bool:
        """Whether it still has to lie there: its term may have ended."""
        return bool(kept.known(self.session, [key]))

    def lose(self, file: Kept) -> None:
        """Write down that the bytes are gone; whoever places it anew takes its place.

        Nothing is lost of what a purge or a release took meanwhile. Of a draft the
        row stays as it is, two days at most: there the alarm is all.
        """
        if not self.is_kept(file):
            return
        losing = update(DroppedFile).where(
            DroppedFile.public_id == file.public_id, DroppedFile.lost_at.is_(None)
        )
        is_marked = won(self.session, losing.values(lost_at=self.now))
        if is_marked or file.is_draft:  # not what another process marked meanwhile
            log.error("ALARM the bytes of %s are gone before its time", file.about)
        if is_marked:
            audit.record(self.session, "file.lose", file.about, at=self.now)

    def lost(self) -> list[Kept]:
        """What was marked as lost and would still live: it may have come back."""
        asked = select(*_columns(DroppedFile)).where(
            DroppedFile.expires_at > self.now, DroppedFile.lost_at.is_not(None)
        )
        return self._read(asked, is_draft=False)

    def find(self, file: Kept) -> None:
        """The bytes are there again, as after a disk that was away."""
        found = update(DroppedFile).where(
            DroppedFile.public_id == file.public_id, DroppedFile.lost_at.is_not(None)
        )
        if won(self.session, found.values(lost_at=None)):
            audit.record(self.session, "file.find", file.about, at=self.now)

    def is_kept(self, file: Kept) -> bool:
        """Whether it still has to be readable: time may have passed over it."""
        placed = exists().where(
            DroppedFile.public_id == file.public_id,
            DroppedFile.purged_at.is_(None),
            DroppedFile.expires_at > self.now,
        )
        drafted = exists().where(DraftFile.public_id == file.public_id)
        return bool(self.session.scalar(select(drafted if file.is_draft else placed)))

    def _read(self, asked: Asked, *, is_draft: bool) -> list[Kept]:
        rows = self.session.execute(asked)
        return [Kept(is_draft, **row._mapping) for row in rows]  # noqa: SLF001 - public


def _columns(table: type[DroppedFile | DraftFile]) -> Columns:
    names = ("public_id", "blob_key", "sealed_key", "key_day", "size", "sha256")
    return [getattr(table, name) for name in names]
