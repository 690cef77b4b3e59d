"""The end of a day: what died with its key, certified once."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256
from typing import TypedDict

from sqlalchemy import delete, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from app.db import audit
from app.db.session import won
from app.filedrop.models import DeadDay, DroppedFile, EndingDay
from app.runtime import Runtime


class _Dead(TypedDict):
    """What died with a key: so many files, of which so many still lay there."""

    files: int
    left: int
    bytes: int
    digest: str


@dataclass(frozen=True)
class DeadDays:
    """The register of the days that nobody can read any more; never commits."""

    session: Session
    today: date
    now: datetime

    @classmethod
    def of(cls, session: Session, runtime: Runtime) -> "DeadDays":
        now = runtime.clock()
        return cls(session, now.astimezone(runtime.settings.timezone).date(), now)

    def uncertified(self) -> set[date]:
        """The days with files that began, and of which nothing says that they died.

        And those whose end was begun: drafts leave no row by which to know them.
        """
        asked = select(DroppedFile.key_day).distinct()
        asked = asked.where(DroppedFile.key_day <= self.today)
        over = asked.where(DroppedFile.key_day.not_in(select(DeadDay.day)))
        return {
            *self.session.scalars(over),
            *self.session.scalars(select(EndingDay.day)),
        }

    def certified(self) -> set[date]:
        """The days whose key was destroyed: one that still lies there was put back."""
        return set(self.session.scalars(select(DeadDay.day)))

    def begin_end(self, day: date) -> None:
        """From now on its certificate is owed, whatever happens to us."""
        fresh = self._insert(EndingDay).values(day=day)
        self.session.execute(fresh.on_conflict_do_nothing())

    def certify(self, day: date, *, again: bool = False) -> None:
        """Say once that the key is gone, and with it what; of one put back, again.

        Called when the key was destroyed, so that a crash between the two makes
        the tick destroy again, which is no error, and say it then.
        """
        dead = self._of(day)
        fresh = self._insert(DeadDay).values(day=day, destroyed_at=self.now, **dead)
        is_first = won(self.session, fresh.on_conflict_do_nothing())
        if is_first or again:
            action = "key.destroy" if is_first else "key.destroy_again"
            about = f"day:{day.isoformat()}"
            audit.record(self.session, action, about, at=self.now, **dead)
        self.session.execute(delete(EndingDay).where(EndingDay.day == day))

    def _insert(
        self, table: type[DeadDay | EndingDay]
    ) -> sqlite.Insert | postgresql.Insert:
        if self.session.get_bind().dialect.name == "sqlite":
            return sqlite.insert(table)
        return postgresql.insert(table)

    def _of(self, day: date) -> _Dead:
        asked = select(DroppedFile).where(DroppedFile.key_day == day)
        files = self.session.scalars(asked).all()
        return {
            "files": len(files),
            "left": sum(file.purged_at is None for file in files),
            "bytes": sum(file.size for file in files),
            "digest": digest(file.blob_key for file in files),
        }


def digest(blob_keys: Iterable[str]) -> str:
    """Stands for exactly these blobs: SHA-256 of their keys in order, a line each."""
    return sha256("".join(f"{key}\n" for key in sorted(blob_keys)).encode()).hexdigest()
