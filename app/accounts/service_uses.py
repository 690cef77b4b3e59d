"""What of somebody's way in still needs a master key, and which."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from app.accounts.models import (
    Account,
    ExternalIdentity,
    PendingSignIn,
    Registration,
    SmsCode,
)
from app.accounts.rules import A_DAY

Column = InstrumentedAttribute[str] | InstrumentedAttribute[str | None]


def uses(session: Session, now: datetime) -> Mapping[str, Mapping[str, int]]:
    """How many passwords and codes there are under each master key."""

    def counted(key: Column, *which: ColumnElement[bool]) -> dict[str, int]:
        asked = select(key, func.count()).where(key.is_not(None), *which)
        return {str(row[0]): row[1] for row in session.execute(asked.group_by(key))}

    return {
        "passwords": counted(Account.password_key),
        "initial passwords": counted(
            Account.initial_key,
            Account.initial_mac.is_not(None),
            Account.initial_until > now,
        ),
        "held passwords": counted(
            PendingSignIn.held_key,
            PendingSignIn.ended_at.is_(None),
            PendingSignIn.created_at > now - A_DAY,
        ),
        "external identities": counted(ExternalIdentity.key_id),
        "registrations": counted(
            Registration.password_key,
            Registration.spent_at.is_(None),
            Registration.until > now,
        ),
        "codes": counted(SmsCode.key_id, SmsCode.sent_at > now - A_DAY),
    }
