"""Forgetting who could act for an organisation, and whom it waited for."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, or_
from sqlalchemy.orm import Session

from app.accounts.service import Accounts
from app.organisations.models import Acting, Invitation, Membership
from app.organisations.rules import ANSWERED_BY, ENDED_KEPT
from app.runtime import Runtime

A_DAY = timedelta(days=1)  # longer than a session


@dataclass(frozen=True)
class Forgetting:
    """Deletes what is over; the audit book keeps who came and went; never commits."""

    session: Session
    accounts: Accounts
    now: datetime

    @classmethod
    def of(cls, session: Session, runtime: Runtime) -> "Forgetting":
        accounts = Accounts.of(session, runtime)
        return cls(session, accounts, accounts.now)

    def some(self) -> None:
        """Addresses that nobody came with, access that ended, acting that is over."""
        gone = self.accounts.forgotten()
        before = self.now - ANSWERED_BY
        for old in (
            delete(Acting).where(
                or_(Acting.since < self.now - A_DAY, Acting.account_id.in_(gone))
            ),
            delete(Invitation).where(Invitation.made_at < before),
            delete(Membership).where(
                or_(
                    Membership.ended_at < self.now - ENDED_KEPT,
                    Membership.account_id.in_(gone),
                )
            ),
        ):
            self.session.execute(old)
