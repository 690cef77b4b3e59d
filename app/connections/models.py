"""EAN codes that somebody keeps on a list, their own or that of an organisation."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.db.base import Base


class ListedEan(Base):
    """A code on one list; it goes with whose list it is."""

    __tablename__ = "listed_ean"
    __table_args__ = (
        CheckConstraint(
            "(account_id IS NULL) <> (organisation_id IS NULL)", name="one_owner"
        ),
        UniqueConstraint("account_id", "ean"),
        UniqueConstraint("organisation_id", "ean"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int | None] = mapped_column(
        ForeignKey("account.id", ondelete="CASCADE")
    )
    organisation_id: Mapped[int | None] = mapped_column(
        ForeignKey("organisation.id", ondelete="CASCADE")
    )
    ean: Mapped[str] = mapped_column(String(18))
    added_at: Mapped[datetime]
