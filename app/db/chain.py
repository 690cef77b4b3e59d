"""The chain beside the audit book: links, and what became of looking at them."""

from datetime import UTC, date, datetime

from sqlalchemy import LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from app.db.audit import BIG, AuditEntry
from app.db.base import Base
from app.kernel.chain import written


class AuditLink(Base):
    """A line of the book, bound; it points at no row, so that it outlives it."""

    __tablename__ = "audit_link"

    number: Mapped[int] = mapped_column(BIG, primary_key=True, autoincrement=False)
    entry_id: Mapped[int] = mapped_column(BIG, unique=True)
    bound_at: Mapped[datetime]
    digest: Mapped[bytes] = mapped_column(LargeBinary)
    seal: Mapped[bytes] = mapped_column(LargeBinary)
    key_id: Mapped[str] = mapped_column(String(32))


class AuditCheck(Base):
    """A look at the whole chain; the day's own is told in the letter of that day."""

    __tablename__ = "audit_check"

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    day: Mapped[date | None] = mapped_column(unique=True)
    number: Mapped[int] = mapped_column(BIG)
    digest: Mapped[bytes] = mapped_column(LargeBinary)
    broken_from: Mapped[int | None] = mapped_column(BIG)
    broken_until: Mapped[int | None] = mapped_column(BIG)
    fault: Mapped[str | None] = mapped_column(String(16))


def line_of(entry: AuditEntry, *, number: int, bound_at: datetime) -> bytes:
    """All that the book says in that line, its number, and when it was bound."""
    return written(
        {
            "about": entry.about,
            "action": entry.action,
            "at": _moment(entry.at),
            "bound_at": _moment(bound_at),
            "by": entry.by,
            "details": entry.details,
            "id": entry.id,
            "number": number,
            "refused": entry.refused,
            "source": entry.source,
        }
    )


def _moment(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="microseconds")
