"""The manager's side: what is there for me, taking it, putting it out of my list."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, and_, select
from sqlalchemy.orm import Session, aliased

from app.accounts.service import Accounts
from app.communities.service import Communities, Known
from app.db import audit
from app.filedrop import rules
from app.filedrop.models import Delivery, DroppedFile, FileState, Selection
from app.filedrop.rules import Kind, Range
from app.kernel import tokens
from app.kernel.errors import Gone, NotFound
from app.runtime import Runtime


@dataclass(frozen=True)
class FileView:
    """A file as one manager sees it today."""

    id: str
    name: str
    ext: str
    kind: Kind
    period: str
    month: str
    version: int
    reason: str
    size: int
    sha256: str
    crc32: int
    posted_at: datetime
    posted_on: date
    expires_at: datetime
    last_day: date
    days_left: int
    shared_by: str
    delivery: str
    community_number: str
    community_name: str
    opened_at: datetime | None
    downloaded_at: datetime | None
    downloaded_on: date | None
    downloaded_by: str
    removed_at: datetime | None
    replaces: int | None
    replaced_by: int | None
    blob_key: str
    sealed_key: bytes | None
    key_day: date

    @property
    def is_new(self) -> bool:
        """Neither opened nor downloaded by me."""
        return self.opened_at is None and self.downloaded_at is None

    @property
    def is_opened(self) -> bool:
        return self.opened_at is not None


class GoneFiles(Gone):
    """Some of the asked files had their time; the others can still be had."""

    def __init__(self, gone: Sequence[FileView], rest: Sequence[FileView]) -> None:
        super().__init__()
        self.gone, self.rest = gone, rest


@dataclass(frozen=True)
class FileDrop:
    """The files of the communities that somebody manages today; never commits."""

    session: Session
    communities: Communities
    accounts: Accounts
    zone: ZoneInfo
    now: datetime

    @classmethod
    def of(cls, session: Session, runtime: Runtime) -> "FileDrop":
        communities = Communities.of(session, runtime)
        zone = runtime.settings.timezone
        return cls(session, communities, communities.accounts, zone, communities.now)

    @property
    def today(self) -> date:
        return self.now.astimezone(self.zone).date()

    def inbox(self, account_id: int) -> list[FileView]:
        """All that can be downloaded today, also what was put out of the list."""
        mine = self.communities.of_manager(account_id)
        living = DroppedFile.expires_at > self.now
        return self._views(account_id, mine, living)

    def show(self, file_id: str, account_id: int) -> FileView:
        """One file, opened; NotFound if not yours, GoneFiles if past its last day."""
        (view,) = self.take([file_id], account_id)
        state = self._state(view, account_id)
        state.opened_at = state.opened_at or self.now
        return view

    def take(self, ids: Sequence[str], account_id: int) -> list[FileView]:
        """Those files in that order; NotFound if one is not yours, whatever it is."""
        mine = self.communities.of_manager(account_id)
        asked = list(dict.fromkeys(ids))
        found = {
            view.id: view
            for view in self._views(account_id, mine, DroppedFile.public_id.in_(asked))
        }
        if not asked or len(found) != len(asked):
            raise NotFound
        views = [found[file_id] for file_id in asked]
        gone = [view for view in views if view.expires_at <= self.now]
        if gone:
            raise GoneFiles(gone, [view for view in views if view not in gone])
        return views

    def begin(self, views: Iterable[FileView], account_id: int) -> None:
        """Somebody starts to download; the audit book knows before the first byte."""
        for view in views:
            self._record("file.download", view, account_id)

    def served(self, view: FileView, account_id: int, part: Range) -> bool:
        """So many bytes were handed over; whether all of them were, by now."""
        state = self._state(view, account_id)
        union = rules.merged([(a, b) for a, b in state.served], part)
        state.served = [list(span) for span in union]
        is_whole = union == [(0, view.size)]
        if is_whole and state.downloaded_at is None:
            state.downloaded_at = self.now
            self._record("file.downloaded", view, account_id)
        return is_whole

    def remove(self, ids: Sequence[str], account_id: int) -> list[FileView]:
        """Out of my list; the other managers keep it, and I can put it back."""
        views = self.take(ids, account_id)
        for view in views:
            self._state(view, account_id).removed_at = self.now
            self._record("file.remove", view, account_id)
        return views

    def restore(self, ids: Sequence[str], account_id: int) -> list[FileView]:
        """Back into my list."""
        views = self.take(ids, account_id)
        for view in views:
            self._state(view, account_id).removed_at = None
            self._record("file.restore", view, account_id)
        return views

    def keep_selection(self, ids: Sequence[str], account_id: int) -> str:
        """A short name for more files than an address can hold."""
        public_id = tokens.public_id()
        self.session.add(
            Selection(
                public_id=public_id,
                account_id=account_id,
                file_ids=list(ids),
                made_at=self.now,
            )
        )
        return public_id

    def selection(self, public_id: str, account_id: int) -> list[str]:
        kept = self.session.get(Selection, public_id)
        if kept is None or kept.account_id != account_id:
            raise NotFound
        return kept.file_ids

    def previous_visit(self, account_id: int) -> date | None:
        """The day on which somebody signed in before this time."""
        before = self.accounts.previous_sign_in(account_id)
        return before.astimezone(self.zone).date() if before else None

    def _views(
        self,
        account_id: int,
        communities: Collection[Known],
        which: ColumnElement[bool],
    ) -> list[FileView]:
        by_id = {known.id: known for known in communities}
        state = aliased(FileState)
        asked = (
            select(DroppedFile, Delivery, state)
            .join(Delivery, Delivery.id == DroppedFile.delivery_id)
            .outerjoin(
                state,
                and_(state.file_id == DroppedFile.id, state.account_id == account_id),
            )
            .where(DroppedFile.community_id.in_(by_id), which)
            .order_by(DroppedFile.posted_at.desc(), DroppedFile.name)
        )
        rows = [(r[0], r[1], r[2]) for r in self.session.execute(asked)]
        others = self._downloads([file.id for file, _, _ in rows])
        versions = self._versions(by_id)
        return [
            self._view(file, delivery, mine, by_id[file.community_id], others, versions)
            for file, delivery, mine in rows
        ]

    def _view(  # noqa: PLR0917 - one row and what stands around it
        self,
        file: DroppedFile,
        delivery: Delivery,
        mine: FileState | None,
        community: Known,
        others: dict[int, tuple[datetime, str]],
        versions: dict[tuple[int, str, str], list[int]],
    ) -> FileView:
        label = rules.label_of(file.name)
        known = versions.get((file.community_id, file.period, file.ext), [])
        last_day = rules.last_day(file.expires_at, self.zone)
        own = mine.downloaded_at if mine else None
        other_at, other = others.get(file.id, (None, ""))
        shown = own or other_at
        return FileView(
            id=file.public_id,
            name=file.name,
            ext=file.ext,
            kind=Kind(file.kind),
            period=file.period,
            month=label.month if file.period else "",
            version=file.version,
            reason=file.reason,
            size=file.size,
            sha256=file.sha256,
            crc32=file.crc32,
            posted_at=file.posted_at,
            posted_on=file.posted_at.astimezone(self.zone).date(),
            expires_at=file.expires_at,
            last_day=last_day,
            days_left=(last_day - self.today).days,
            shared_by=delivery.shared_by,
            delivery=delivery.public_id,
            community_number=community.number,
            community_name=community.name,
            opened_at=mine.opened_at if mine else None,
            downloaded_at=own,
            downloaded_on=shown.astimezone(self.zone).date() if shown else None,
            downloaded_by="" if own else other,
            removed_at=mine.removed_at if mine else None,
            replaces=max((v for v in known if v < file.version), default=None),
            replaced_by=max((v for v in known if v > file.version), default=None),
            blob_key=file.blob_key,
            sealed_key=file.sealed_key,
            key_day=file.key_day,
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
        self, communities: Collection[int]
    ) -> dict[tuple[int, str, str], list[int]]:
        """All versions ever placed, by community, month and kind of file."""
        asked = (
            select(
                DroppedFile.community_id,
                DroppedFile.period,
                DroppedFile.ext,
                DroppedFile.version,
            )
            .where(DroppedFile.community_id.in_(communities), DroppedFile.period != "")
            .distinct()
        )
        versions: dict[tuple[int, str, str], list[int]] = {}
        for community, period, ext, version in self.session.execute(asked):
            versions.setdefault((community, period, ext), []).append(version)
        return versions

    def _state(self, view: FileView, account_id: int) -> FileState:
        asked = select(DroppedFile.id).where(DroppedFile.public_id == view.id)
        file_id = self.session.scalars(asked.with_for_update()).one()
        state = self.session.get(FileState, (file_id, account_id))
        if state is None:
            state = FileState(file_id=file_id, account_id=account_id, served=[])
            self.session.add(state)
            self.session.flush()
        return state

    def _record(self, action: str, view: FileView, account_id: int) -> None:
        audit.record(
            self.session,
            action,
            f"file:{view.id}",
            at=self.now,
            by=self.accounts.login_of(account_id),
            community=view.community_number,
        )
