"""What is open to somebody: mailed links, browsers they are in; and the end of it."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import update
from sqlalchemy.orm import Session

from app.accounts.models import PendingSignIn, ResetLink, WebSession
from app.kernel import tokens


@dataclass(frozen=True)
class Ways:
    """Opened and ended together with what else changes; never commits."""

    session: Session
    now: datetime

    def link(self, account_id: int, *, lifetime: timedelta) -> str:
        """A token that opens the page for an own password.

        Earlier ones live on: else whoever asks for one kills that of the owner.
        """
        token = tokens.token()
        self.session.add(
            ResetLink(
                token_hash=tokens.digest(token),
                account_id=account_id,
                made_at=self.now,
                until=self.now + lifetime,
            )
        )
        return token

    def end_links(self, account_id: int) -> None:
        """No mailed link opens anything any more."""
        living = update(ResetLink).where(
            ResetLink.account_id == account_id, ResetLink.spent_at.is_(None)
        )
        self.session.execute(living.values(spent_at=self.now))

    def end_sessions(self, account_id: int, *, but: int | None = None) -> None:
        """Whoever is in, but for that session, or on the way in, is out at once."""
        # who comes in right now still holds the pending row: after it, the session
        for table, kept in ((PendingSignIn, None), (WebSession, but)):
            ending = update(table).where(
                table.account_id == account_id, table.ended_at.is_(None)
            )
            if kept is not None:
                ending = ending.where(table.id != kept)
            self.session.execute(ending.values(ended_at=self.now))
