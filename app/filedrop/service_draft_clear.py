"""Clearing what drafts leave: those that died, and what a release did not take."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Select, delete, exists, or_, select, update
from sqlalchemy.orm import Session

from app.db import audit
from app.filedrop import rules
from app.filedrop.hours import LIVES
from app.filedrop.models import Draft, DraftFile, Upload, UploadRun
from app.runtime import Runtime

AT_ONCE = 200


@dataclass(frozen=True)
class ClearingDrafts:
    """What must happen to drafts as time goes by; never commits."""

    session: Session
    now: datetime

    @classmethod
    def of(cls, session: Session, runtime: Runtime) -> "ClearingDrafts":
        return cls(session, runtime.clock())

    def leftovers(self) -> list[str]:
        """Blobs that no draft needs any more, some at a time."""
        self._bury()
        is_over = Draft.discarded_at.is_not(None) | Draft.released_at.is_not(None)
        files = select(DraftFile.blob_key).join(Draft, Draft.id == DraftFile.draft_id)
        found = self.session.scalars(files.where(is_over).limit(AT_ONCE)).all()
        return list(found or self.session.scalars(_runs(is_over).limit(AT_ONCE)))

    def forget(self, blob_keys: Sequence[str]) -> None:
        """Their bytes are gone, and so are their rows."""
        for row in (DraftFile, UploadRun):
            gone = delete(row).where(row.blob_key.in_(blob_keys))
            self.session.execute(gone)

    def forget_old(self) -> None:
        """Drafts themselves, once nobody sends their form a second time."""
        is_old = Draft.dies_at < self.now - LIVES
        drafts = select(Draft.id).where(is_old)
        comes = exists().where(UploadRun.upload_id == Upload.id)
        uploads = delete(Upload).where(Upload.draft_id.in_(drafts), ~comes)
        self.session.execute(uploads)
        holds = exists().where(DraftFile.draft_id == Draft.id)
        waits = exists().where(Upload.draft_id == Draft.id)
        self.session.execute(delete(Draft).where(is_old, ~holds, ~waits))

    def known_blobs(self, keys: Sequence[str]) -> set[str]:
        """Which of those blobs a draft holds."""
        return {
            key
            for row in (DraftFile, UploadRun)
            for key in self.session.scalars(
                select(row.blob_key).where(row.blob_key.in_(keys))
            )
        }

    def needs_key(self, day: date, zone: ZoneInfo) -> bool:
        """Whether a draft that dies on that day may still take files, or go out."""
        begins, ends = (rules.midnight(day + timedelta(days=n), zone) for n in (0, 1))
        lives = exists().where(
            Draft.discarded_at.is_(None),
            Draft.released_at.is_(None),
            Draft.dies_at > self.now - rules.ADMITTED,
            Draft.dies_at >= begins,
            Draft.dies_at < ends,
        )
        return bool(self.session.scalar(select(lives)))

    def waits_for_key(self, day: date) -> bool:
        """Whether bytes under that day still lie there."""
        files = exists().where(DraftFile.key_day == day)
        runs = exists().where(Upload.key_day == day, UploadRun.upload_id == Upload.id)
        return bool(self.session.scalar(select(or_(files, runs))))

    def _bury(self) -> None:
        """Who died too long ago to be released is thrown away, as by a person."""
        dead = (
            Draft.released_at.is_(None)
            & Draft.discarded_at.is_(None)
            & Draft.leaves_at.is_(None)  # what waits is stopped first, and told of
            & (Draft.dies_at <= self.now - rules.ADMITTED)
        )
        burying = update(Draft).where(dead).values(discarded_at=self.now)
        # told by who buried it: another process may look at the same time
        for public_id in self.session.scalars(burying.returning(Draft.public_id)).all():
            about = f"draft:{public_id}"
            audit.record(self.session, "draft.die", about, at=self.now)


def _runs(is_over: ColumnElement[bool]) -> Select[str]:
    """The blobs of uploads that never came whole into such a draft."""
    return (
        select(UploadRun.blob_key)
        .join(Upload, Upload.id == UploadRun.upload_id)
        .join(Draft, Draft.id == Upload.draft_id)
        .where(is_over)
    )
