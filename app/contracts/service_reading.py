"""A contract as a value: what pages show, and other rooms ask."""

from dataclasses import dataclass
from datetime import datetime

from app.contracts import rules
from app.contracts.models import ContractStep, DataContract
from app.contracts.rules import Channel, Phase, State, Wish
from app.organisations.service import OrganisationCard


@dataclass(frozen=True, kw_only=True)
class Contract:
    """A contract and where it stands; document, signed: what is kept of it."""

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
    signed_name: str
    signed_function: str
    signed_at: datetime | None
    doubt: str
    wish: Wish

    @property
    def phase(self) -> Phase:
        return rules.phase_of(self.state)

    @property
    def has_api(self) -> bool:
        return self.channel is Channel.API

    @property
    def is_signed_by_card(self) -> bool:
        return self.signed_at is not None


@dataclass(frozen=True)
class Step:
    """A state that a contract came to."""

    state: State
    at: datetime
    by: str
    reason: str


def contract_of(row: DataContract, card: OrganisationCard) -> Contract:
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
        signed_name=row.signed_name,
        signed_function=row.signed_function,
        signed_at=row.signed_at,
        doubt=row.doubt,
        wish=Wish(row.wish_detail, row.wish_since, row.wish_purpose),
    )


def step_of(row: ContractStep) -> Step:
    return Step(State(row.state), row.at, row.by, row.reason)
