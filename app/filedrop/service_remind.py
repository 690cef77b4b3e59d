"""Reminding: one letter per manager per day, before files are over."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, and_, func, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from app.accounts.service import Person
from app.communities.service import Communities
from app.db.session import won
from app.filedrop import rules
from app.filedrop.models import DroppedFile, FileState, Reminder
from app.filedrop.service_letters import FileLetters
from app.runtime import Runtime
from app.settings import Settings
from storage.scanner import Finding


@dataclass(frozen=True)
class Reminding:
    """Looks at one manager at a time; never commits."""

    session: Session
    communities: Communities
    letters: FileLetters
    settings: Settings
    lets_by: frozenset[Finding]
    now: datetime

    @classmethod
    def of(cls, session: Session, runtime: Runtime) -> "Reminding":
        communities = Communities.of(session, runtime)
        accounts, now = communities.accounts, communities.now
        letters = FileLetters(
            session, communities, accounts, accounts.post, runtime.settings, now
        )
        lets_by = runtime.scanner.lets_by
        return cls(session, communities, letters, runtime.settings, lets_by, now)

    def remind_one(self) -> bool:
        """Look at one manager for today, and write the one letter if there is need."""
        today = rules.reminder_day(self.now, self.settings.timezone)
        account_id = self._to_remind(today) if today else None
        if today is None or account_id is None:
            return False
        since = self._last_look(account_id)
        if self._claim(account_id, today):
            self._remind(account_id, since=since, today=today)
        return True

    def _remind(self, account_id: int, *, since: date, today: date) -> None:
        for person in self.communities.accounts.reachable([account_id]):
            if due := self._due(person, since=since, today=today):
                self._write(person, due)

    def _write(self, person: Person, due: list[tuple[DroppedFile, bool]]) -> None:
        """Their letter; one that cannot be written fails alone, others come after."""
        try:
            with self.session.begin_nested():  # no password without its letter
                self.letters.remind(person, due)
        except Exception as wrong:  # noqa: BLE001 - whatever a template stumbles over
            self.letters.post.unwritten("reminder", person, wrong)

    def _due(
        self, person: Person, *, since: date, today: date
    ) -> list[tuple[DroppedFile, bool]]:
        """The files that today's letter names, and whether each was downloaded."""
        due = []
        stages = rules.reminder_stages(
            self.settings.remind_days, last_only=person.last_reminder_only
        )
        for file, state in self._candidates(person.id, today):
            expires_at = file.expires_at.astimezone(self.settings.timezone)
            posted_at = file.posted_at.astimezone(self.settings.timezone)
            fetched = bool(state and state.downloaded_at)
            if rules.is_reminded(
                expires_on=expires_at.date(),
                fetched=fetched,
                days=stages,
                since=max(since, posted_at.date()),  # that day's letter named it
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

    def _ends_soon(self, today: date) -> ColumnElement[bool]:
        horizon = today + timedelta(days=max(self.settings.remind_days))
        latest = rules.midnight(horizon, self.settings.timezone)
        return and_(
            DroppedFile.expires_at > self.now,
            DroppedFile.expires_at <= latest,
            DroppedFile.finding.in_(self.lets_by),
            DroppedFile.lost_at.is_(None),
        )

    def _last_look(self, account_id: int) -> date:
        asked = select(func.max(Reminder.day)).where(Reminder.account_id == account_id)
        return self.session.scalar(asked) or date.min

    def _claim(self, account_id: int, today: date) -> bool:
        is_sqlite = self.session.get_bind().dialect.name == "sqlite"
        insert = (sqlite if is_sqlite else postgresql).insert(Reminder)
        fresh = insert.values(account_id=account_id, day=today)
        return won(self.session, fresh.on_conflict_do_nothing())
