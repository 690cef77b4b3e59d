"""What an organisation's page tells of its contracts: now, asked for, and before."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.service import Accounts
from app.contracts.models import ContractStep, DataContract
from app.contracts.rules import EXPLAINED, State
from app.contracts.service_papers import read
from app.contracts.service_reading import (
    Contract,
    Course,
    Step,
    contract_of,
    standing,
    step_of,
)
from app.db import audit
from app.kernel import tokens
from app.kernel.errors import NotFound
from app.organisations.service import OrganisationCard
from app.runtime import Runtime

MOST = 20  # contracts of one organisation that its page tells of
GIVEN = EXPLAINED | {State.ENDED}


@dataclass(frozen=True)
class ServiceCard:
    """held: what stands, else what came last; change: what was asked beside it."""

    held: Course | None
    change: Course | None
    past: Sequence[Course]

    @property
    def why(self) -> str:
        """The reason of where it stands, if one was given."""
        return _why(self.held)

    @property
    def why_not(self) -> str:
        """Why what was asked beside it was refused."""
        return _why(self.change)


@dataclass(frozen=True)
class ServiceCards:
    """Reads what one organisation may know of itself; never commits."""

    session: Session
    runtime: Runtime

    def card(self, whose: OrganisationCard) -> ServiceCard:
        """All of it in four questions, whatever became of the contracts."""
        rows = self._newest(whose)
        stands = standing(self.session, whose.id)
        held = stands or next((row for row in rows if _is_their_own(row)), None)
        told = self._courses([*rows, *([stands] if stands else [])], whose)
        newest = told.get(rows[0].id) if rows else None
        is_change = stands and newest and newest.contract.is_asked_beside(stands.number)
        return ServiceCard(
            told[held.id] if held else None,
            newest if is_change else None,
            [told[row.id] for row in rows],
        )

    def paper(self, whose: OrganisationCard, public_id: str) -> tuple[Contract, bytes]:
        """What they may read of it; NotFound for what is not theirs."""
        asked = select(DataContract).where(
            DataContract.public_id == public_id,
            DataContract.organisation_id == whose.id,
        )
        row = self.session.scalar(asked) if tokens.is_public_id(public_id) else None
        found = contract_of(row, whose) if row else None
        key = found.paper_for(whose) if found else None
        if found is None or key is None:
            raise NotFound
        return found, read(self.runtime, self.session, key)

    def _newest(self, whose: OrganisationCard) -> Sequence[DataContract]:
        asked = select(DataContract).where(DataContract.organisation_id == whose.id)
        newest = asked.order_by(DataContract.id.desc()).limit(MOST)
        return self.session.scalars(newest).all()

    def _courses(
        self, rows: Sequence[DataContract], whose: OrganisationCard
    ) -> dict[int, Course]:
        asked = select(ContractStep).where(
            ContractStep.contract_id.in_({row.id for row in rows})
        )
        found = self.session.scalars(asked.order_by(ContractStep.id)).all()
        hands = self._hands({step.by_id for step in found if step.by_id})
        steps: dict[int, list[Step]] = defaultdict(list)
        for step in found:
            told = replace(step_of(step), by=self._name(step, hands))
            steps[step.contract_id].append(told)
        return {row.id: Course(contract_of(row, whose), steps[row.id]) for row in rows}

    def _name(self, step: ContractStep, hands: Mapping[int, str]) -> str:
        """By a command it was the house; whoever left is nobody."""
        if step.by == audit.HOUSE:
            return self.runtime.settings.operator_name
        return hands.get(step.by_id or 0, "")

    def _hands(self, ids: Collection[int]) -> dict[int, str]:
        """Their own people by name, ours by that of the house."""
        people = Accounts.of(self.session, self.runtime).people(ids)
        ours = self.runtime.settings.operator_name
        return {
            id_: ours if person.is_ours else person.name
            for id_, person in people.items()
        }


def _is_their_own(row: DataContract) -> bool:
    """No change of another contract, or one that came to be: what it changed stood."""
    return row.replaces is None or row.active_from is not None


def _why(course: Course | None) -> str:
    if course is None or course.contract.state not in GIVEN:
        return ""
    return course.steps[-1].reason if course.steps else ""
