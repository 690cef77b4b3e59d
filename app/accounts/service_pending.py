"""Who still lacks a code: on the way in, or in already and changing a password."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, select, update
from sqlalchemy.orm import Session

from app.accounts import rules
from app.accounts.models import Account, PendingSignIn
from app.db.session import won

Which = ColumnElement[bool]
Found = tuple[PendingSignIn, Account]


@dataclass(frozen=True)
class Pendings:
    """Finding, taking and ending what is pending; never commits."""

    session: Session
    now: datetime

    def find(self, which: Which) -> Found | None:
        """What is pending and whose it is, unless it ended or grew too old."""
        asked = (
            select(PendingSignIn, Account)
            .join(Account, Account.id == PendingSignIn.account_id)
            .where(which)
            .where(PendingSignIn.ended_at.is_(None), Account.blocked_at.is_(None))
            .where(PendingSignIn.created_at > self.now - rules.PENDING_LIFETIME)
        )
        found = self.session.execute(asked).one_or_none()
        return (found[0], found[1]) if found else None

    def take(self, which: Which) -> Found | None:
        """The same, with the account's row ours: one step at a time."""
        whose = select(PendingSignIn.account_id).where(which)
        mine = select(Account.id).where(Account.id.in_(whose))
        self.session.execute(mine.with_for_update(key_share=True))
        return self.find(which)

    def end(self, which: Which) -> bool:
        """Whether it was us who ended it."""
        ending = update(PendingSignIn).where(which, PendingSignIn.ended_at.is_(None))
        return won(self.session, ending.values(ended_at=self.now))
