"""Files and the scanner: what is to be looked into, what came of it, whom to tell."""

import logging
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, and_, case, delete, exists, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from app.accounts.service import Accounts
from app.db import audit
from app.db.session import won
from app.filedrop.models import Delivery, Draft, DraftFile, DroppedFile, ScanAlarm
from app.filedrop.service_draft_add import is_open
from app.runtime import Runtime
from storage import BlobDamaged, KeysAway
from storage.scanner import Doubt, Finding, Verdict

log = logging.getLogger("energiepost.filedrop")
LEASE, AGAIN = timedelta(minutes=10), timedelta(minutes=1)
OUTAGE = "scanner"
TOLD = {"uploader", "releaser", "admin"}  # who can do something about it
QUARANTINE = "/beheer/leveringen/quarantaine"
Table = type[DraftFile] | type[DroppedFile]
TABLES: tuple[Table, ...] = (DraftFile, DroppedFile)


@dataclass(frozen=True)
class Suspect:
    """A file to look into, ours until then."""

    table: Table
    key: int
    id: str
    name: str
    blob_key: str
    sealed_key: bytes
    key_day: date
    until: datetime


@dataclass(frozen=True)
class Scanning:
    """Which file is next, and what a verdict changes; never commits."""

    session: Session
    accounts: Accounts
    now: datetime

    @classmethod
    def of(cls, session: Session, runtime: Runtime) -> "Scanning":
        accounts = Accounts.of(session, runtime)
        return cls(session, accounts, accounts.now)

    def claim(self) -> Suspect | None:
        """A file that nobody looked into, or not for long; those of drafts first."""
        leased = (self._lease(table) for table in TABLES)
        return next(filter(None, leased), None)

    def settle(self, suspect: Suspect, verdict: Verdict) -> None:
        """Note what was found; colleagues are told of what is held, once."""
        if verdict.is_outage:
            self._postpone(suspect, verdict)
            return
        self._scanner_is_back()
        again = None if verdict.is_final else self.now + AGAIN
        table = suspect.table
        ours = update(table).where(
            table.id == suspect.key, table.scan_due_at == suspect.until
        )
        found = ours.values(
            finding=verdict.finding, finding_why=verdict.why, scan_due_at=again
        )
        # a doubt that comes back each minute by itself is told the first time
        is_news = verdict.is_final or not self._is_known(suspect, verdict)
        is_held = verdict.finding is not Finding.CLEAN and is_news
        if won(self.session, found) and is_held:
            self._hold(suspect, verdict)

    def put_off(self, suspect: Suspect) -> None:
        """Nobody could look into it just now; others are tried meanwhile."""
        table = suspect.table
        ours = update(table).where(
            table.id == suspect.key, table.scan_due_at == suspect.until
        )
        self.session.execute(ours.values(scan_due_at=self.now + AGAIN))

    def _is_known(self, suspect: Suspect, verdict: Verdict) -> bool:
        table = suspect.table
        same = exists().where(
            table.id == suspect.key,
            table.finding == verdict.finding,
            table.finding_why == verdict.why,
        )
        return bool(self.session.scalar(select(same)))

    def _lease(self, table: Table) -> Suspect | None:
        # who was tried before comes last: a file that fells the scanner waits its turn
        asked = (
            select(
                table.id,
                table.public_id,
                table.name,
                table.blob_key,
                table.sealed_key,
                table.key_day,
            )
            .where(self._is_due(table))
            .order_by(table.scan_due_at.is_not(None), table.scan_due_at, table.id)
            .limit(1)
            .with_for_update(skip_locked=True)
        )
        found = self.session.execute(asked).one_or_none()
        if found is None:
            return None
        until, ours = self.now + LEASE, table.id == found.id
        self.session.execute(update(table).where(ours).values(scan_due_at=until))
        key, public_id, name, blob_key, sealed_key, key_day = found
        sealed = sealed_key or b""  # a living file has one
        return Suspect(table, key, public_id, name, blob_key, sealed, key_day, until)

    def _is_due(self, table: Table) -> ColumnElement[bool]:
        first = and_(table.finding == Finding.UNSCANNED, table.scan_due_at.is_(None))
        once_more = table.scan_due_at <= self.now
        return and_(living(table, self.now), or_(first, once_more))

    def _postpone(self, suspect: Suspect, verdict: Verdict) -> None:
        """The scanner is down: all that waits is held for a minute, this one longer."""
        ours = suspect.table
        self._hold_back(ours, ours.id == suspect.key, verdict, self.now + 2 * AGAIN)
        for table in TABLES:
            self._hold_back(table, self._is_due(table), verdict, self.now + AGAIN)
        if self._is_news(OUTAGE):
            log.error("ALARM the scanner is %s: files are held", verdict.why)
            self._tell("outage", "")

    def _hold_back(
        self,
        table: Table,
        which: ColumnElement[bool],
        verdict: Verdict,
        until: datetime,
    ) -> None:
        """What was found infected stays so, whatever the scanner does now."""
        keeps = table.finding == Finding.INFECTED
        self.session.execute(
            update(table)
            .where(which)
            .values(
                finding=case((keeps, table.finding), else_=verdict.finding),
                finding_why=case((keeps, table.finding_why), else_=verdict.why),
                scan_due_at=until,
            )
            .execution_options(synchronize_session=False)
        )

    def _scanner_is_back(self) -> None:
        over = delete(ScanAlarm).where(ScanAlarm.cause == OUTAGE)
        if won(self.session, over):
            log.warning("the scanner answers again")

    def _hold(self, suspect: Suspect, verdict: Verdict) -> None:
        infected = verdict.finding is Finding.INFECTED
        what = "infected" if infected else verdict.why
        audit.record(
            self.session,
            "file.hold",
            f"file:{suspect.id}",
            at=self.now,
            file=suspect.name,
            why=verdict.why,
        )
        if self._is_news(f"{what} {self._batch(suspect)}"):
            log.error("ALARM file %s is held: %s", suspect.id, what)
            self._tell("infected" if infected else "unknown", verdict.why)

    def _batch(self, suspect: Suspect) -> str:
        """The draft or delivery that it came in with."""
        if suspect.table is DroppedFile:
            one = DroppedFile.delivery_id == Delivery.id
            asked = select(Delivery.public_id).where(one, DroppedFile.id == suspect.key)
            return f"delivery:{self.session.scalar(asked)}"
        one = DraftFile.draft_id == Draft.id
        asked = select(Draft.public_id).where(one, DraftFile.id == suspect.key)
        return f"draft:{self.session.scalar(asked)}"

    def _is_news(self, cause: str) -> bool:
        is_sqlite = self.session.get_bind().dialect.name == "sqlite"
        insert = (sqlite if is_sqlite else postgresql).insert(ScanAlarm)
        fresh = insert.values(cause=cause, at=self.now)
        return won(self.session, fresh.on_conflict_do_nothing())

    def _tell(self, what: str, why: str) -> None:
        post = self.accounts.post
        for person in self.accounts.colleagues(TOLD):
            url = post.address(QUARANTINE)
            post.write("scan", person, what=what, why=why, at=self.now, url=url)


def living(table: Table, now: datetime) -> ColumnElement[bool]:
    """Those that may still go out, or are out."""
    if table is DroppedFile:
        return and_(DroppedFile.expires_at > now, DroppedFile.lost_at.is_(None))
    return DraftFile.draft_id.in_(select(Draft.id).where(is_open(now)))


def looks(runtime: Runtime) -> bool:
    """Whether somebody looks into files before they may go out."""
    return Finding.UNSCANNED not in runtime.scanner.lets_by


def look_into(runtime: Runtime, suspect: Suspect) -> Verdict | None:
    """What the scanner says of the bytes, opened in memory as it takes them.

    None while whoever holds the keys is away: then nobody looked.
    """
    try:
        return runtime.scanner.check(_opened(runtime, suspect))
    except BlobDamaged:  # nobody will ever read to its end: colleagues have to know
        return Verdict(Finding.UNKNOWN, Doubt.DAMAGED)
    except KeysAway as away:
        log.warning("file %s waits for the scanner: %s", suspect.id, away)
        return None


def _opened(runtime: Runtime, suspect: Suspect) -> Iterator[bytes]:
    reason = f"file.scan file:{suspect.id}"
    data_key = runtime.keys.unseal(suspect.key_day, suspect.sealed_key, reason)
    yield from runtime.blobs.open(suspect.blob_key, data_key)
