"""The dossier of a contract: who asked, each step, its letters, other contracts."""

from collections.abc import Sequence
from dataclasses import dataclass

from app.accounts.service import Person
from app.contracts.models import ContractStep, DataContract
from app.contracts.service_reading import Contract, Step, step_of
from app.contracts.service_steps import Steps
from notifier.ledger import Listed
from notifier.outbox import State as Delivery


@dataclass(frozen=True)
class Letter:
    """A letter about a step: to whom, and what became of it."""

    to: str
    state: Delivery


@dataclass(frozen=True)
class Line:
    """A step as colleagues read it: by whom, and who heard of it."""

    step: Step
    by: str
    letters: Sequence[Letter]


@dataclass(frozen=True)
class Dossier:
    """A contract with all that became of it, and its organisation's other ones."""

    contract: Contract
    asked_by: Person | None
    version: str
    lines: Sequence[Line]
    others: Sequence[Contract]

    @property
    def last(self) -> Line:
        return self.lines[-1]


@dataclass(frozen=True)
class Dossiers:
    """Gathers what lies about a contract; never commits."""

    steps: Steps

    def open(
        self, row: DataContract, contract: Contract, others: Sequence[Contract]
    ) -> Dossier:
        people = self.steps.organisations.accounts.people(
            [row.requested_by] if row.requested_by else []
        )
        return Dossier(
            contract,
            next(iter(people.values()), None),
            row.template_version,
            self._lines(row, self.steps.rows(row)),
            others,
        )

    def _lines(
        self, contract: DataContract, rows: Sequence[ContractStep]
    ) -> list[Line]:
        accounts = self.steps.organisations.accounts
        hands = accounts.people({row.by_id for row in rows if row.by_id})
        letters = self.steps.letters.of_steps(contract, rows)
        readers = accounts.people(
            {one.about for found in letters.values() for one in found if one.about}
        )
        return [
            Line(
                step_of(row),
                hands[row.by_id].name if row.by_id in hands else row.by,
                [_letter(one, readers) for one in letters[row.id]],
            )
            for row in rows
        ]


def _letter(listed: Listed, readers: dict[int, Person]) -> Letter:
    reader = readers.get(listed.about or 0)
    return Letter(reader.name if reader else listed.to_hint, listed.state)
