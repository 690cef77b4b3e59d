"""Quarantine: the files that a scanner holds, and asking it to look once more."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Select, func, select, update
from sqlalchemy.orm import Session

from app.db import audit
from app.filedrop.models import Delivery, Draft, DraftFile, DroppedFile
from app.filedrop.service_draft_review import Why, held_for
from app.filedrop.service_scan import TABLES, Table, living
from app.kernel import tokens
from app.kernel.errors import NotFound
from app.runtime import Runtime
from storage.scanner import Finding

Listed = Select[str, str, int, str, str, datetime | None, str, str]


@dataclass(frozen=True)
class Quarantined:
    """A held file: why, whether it is looked into again, and what it came in with."""

    id: str
    name: str
    size: int
    why: Why
    found: str
    is_due: bool
    batch: str
    by: str
    is_draft: bool


@dataclass(frozen=True)
class Quarantine:
    """What waits there; never commits."""

    session: Session
    held: frozenset[Finding]
    now: datetime

    @classmethod
    def of(cls, session: Session, runtime: Runtime) -> "Quarantine":
        told = frozenset(Finding) - {Finding.UNSCANNED}  # which merely waits its turn
        return cls(session, told - runtime.scanner.lets_by, runtime.clock())

    def count(self) -> int:
        asked = (select(func.count()).where(self._is_held(table)) for table in TABLES)
        return sum(self.session.scalar(count) or 0 for count in asked)

    def files(self) -> Sequence[Quarantined]:
        """All of them, those of drafts first, by name."""
        return [
            Quarantined(
                id=row.public_id,
                name=row.name,
                size=row.size,
                why=held_for(Finding(row.finding), row.finding_why),
                found=row.finding_why,
                is_due=row.scan_due_at is not None,
                batch=row.batch,
                by=row.by,
                is_draft=table is DraftFile,
            )
            for table in TABLES
            for row in self.session.execute(self._with_batch(table))
        ]

    def look_again(self, public_id: str, *, by: str) -> None:
        """The scanner's next turn is for this file; it stays held until then."""
        if not tokens.is_public_id(public_id):
            raise NotFound
        asked = (self._due_now(table, public_id) for table in TABLES)
        name = next(filter(None, asked), None)
        if name is None:
            raise NotFound
        about = f"file:{public_id}"
        audit.record(
            self.session, "file.scan_again", about, at=self.now, by=by, file=name
        )

    def _is_held(self, table: Table) -> ColumnElement[bool]:
        is_held = table.finding.in_(self.held) & living(table, self.now)
        if table is DraftFile:
            return is_held & DraftFile.is_set_aside.is_(False)
        return is_held

    def _with_batch(self, table: Table) -> Listed:
        batch: type[Draft | Delivery]
        if table is DraftFile:
            batch, one = Draft, DraftFile.draft_id == Draft.id
        else:
            batch, one = Delivery, DroppedFile.delivery_id == Delivery.id
        columns = (
            table.public_id,
            table.name,
            table.size,
            table.finding,
            table.finding_why,
            table.scan_due_at,
            batch.public_id.label("batch"),
            batch.by,
        )
        held = self._is_held(table)
        return select(*columns).join(batch, one).where(held).order_by(table.name)

    def _due_now(self, table: Table, public_id: str) -> str | None:
        ours = update(table).where(table.public_id == public_id, self._is_held(table))
        due = ours.values(scan_due_at=self.now).returning(table.name)
        return self.session.scalar(due)
