"""Contracts: asking, choosing, signing and ending one; who is a provider today."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.contracts import rules
from app.contracts.models import DataContract
from app.contracts.rules import Channel, Party, State
from app.contracts.service_desk import ContractDesk
from app.contracts.service_papers import Paper, Returned, keep
from app.contracts.service_reading import (
    Contract,
    contract_of,
    running,
    standing,
)
from app.contracts.service_signatories import signers, write_down
from app.contracts.service_steps import OVERTAKEN, Steps
from app.contracts.wishes import Wish
from app.db.session import won
from app.kernel import tokens
from app.kernel.errors import Conflict, NotFound
from app.kernel.kbo import Kbo
from app.organisations.service import OrganisationCard, Organisations
from app.runtime import Runtime
from signing import Signed

# higher rooms enter by this door only
__all__ = ["Channel", "Contract", "ContractDesk", "Contracts", "State", "Wish"]

TAKEN = "Er loopt al een aanvraag of een contract voor deze organisatie."


@dataclass(frozen=True)
class Actor:
    """Somebody who acts for an organisation: in what rank, and under which name."""

    card: OrganisationCard
    account_id: int
    login: str


@dataclass(frozen=True)
class Contracts:
    """The contracts of organisations; never commits."""

    session: Session
    runtime: Runtime = field(repr=False)
    organisations: Organisations
    steps: Steps
    now: datetime

    @classmethod
    def of(cls, session: Session, runtime: Runtime) -> "Contracts":
        organisations = Organisations.of(session, runtime)
        now = organisations.now
        steps = Steps.of(session, runtime, now=now)
        return cls(session, runtime, organisations, steps, now)

    def current(self, organisation_id: int) -> Contract | None:
        """The request on its way, else the contract that stands; else none."""
        row = running(self.session, organisation_id) or self._standing(organisation_id)
        return self.told(row) if row else None

    def standing(self, organisation_id: int) -> Contract | None:
        """The one that was approved and is not over, whatever is asked beside it."""
        row = self._standing(organisation_id)
        return self.told(row) if row else None

    def latest(self, organisation_id: int) -> Contract | None:
        """The newest, whatever became of it."""
        asked = select(DataContract).where(
            DataContract.organisation_id == organisation_id
        )
        row = self.session.scalar(asked.order_by(DataContract.id.desc()).limit(1))
        return self.told(row) if row else None

    def is_provider(self, organisation_id: int) -> bool:
        """Whether it may see its customers' data, at this very moment."""
        row = self._standing(organisation_id)
        return row is not None and rules.may_read(row.stands)

    def provider(self, kbo: Kbo) -> Contract:
        """An active provider, as anybody may know it; NotFound for any other."""
        card = self.organisations.by_kbo(kbo)
        row = self._standing(card.id) if card else None
        if row is None or not rules.may_read(row.stands):
            raise NotFound
        return self.told(row)

    def request(self, actor: Actor) -> Contract:
        """Begin a request, or go on with the one that runs; Conflict for a provider."""
        actor.card.must_manage()
        self.organisations.hold(actor.card.id)  # against an import at this moment
        row = running(self.session, actor.card.id)
        if row is None and self._standing(actor.card.id):
            raise Conflict("Je organisatie heeft al een datatoegangscontract.")
        return self.told(row or self.begin(actor))

    def offer(
        self,
        actor: Actor,
        channel: Channel,
        paper: Paper,
        *,
        version: str,
        number: str,
    ) -> None:
        """The contract for that channel lies ready to be signed.

        number: what stands in it; Conflict when another request came meanwhile.
        """
        row = self._running(actor)
        if row.number != number:
            raise Conflict(OVERTAKEN)
        if row.replaces and channel is not Channel.API:
            raise Conflict("Met deze aanvraag voeg je de API toe.")
        if row.stands is State.TO_SIGN:  # chosen once more, in another window
            self.steps.take(row, State.REQUESTED, by=actor.login, as_=Party.PROVIDER)
        self.steps.take(
            row,
            State.TO_SIGN,
            by=actor.login,
            as_=Party.PROVIDER,
            values={
                "channel": channel,
                "document": keep(self.session, paper, at=self.now),
                "template_version": version,
            },
        )

    def hand_in(self, actor: Actor, came: Returned) -> None:
        """The signed contract comes back: by card, or on paper for staff to look at.

        Conflict when it is not that document any more that is to be signed.
        """
        row = self._running(actor)
        values = came.kept(self.session, at=self.now)
        self._came_back(row, actor, values, of=came.of)
        if isinstance(came.found, Signed):
            keyring, sender = self.runtime.keyring, actor.account_id
            write_down(self.session, keyring, row.id, came.found, sender=sender)

    def hold(self, actor: Actor, came: Returned) -> None:
        """A paper in doubt is kept until whoever brought it insists, or brings another.

        Conflict as when one is handed in.
        """
        row = self._running(actor)
        held = update(DataContract).where(
            DataContract.id == row.id,
            DataContract.state == State.TO_SIGN,
            DataContract.document == came.of,
        )
        values = came.kept(self.session, at=self.now)
        if not won(self.session, held.values(values)):
            raise Conflict(OVERTAKEN)
        self.session.refresh(row)

    def insist(self, actor: Actor) -> None:
        """The paper in doubt is handed in as it is; staff read what we doubted."""
        row = self._running(actor)
        if row.signed is None:
            raise NotFound
        self._came_back(row, actor, {})

    def cancel(self, actor: Actor) -> None:
        """The request is over; nothing was charged."""
        row = self._running(actor)
        self.steps.take(row, State.CANCELLED, by=actor.login, as_=Party.PROVIDER)

    def end(self, actor: Actor) -> None:
        """No data any more, from this very moment; the mandates stay as they are."""
        actor.card.must_manage()
        row = self._standing(actor.card.id)
        if row is None:
            raise NotFound
        self.steps.take(row, State.ENDED, by=actor.login, as_=Party.PROVIDER)

    def wish(self, actor: Actor, wish: Wish) -> None:
        """What the plan in steps says that the provider would like."""
        actor.card.must_manage()
        row = self._standing(actor.card.id)
        if row is None or row.stands is not State.ACTIVE:
            raise NotFound
        row.wish_detail, row.wish_since = wish.detail, wish.since
        row.wish_purpose = wish.purpose
        self.session.flush()

    def _came_back(
        self,
        row: DataContract,
        actor: Actor,
        values: Mapping[str, object],
        of: str | None = None,
    ) -> None:
        by, as_ = actor.login, Party.PROVIDER
        self.steps.take(row, State.SIGNED, by=by, as_=as_, values=values, of=of)

    def begin(self, actor: Actor, *, replaces: str | None = None) -> DataContract:
        """A request of their own, also beside what stands; Conflict when one runs."""
        row = DataContract(
            public_id=tokens.public_id(),
            organisation_id=actor.card.id,
            number=new_number(),
            state=State.REQUESTED,
            replaces=replaces,
            requested_by=actor.account_id,
            requested_at=self.now,
            changed_at=self.now,
        )
        try:
            with self.session.begin_nested():
                self.session.add(row)
        except IntegrityError as raced:
            raise Conflict(TAKEN) from raced
        self.steps.begin(row, by=actor.login)
        return row

    def told(self, row: DataContract) -> Contract:
        """What others may know of it."""
        card = self.organisations.by_id([row.organisation_id])[row.organisation_id]
        return contract_of(row, card, signers(self.session, [row.id])[row.id])

    def _standing(self, organisation_id: int) -> DataContract | None:
        return standing(self.session, organisation_id)

    def _running(self, actor: Actor) -> DataContract:
        """The request on its way; NotFound when there is none."""
        actor.card.must_manage()
        row = running(self.session, actor.card.id)
        if row is None:
            raise NotFound
        return row


def new_number() -> str:
    """Thirteen digits that tell nothing, not even how many contracts there are."""
    digits = secrets.randbelow(10**rules.NUMBER_RANDOM)
    return f"{rules.NUMBER_SERIES}{digits:0{rules.NUMBER_RANDOM}}"
