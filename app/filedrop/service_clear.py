"""Time: purging what is over, destroying the day's key, sweeping what nobody owns."""

import logging
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import count

from sqlalchemy import ColumnElement, delete, exists, or_, select, update
from sqlalchemy.orm import Session

from app.db import audit, kept
from app.filedrop import rules
from app.filedrop.models import DroppedFile, Reminder, ScanAlarm, Selection
from app.filedrop.service_draft_clear import ClearingDrafts
from app.runtime import Runtime
from app.settings import Settings

log = logging.getLogger("energiepost.filedrop")
LEASE = timedelta(minutes=10)
SELECTION_LIVES, REMINDER_LIVES = timedelta(days=1), timedelta(days=60)
ALARM_LIVES = timedelta(days=60)
PAGE = 100  # a second of work at most, and a lease of ten minutes


@dataclass(frozen=True)
class Expired:
    """A file whose bytes are to go."""

    id: int
    blob_key: str


@dataclass(frozen=True)
class Clearing:
    """What must happen as time goes by; never commits."""

    session: Session
    settings: Settings
    now: datetime

    @classmethod
    def of(cls, session: Session, runtime: Runtime) -> "Clearing":
        return cls(session, runtime.settings, runtime.clock())

    @property
    def drafts(self) -> ClearingDrafts:
        return ClearingDrafts(self.session, self.now)

    @property
    def today(self) -> date:
        return self.now.astimezone(self.settings.timezone).date()

    def claim_expired(self) -> list[Expired]:
        """Some files to purge, leased for ten minutes; younger ones are refused."""
        for page in self._expired():
            if due := [file.id for file in page if self._may_purge(file)]:
                return self._lease(due)
        return []

    def mark_purged(self, ids: Collection[int]) -> None:
        """Their bytes are gone; what is left says that they were there, until when."""
        asked = select(DroppedFile).where(
            DroppedFile.id.in_(ids), DroppedFile.purged_at.is_(None)
        )
        ours = asked.order_by(DroppedFile.id).with_for_update()
        for file in self.session.scalars(ours):
            file.purged_at, file.sealed_key, file.slot = self.now, None, None
            self._record("file.purge", f"file:{file.public_id}")

    def free(self, ids: Collection[int]) -> None:
        """Let somebody else claim these at once: nothing was done to them."""
        leased = update(DroppedFile).where(DroppedFile.id.in_(ids))
        self.session.execute(leased.values(purge_claimed_at=None))

    def may_destroy(self, day: date) -> bool:
        """Whether the key of that day is to go: never one that a living file needs."""
        if self.drafts.needs_key(day, self.settings.timezone):
            return False
        waiting = self._is_any(day, DroppedFile.purged_at.is_(None))
        waiting = waiting or self.drafts.waits_for_key(day)
        zone = self.settings.timezone
        if not rules.key_may_go(day=day, zone=zone, now=self.now, waiting=waiting):
            return False
        if self._is_any(day, DroppedFile.expires_at > self.now):
            log.error("ALARM the key of %s is needed by a living file", day)
            return False
        return True

    def known_blobs(self, keys: Sequence[str]) -> set[str]:
        """Which of those blobs a row points at."""
        asked = select(DroppedFile.blob_key).where(DroppedFile.blob_key.in_(keys))
        files = set(self.session.scalars(asked)) | self.drafts.known_blobs(keys)
        return files | kept.known(self.session, keys)

    def forget(self) -> None:
        """Delete old claims on reminders and alarms, and kept selections."""
        past = self.today - REMINDER_LIVES
        self.session.execute(delete(Reminder).where(Reminder.day < past))
        made = self.now - SELECTION_LIVES
        self.session.execute(delete(Selection).where(Selection.made_at < made))
        told = self.now - ALARM_LIVES
        self.session.execute(delete(ScanAlarm).where(ScanAlarm.at < told))
        self.drafts.forget_old()

    def _may_purge(self, file: DroppedFile) -> bool:
        due = rules.expiry(
            file.posted_at, zone=self.settings.timezone, days=file.retention_days
        )
        if file.expires_at < due:
            log.error("ALARM file %s would be purged too early", file.public_id)
        return rules.may_purge(expires_at=file.expires_at, due=due, now=self.now)

    def _expired(self) -> Iterator[Sequence[DroppedFile]]:
        """Page by page, so that those that are refused never hide the others."""
        asked = (
            select(DroppedFile)
            .where(DroppedFile.purged_at.is_(None), self._is_free())
            .where(DroppedFile.expires_at <= self.now - rules.ADMITTED)
            .order_by(DroppedFile.expires_at, DroppedFile.id)
            .with_for_update(skip_locked=True)  # what another worker takes is its own
        )
        for start in count(step=PAGE):
            page = self.session.scalars(asked.offset(start).limit(PAGE)).all()
            yield page
            if len(page) < PAGE:
                return

    def _lease(self, ids: Collection[int]) -> list[Expired]:
        claim = update(DroppedFile).where(
            DroppedFile.id.in_(ids), DroppedFile.purged_at.is_(None), self._is_free()
        )
        leased = claim.values(purge_claimed_at=self.now).returning(
            DroppedFile.id, DroppedFile.blob_key
        )
        return [Expired(*row) for row in self.session.execute(leased)]

    def _is_free(self) -> ColumnElement[bool]:
        return or_(
            DroppedFile.purge_claimed_at.is_(None),
            DroppedFile.purge_claimed_at < self.now - LEASE,
        )

    def _is_any(self, day: date, which: ColumnElement[bool]) -> bool:
        asked = exists().where(DroppedFile.key_day == day, which)
        return bool(self.session.scalar(select(asked)))

    def _record(self, action: str, about: str) -> None:
        audit.record(self.session, action, about, at=self.now)
