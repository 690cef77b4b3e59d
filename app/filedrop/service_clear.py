"""Time: reminding before it is over, purging after, destroying the day's key."""

import logging
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import and_, delete, func, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from app.accounts.service import Person
from app.communities.service import Communities
from app.db import audit
from app.db.session import won
from app.filedrop import rules
from app.filedrop.models import DroppedFile, FileState, Reminder, Selection
from app.filedrop.service_publish import title
from app.post import Post
from app.runtime import Runtime
from app.settings import Settings

log = logging.getLogger("energiepost.filedrop")
LEASE = timedelta(minutes=10)


@dataclass(frozen=True)
class Expired:
    """A file whose bytes are to go."""

    id: int
    blob_key: str


@dataclass(frozen=True)
class Clearing:
    """What must happen as time goes by; never commits."""

    session: Session
    communities: Communities
    post: Post
    settings: Settings
    now: datetime

    @classmethod
    def of(cls, session: Session, runtime: Runtime) -> "Clearing":
        communities = Communities.of(session, runtime)
        post = communities.accounts.post
        return cls(session, communities, post, runtime.settings, communities.now)

    def claim_expired(self) -> Expired | None:
        """The next file to purge, leased for ten minutes; younger ones are refused."""
        for row in self._expired():
            due = rules.expiry(
                row.posted_at, zone=self.settings.timezone, days=row.retention_days
            )
            if not rules.may_purge(expires_at=row.expires_at, due=due, now=self.now):
                if row.expires_at < due:
                    log.error("ALARM file %s would be purged too early", row.public_id)
                continue
            if self._lease(row.id):
                return Expired(row.id, row.blob_key)
        return None

    def mark_purged(self, file_id: int) -> None:
        """Its bytes are gone; what is left says that it was there, and until when."""
        row = self.session.get_one(DroppedFile, file_id)
        row.purged_at, row.sealed_key, row.slot = self.now, None, None
        self._record("file.purge", f"file:{row.public_id}")

    def may_destroy(self, day: date) -> bool:
        """Whether the key of that day can go: never one that a living file needs."""
        of_day = select(func.count()).where(DroppedFile.key_day == day)
        living = self._count(of_day.where(DroppedFile.expires_at > self.now))
        waiting = self._count(of_day.where(DroppedFile.purged_at.is_(None)))
        may = rules.key_may_go(
            day=day, zone=self.settings.timezone, now=self.now, waiting=waiting
        )
        if may and living:
            log.error("ALARM the key of %s is needed by %d living files", day, living)
        return may and not living

    def note_destroyed(self, day: date) -> None:
        self._record("key.destroy", f"day:{day.isoformat()}")

    def known_blobs(self, keys: Sequence[str]) -> set[str]:
        """Which of those blobs a row points at."""
        asked = select(DroppedFile.blob_key).where(DroppedFile.blob_key.in_(keys))
        return set(self.session.scalars(asked))

    def forget(self) -> bool:
        """Delete old claims on reminders and kept selections."""
        old = self.now - timedelta(days=60)
        gone = 0
        for what in (
            delete(Reminder).where(Reminder.day < old.date()),
            delete(Selection).where(Selection.made_at < self.now - timedelta(days=1)),
        ):
            result: Any = self.session.execute(what)
            gone += result.rowcount
        return gone > 0

    def remind_one(self) -> bool:
        """Look at one manager for today, and write the one letter if there is need."""
        today = rules.reminder_day(self.now, self.settings.timezone)
        if today is None:
            return False
        account_id = self._to_remind(today)
        if account_id is None:
            return False
        since = self._last_reminder(account_id)
        if self._claim(account_id, today):
            self._remind(account_id, since=since, today=today)
        return True

    def _remind(self, account_id: int, *, since: date, today: date) -> None:
        people = self.communities.accounts.reachable([account_id])
        due = self._due(account_id, since=since, today=today)
        if people and due:
            self._write(people[0], due)

    def _due(
        self, account_id: int, *, since: date, today: date
    ) -> list[tuple[DroppedFile, bool]]:
        """The files that today's letter names, and whether each was downloaded."""
        zone = self.settings.timezone
        due = []
        for file, state in self._candidates(account_id, today):
            fetched = bool(state and state.downloaded_at)
            if rules.is_reminded(
                expires_on=file.expires_at.astimezone(zone).date(),
                fetched=fetched,
                days=self.settings.remind_days,
                since=since,
                today=today,
            ):
                due.append((file, fetched))
        return sorted(due, key=lambda pair: (pair[1], pair[0].expires_at, pair[0].name))

    def _candidates(
        self, account_id: int, today: date
    ) -> list[tuple[DroppedFile, FileState | None]]:
        known = [c.id for c in self.communities.of_manager(account_id)]
        mine = and_(
            FileState.file_id == DroppedFile.id, FileState.account_id == account_id
        )
        asked = (
            select(DroppedFile, FileState)
            .outerjoin(FileState, mine)
            .where(DroppedFile.community_id.in_(known), self._ends_soon(today))
            .where(FileState.removed_at.is_(None))
        )
        return [(row[0], row[1]) for row in self.session.execute(asked)]

    def _write(self, person: Person, due: list[tuple[DroppedFile, bool]]) -> None:
        zone = self.settings.timezone
        known = {c.id: c for c in self.communities.of_manager(person.id)}
        files = defaultdict(list)
        for row, fetched in due:
            files[row.community_id].append(
                {
                    "name": row.name,
                    "what": title(row.kind, row.period, row.version, row.name),
                    "until": rules.last_day(row.expires_at, zone),
                    "downloaded": fetched,
                    "replaces": None,
                    "replaces_posted": None,
                    "reason": "",
                }
            )
        path = f"/bestanden/{due[0][0].public_id}"
        self.post.write(
            "reminder",
            person,
            communities=[
                {"name": known[c].name, "number": known[c].number, "files": files[c]}
                for c in files
            ],
            count=len(due),
            url=self.post.address(
                path if len(due) == 1 else "/bestanden/?filter=verdwijnt"
            ),
            last_day=min(rules.last_day(row.expires_at, zone) for row, _ in due),
        )

    def _to_remind(self, today: date) -> int | None:
        """A manager with files that end soon, whom nobody looked at today."""
        managers = self.communities.managers_today()
        looked_at = (
            select(Reminder.account_id)
            .where(Reminder.account_id == managers.c.account_id)
            .where(Reminder.day == today)
        )
        asked = (
            select(managers.c.account_id)
            .join(DroppedFile, DroppedFile.community_id == managers.c.community_id)
            .where(self._ends_soon(today), ~looked_at.exists())
            .limit(1)
        )
        return self.session.scalar(asked)

    def _ends_soon(self, today: date) -> Any:  # noqa: ANN401
        horizon = today + timedelta(days=max(self.settings.remind_days))
        latest = rules.midnight(horizon, self.settings.timezone)
        return and_(DroppedFile.expires_at > self.now, DroppedFile.expires_at <= latest)

    def _last_reminder(self, account_id: int) -> date:
        asked = select(func.max(Reminder.day)).where(Reminder.account_id == account_id)
        return self.session.scalar(asked) or date.min

    def _claim(self, account_id: int, today: date) -> bool:
        is_sqlite = self.session.get_bind().dialect.name == "sqlite"
        insert = (sqlite if is_sqlite else postgresql).insert(Reminder)
        fresh = insert.values(account_id=account_id, day=today)
        return won(self.session, fresh.on_conflict_do_nothing())

    def _expired(self) -> list[DroppedFile]:
        free = or_(
            DroppedFile.purge_claimed_at.is_(None),
            DroppedFile.purge_claimed_at < self.now - LEASE,
        )
        asked = (
            select(DroppedFile)
            .where(DroppedFile.purged_at.is_(None), free)
            .where(DroppedFile.expires_at <= self.now - rules.ADMITTED)
            .order_by(DroppedFile.expires_at)
            .limit(20)
        )
        return list(self.session.scalars(asked))

    def _lease(self, file_id: int) -> bool:
        free = or_(
            DroppedFile.purge_claimed_at.is_(None),
            DroppedFile.purge_claimed_at < self.now - LEASE,
        )
        claim = update(DroppedFile).where(
            DroppedFile.id == file_id, DroppedFile.purged_at.is_(None), free
        )
        return won(self.session, claim.values(purge_claimed_at=self.now))

    def _count(self, asked: Any) -> int:  # noqa: ANN401 - SQLAlchemy's Select
        return int(self.session.scalars(asked).one())

    def _record(self, action: str, about: str) -> None:
        audit.record(self.session, action, about, at=self.now)
