"""What of contracts still needs a master key, and which."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy.orm import Session

from app.db import kept


def uses(session: Session, now: datetime) -> Mapping[str, Mapping[str, int]]:
    """How many papers there are under each master key.

    Signatories are not counted: their MACs stand for years, nobody can make them
    anew, and the signed paper says the same. Without its key one means nothing.
    """
    del now
    return {"papers": kept.uses(session)}
