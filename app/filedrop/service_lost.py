"""Files whose bytes are gone before their time: who placed them has to know."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import exists, func, select
from sqlalchemy.orm import Session, aliased

from app.filedrop.models import Delivery, DroppedFile
from app.runtime import Runtime


@dataclass(frozen=True)
class Loss:
    """How many files of a delivery cannot be downloaded any more."""

    delivery: str
    posted_at: datetime
    count: int


@dataclass(frozen=True)
class LostFiles:
    """Looks only."""

    session: Session
    now: datetime

    @classmethod
    def of(cls, session: Session, runtime: Runtime) -> "LostFiles":
        return cls(session, runtime.clock())

    def losses(self) -> list[Loss]:
        """By delivery, the latest first, until they are placed anew or are over."""
        anew = aliased(DroppedFile)
        is_replaced = exists().where(
            anew.community_id == DroppedFile.community_id,
            anew.name == DroppedFile.name,
            anew.id > DroppedFile.id,
            anew.lost_at.is_(None),
        )
        asked = (
            select(Delivery.public_id, Delivery.posted_at, func.count())
            .join(DroppedFile, DroppedFile.delivery_id == Delivery.id)
            .where(DroppedFile.lost_at.is_not(None), ~is_replaced)
            .where(DroppedFile.expires_at > self.now)
            .group_by(Delivery.id, Delivery.public_id, Delivery.posted_at)
            .order_by(Delivery.posted_at.desc())
        )
        return [Loss(*row) for row in self.session.execute(asked)]
