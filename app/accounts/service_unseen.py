"""People of Mijn Fluvius who did not come for years: forgotten, their row is not."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from app.accounts import models as m
from app.accounts.rules import USER
from app.db import audit

# what a customer shared lasts three years; a year more for who looks back on it
UNSEEN = timedelta(days=4 * 366)
THEIRS = (m.ExternalIdentity, m.Registration, m.KnownDevice, m.WebSession, m.ResetLink)


@dataclass(frozen=True)
class Unseen:
    """Makes accounts nobody's; never commits.

    The row stays, since contracts and others point at it: without a name, an address,
    a number, a password, or what an issuer calls them. Who comes back is new here.
    """

    session: Session
    now: datetime

    def forget_one(self) -> bool:
        """Whether there was somebody to forget; not who is blocked, or it would end."""
        account = self._next()
        if account is None:
            return False
        for table in THEIRS:
            theirs = delete(table).where(table.account_id == account.id)
            self.session.execute(theirs)
        account.login = f"vergeten.{account.id}"
        account.name = account.email = account.mobile = ""
        account.password_hash = account.password_key = None
        account.forgotten_at = account.blocked_at = self.now
        about = f"account:{account.id}"
        audit.record(self.session, "account.forget", about, at=self.now)
        self.session.flush()
        return True

    def _next(self) -> m.Account | None:
        seen = func.coalesce(m.Account.last_sign_in_at, m.Account.created_at)
        asked = select(m.Account).where(
            m.Account.role == USER,
            m.Account.blocked_at.is_(None),
            seen < self.now - UNSEEN,
        )
        return self.session.scalar(asked.limit(1).with_for_update(skip_locked=True))
