"""Lists of EAN codes: one of each person, one of each organisation."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, delete, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from app.connections import rules
from app.connections.models import ListedEan
from app.connections.rules import Added
from app.db import audit
from app.db.session import won
from app.kernel.ean import Ean
from app.kernel.errors import NotFound
from app.organisations.service import OrganisationCard
from app.runtime import Runtime


@dataclass(frozen=True)
class Keeper:
    """Who looks at a list: their own, or that of the organisation they act for."""

    account_id: int
    login: str
    card: OrganisationCard | None = None

    @property
    def may_change(self) -> bool:
        """Who may only look for an organisation changes nothing of it."""
        return self.card is None or self.card.rank.may_manage

    @property
    def about(self) -> str:
        """Whose list it is, as the audit book calls them."""
        if self.card:
            return f"organisation:{self.card.kbo.digits}"
        return f"account:{self.account_id}"


@dataclass(frozen=True)
class Entry:
    """A code on a list, and since when."""

    id: int
    ean: Ean
    added_at: datetime


@dataclass(frozen=True)
class EanLists:
    """Nobody finds the list of another; never commits."""

    session: Session
    now: datetime

    @classmethod
    def of(cls, session: Session, runtime: Runtime) -> "EanLists":
        return cls(session, runtime.clock())

    def entries(self, keeper: Keeper) -> list[Entry]:
        """What is on the list, the last one first."""
        asked = select(ListedEan).where(_theirs(keeper)).order_by(ListedEan.id.desc())
        return [
            Entry(one.id, Ean(one.ean), one.added_at)
            for one in self.session.scalars(asked)
        ]

    def add(self, keeper: Keeper, ean: Ean) -> Added:
        """Put a code on the list; the audit book tells that, and not which."""
        _must_change(keeper)
        asked = select(ListedEan.ean).where(_theirs(keeper))
        listed = self.session.scalars(asked).all()
        if ean.digits in listed:
            return Added.BEFORE
        if not rules.fits(listed=len(listed)):
            return Added.FULL
        if not self._insert(keeper, ean):  # another window was quicker
            return Added.BEFORE
        self._record("connection.list", keeper)
        return Added.NOW

    def remove(self, keeper: Keeper, entry_id: int) -> None:
        """Take one off the list; NotFound for what is on no list of theirs."""
        _must_change(keeper)
        gone = delete(ListedEan).where(ListedEan.id == entry_id, _theirs(keeper))
        if not won(self.session, gone):
            raise NotFound("entry")
        self._record("connection.unlist", keeper)

    def _insert(self, keeper: Keeper, ean: Ean) -> bool:
        is_sqlite = self.session.get_bind().dialect.name == "sqlite"
        insert = (sqlite if is_sqlite else postgresql).insert(ListedEan)
        fresh = insert.values(
            account_id=None if keeper.card else keeper.account_id,
            organisation_id=keeper.card.id if keeper.card else None,
            ean=ean.digits,
            added_at=self.now,
        )
        return won(self.session, fresh.on_conflict_do_nothing())

    def _record(self, action: str, keeper: Keeper) -> None:
        audit.record(self.session, action, keeper.about, at=self.now, by=keeper.login)


def _theirs(keeper: Keeper) -> ColumnElement[bool]:
    if keeper.card:
        return ListedEan.organisation_id == keeper.card.id
    return ListedEan.account_id == keeper.account_id


def _must_change(keeper: Keeper) -> None:
    if keeper.card:
        keeper.card.must_manage()
