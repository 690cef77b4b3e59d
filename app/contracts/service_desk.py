"""Contracts as colleagues handle them: what waits, and what they decide."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session

from app.contracts import rules
from app.contracts.models import DataContract
from app.contracts.rules import LONGEST_REASON, Party, State
from app.contracts.service_dossier import Dossier, Dossiers
from app.contracts.service_papers import Returned, read
from app.contracts.service_reading import Contract, contract_of
from app.contracts.service_signatories import signers, write_down
from app.contracts.service_steps import OVERTAKEN, Steps
from app.db import audit
from app.kernel import tokens
from app.kernel.errors import Conflict, Invalid, NotFound
from app.organisations.service import Organisations
from app.runtime import Runtime
from signing import Signed

UNCHECKED = "Vink eerst aan wat je hebt nagekeken."


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

    def waiting(self) -> int:
        """How many wait for a decision of ours."""
        return self.counts("").get(State.SIGNED, 0)

    def counts(self, query: str) -> dict[State, int]:
        """How many of those that were searched for stand in each state."""
        asked = select(DataContract.state, func.count()).where(*self._which(query))
        rows = self.session.execute(asked.group_by(DataContract.state))
        return {State(row[0]): row[1] for row in rows}

    def page(
        self, state: State | None, query: str = "", *, start: int, limit: int
    ) -> list[Contract]:
        """Those that stand so; who waits for us longest, comes first."""
        found = select(DataContract).where(*self._which(query))
        if state:
            found = found.where(DataContract.state == state)
        waits = state is State.SIGNED
        changed, number = DataContract.changed_at, DataContract.id
        by = (changed, number) if waits else (changed.desc(), number.desc())
        rows = self.session.scalars(found.order_by(*by).offset(start).limit(limit))
        return self._told_all(rows.all())

    def dossier(self, public_id: str) -> Dossier:
        """A contract with all that became of it; NotFound when it is not there."""
        row = self._row(public_id)
        theirs = (
            select(DataContract)
            .where(DataContract.organisation_id == row.organisation_id)
            .where(DataContract.id != row.id)
            .order_by(DataContract.id.desc())
        )
        others = self._told_all(self.session.scalars(theirs).all())
        return Dossiers(self.steps).open(row, self._told(row), others)

    def paper(self, public_id: str) -> bytes:
        """What came back signed; NotFound before it was handed in."""
        row = self._row(public_id)
        if row.signed is None or row.stands is State.TO_SIGN:
            raise NotFound
        return read(self.runtime, self.session, row.signed)

    def looks(self, public_id: str, *, by: str) -> Contract:
        """Whoever looks at a paper stands in the book."""
        row = self._row(public_id)
        about = f"contract:{row.number}"
        audit.record(self.session, "contract.look", about, at=self.now, by=by)
        return self._told(row)

    def original(self, public_id: str) -> tuple[Contract, bytes]:
        """What we gave to be signed, to lay beside it."""
        row = self._row(public_id)
        if row.document is None:
            raise NotFound
        return self._told(row), read(self.runtime, self.session, row.document)

    def decide(
        self,
        public_id: str,
        end: State,
        *,
        by: str,
        seen: str,
        reason: str = "",
        checked: Collection[str] = (),
    ) -> None:
        """A decision on what they saw; the organisation reads it by letter.

        seen: the state that stood on the page; Conflict when it stands otherwise.
        checked: what they looked at; Invalid when an approval asks for more.
        """
        row = self._row(public_id)
        if seen != row.state:
            raise Conflict(OVERTAKEN)
        by_card = self._told(row).is_signed_by_card
        if rules.unchecked(row.stands, end, checked, by_card=by_card):
            raise Invalid(UNCHECKED)
        first = end is State.ACTIVE and row.active_from is None
        self.steps.take(
            row,
            end,
            by=by,
            as_=Party.STAFF,
            reason=" ".join(reason.split())[:LONGEST_REASON],
            values={"active_from": self.now} if first else {},
            details={"checked": " ".join(sorted(checked))} if first else {},
        )

    def hand_in(self, public_id: str, came: Returned, *, by: int) -> None:
        """What came back by mail; Conflict when that is not to be signed any more."""
        row = self._row(public_id)
        values = came.kept(self.session, at=self.now)
        login = self.organisations.accounts.login_of(by)
        self.steps.take(
            row, State.SIGNED, by=login, as_=Party.STAFF, values=values, of=came.of
        )
        if isinstance(came.found, Signed):
            keyring = self.runtime.keyring
            write_down(self.session, keyring, row.id, came.found, sender=by)

    def _which(self, query: str) -> list[ColumnElement[bool]]:
        """By number, or by the organisation's name or KBO number."""
        if not query:
            return []
        theirs = self.organisations.matching(query)
        number = query.replace(" ", "")
        return [
            or_(
                DataContract.number.contains(number, autoescape=True),
                DataContract.organisation_id.in_(theirs),
            )
        ]

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
        return self._told_all([row])[0]

    def _told_all(self, rows: Collection[DataContract]) -> list[Contract]:
        cards = self.organisations.by_id({row.organisation_id for row in rows})
        signed_by = signers(self.session, [row.id for row in rows])
        return [
            contract_of(row, cards[row.organisation_id], signed_by[row.id])
            for row in rows
        ]
