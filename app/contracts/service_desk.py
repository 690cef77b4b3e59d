"""Contracts as colleagues handle them: what waits, and what they decide."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.contracts.models import DataContract
from app.contracts.rules import LONGEST_REASON, Party, State
from app.contracts.service_papers import read
from app.contracts.service_reading import Contract, Step, contract_of
from app.contracts.service_steps import Steps
from app.db import audit
from app.kernel import tokens
from app.kernel.errors import Conflict, NotFound
from app.organisations.service import Organisations
from app.runtime import Runtime


@dataclass(frozen=True)
class Dossier:
    """A contract with all that became of it."""

    contract: Contract
    steps: Sequence[Step]


@dataclass(frozen=True)
class ContractDesk:
    """What staff see and decide; never commits."""

    session: Session
    runtime: Runtime
    organisations: Organisations
    steps: Steps
    now: datetime

    @classmethod
    def of(cls, session: Session, runtime: Runtime) -> "ContractDesk":
        organisations = Organisations.of(session, runtime)
        now = organisations.now
        steps = Steps.of(session, runtime, now=now)
        return cls(session, runtime, organisations, steps, now)

    def count(self, state: State | None) -> int:
        """How many stand so; all of them when no state is named."""
        asked = select(func.count()).select_from(DataContract)
        if state:
            asked = asked.where(DataContract.state == state)
        return int(self.session.scalars(asked).one())

    def page(self, state: State | None, *, start: int, limit: int) -> list[Contract]:
        """Those that stand so, what changed longest ago first."""
        asked = select(DataContract).order_by(DataContract.changed_at, DataContract.id)
        if state:
            asked = asked.where(DataContract.state == state)
        rows = self.session.scalars(asked.offset(start).limit(limit)).all()
        cards = self.organisations.by_id({row.organisation_id for row in rows})
        return [contract_of(row, cards[row.organisation_id]) for row in rows]

    def dossier(self, public_id: str) -> Dossier:
        """NotFound for one that is not there."""
        row = self._row(public_id)
        return Dossier(self._told(row), self.steps.history(row))

    def paper(self, public_id: str, *, by: str) -> tuple[Contract, bytes]:
        """What came back signed; whoever looks stands in the book."""
        row = self._row(public_id)
        if row.signed is None:
            raise NotFound
        about = f"contract:{row.number}"
        audit.record(self.session, "contract.look", about, at=self.now, by=by)
        return self._told(row), read(self.runtime, self.session, row.signed)

    def decide(
        self, public_id: str, end: State, *, by: str, seen: str = "", reason: str = ""
    ) -> None:
        """A decision on what they saw; who asked for the contract reads it by letter.

        seen: the state that stood on the page; Conflict when it stands otherwise.
        """
        row = self._row(public_id)
        if seen and seen != row.state:
            raise Conflict("Intussen is er iets gewijzigd. Kijk het opnieuw na.")
        reason = " ".join(reason.split())[:LONGEST_REASON]
        first = end is State.ACTIVE and row.active_from is None
        begun = {"active_from": self.now} if first else {}
        self.steps.take(row, end, by=by, as_=Party.STAFF, reason=reason, values=begun)

    def _row(self, public_id: str) -> DataContract:
        found = (
            self.session.scalar(
                select(DataContract).where(DataContract.public_id == public_id)
            )
            if tokens.is_public_id(public_id)
            else None
        )
        if found is None:
            raise NotFound
        return found

    def _told(self, row: DataContract) -> Contract:
        card = self.organisations.by_id([row.organisation_id])[row.organisation_id]
        return contract_of(row, card)
