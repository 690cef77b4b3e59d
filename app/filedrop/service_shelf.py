"""The shelf: files as one manager sees them today."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, and_, bindparam, select, true
from sqlalchemy.orm import Session

from app.accounts.service import Accounts
from app.communities.service import MANAGED, Communities, Known
from app.filedrop import rules
from app.filedrop.models import Delivery, DroppedFile, FileState
from app.filedrop.rules import Kind, Label
from app.runtime import Runtime
from storage.scanner import Finding

ANY = true()
Placed = tuple[DroppedFile, Delivery, FileState | None]
Series = tuple[int, str, str]  # community, month, extension: what versions replace


@dataclass(frozen=True, kw_only=True)
class Taken:
    """A file in hand: whose it is, until when, and where its bytes lie."""

    key: int
    id: str
    name: str
    ext: str
    size: int
    sha256: str
    crc32: int
    posted_at: datetime
    expires_at: datetime
    last_day: date
    community_id: int
    community_number: str
    community_name: str
    downloaded_at: datetime | None
    blob_key: str
    sealed_key: bytes | None
    key_day: date
    finding: str
    lost_at: datetime | None


@dataclass(frozen=True, kw_only=True)
class FileView(Taken):
    """A file as one manager sees it today."""

    label: Label
    reason: str
    posted_on: date
    days_left: int
    shared_by: str
    delivery: str
    opened_at: datetime | None
    downloaded_on: date | None
    downloaded_by: str
    removed_at: datetime | None
    replaces: int | None
    replaced_by: int | None

    @property
    def kind(self) -> Kind:
        return self.label.kind

    @property
    def month(self) -> str:
        return self.label.month

    @property
    def version(self) -> int:
        return self.label.version

    @property
    def title(self) -> str:
        return self.label.title

    @property
    def is_new(self) -> bool:
        """Neither opened nor downloaded by me."""
        return self.opened_at is None and self.downloaded_at is None

    @property
    def is_listed(self) -> bool:
        return self.removed_at is None


_FILE, _STATE = (Delivery.metadata.tables[it] for it in ("dropped_file", "file_state"))
_IN_HAND = (  # asked before each first byte, so tables, and built once
    select(
        _FILE.c.id.label("key"),
        _FILE.c.public_id.label("id"),
        _FILE.c.name,
        _FILE.c.ext,
        _FILE.c.size,
        _FILE.c.sha256,
        _FILE.c.crc32,
        _FILE.c.posted_at,
        _FILE.c.expires_at,
        _FILE.c.blob_key,
        _FILE.c.sealed_key,
        _FILE.c.key_day,
        _FILE.c.finding,
        _FILE.c.lost_at,
        _STATE.c.downloaded_at,
        MANAGED.c.id.label("community_id"),
        MANAGED.c.number.label("community_number"),
        MANAGED.c.name.label("community_name"),
    )
    .join_from(_FILE, MANAGED, MANAGED.c.id == _FILE.c.community_id)
    .outerjoin(
        _STATE,
        (_STATE.c.file_id == _FILE.c.id)
        & (_STATE.c.account_id == bindparam("account_id")),
    )
    .where(_FILE.c.public_id.in_(bindparam("ids", expanding=True)))
)


@dataclass(frozen=True)
class _Around:
    """What is looked up once for all files of a list."""

    communities: dict[int, Known]
    downloads: dict[int, tuple[datetime, str]]
    versions: dict[Series, list[int]]


@dataclass(frozen=True)
class Shelf:
    """The files of the communities that somebody manages today."""

    session: Session
    communities: Communities
    accounts: Accounts
    zone: ZoneInfo
    lets_by: frozenset[Finding]
    now: datetime

    @classmethod
    def of(cls, session: Session, runtime: Runtime) -> "Shelf":
        communities = Communities.of(session, runtime)
        accounts, now = communities.accounts, communities.now
        zone, lets_by = runtime.settings.timezone, runtime.scanner.lets_by
        return cls(session, communities, accounts, zone, lets_by, now)

    def living(
        self, account_id: int, which: ColumnElement[bool] = ANY
    ) -> list[FileView]:
        """All that can be downloaded today, or such of it, the newest first."""
        is_living = DroppedFile.expires_at > self.now
        is_out = DroppedFile.finding.in_(self.lets_by) & DroppedFile.lost_at.is_(None)
        return self._files(account_id, and_(is_living, is_out, which))

    def named(self, ids: Collection[str], account_id: int) -> dict[str, FileView]:
        """Those that are theirs, by id, also when their time is over."""
        files = self._files(account_id, DroppedFile.public_id.in_(ids))
        return {file.id: file for file in files}

    def taken(self, ids: Collection[str], account_id: int) -> dict[str, Taken]:
        """The same with what a download needs, by one question."""
        asked = {"account_id": account_id, "ids": list(ids)}
        return {
            row.id: Taken(
                **row._mapping,  # noqa: SLF001 - SQLAlchemy's public name for it
                last_day=rules.last_day(row.expires_at, self.zone),
            )
            for row in self.session.execute(_IN_HAND, asked)
        }

    def of_delivery(self, public_id: str, account_id: int) -> list[FileView]:
        """What was placed at once, also when its time is over."""
        return self._files(account_id, Delivery.public_id == public_id)

    def _files(self, account_id: int, which: ColumnElement[bool]) -> list[FileView]:
        known = {k.id: k for k in self.communities.of_manager(account_id)}
        asked = (
            select(DroppedFile, Delivery, FileState)
            .join(Delivery, Delivery.id == DroppedFile.delivery_id)
            .outerjoin(FileState, _state_of(account_id))
            .where(DroppedFile.community_id.in_(known), which)
            .order_by(DroppedFile.posted_at.desc(), DroppedFile.name)
        )
        placed: list[Placed] = [(r[0], r[1], r[2]) for r in self.session.execute(asked)]
        downloads = self._downloads([file.id for file, _, _ in placed])
        versions = self._versions(known, {file.period for file, _, _ in placed})
        around = _Around(known, downloads, versions)
        return [self._view(one, around) for one in placed]

    def _view(self, placed: Placed, around: _Around) -> FileView:
        file, delivery, mine = placed
        community = around.communities[file.community_id]
        last_day = rules.last_day(file.expires_at, self.zone)
        own = mine.downloaded_at if mine else None
        first, by = around.downloads.get(file.id, (None, ""))
        shown = own or first
        versions = around.versions.get((community.id, file.period, file.ext), [])
        return FileView(
            key=file.id,
            id=file.public_id,
            name=file.name,
            ext=file.ext,
            label=rules.label_of(file.name),
            reason=file.reason,
            size=file.size,
            sha256=file.sha256,
            crc32=file.crc32,
            posted_at=file.posted_at,
            posted_on=self._day(file.posted_at),
            expires_at=file.expires_at,
            last_day=last_day,
            days_left=(last_day - self._day(self.now)).days,
            shared_by=delivery.shared_by,
            delivery=delivery.public_id,
            community_id=community.id,
            community_number=community.number,
            community_name=community.name,
            opened_at=mine.opened_at if mine else None,
            downloaded_at=own,
            downloaded_on=self._day(shown) if shown else None,
            downloaded_by="" if own else by,
            removed_at=mine.removed_at if mine else None,
            replaces=max((v for v in versions if v < file.version), default=None),
            replaced_by=max((v for v in versions if v > file.version), default=None),
            blob_key=file.blob_key,
            sealed_key=file.sealed_key,
            key_day=file.key_day,
            finding=file.finding,
            lost_at=file.lost_at,
        )

    def _downloads(self, file_ids: Collection[int]) -> dict[int, tuple[datetime, str]]:
        """Who downloaded each file first, and when: co-managers see each other."""
        asked = (
            select(FileState.file_id, FileState.downloaded_at, FileState.account_id)
            .where(FileState.file_id.in_(file_ids))
            .where(FileState.downloaded_at.is_not(None))
            .order_by(FileState.downloaded_at.desc())
        )
        rows = [(r[0], r[1], r[2]) for r in self.session.execute(asked)]
        people = self.accounts.people({account_id for _, _, account_id in rows})
        return {
            file_id: (at, people[account_id].name)
            for file_id, at, account_id in rows
            if at is not None
        }

    def _versions(
        self, communities: Collection[int], periods: Collection[str]
    ) -> dict[Series, list[int]]:
        """All versions ever placed for those months, by community and extension."""
        asked = (
            select(
                DroppedFile.community_id,
                DroppedFile.period,
                DroppedFile.ext,
                DroppedFile.version,
            )
            .where(DroppedFile.community_id.in_(communities))
            .where(DroppedFile.period.in_(set(periods) - {""}))
            .distinct()
        )
        versions: dict[Series, list[int]] = {}
        for community, period, ext, version in self.session.execute(asked):
            versions.setdefault((community, period, ext), []).append(version)
        return versions

    def _day(self, moment: datetime) -> date:
        return moment.astimezone(self.zone).date()


def _state_of(account_id: int) -> ColumnElement[bool]:
    """Joins to a file what this manager did with it."""
    return and_(FileState.file_id == DroppedFile.id, FileState.account_id == account_id)
