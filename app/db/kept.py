"""Papers that outlive the days: each blob with its own key, under a master key."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from sqlalchemy import LargeBinary, String, delete, func, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from app.db.base import Base
from app.db.session import won


class KeptBlob(Base):
    """A blob that a room keeps for years; no day's key stands between.

    A blob of which no row tells is an orphan, wherever it came from.
    """

    __tablename__ = "kept_blob"

    key: Mapped[str] = mapped_column(String(36), primary_key=True)
    purpose: Mapped[str] = mapped_column(String(32))
    sealed_key: Mapped[bytes] = mapped_column(LargeBinary)
    key_id: Mapped[str] = mapped_column(String(64))
    size: Mapped[int]
    sha256: Mapped[str] = mapped_column(String(64))
    at: Mapped[datetime]

    @property
    def about(self) -> str:
        """As the log and the commands call it."""
        return f"paper:{self.key}"


def known(session: Session, keys: Collection[str]) -> set[str]:
    """Which of those blobs a row here tells of."""
    asked = select(KeptBlob.key).where(KeptBlob.key.in_(keys))
    return set(session.scalars(asked))


def uses(session: Session) -> Mapping[str, int]:
    """How many keys of blobs there are under each master key."""
    asked = select(KeptBlob.key_id, func.count()).group_by(KeptBlob.key_id)
    return {str(row[0]): row[1] for row in session.execute(asked)}


def not_under(session: Session, key_id: str) -> Sequence[KeptBlob]:
    """Those whose key another master key seals."""
    return session.scalars(select(KeptBlob).where(KeptBlob.key_id != key_id)).all()


def seal_anew(session: Session, paper: KeptBlob, seal: tuple[str, bytes]) -> bool:
    """Put another seal in the place of this one; not if somebody did meanwhile."""
    key_id, sealed_key = seal
    anew = update(KeptBlob).where(
        KeptBlob.key == paper.key, KeptBlob.key_id == paper.key_id
    )
    return won(session, anew.values(key_id=key_id, sealed_key=sealed_key))


def settled(session: Session, before: datetime) -> Sequence[KeptBlob]:
    """All that were kept by then, and whose bytes must lie in the store."""
    return session.scalars(select(KeptBlob).where(KeptBlob.at <= before)).all()


def forget(session: Session, keys: Collection[str]) -> None:
    """Delete those rows; their bytes are the caller's to discard, after the commit."""
    session.execute(delete(KeptBlob).where(KeptBlob.key.in_(keys)))
