"""Communities and who manages them, from when to when."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from app.db.base import Base


class Community(Base):
    """An energy community, by the number that Fluvius gave it."""

    __tablename__ = "community"

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(String(9), unique=True)
    name: Mapped[str] = mapped_column(String(128))
    created_at: Mapped[datetime]


class Managership(Base):
    """Somebody manages a community; once ended it stays in the book."""

    __tablename__ = "managership"
    __table_args__ = (
        Index(
            "uq_managership_today",
            "community_id",
            "account_id",
            unique=True,
            sqlite_where=text("ended_at IS NULL"),
            postgresql_where=text("ended_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    community_id: Mapped[int] = mapped_column(ForeignKey("community.id"))
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)
    began_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
