"""What one community got, and what became of it: for who helps its managers."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.filedrop import rules
from app.filedrop.models import Delivery, DroppedFile, FileState
from app.filedrop.service_follow import Sent, sent_of
from app.runtime import Runtime


@dataclass(frozen=True)
class Lately:
    """When a community last got something, and when somebody last took something."""

    delivered_at: datetime | None = None
    downloaded_at: datetime | None = None


@dataclass(frozen=True)
class Portion:
    """What of a delivery was for one community."""

    sent: Sent
    files: int
    downloaded: int
    last_day: date


@dataclass(frozen=True)
class Portions:
    """Looks only."""

    session: Session
    zone: ZoneInfo

    @classmethod
    def of(cls, session: Session, runtime: Runtime) -> "Portions":
        return cls(session, runtime.settings.timezone)

    def lately(self, ids: Collection[int]) -> dict[int, Lately]:
        """For each of those communities."""
        asked = (
            select(
                DroppedFile.community_id,
                func.max(DroppedFile.posted_at),
                func.max(FileState.downloaded_at),
            )
            .outerjoin(FileState, FileState.file_id == DroppedFile.id)
            .where(DroppedFile.community_id.in_(ids))
            .group_by(DroppedFile.community_id)
        )
        found = {row[0]: Lately(row[1], row[2]) for row in self.session.execute(asked)}
        return {community_id: found.get(community_id, Lately()) for community_id in ids}

    def newest(self, community_id: int, *, limit: int) -> list[Portion]:
        """Its deliveries, the newest first."""
        asked = (
            select(
                Delivery,
                func.count(DroppedFile.id.distinct()),
                func.count(FileState.file_id.distinct()),
                func.max(DroppedFile.expires_at),
            )
            .join(DroppedFile, DroppedFile.delivery_id == Delivery.id)
            .outerjoin(
                FileState,
                (FileState.file_id == DroppedFile.id)
                & FileState.downloaded_at.is_not(None),
            )
            .where(DroppedFile.community_id == community_id)
            .group_by(Delivery.id)
            .order_by(Delivery.posted_at.desc(), Delivery.id.desc())
            .limit(limit)
        )
        return [
            Portion(sent_of(row[0]), row[1], row[2], rules.last_day(row[3], self.zone))
            for row in self.session.execute(asked)
        ]
