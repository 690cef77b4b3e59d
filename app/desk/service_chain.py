"""The notary of the audit book: binds its lines, and looks whether they still hold."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, exists, func, insert, select, text
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from app.db import audit
from app.db.audit import AuditEntry
from app.db.chain import AuditCheck, AuditLink, line_of
from app.db.session import won
from app.kernel import chain
from app.kernel.chain import Broken, Checked, Fault, Head, Link, Seals
from app.runtime import Runtime

AT_ONCE, PAGE = 1000, 2000
LOOK_BACK = 10_000  # lines that others may write while one takes its time to commit
PATIENCE, NIGHTLY = timedelta(hours=1), timedelta(hours=36)
# what SQLite gives back when somebody wrote anything at all into a column
UNREADABLE = (AttributeError, TypeError, ValueError)
TURN = text("LOCK TABLE audit_link IN SHARE ROW EXCLUSIVE MODE")


@dataclass(frozen=True)
class Waiting:
    """How many lines nobody bound yet, and since when the oldest waits."""

    count: int
    since: datetime | None

    def is_long(self, now: datetime) -> bool:
        """Whether the notary must have stood still."""
        return self.since is not None and now - self.since > PATIENCE


@dataclass(frozen=True)
class Standing:
    """What the last look at the chain found, and when that was."""

    at: datetime
    head: Head
    broken: Broken | None

    def is_old(self, now: datetime) -> bool:
        """Whether a day went by without a look."""
        return now - self.at > NIGHTLY


@dataclass(frozen=True)
class Notary:
    """Binds and looks; never commits."""

    session: Session
    seals: Seals
    now: datetime

    @classmethod
    def of(cls, session: Session, runtime: Runtime) -> "Notary":
        return cls(session, runtime.seals, runtime.clock())

    def has_work(self) -> bool:
        """Whether a line waits; asked before the writer's turn is taken."""
        return bool(self._unbound(self._floor(), limit=1))

    def bind(self, *, thoroughly: bool = False) -> int:
        """Bind some lines that wait, in their order; how many.

        thoroughly: also those that came so late that nobody looked back so far.
        """
        self._take_turn()
        entries = self._unbound(0 if thoroughly else self._floor(), limit=AT_ONCE)
        head, rows = self.head(), []
        for entry in entries:
            line = line_of(entry, number=head.number + 1, bound_at=self.now)
            head = chain.after(head, line)
            rows.append(self._row(entry, head))
        if rows:
            self.session.execute(insert(AuditLink), rows)
        return len(rows)

    def head(self) -> Head:
        """The last line that is bound."""
        last = select(AuditLink.number, AuditLink.digest)
        found = self.session.execute(
            last.order_by(AuditLink.number.desc()).limit(1)
        ).one_or_none()
        return Head(*found) if found else chain.START

    def check(self, held: Collection[Head] = ()) -> Checked:
        """Follow the whole chain, beside every head that we or others held."""
        return chain.check(self.links(), self.seals, [*self._heads(), *held])

    def links(self) -> Iterator[Link]:
        """The whole chain, each link with its line as that stands now."""
        asked = select(AuditLink.number).order_by(AuditLink.number).limit(PAGE)
        last = chain.START.number  # a book may be larger than memory
        while numbers := self.session.scalars(
            asked.where(AuditLink.number > last)
        ).all():
            yield from self._page(numbers)
            last = numbers[-1]

    def waiting(self) -> Waiting:
        """The lines in no chain: those of the last seconds, unless jobs stand still."""
        asked = select(func.count(), func.min(AuditEntry.at)).where(_is_unbound())
        count, since = self.session.execute(asked).one()
        return Waiting(count, since)

    def note(self, found: Checked, *, day: date | None = None) -> bool:
        """Keep what was found; whether it is the first look of that day."""
        is_sqlite = self.session.get_bind().dialect.name == "sqlite"
        fresh = (sqlite if is_sqlite else postgresql).insert(AuditCheck)
        broken = found.broken
        values = {
            "at": self.now,
            "day": day,
            "number": found.head.number,
            "digest": found.head.digest,
            "broken_from": broken and broken.number,
            "broken_until": broken and broken.until,
            "fault": broken and broken.fault,
        }
        return won(self.session, fresh.values(values).on_conflict_do_nothing())

    def rows(self) -> Iterator[str]:
        """Each line with how it is bound, for who checks it elsewhere.

        The line itself stands there byte by byte as it was hashed.
        """
        for link in self.links():
            line = (link.line or b"").decode("ascii")
            yield f"{line}\t{link.digest.hex()}\t{link.seal.hex()}\t{link.key_id}"

    def note_export(self, *, by: str) -> int:
        """Write in the book that somebody takes a copy; of how many lines."""
        lines = self.head().number
        audit.record(
            self.session, "audit.export", "audit", at=self.now, by=by, lines=lines
        )
        return lines

    def _page(self, numbers: Sequence[int]) -> list[Link]:
        """These links; one that cannot even be read is none that was ever bound."""
        asked = (
            select(AuditLink, AuditEntry)
            .outerjoin(AuditEntry, AuditEntry.id == AuditLink.entry_id)
            .where(AuditLink.number.between(numbers[0], numbers[-1]))
            .order_by(AuditLink.number)
        )
        try:
            found = self.session.execute(asked).all()
            return [_link(link, entry) for link, entry in found]
        except UNREADABLE:
            if len(numbers) == 1:
                return [Link(numbers[0], b"", b"", b"", "")]
            return [link for number in numbers for link in self._page([number])]

    def _take_turn(self) -> None:
        """One notary at a time; on SQLite every writer waits its turn already."""
        if self.session.get_bind().dialect.name != "sqlite":
            self.session.execute(TURN)

    def _unbound(self, floor: int, *, limit: int) -> Sequence[AuditEntry]:
        waiting = select(AuditEntry).where(AuditEntry.id > floor, _is_unbound())
        return self.session.scalars(waiting.order_by(AuditEntry.id).limit(limit)).all()

    def _floor(self) -> int:
        """From where on to look: numbers are handed out before lines are committed."""
        last = self.session.scalar(select(func.max(AuditLink.entry_id)))
        return (last or 0) - LOOK_BACK

    def _row(self, entry: AuditEntry, head: Head) -> dict[str, object]:
        key_id, seal = self.seals.make(head.digest)
        return {
            "number": head.number,
            "entry_id": entry.id,
            "bound_at": self.now,
            "digest": head.digest,
            "seal": seal,
            "key_id": key_id,
        }

    def _heads(self) -> list[Head]:
        """What earlier looks found; in letters the same stands outside the house."""
        asked = select(AuditCheck.number, AuditCheck.digest).distinct()
        return [Head(*row) for row in self.session.execute(asked)]


def standing(session: Session) -> Standing | None:
    """What the last look found; None before the first one."""
    last = select(AuditCheck).order_by(AuditCheck.id.desc()).limit(1)
    found = session.scalar(last)
    if found is None:
        return None
    broken = None
    if found.fault and found.broken_from and found.broken_until:
        broken = Broken(found.broken_from, found.broken_until, Fault(found.fault))
    return Standing(found.at, Head(found.number, found.digest), broken)


def looked_on(session: Session, day: date) -> bool:
    """Whether that day had its look."""
    return (
        session.scalar(select(AuditCheck.id).where(AuditCheck.day == day)) is not None
    )


def _is_unbound() -> ColumnElement[bool]:
    return ~exists().where(AuditLink.entry_id == AuditEntry.id)


def _link(link: AuditLink, entry: AuditEntry | None) -> Link:
    line = line_of(entry, number=link.number, bound_at=link.bound_at) if entry else None
    return Link(link.number, line, link.digest, link.seal, link.key_id)
