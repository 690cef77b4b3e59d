"""A contract as a value: what pages show, and other rooms ask."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.contracts import rules
from app.contracts.models import RUNNING, STANDING, ContractStep, DataContract
from app.contracts.rules import Channel, Phase, State
from app.contracts.service_signatories import Signer
from app.contracts.wishes import Wish
from app.organisations.service import OrganisationCard


@dataclass(frozen=True, kw_only=True)
class Contract:
    """A contract and where it stands; document, signed: what is kept of it.

    signed may be there before it is handed in: a paper in doubt, until they insist.
    """

    id: str
    organisation: OrganisationCard
    number: str
    state: State
    channel: Channel | None
    requested_at: datetime
    changed_at: datetime
    active_from: datetime | None
    document: str | None
    signed: str | None
    signed_function: str
    doubt: str
    wish: Wish
    replaces: str | None
    signers: tuple[Signer, ...] = ()

    @property
    def phase(self) -> Phase:
        return rules.phase_of(self.state)

    @property
    def has_api(self) -> bool:
        return self.channel is Channel.API

    @property
    def is_signed_by_card(self) -> bool:
        return bool(self.signers)

    def paper_for(self, card: OrganisationCard) -> str | None:
        """What their people read: as it was made; as it came back, who may manage.

        The signature of a card tells the national number of who signed.
        """
        is_theirs = card.rank.may_manage and not self.is_held
        return (self.signed if is_theirs else None) or self.document

    @property
    def is_held(self) -> bool:
        """A paper in doubt lies there, and whoever brought it has to say what next."""
        return self.state is State.TO_SIGN and self.signed is not None

    @property
    def is_change(self) -> bool:
        """Asked for beside a contract that stands, in order to take its place."""
        return self.replaces is not None

    def is_asked_beside(self, number: str) -> bool:
        """A change of that contract: on its way, or refused."""
        is_told = self.state.is_running or self.state is State.REFUSED
        return self.replaces == number and is_told


@dataclass(frozen=True)
class Step:
    """A state that a contract came to."""

    state: State
    at: datetime
    by: str
    reason: str


@dataclass(frozen=True)
class Course:
    """A contract with all that became of it."""

    contract: Contract
    steps: Sequence[Step]


def standing(session: Session, organisation_id: int) -> DataContract | None:
    """The one that was approved and is not over: active, or suspended."""
    asked = select(DataContract).where(
        DataContract.organisation_id == organisation_id, STANDING
    )
    return session.scalar(asked)


def running(session: Session, organisation_id: int) -> DataContract | None:
    """The request on its way, be it the first or one beside what stands."""
    asked = select(DataContract).where(
        DataContract.organisation_id == organisation_id, RUNNING
    )
    return session.scalar(asked)


def provider_since(session: Session, row: DataContract) -> datetime | None:
    """Since when without a break: one that was replaced counts with what did so."""
    since = row.active_from
    while row.replaces:
        asked = select(DataContract).where(DataContract.number == row.replaces)
        before = session.scalar(asked)
        if before is None:  # its ten years are over
            break
        row, since = before, before.active_from
    return since


def contract_of(
    row: DataContract, card: OrganisationCard, signed_by: tuple[Signer, ...] = ()
) -> Contract:
    return Contract(
        id=row.public_id,
        organisation=card,
        number=row.number,
        state=row.stands,
        channel=Channel(row.channel) if row.channel else None,
        requested_at=row.requested_at,
        changed_at=row.changed_at,
        active_from=row.active_from,
        document=row.document,
        signed=row.signed,
        signed_function=row.signed_function,
        doubt=row.doubt,
        wish=Wish(row.wish_detail, row.wish_since, row.wish_purpose),
        replaces=row.replaces,
        signers=signed_by,
    )


def step_of(row: ContractStep) -> Step:
    return Step(State(row.state), row.at, row.by, row.reason)
