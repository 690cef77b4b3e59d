"""What needs a colleague first: letters, files and drafts that wait for somebody."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from app.accounts.service import Accounts, Person
from app.contracts.service import ContractDesk
from app.db import audit
from app.desk.service_chain import standing
from app.filedrop.service import (
    Departures,
    Drafts,
    DraftView,
    Following,
    Glance,
    Glances,
    Loss,
    LostFiles,
    Progress,
    Quarantine,
    progress,
)
from app.kernel.chain import Broken
from app.kernel.errors import NotFound
from app.runtime import Runtime
from notifier import ledger
from notifier.ledger import Listed
from notifier.outbox import OPEN, Outbox, State

LATEST = 6
STANDS: dict[str, tuple[State, ...]] = {"mislukt": (State.FAILED,), "wacht": OPEN}


@dataclass(frozen=True)
class Needs:
    """Numbers, of which each leads to its list; what goes, and what went last."""

    failed: int
    at_risk: int
    drafts: int
    departing: list[DraftView]
    stopped: list[DraftView]
    held: int
    contracts: int
    latest: list[Glance]
    going: Progress | None
    broken: Broken | None
    losses: list[Loss]
    now: datetime

    @property
    def is_done(self) -> bool:
        waits = self.failed or self.at_risk or self.drafts or self.held
        return not (
            waits or self.contracts or self.broken or self.losses or self.unleft
        )

    @property
    def unleft(self) -> int:
        """How many were stopped at their hour, or are late."""
        late = sum(draft.is_late(self.now) for draft in self.departing)
        return late + len(self.stopped)

    @property
    def is_going(self) -> bool:
        return self.going is not None and self.going.is_running


@dataclass(frozen=True)
class Shown:
    """A letter, and whose it is."""

    letter: Listed
    person: Person | None


@dataclass(frozen=True)
class Desk:
    """Never commits."""

    session: Session
    glances: Glances
    following: Following
    drafts: Drafts
    departures: Departures
    quarantine: Quarantine
    lost: LostFiles
    contracts: ContractDesk
    accounts: Accounts
    outbox: Outbox
    now: datetime

    @classmethod
    def of(cls, session: Session, runtime: Runtime) -> "Desk":
        glances = Glances.of(session, runtime)
        return cls(
            session,
            glances,
            Following.of(session, runtime),
            Drafts.of(session, runtime),
            Departures.of(session, runtime),
            Quarantine.of(session, runtime),
            LostFiles.of(session, runtime),
            ContractDesk.of(session, runtime),
            glances.communities.accounts,
            runtime.outbox,
            glances.now,
        )

    def needs(self) -> Needs:
        chain = standing(self.session)
        drafts = self.drafts.open_ones()
        latest = self.glances.page(limit=LATEST)
        return Needs(
            failed=ledger.counted(self.session)[State.FAILED],
            at_risk=self.glances.managers_at_risk(),
            drafts=sum(not draft.is_departing for draft in drafts),
            departing=self.departures.planned(),
            stopped=self.departures.stopped(),
            held=self.quarantine.count(),
            contracts=self.contracts.waiting(),
            latest=latest,
            going=progress(self.following, latest[0].sent.id) if latest else None,
            broken=chain.broken if chain else None,
            losses=self.lost.losses(),
            now=self.now,
        )

    def counted(self) -> dict[str, int]:
        """How many letters failed, and how many wait."""
        found = ledger.counted(self.session)
        return {stand: sum(found[s] for s in of) for stand, of in STANDS.items()}

    def letters(self, stand: str, *, start: int, limit: int) -> list[Shown]:
        found = ledger.listing(self.session, STANDS[stand], start=start, limit=limit)
        people = self.accounts.people({one.about for one in found if one.about})
        return [Shown(one, people.get(one.about or 0)) for one in found]

    def retry(self, letter_ids: Collection[int] | None, *, by: str) -> int:
        """Make these letters due, or all that failed; how many."""
        count = self.outbox.retry(self.session, letter_ids, self.now)
        if letter_ids and not count:
            raise NotFound
        if count:
            audit.record(
                self.session,
                "letter.retry",
                f"letter:{min(letter_ids)}" if letter_ids else "letters",
                at=self.now,
                by=by,
                letters=count,
            )
        return count
