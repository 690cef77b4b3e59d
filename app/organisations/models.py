"""Organisations, who may act for them, and for whom a session acts."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from app.db.base import Base
from app.organisations.rules import (
    LONGEST_ADDRESS,
    LONGEST_FUNCTION,
    LONGEST_NAME,
    Rank,
    Source,
)


def _today(name: str, *columns: str) -> Index:
    """At most one row of these that did not end."""
    living = text("ended_at IS NULL")
    return Index(
        name, *columns, unique=True, sqlite_where=living, postgresql_where=living
    )


class Organisation(Base):
    """An organisation by its KBO number, as the register last called it."""

    __tablename__ = "organisation"

    id: Mapped[int] = mapped_column(primary_key=True)
    kbo: Mapped[str] = mapped_column(String(10), unique=True)
    name: Mapped[str] = mapped_column(String(LONGEST_NAME))
    address: Mapped[str] = mapped_column(String(LONGEST_ADDRESS), default="")
    created_at: Mapped[datetime]
    provider_since: Mapped[datetime | None]


class Membership(Base):
    """Somebody may act for an organisation; once ended it stays two years."""

    __tablename__ = "membership"
    __table_args__ = (
        _today("uq_membership_today", "organisation_id", "account_id", "source"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)
    source: Mapped[Source] = mapped_column(String(8))
    rank: Mapped[Rank] = mapped_column(String(16))
    function: Mapped[str] = mapped_column(String(LONGEST_FUNCTION), default="")
    granted_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    since: Mapped[datetime]
    ended_at: Mapped[datetime | None]


class Invitation(Base):
    """An administrator gave an address access; it counts once its owner comes in."""

    __tablename__ = "invitation"
    __table_args__ = (_today("uq_invitation_today", "organisation_id", "email"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    email: Mapped[str] = mapped_column(String(254), index=True)
    rank: Mapped[Rank] = mapped_column(String(16))
    granted_by: Mapped[int] = mapped_column(ForeignKey("account.id"))
    made_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]


class Acting(Base):
    """For which organisation a session acts; without a row, for nobody but oneself.

    The account stands beside it: a session's number may be given out again.
    """

    __tablename__ = "acting"

    web_session_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    since: Mapped[datetime]
