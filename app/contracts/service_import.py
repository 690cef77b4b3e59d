"""Contracts that were made elsewhere move in; done twice is done once."""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from app.contracts.models import DataContract
from app.contracts.reading import Line
from app.contracts.rules import LIVING, State
from app.contracts.service_steps import Steps
from app.kernel import tokens
from app.kernel.errors import Conflict
from app.organisations.service import Claim, Organisations
from app.runtime import Runtime


@dataclass
class Imported:
    """What an import did, or would do: numbers of contracts."""

    new: list[str] = field(default_factory=list)
    same: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Importing:
    """Takes in living contracts; never commits."""

    session: Session
    organisations: Organisations
    steps: Steps
    zone: ZoneInfo
    now: datetime

    @classmethod
    def of(cls, session: Session, runtime: Runtime) -> "Importing":
        organisations = Organisations.of(session, runtime)
        now = organisations.now
        steps = Steps.of(session, runtime, now=now)
        return cls(session, organisations, steps, runtime.settings.timezone, now)

    def take_in(self, lines: Collection[Line], *, by: str) -> Imported:
        """Each of them active; Conflict when one contradicts what is known here."""
        done = Imported()
        for line in lines:
            card = self.organisations.enrol(Claim(line.kbo, line.name))
            number = str(line.number)
            known = self._known(card.id, number)
            if known is None:
                self._add(card.id, line, by=by)
                done.new.append(number)
            elif (known.organisation_id, known.number) == (card.id, number):
                done.same.append(number)
            else:
                raise Conflict(f"{line.kbo.spaced} of {number} heeft al een contract.")
        return done

    def _known(self, organisation_id: int, number: str) -> DataContract | None:
        theirs = (DataContract.organisation_id == organisation_id) & (
            DataContract.state.in_(LIVING)
        )
        asked = select(DataContract).where(or_(DataContract.number == number, theirs))
        return self.session.scalars(asked.order_by(DataContract.id)).first()

    def _add(self, organisation_id: int, line: Line, *, by: str) -> None:
        since = self._midnight(line.active_from)
        row = DataContract(
            public_id=tokens.public_id(),
            organisation_id=organisation_id,
            number=str(line.number),
            state=State.ACTIVE,
            channel=line.channel,
            requested_at=since,
            changed_at=self.now,
            active_from=since,
        )
        self.session.add(row)
        self.session.flush()
        self.steps.provides(row)
        self.steps.note(row, by=by)

    def _midnight(self, day: date) -> datetime:
        return datetime.combine(day, time(), self.zone)
