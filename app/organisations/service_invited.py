"""Who was given access takes it up, by the address that proved to be theirs."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.accounts.service import Accounts
from app.db import audit
from app.db.session import won
from app.organisations import rules
from app.organisations.models import Invitation, Membership, Organisation
from app.organisations.rules import Source
from app.runtime import Runtime


@dataclass(frozen=True)
class Invited:
    """What waits for somebody; never commits."""

    session: Session
    accounts: Accounts
    now: datetime

    @classmethod
    def of(cls, session: Session, runtime: Runtime) -> "Invited":
        accounts = Accounts.of(session, runtime)
        return cls(session, accounts, accounts.now)

    def waits(self, account_id: int) -> bool:
        """Whether something was given that they do not have yet."""
        return bool(self._waiting(account_id))

    def accept(self, account_id: int) -> None:
        """Who comes in with an address that proved to be theirs gets what it was given.

        An issuer or a mailed link proved it: both write it on the account.
        """
        for invitation in self._waiting(account_id):
            claim = update(Invitation).where(
                Invitation.id == invitation.id, Invitation.ended_at.is_(None)
            )
            if won(self.session, claim.values(ended_at=self.now)):
                self._join(invitation, account_id)
        self.session.flush()

    def _waiting(self, account_id: int) -> list[Invitation]:
        email = self.accounts.people([account_id])[account_id].email.casefold()
        waiting = select(Invitation).where(
            Invitation.email == email,
            Invitation.ended_at.is_(None),
            Invitation.made_at > rules.invited_since(self.now),
        )
        return list(self.session.scalars(waiting)) if email else []

    def _join(self, invitation: Invitation, account_id: int) -> None:
        """A rank; another one for who was granted one before."""
        held = update(Membership).where(
            Membership.organisation_id == invitation.organisation_id,
            Membership.account_id == account_id,
            Membership.source == Source.GRANTED,
            Membership.ended_at.is_(None),
        )
        if not won(self.session, held.values(rank=invitation.rank)):
            self.session.add(
                Membership(
                    organisation_id=invitation.organisation_id,
                    account_id=account_id,
                    source=Source.GRANTED,
                    rank=invitation.rank,
                    granted_by=invitation.granted_by,
                    since=self.now,
                )
            )
        row = self.session.get_one(Organisation, invitation.organisation_id)
        audit.record(
            self.session,
            "organisation.accept",
            f"organisation:{row.kbo}",
            at=self.now,
            by=self.accounts.login_of(account_id),
        )
