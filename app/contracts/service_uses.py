"""What of contracts still needs a master key, and which."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.contracts.models import DataContract
from app.db import kept


def uses(session: Session, now: datetime) -> Mapping[str, Mapping[str, int]]:
    """How many contracts and signatories there are under each master key."""
    del now
    key = DataContract.signed_mac_key
    asked = select(key, func.count()).where(key.is_not(None)).group_by(key)
    signatories = {str(row[0]): row[1] for row in session.execute(asked)}
    return {"contracts": kept.uses(session), "signatories": signatories}
