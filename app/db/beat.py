"""When the jobs process was last alive: one row."""

from datetime import datetime

from sqlalchemy.orm import Mapped, Session, mapped_column

from app.db.base import Base


class Beat(Base):
    """The one row."""

    __tablename__ = "beat"

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime]


def last_beat(session: Session) -> datetime | None:
    beat = session.get(Beat, 1)
    return beat.at if beat else None


def note_beat(session: Session, now: datetime) -> None:
    session.merge(Beat(id=1, at=now))
