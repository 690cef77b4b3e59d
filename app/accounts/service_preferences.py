"""What somebody chooses for themselves: which reminders come."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import update
from sqlalchemy.orm import Session

from app.accounts.models import Account
from app.db import audit
from app.db.session import won
from app.runtime import Runtime


@dataclass(frozen=True)
class Preferences:
    """Somebody's own choices; never commits."""

    session: Session
    now: datetime

    @classmethod
    def of(cls, session: Session, runtime: Runtime) -> "Preferences":
        return cls(session, runtime.clock())

    def remind(self, account_id: int, *, last_only: bool) -> None:
        """Only the last reminder, or every one; they cannot be turned off."""
        choosing = update(Account).where(
            Account.id == account_id, Account.last_reminder_only.is_not(last_only)
        )
        if won(self.session, choosing.values(last_reminder_only=last_only)):
            account = self.session.get_one(Account, account_id)
            audit.record(
                self.session,
                "account.reminders",
                f"account:{account_id}",
                at=self.now,
                by=account.login,
            )
