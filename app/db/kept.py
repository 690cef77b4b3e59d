"""Papers that outlive the days: each blob with its own key, under a master key."""

from collections.abc import Collection, Mapping
from datetime import datetime

from sqlalchemy import LargeBinary, String, func, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from app.db.base import Base


class KeptBlob(Base):
    """A blob that a room keeps for years; no day's key stands between.

    A blob of which no row tells is an orphan, wherever it came from.
    """

    __tablename__ = "kept_blob"

    key: Mapped[str] = mapped_column(String(36), primary_key=True)
    sealed_key: Mapped[bytes] = mapped_column(LargeBinary)
    key_id: Mapped[str] = mapped_column(String(64))
    size: Mapped[int]
    sha256: Mapped[str] = mapped_column(String(64))
    at: Mapped[datetime]


def known(session: Session, keys: Collection[str]) -> set[str]:
    """Which of those blobs a row here tells of."""
    asked = select(KeptBlob.key).where(KeptBlob.key.in_(keys))
    return set(session.scalars(asked))


def uses(session: Session) -> Mapping[str, int]:
    """How many keys of blobs there are under each master key."""
    asked = select(KeptBlob.key_id, func.count()).group_by(KeptBlob.key_id)
    return {str(row[0]): row[1] for row in session.execute(asked)}
