"""Clearing what drafts leave: those that died, and what a release did not take."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import delete, exists, select, update
from sqlalchemy.orm import Session

from app.db import audit
from app.filedrop import rules
from app.filedrop.models import Draft, DraftFile
from app.filedrop.service_draft import LIVES
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
        asked = select(DraftFile.blob_key).join(Draft, Draft.id == DraftFile.draft_id)
        page = asked.where(is_over).order_by(DraftFile.id).limit(AT_ONCE)
        return list(self.session.scalars(page))

    def forget(self, blob_keys: Sequence[str]) -> None:
        """Their bytes are gone, and so are their rows."""
        gone = DraftFile.blob_key.in_(blob_keys)
        self.session.execute(delete(DraftFile).where(gone))

    def forget_old(self) -> None:
        """Drafts themselves, once nobody sends their form a second time."""
        holds = exists().where(DraftFile.draft_id == Draft.id)
        old = delete(Draft).where(Draft.dies_at < self.now - LIVES, ~holds)
        self.session.execute(old)

    def known_blobs(self, keys: Sequence[str]) -> set[str]:
        """Which of those blobs a draft holds."""
        asked = select(DraftFile.blob_key).where(DraftFile.blob_key.in_(keys))
        return set(self.session.scalars(asked))

    def needs_key(self, day: date) -> bool:
        """Whether a draft that may still be released holds files under that day."""
        asked = (
            exists()
            .where(DraftFile.key_day == day, DraftFile.draft_id == Draft.id)
            .where(Draft.discarded_at.is_(None), Draft.released_at.is_(None))
            .where(Draft.dies_at > self.now - rules.ADMITTED)
        )
        return bool(self.session.scalar(select(asked)))

    def waits_for_key(self, day: date) -> bool:
        """Whether files under that day still lie there."""
        asked = exists().where(DraftFile.key_day == day)
        return bool(self.session.scalar(select(asked)))

    def _bury(self) -> None:
        """Who died too long ago to be released is thrown away, as by a person."""
        dead = (
            Draft.released_at.is_(None)
            & Draft.discarded_at.is_(None)
            & (Draft.dies_at <= self.now - rules.ADMITTED)
        )
        for public_id in self.session.scalars(select(Draft.public_id).where(dead)):
            about = f"draft:{public_id}"
            audit.record(self.session, "draft.die", about, at=self.now)
        self.session.execute(update(Draft).where(dead).values(discarded_at=self.now))
