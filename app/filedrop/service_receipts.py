"""Receipts: that somebody was sent all of a file, for who manages its community."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Select, delete, func, insert, or_, select
from sqlalchemy.orm import Session

from app.communities.service import Communities
from app.filedrop import rules
from app.filedrop.models import DroppedFile, FileState, Receipt
from app.filedrop.service_shelf import Taken
from app.kernel import tokens
from app.kernel.errors import NotFound
from app.runtime import Runtime

_RECEIPT = insert(Receipt.metadata.tables["receipt"])


class Reader(NamedTuple):
    """Who has been reading, as the receipt will name them, and since when."""

    account_id: int
    login: str
    name: str
    since: datetime


@dataclass(frozen=True, kw_only=True)
class Proof:
    """A receipt as it was written: who was sent what, and when the last byte went."""

    id: str
    at: datetime
    by: str
    community_number: str
    community_name: str
    file_name: str
    version: int
    size: int
    sha256: str


@dataclass(frozen=True)
class Broken:
    """A file of which only some bytes were sent."""

    id: str
    name: str
    sent: int
    size: int


@dataclass(frozen=True)
class Receipts:
    """The receipts of the communities that somebody manages today; never commits."""

    session: Session
    communities: Communities
    zone: ZoneInfo
    now: datetime

    @classmethod
    def of(cls, session: Session, runtime: Runtime) -> "Receipts":
        communities = Communities.of(session, runtime)
        return cls(session, communities, runtime.settings.timezone, communities.now)

    def find(self, account_id: int, *, query: str, community: str) -> "Found":
        """What those words and that community leave, the newest first."""
        which = [self._mine(account_id)]
        if community:
            which.append(Receipt.community_number == community)
        if query:
            columns = (Receipt.file_name, Receipt.by, Receipt.community_name)
            which.append(or_(*(c.icontains(query, autoescape=True) for c in columns)))
        return Found(self.session, select(Receipt).where(*which))

    def one(self, public_id: str, account_id: int) -> Proof:
        """NotFound unless it is of a community that they manage today."""
        asked = select(Receipt).where(
            Receipt.public_id == public_id, self._mine(account_id)
        )
        receipt = self.session.scalar(asked)
        if receipt is None:
            raise NotFound
        return _proof(receipt)

    def of_file(self, file_key: int, account_id: int) -> list[Proof]:
        """Theirs and their colleagues' for one file, the first download first."""
        asked = select(Receipt).where(
            Receipt.file_id == file_key, self._mine(account_id)
        )
        found = self.session.scalars(asked.order_by(Receipt.at, Receipt.id))
        return [_proof(receipt) for receipt in found]

    def broken_off(self, account_id: int) -> list[Broken]:
        """Living files that were sent to them in part, and never whole."""
        ids = [known.id for known in self.communities.of_manager(account_id)]
        asked = (
            select(DroppedFile, FileState)
            .join(FileState, FileState.file_id == DroppedFile.id)
            .where(FileState.account_id == account_id)
            .where(FileState.downloaded_at.is_(None))
            .where(DroppedFile.community_id.in_(ids))
            .where(DroppedFile.expires_at > self.now, DroppedFile.lost_at.is_(None))
            .order_by(DroppedFile.posted_at.desc(), DroppedFile.name)
        )
        return [
            Broken(file.public_id, file.name, _sent(state.served), file.size)
            for file, state in self.session.execute(asked)
            if state.served
        ]

    def forget(self) -> None:
        """Delete what was kept long enough."""
        since = rules.receipts_since(self.now, self.zone)
        self.session.execute(delete(Receipt).where(Receipt.at < since))

    def _mine(self, account_id: int) -> ColumnElement[bool]:
        ids = [known.id for known in self.communities.of_manager(account_id)]
        return Receipt.community_id.in_(ids)


@dataclass(frozen=True)
class Found:
    """Receipts that were asked for: how many, and some of them."""

    session: Session
    asked: Select[Receipt]

    @property
    def total(self) -> int:
        counted = select(func.count()).select_from(self.asked.subquery())
        return int(self.session.scalars(counted).one())

    def page(self, start: int, size: int) -> list[Proof]:
        newest = self.asked.order_by(Receipt.at.desc(), Receipt.id.desc())
        found = self.session.scalars(newest.offset(start).limit(size))
        return [_proof(receipt) for receipt in found]


def write(
    session: Session, files: Collection[Taken], reader: Reader, *, at: datetime
) -> None:
    """One for each file that was just handed over whole, for the first time."""
    receipts = [
        {
            "public_id": tokens.public_id(),
            "file_id": file.key,
            "account_id": reader.account_id,
            "community_id": file.community_id,
            "at": at,
            "by": reader.name,
            "community_number": file.community_number,
            "community_name": file.community_name,
            "file_name": file.name,
            "version": rules.label_of(file.name).version,
            "size": file.size,
            "sha256": file.sha256,
        }
        for file in files
    ]
    session.execute(_RECEIPT, receipts)


def _proof(receipt: Receipt) -> Proof:
    return Proof(
        id=receipt.public_id,
        at=receipt.at,
        by=receipt.by,
        community_number=receipt.community_number,
        community_name=receipt.community_name,
        file_name=receipt.file_name,
        version=receipt.version,
        size=receipt.size,
        sha256=receipt.sha256,
    )


def _sent(served: Sequence[Sequence[int]]) -> int:
    return sum(stop - start for start, stop in served)
