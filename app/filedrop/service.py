"""The manager's side: what is there for me, taking it, putting it out of my list."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import TypeVar
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.service import Accounts
from app.communities.service import Communities
from app.db import audit
from app.filedrop import rules
from app.filedrop.models import DroppedFile, Selection
from app.filedrop.service_departure import Departures
from app.filedrop.service_draft import Drafts
from app.filedrop.service_draft_view import DraftView
from app.filedrop.service_follow import Following
from app.filedrop.service_follow_community import Lately, Portion, Portions
from app.filedrop.service_follow_list import Glance, Glances
from app.filedrop.service_follow_progress import Progress, progress
from app.filedrop.service_lost import Loss, LostFiles
from app.filedrop.service_quarantine import Quarantine
from app.filedrop.service_receipts import Reader
from app.filedrop.service_receipts import write as write_receipts
from app.filedrop.service_served import Parts, change, hand_over, hold
from app.filedrop.service_shelf import FileView, Shelf, Taken
from app.kernel import tokens
from app.kernel.errors import Busy, Gone, NotFound
from app.runtime import Runtime

# higher rooms enter by this door only
__all__ = [
    "Departures",
    "DraftView",
    "Drafts",
    "FileDrop",
    "Following",
    "Glance",
    "Glances",
    "GoneFiles",
    "Lately",
    "Loss",
    "LostFiles",
    "Parts",
    "Portion",
    "Portions",
    "Progress",
    "Quarantine",
    "Reader",
    "progress",
]

File = TypeVar("File", bound=Taken)
ONE_DOWNLOAD = timedelta(hours=1)  # parts within it belong together


class GoneFiles(Gone):
    """Some of the asked files had their time, or went lost; the others can be had."""

    def __init__(self, gone: Sequence[Taken], rest: Sequence[Taken]) -> None:
        super().__init__()
        self.gone, self.rest = gone, rest


@dataclass(frozen=True)
class FileDrop:
    """What a manager does with the files of today's communities; never commits."""

    session: Session
    communities: Communities
    accounts: Accounts
    shelf: Shelf
    zone: ZoneInfo
    now: datetime

    @classmethod
    def of(cls, session: Session, runtime: Runtime) -> "FileDrop":
        shelf = Shelf.of(session, runtime)
        communities, accounts = shelf.communities, shelf.accounts
        return cls(session, communities, accounts, shelf, shelf.zone, shelf.now)

    def inbox(self, account_id: int) -> list[FileView]:
        """All that can be downloaded today, also what was put out of the list."""
        return self.shelf.living(account_id)

    def delivered(self, public_id: str, account_id: int) -> None:
        """A mailed link leads to a delivery: GoneFiles if all of mine had its time."""
        if not tokens.is_public_id(public_id):
            return
        files = self.shelf.of_delivery(public_id, account_id)
        if files and all(file.expires_at <= self.now for file in files):
            raise GoneFiles(files, [])

    def take(self, ids: Sequence[str], account_id: int) -> list[FileView]:
        """Those files in that order; NotFound if one is not yours, whatever it is."""
        asked = _asked(ids)
        return self._available(asked, self.shelf.named(asked, account_id))

    def take_out(self, ids: Sequence[str], account_id: int) -> list[Taken]:
        """The same to download them: by one question, without what pages show."""
        asked = _asked(ids)
        return self._available(asked, self.shelf.taken(asked, account_id))

    def show(self, file_id: str, account_id: int) -> FileView:
        """One file, opened; NotFound if not yours, GoneFiles if past its last day."""
        (file,) = self.take([file_id], account_id)
        opened_at = hold(self.session, [file], account_id)[file.key].opened_at
        if opened_at is None:
            opened_at = self.now
            change(self.session, account_id, {file.key: {"opened_at": opened_at}})
        return replace(file, opened_at=opened_at)

    def begin(
        self, files: Collection[Taken], *, by: str, is_part: bool = False
    ) -> None:
        """Somebody starts to download; the audit book knows before the first byte.

        A program that fetches a file in parts is told of once, not for each part.
        """
        if is_part:
            begun = self._begun(files, by)
            files = [file for file in files if _about(file) not in begun]
        self._record("file.download", files, by)

    def served(
        self,
        files: Collection[Taken],
        parts: Parts,
        reader: Reader,
        *,
        is_complete: bool = True,
    ) -> None:
        """These parts were handed over; what is whole counts once an answer ended well.

        files: all that the answer is about, for an earlier one may have given the rest.
        When one breaks off, the one that makes up for it may have ended, and been
        noted, before we heard that nobody listened to this one.
        """
        broken = None if is_complete else reader.since
        fresh = hand_over(
            self.session, files, parts, reader.account_id, now=self.now, broken=broken
        )
        if fresh:
            self._record("file.downloaded", fresh, reader.login)
            write_receipts(self.session, fresh, reader, at=self.now)

    def remove(self, ids: Sequence[str], account_id: int) -> list[FileView]:
        """Out of my list; the other managers keep it, and I can put it back."""
        return self._list(ids, account_id, "file.remove", until=self.now)

    def restore(self, ids: Sequence[str], account_id: int) -> list[FileView]:
        """Back into my list."""
        return self._list(ids, account_id, "file.restore", until=None)

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
        if not tokens.is_public_id(public_id):
            raise NotFound
        kept = self.session.get(Selection, public_id)
        if kept is None or kept.account_id != account_id:
            raise NotFound
        return kept.file_ids

    def previous_visit(self, account_id: int) -> date | None:
        """The day on which somebody signed in before this time."""
        before = self.accounts.previous_sign_in(account_id)
        return before.astimezone(self.zone).date() if before else None

    def _available(self, asked: Sequence[str], found: Mapping[str, File]) -> list[File]:
        """In the order asked; who lacks one, or may not have it yet, gets none."""
        if len(found) != len(asked):
            raise NotFound
        files = [found[file_id] for file_id in asked]
        gone = [file for file in files if not self._is_available(file)]
        if gone:
            raise GoneFiles(gone, [file for file in files if self._is_available(file)])
        if any(file.finding not in self.shelf.lets_by for file in files):
            raise Busy("Dit bestand wordt nog gecontroleerd.", after=60)
        return files

    def _is_available(self, file: Taken) -> bool:
        lives = rules.is_available(expires_at=file.expires_at, now=self.now)
        return lives and file.lost_at is None

    def _list(
        self,
        ids: Sequence[str],
        account_id: int,
        action: str,
        *,
        until: datetime | None,
    ) -> list[FileView]:
        """In the list until then, or for good; what is so already stays as it was."""
        files = self.take(ids, account_id)
        states = hold(self.session, files, account_id)
        changing = [f for f in files if bool(states[f.key].removed_at) != bool(until)]
        away = {"removed_at": until}
        change(self.session, account_id, {file.key: away for file in changing})
        self._record(action, changing, self.accounts.login_of(account_id))
        return files

    def _begun(self, files: Collection[Taken], by: str) -> set[str]:
        """What the book already says about these; nobody else adds to it meanwhile."""
        self._hold([file.key for file in files])
        return audit.about_since(
            self.session,
            "file.download",
            {_about(file) for file in files},
            by=by,
            since=self.now - ONE_DOWNLOAD,
        )

    def _hold(self, keys: Collection[int]) -> None:
        """The files' rows, ours until the commit."""
        # in one order, so that two requests wait for each other and never both ways
        lock = select(DroppedFile.id).where(DroppedFile.id.in_(keys))
        self.session.execute(
            lock.order_by(DroppedFile.id).with_for_update(key_share=True)
        )

    def _record(self, action: str, files: Iterable[Taken], by: str) -> None:
        lines = {_about(file): {"community": file.community_number} for file in files}
        audit.record_each(self.session, action, lines, at=self.now, by=by)


def _asked(ids: Sequence[str]) -> list[str]:
    """Each once, in that order; NotFound for what no file can have."""
    asked = list(dict.fromkeys(ids))
    if not asked or not all(map(tokens.is_public_id, asked)):
        raise NotFound
    return asked


def _about(file: Taken) -> str:
    return f"file:{file.id}"
