"""Forgetting: sessions, codes, tries and links are kept no longer than they serve."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Delete, delete, exists
from sqlalchemy.orm import Session

from app.accounts import models as m

DAY = timedelta(days=1)
WEEK, YEAR = 7 * DAY, 400 * DAY


@dataclass(frozen=True)
class Forgetting:
    """Deletes what is over; the audit book keeps that it happened."""

    session: Session
    now: datetime

    def some(self) -> bool:
        """Delete all that is over; whether there was any."""
        return sum(self._delete(what) for what in self._over()) > 0

    def _over(self) -> list[Delete]:
        codes = exists().where(m.SmsCode.pending_id == m.PendingSignIn.id)
        return [
            delete(m.SmsCode).where(m.SmsCode.sent_at < self.now - 2 * DAY),
            delete(m.PendingSignIn).where(
                m.PendingSignIn.created_at < self.now - 2 * DAY, ~codes
            ),
            delete(m.Throttle).where(m.Throttle.until < self.now - DAY),
            delete(m.WebSession).where(m.WebSession.last_seen_at < self.now - WEEK),
            delete(m.KnownDevice).where(m.KnownDevice.last_seen_at < self.now - YEAR),
            delete(m.ResetRequest).where(m.ResetRequest.asked_at < self.now - DAY),
            delete(m.IssuerAttempt).where(m.IssuerAttempt.made_at < self.now - DAY),
            delete(m.Registration).where(m.Registration.until < self.now - WEEK),
            delete(m.ResetLink).where(m.ResetLink.until < self.now - WEEK),
        ]

    def _delete(self, what: Delete) -> int:
        result: Any = self.session.execute(
            what, execution_options={"synchronize_session": False}
        )
        return int(result.rowcount)
