"""The audit book as colleagues read it: asked, a leaf at a time, never changed."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session

from app.accounts.service import Person
from app.communities.service import Known
from app.db import audit
from app.db.audit import AuditEntry
from app.db.chain import AuditLink
from app.desk.service_chain import Standing, standing
from app.filedrop.service import Following
from app.kernel.chain import Head
from app.kernel.errors import NotFound
from app.runtime import Runtime

LEAF, MOST = 100, 50_000
DAY = timedelta(days=1)


@dataclass(frozen=True, kw_only=True)
class Question:
    """What of the book is asked; empty asks for all of it."""

    since: date | None = None
    until: date | None = None
    who: str = ""
    community: str = ""
    file: str = ""
    kind: str = ""


@dataclass(frozen=True)
class Line:
    """A line of the book, with the names of whom and what it is about."""

    id: int
    at: datetime
    by: str
    person: Person | None
    action: str
    about: str
    subject: str
    whom: str
    details: dict[str, str | int]
    refused: bool = False
    source: str = ""


@dataclass(frozen=True)
class Bound:
    """Where a line stands in the chain, and since when."""

    number: int
    at: datetime
    head: Head


@dataclass(frozen=True)
class Leaf:
    """The newest line first; where to read on, if there is more."""

    lines: list[Line]
    older: int | None
    newer: int | None


@dataclass(frozen=True)
class AuditBook:
    """Reads the book; writes only that somebody took a copy."""

    session: Session
    following: Following
    zone: ZoneInfo
    now: datetime

    @classmethod
    def of(cls, session: Session, runtime: Runtime) -> "AuditBook":
        following = Following.of(session, runtime)
        return cls(session, following, following.zone, following.now)

    def leaf(
        self, asked: Question, *, before: int | None = None, after: int | None = None
    ) -> Leaf:
        """A leaf of what lies before a line, or after it; else the newest one."""
        chosen = select(AuditEntry).where(*self._which(asked))
        if after is not None:
            nearest = chosen.where(AuditEntry.id > after).order_by(AuditEntry.id)
        else:
            edge = [AuditEntry.id < before] if before is not None else []
            nearest = chosen.where(*edge).order_by(AuditEntry.id.desc())
        found = list(self.session.scalars(nearest.limit(LEAF + 1)))
        is_more, found = len(found) > LEAF, found[:LEAF]
        found.sort(key=lambda entry: entry.id, reverse=True)
        if not found:
            return Leaf([], None, None)
        has_older = is_more if after is None else True
        has_newer = is_more if after is not None else before is not None
        older = found[-1].id if has_older else None
        return Leaf(self._told(found), older, found[0].id if has_newer else None)

    def line(self, entry_id: int) -> tuple[Line, Bound | None]:
        """One line, and how it is bound, once it is; NotFound if there is none."""
        entry = self.session.get(AuditEntry, entry_id)
        if entry is None:
            raise NotFound
        (line,) = self._told([entry])
        asked = select(AuditLink).where(AuditLink.entry_id == entry_id)
        link = self.session.scalar(asked)
        if link is None:
            return line, None
        return line, Bound(link.number, link.bound_at, Head(link.number, link.digest))

    def standing(self) -> Standing | None:
        """What the last look at the chain found."""
        return standing(self.session)

    def history(
        self, known: Known, account_ids: Collection[int], *, limit: int
    ) -> list[Line]:
        """The newest lines about a community, its files and those people."""
        people = [f"account:{account_id}" for account_id in account_ids]
        chosen = select(AuditEntry).where(
            or_(self._of_community(known.number), AuditEntry.about.in_(people))
        )
        newest = chosen.order_by(AuditEntry.id.desc()).limit(limit)
        return self._told(list(self.session.scalars(newest)))

    def copy(self, asked: Question, *, by: str) -> list[Line]:
        """The newest lines, up to a bound; that they were taken stands in the book."""
        chosen = select(AuditEntry).where(*self._which(asked))
        newest = chosen.order_by(AuditEntry.id.desc()).limit(MOST)
        lines = self._told(list(self.session.scalars(newest)))
        audit.record(
            self.session, "audit.export", "audit", at=self.now, by=by, lines=len(lines)
        )
        return lines

    def _which(self, asked: Question) -> list[ColumnElement[bool]]:
        which: list[ColumnElement[bool]] = []
        if asked.since:
            which.append(AuditEntry.at >= self._midnight(asked.since))
        if asked.until:
            which.append(AuditEntry.at < self._midnight(asked.until + DAY))
        if asked.who:
            which.append(self._of_person(asked.who.casefold()))
        if asked.kind:
            which.append(AuditEntry.action.startswith(f"{asked.kind}."))
        if asked.file:
            which.append(AuditEntry.about.in_(self.following.abouts(name=asked.file)))
        if asked.community:
            which.append(self._of_community(asked.community))
        return which

    def _of_person(self, login: str) -> ColumnElement[bool]:
        """Done by somebody of a login like that, or done to the one of that login."""
        found = self.following.communities.accounts.by_login([login])
        theirs = [f"account:{person.id}" for person in found.values()]
        done_by = AuditEntry.by.contains(login, autoescape=True)
        return or_(done_by, AuditEntry.about.in_(theirs))

    def _of_community(self, number: str) -> ColumnElement[bool]:
        """About the community itself, or about one of its files."""
        known = self.following.communities.by_number([number])
        ids = [community.id for community in known.values()]
        itself = AuditEntry.about == number
        if not ids:
            return itself
        return or_(itself, AuditEntry.about.in_(self.following.abouts(communities=ids)))

    def _told(self, entries: Sequence[AuditEntry]) -> list[Line]:
        accounts = self.following.communities.accounts
        people = accounts.by_login({entry.by for entry in entries})
        subjects = self._subjects(
            {about for e in entries for about in (e.about, _whom(e))}
        )
        return [
            Line(
                entry.id,
                entry.at,
                entry.by,
                people.get(entry.by),
                entry.action,
                entry.about,
                subjects.get(entry.about, entry.about),
                subjects.get(_whom(entry), ""),
                entry.details,
                entry.refused,
                entry.source,
            )
            for entry in entries
        ]

    def _subjects(self, abouts: Collection[str]) -> dict[str, str]:
        """What files and people are called; the rest is told by its number."""
        files = self.following.names(_named("file", abouts))
        ids = {int(key) for key in _named("account", abouts)}
        people = self.following.communities.accounts.people(ids)
        return {
            **{f"file:{key}": name for key, name in files.items()},
            **{f"account:{key}": who.name for key, who in people.items()},
        }

    def _midnight(self, day: date) -> datetime:
        return datetime.combine(day, time(), self.zone)


def _whom(entry: AuditEntry) -> str:
    """Whom it concerns besides, named as the book names people."""
    return f"account:{entry.details['account']}" if "account" in entry.details else ""


def _named(what: str, abouts: Collection[str]) -> list[str]:
    pairs = (about.partition(":") for about in abouts)
    return [key for kind, _colon, key in pairs if kind == what]
