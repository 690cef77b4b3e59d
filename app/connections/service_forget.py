"""Forgetting the lists of who is forgotten."""

from dataclasses import dataclass

from sqlalchemy import delete
from sqlalchemy.orm import Session

from app.accounts.service import Accounts
from app.connections.models import ListedEan
from app.runtime import Runtime


@dataclass(frozen=True)
class Forgetting:
    """A code on the list of nobody is of no use to anybody; never commits."""

    session: Session
    accounts: Accounts

    @classmethod
    def of(cls, session: Session, runtime: Runtime) -> "Forgetting":
        return cls(session, Accounts.of(session, runtime))

    def some(self) -> None:
        """The list of an organisation stays, whoever put a code on it."""
        gone = self.accounts.forgotten()
        old = delete(ListedEan).where(ListedEan.account_id.in_(gone))
        self.session.execute(old)
