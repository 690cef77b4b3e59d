"""The audit book: who did what to what, and when; only ever added to."""

from collections.abc import Collection, Mapping
from datetime import datetime

from sqlalchemy import JSON, BigInteger, Integer, String, insert, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from app.db.base import Base
from app.db.session import SOURCE

BIG = BigInteger().with_variant(Integer, "sqlite")  # SQLite counts only INTEGER keys
HOUSE = "energiepost"


class AuditEntry(Base):
    """One line of the book."""

    __tablename__ = "audit_entry"

    id: Mapped[int] = mapped_column(BIG, primary_key=True)
    at: Mapped[datetime] = mapped_column(index=True)
    by: Mapped[str] = mapped_column(String(64))
    action: Mapped[str] = mapped_column(String(64), index=True)
    about: Mapped[str] = mapped_column(String(128), index=True)
    details: Mapped[dict[str, str | int]] = mapped_column(JSON)
    refused: Mapped[bool] = mapped_column(default=False)
    source: Mapped[str] = mapped_column(String(45), default="")


def about_since(
    session: Session, action: str, about: Collection[str], *, by: str, since: datetime
) -> set[str]:
    """About which of those the book has that line by that person from then on."""
    asked = select(AuditEntry.about).where(
        AuditEntry.about.in_(about),
        AuditEntry.action == action,
        AuditEntry.by == by,
        AuditEntry.at > since,
    )
    return set(session.scalars(asked))


def record(
    session: Session,
    action: str,
    about: str,
    *,
    at: datetime,
    by: str = HOUSE,
    **details: str | int,
) -> None:
    """Write a line in the same transaction as what it tells of."""
    record_each(session, action, {about: details}, at=at, by=by)


def record_each(
    session: Session,
    action: str,
    lines: Mapping[str, Mapping[str, str | int]],
    *,
    at: datetime,
    by: str = HOUSE,
) -> None:
    """Write a line about each, with its details, in that order."""
    _write(
        session,
        *(
            {"at": at, "by": by, "action": action, "about": about, "details": details}
            for about, details in lines.items()
        ),
    )


def record_refusal(
    session: Session, action: str, about: str, *, at: datetime, by: str, why: str
) -> None:
    """Write that somebody tried, and was refused."""
    line = {"at": at, "by": by, "action": action, "about": about, "refused": True}
    _write(session, {**line, "details": {"why": why}})


def _write(session: Session, *lines: Mapping[str, object]) -> None:
    usual = {"refused": False, "source": session.info.get(SOURCE, "")}
    if lines:
        session.execute(_LINE, [{**usual, **line} for line in lines])


_LINE = insert(AuditEntry.metadata.tables["audit_entry"])  # asked all day, built once
