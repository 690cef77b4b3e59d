"""Contracts that were made elsewhere move in; done twice is done once."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.contracts.models import DataContract
from app.contracts.reading import Line
from app.contracts.rules import LIVING, State
from app.contracts.service_steps import OVERTAKEN, Steps
from app.kernel import tokens
from app.kernel.errors import Conflict, Invalid
from app.organisations.service import Claim, OrganisationCard, Organisations
from app.runtime import Runtime

AT_ONCE = 500


@dataclass
class Imported:
    """What an import did, or would do: numbers of contracts.

    otherwise: organisations that are called otherwise here, and stay so.
    """

    new: list[str] = field(default_factory=list)
    same: list[str] = field(default_factory=list)
    otherwise: list[str] = field(default_factory=list)


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

    def take_in(self, lines: Sequence[Line], *, by: str) -> Imported:
        """Each of them active; Conflict names the first that contradicts us.

        Who is known here keeps the name that the KBO told.
        """
        done = Imported()
        self._refuse(self._to_come(lines))
        lines = sorted(lines, key=lambda line: line.kbo)  # as others take their rows
        wrong: dict[int, str] = {}
        for start in range(0, len(lines), AT_ONCE):
            wrong.update(self._some(lines[start : start + AT_ONCE], done, by=by))
        self._refuse(wrong)
        return done

    def _some(
        self, lines: Sequence[Line], done: Imported, *, by: str
    ) -> Iterator[tuple[int, str]]:
        """Take those in, save the lines that are told to be wrong, and why."""
        cards = self.organisations.enrol([Claim(one.kbo, one.name) for one in lines])
        owners = self._owners([str(line.number) for line in lines])
        taken = self._taken([card.id for card in cards.values()])
        fresh: list[DataContract] = []
        for line in lines:
            card, number = cards[line.kbo], str(line.number)
            if card.name != line.name:
                done.otherwise.append(f"{line.kbo.spaced}: {card.name}")
            if owners.get(number) == card.id:
                done.same.append(number)
            elif number in owners or card.id in taken:
                yield line.at, f"{line.kbo.spaced} of {number} heeft al een contract."
            else:
                fresh.append(self._row(card, line))
                done.new.append(number)
        self._add(fresh, by=by)

    def _owners(self, numbers: Sequence[str]) -> dict[str, int]:
        """Whose contract has such a number, whatever became of it."""
        asked = select(DataContract.number, DataContract.organisation_id)
        found = self.session.execute(asked.where(DataContract.number.in_(numbers)))
        return {row.number: row.organisation_id for row in found}

    def _taken(self, ids: Sequence[int]) -> set[int]:
        """Who has a contract that lives, or asks one."""
        asked = select(DataContract.organisation_id).where(
            DataContract.organisation_id.in_(ids), DataContract.state.in_(LIVING)
        )
        return set(self.session.scalars(asked))

    def _row(self, card: OrganisationCard, line: Line) -> DataContract:
        since = self._midnight(line.active_from)
        return DataContract(
            public_id=tokens.public_id(),
            organisation_id=card.id,
            number=str(line.number),
            state=State.ACTIVE,
            channel=line.channel,
            requested_at=since,
            changed_at=self.now,
            active_from=since,
        )

    def _add(self, rows: Sequence[DataContract], *, by: str) -> None:
        try:
            with self.session.begin_nested():
                self.session.add_all(rows)
        except IntegrityError as raced:  # two imports that do not agree
            raise Conflict(OVERTAKEN) from raced
        for row in rows:
            self.steps.provides(row)
        self.steps.note_arrivals(rows, by=by)

    def _to_come(self, lines: Sequence[Line]) -> dict[int, str]:
        today = self.now.astimezone(self.zone).date()
        return {
            line.at: "actief_van ligt in de toekomst."
            for line in lines
            if line.active_from > today
        }

    def _refuse(self, wrong: dict[int, str]) -> None:
        if wrong:
            at = min(wrong)
            raise Invalid(f"Regel {at}: {wrong[at]}")

    def _midnight(self, day: date) -> datetime:
        return datetime.combine(day, time(), self.zone)
