"""Deliveries at a glance: counted in the database, a page at a time."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy import (
    ColumnElement,
    Select,
    SQLColumnExpression,
    Subquery,
    and_,
    case,
    func,
    or_,
    select,
)
from sqlalchemy.orm import Session

from app.accounts.service import Person
from app.communities.service import Communities
from app.filedrop import rules
from app.filedrop.models import Delivery, DroppedFile, FileState
from app.filedrop.rules import Stage
from app.filedrop.service_follow import Sent, sent_of
from app.runtime import Runtime
from notifier import ledger


@dataclass(frozen=True, kw_only=True)
class Glance:
    """A delivery on one line."""

    sent: Sent
    files: int
    size: int
    last_day: date
    tally: dict[Stage, int]
    at_risk: int


@dataclass(frozen=True)
class Glances:
    """The list of deliveries; looks only."""

    session: Session
    communities: Communities
    zone: ZoneInfo
    now: datetime

    @classmethod
    def of(cls, session: Session, runtime: Runtime) -> "Glances":
        communities = Communities.of(session, runtime)
        zone = runtime.settings.timezone
        return cls(session, communities, zone, communities.now)

    def count(self, *, query: str = "", stand: str = "") -> int:
        """How many deliveries there are; query: a file's name, or by whom.

        stand: `verdwijnt` for those with files at risk, `mislukt` for failed letters.
        """
        asked = select(func.count()).select_from(Delivery)
        return self.session.scalar(asked.where(*self._which(query, stand))) or 0

    def page(
        self, *, query: str = "", stand: str = "", start: int = 0, limit: int
    ) -> list[Glance]:
        """So many of them, the newest first."""
        chosen = select(Delivery).where(*self._which(query, stand))
        newest = chosen.order_by(Delivery.posted_at.desc(), Delivery.id.desc())
        deliveries = self.session.scalars(newest.offset(start).limit(limit))
        return self._glances(list(deliveries))

    def managers_at_risk(self) -> int:
        """How many managers see something disappear soon that nobody downloaded."""
        ids = self._ids_at_risk().subquery()
        return self.session.scalar(select(func.count()).select_from(ids)) or 0

    def people_at_risk(self) -> list[Person]:
        """Who those managers are, by name."""
        ids = set(self.session.scalars(self._ids_at_risk()))
        people = self.communities.accounts.people(ids).values()
        return sorted(people, key=lambda one: (one.name.casefold(), one.id))

    def _ids_at_risk(self) -> Select[int]:
        managers = self.communities.managers_today()
        return (
            select(managers.c.account_id)
            .distinct()
            .select_from(DroppedFile)
            .join(managers, managers.c.community_id == DroppedFile.community_id)
            .where(self._at_risk())
        )

    def _which(self, query: str, stand: str) -> list[ColumnElement[bool]]:
        which: list[ColumnElement[bool]] = []
        if query:
            named = _contains(DroppedFile.name, query)
            files = select(DroppedFile.delivery_id).where(named)
            which.append(or_(_contains(Delivery.by, query), Delivery.id.in_(files)))
        if stand == "verdwijnt":
            files = select(DroppedFile.delivery_id).where(self._at_risk())
            which.append(Delivery.id.in_(files))
        if stand == "mislukt":
            topics = {topic for topic, _ in ledger.failing(self.session)}
            which.append(Delivery.public_id.in_(topics))
        return which

    def _at_risk(self) -> ColumnElement[bool]:
        fetched = select(FileState.file_id).where(
            FileState.file_id == DroppedFile.id, FileState.downloaded_at.is_not(None)
        )
        leaving = self._leaving(DroppedFile.expires_at, DroppedFile.lost_at)
        return and_(leaving, ~fetched.exists())

    def _leaving(
        self,
        expires_at: SQLColumnExpression[datetime],
        lost_at: SQLColumnExpression[datetime | None],
    ) -> ColumnElement[bool]:
        """What went lost is told apart: nobody can be asked to download it."""
        soon = rules.soon_until(self.now, self.zone)
        return and_(expires_at > self.now, expires_at <= soon, lost_at.is_(None))

    def _glances(self, deliveries: Sequence[Delivery]) -> list[Glance]:
        counted = self._counted([delivery.id for delivery in deliveries])
        failed = self._failed(deliveries)
        glances = []
        for delivery in deliveries:
            files, size, ends, downloaded, opened, at_risk = counted[delivery.id]
            unreached = failed.get(delivery.public_id, 0)
            tally = {
                Stage.DOWNLOADED: downloaded,
                Stage.OPENED: opened,
                Stage.UNOPENED: files - downloaded - opened - unreached,
                Stage.FAILED: unreached,
            }
            glances.append(
                Glance(
                    sent=sent_of(delivery),
                    files=files,
                    size=size,
                    last_day=rules.last_day(ends, self.zone),
                    tally=tally,
                    at_risk=at_risk,
                )
            )
        return glances

    def _counted(
        self, ids: Collection[int]
    ) -> dict[int, tuple[int, int, datetime, int, int, int]]:
        """Files, bytes, the last moment; downloaded, opened, at risk: per delivery."""
        file = _per_file(ids)
        fresh = file.c.downloaded_at.is_(None)
        leaving = and_(fresh, self._leaving(file.c.expires_at, file.c.lost_at))
        asked = select(
            file.c.delivery_id,
            func.count(),
            func.sum(file.c.size),
            func.max(file.c.expires_at),
            func.count(file.c.downloaded_at),
            func.count(case((fresh, file.c.opened_at))),
            func.count(case((leaving, 1))),
        ).group_by(file.c.delivery_id)
        return {
            row[0]: (row[1], int(row[2]), row[3], row[4], row[5], row[6])
            for row in self.session.execute(asked)
        }

    def _failed(self, deliveries: Sequence[Delivery]) -> dict[str, int]:
        """How many files nobody opened while a letter to a manager failed."""
        topics = {delivery.id: delivery.public_id for delivery in deliveries}
        failing = ledger.failing(self.session, list(topics.values()))
        if not failing:
            return {}
        asked = self._unopened(topics, {account_id for _, account_id in failing})
        files: dict[str, set[int]] = {}
        for row in self.session.execute(asked):
            topic = topics[row[0]]
            if (topic, row[1]) in failing:
                files.setdefault(topic, set()).add(row[2])
        return {topic: len(found) for topic, found in files.items()}

    def _unopened(
        self, ids: Collection[int], account_ids: Collection[int]
    ) -> Select[int, int, int]:
        """What those managers would find in those deliveries, seen by nobody yet."""
        managers = self.communities.managers_today()
        file = _per_file(ids)
        return (
            select(file.c.delivery_id, managers.c.account_id, file.c.id)
            .join(managers, managers.c.community_id == file.c.community_id)
            .where(managers.c.account_id.in_(account_ids))
            .where(file.c.downloaded_at.is_(None), file.c.opened_at.is_(None))
        )


def _per_file(ids: Collection[int]) -> Subquery:
    """Each file of those deliveries, with the last time that anybody took it up."""
    return (
        select(
            DroppedFile.id,
            DroppedFile.delivery_id,
            DroppedFile.community_id,
            DroppedFile.size,
            DroppedFile.expires_at,
            DroppedFile.lost_at,
            func.max(FileState.downloaded_at).label("downloaded_at"),
            func.max(FileState.opened_at).label("opened_at"),
        )
        .outerjoin(FileState, FileState.file_id == DroppedFile.id)
        .where(DroppedFile.delivery_id.in_(ids))
        .group_by(DroppedFile.id)
        .subquery()
    )


def _contains(column: SQLColumnExpression[str], query: str) -> ColumnElement[bool]:
    return func.lower(column).contains(query.lower(), autoescape=True)
