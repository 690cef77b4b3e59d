"""The steps of a contract: each at most once, in the book, and by letter."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.contracts import rules
from app.contracts.models import ContractStep, DataContract, ShortLink
from app.contracts.rules import News, Party, State
from app.contracts.service_letters import ContractLetters
from app.contracts.service_reading import (
    Step,
    provider_since,
    running,
    standing,
    step_of,
)
from app.db import audit
from app.db.session import won
from app.kernel import tokens
from app.kernel.errors import Conflict, Invalid
from app.organisations.service import Organisations
from app.runtime import Runtime

NOTHING_HELD = {"signed": None, "signed_function": "", "doubt": ""}
LEFT = "Voortaan alleen via Mijn Fluvius."
OVERTAKEN = "Intussen is er iets gewijzigd. Kijk het opnieuw na."
NO_WAY = (
    "Deze aanvraag past niet meer bij het contract dat nu loopt: dat is geschorst, "
    "vervangen of opgezegd."
)
UNEXPLAINED = "Schrijf waarom: de organisatie leest die reden."


@dataclass(frozen=True)
class Steps:
    """Moves contracts along, and says so; never commits."""

    session: Session
    organisations: Organisations
    letters: ContractLetters
    now: datetime

    @classmethod
    def of(cls, session: Session, runtime: Runtime, *, now: datetime) -> "Steps":
        organisations = Organisations.of(session, runtime)
        letters = ContractLetters.of(session, runtime, organisations, now=now)
        return cls(session, organisations, letters, now)

    def take(
        self,
        row: DataContract,
        end: State,
        *,
        by: str,
        as_: Party,
        reason: str = "",
        values: Mapping[str, object] | None = None,
        details: Mapping[str, str] | None = None,
        of: str | None = None,
    ) -> None:
        """One step; Conflict when it is no step from here, or somebody was first.

        of: the document that was looked at; Conflict when another one lies there now.
        """
        start = row.stands
        if rules.needs_reason(end, by=as_) and not reason:
            raise Invalid(UNEXPLAINED)
        if not rules.may_step(start, end, by=as_) or of not in {None, row.document}:
            raise Conflict(OVERTAKEN)
        if (start, end) == (State.SIGNED, State.ACTIVE):
            self._make_way(row, by=by)
        stand: dict[str, object] = {"state": end, "changed_at": self.now}
        if start is State.TO_SIGN and end is not State.SIGNED:
            stand.update(NOTHING_HELD)  # what nobody handed in is nobody's to read
        step = update(DataContract).where(
            DataContract.id == row.id,
            DataContract.state == row.state,
            DataContract.document.is_not_distinct_from(row.document),
        )
        if not won(self.session, step.values({**(values or {}), **stand})):
            raise Conflict(OVERTAKEN)
        self.session.refresh(row)
        if rules.may_read(start) != rules.may_read(end):
            self.provides(row)
        noted = self.note(row, by=by, reason=reason, **(details or {}))
        self._tell(row, noted, start, who=by)
        if end is State.ENDED:
            self._drop_change(row, by=by)

    def provides(self, row: DataContract) -> None:
        """Its card says since when; from the first time on it has a short address."""
        is_one = rules.may_read(row.stands)
        since = provider_since(self.session, row) if is_one else None
        self.organisations.provides(row.organisation_id, since=since)
        if since and self.session.get(ShortLink, row.organisation_id) is None:
            self.session.add(
                ShortLink(
                    organisation_id=row.organisation_id,
                    code=tokens.short_code(),
                    made_at=self.now,
                )
            )

    def begin(self, row: DataContract, *, by: str) -> None:
        """The first step of all, which comes from nowhere."""
        self._tell(row, self.note(row, by=by), None, who=by)

    def leave_api(self, row: DataContract, *, by: str) -> None:
        """It reads by this site alone from now on: no other state, but told as one."""
        noted = self.note(row, by=by, reason=LEFT, action="portal")
        self.letters.write(row, noted, News.LEFT_API, who=by)

    def note(
        self,
        row: DataContract,
        *,
        by: str,
        reason: str = "",
        action: str = "",
        **details: str,
    ) -> ContractStep:
        """Where it stands now, in its own history and in the audit book.

        action: what the book calls it, when it is no state.
        """
        step = ContractStep(
            contract_id=row.id,
            state=row.state,
            at=self.now,
            by=by,
            by_id=self._hand(by),
            reason=reason,
        )
        self.session.add(step)
        about = f"contract:{row.number}"
        action = f"contract.{action or row.state}"
        audit.record(self.session, action, about, at=self.now, by=by, **details)
        self.session.flush()
        return step

    def note_arrivals(self, rows: Sequence[DataContract], *, by: str) -> None:
        """Contracts that were active when they came to us: many, and no letters."""
        state, hand = State.ACTIVE, self._hand(by)
        self.session.add_all(
            ContractStep(
                contract_id=row.id, state=state, at=self.now, by=by, by_id=hand
            )
            for row in rows
        )
        abouts = {f"contract:{row.number}": dict[str, str]() for row in rows}
        audit.record_each(self.session, f"contract.{state}", abouts, at=self.now, by=by)
        self.session.flush()

    def _hand(self, login: str) -> int | None:
        """Whose login it is today; nobody's when the house itself did it."""
        found = self.organisations.accounts.find(login)
        return found.id if found else None

    def history(self, row: DataContract) -> list[Step]:
        """The states that it came to, the first one first."""
        return [step_of(step) for step in self.rows(row)]

    def rows(self, row: DataContract) -> list[ContractStep]:
        """The same as rows, by which their letters are found."""
        asked = select(ContractStep).where(ContractStep.contract_id == row.id)
        return list(self.session.scalars(asked.order_by(ContractStep.id)))

    def _make_way(self, row: DataContract, *, by: str) -> None:
        """What this one replaces goes as it comes; Conflict when that is not so."""
        stands = standing(self.session, row.organisation_id)
        if (stands.number if stands else None) != row.replaces:
            raise Conflict(NO_WAY)
        if stands is None:
            return
        if not rules.may_step(stands.stands, State.REPLACED, by=Party.STAFF):
            raise Conflict(NO_WAY)
        self.take(stands, State.REPLACED, by=by, as_=Party.STAFF)
        row.wish_detail, row.wish_since = stands.wish_detail, stands.wish_since
        row.wish_purpose = stands.wish_purpose
        self.session.flush()

    def _drop_change(self, row: DataContract, *, by: str) -> None:
        """What was asked for beside it is over with it."""
        change = running(self.session, row.organisation_id)
        if change and change.replaces == row.number:
            self.take(change, State.CANCELLED, by=by, as_=Party.PROVIDER)

    def _tell(
        self, row: DataContract, noted: ContractStep, start: State | None, *, who: str
    ) -> None:
        is_beside = row.replaces is not None
        if news := rules.news_of(start, row.stands, is_beside=is_beside):
            self.letters.write(row, noted, news, who=who)
