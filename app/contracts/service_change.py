"""Another channel for a provider: a contract beside its own, or the API left."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, func, select, update
from sqlalchemy.orm import Session

from app.contracts import rules
from app.contracts.models import ApiClient, DataContract
from app.contracts.rules import Channel, State
from app.contracts.service import Actor, Contract, Contracts
from app.contracts.service_reading import running, standing
from app.contracts.service_steps import OVERTAKEN
from app.db.session import won
from app.kernel.errors import Conflict, NotFound
from app.runtime import Runtime

ALREADY = "Je hebt de API al."
NO_API = "Je contract heeft de API niet."


@dataclass(frozen=True)
class Changes:
    """What a provider changes of how it reads; never commits."""

    session: Session
    contracts: Contracts
    now: datetime

    @classmethod
    def of(cls, session: Session, runtime: Runtime) -> "Changes":
        contracts = Contracts.of(session, runtime)
        return cls(session, contracts, contracts.now)

    def ask_api(self, actor: Actor) -> Contract:
        """A request beside the contract that stands, or the one that runs already.

        The contract that stands goes on; it makes way when the new one is approved.
        """
        row = self._active(actor)
        if not rules.may_ask_api(row.stands, _channel(row)):
            raise Conflict(ALREADY)
        asked = running(self.session, actor.card.id)
        if asked is None:
            self._claim(row)  # whoever ends it now waits, and sees this request
            asked = self.contracts.begin(actor, replaces=row.number)
        return self.contracts.told(asked)

    def leave_api(self, actor: Actor) -> int:
        """No machine gets anything any more; how many clients that ended."""
        row = self._active(actor)
        if not rules.may_leave_api(row.stands, _channel(row)):
            raise Conflict(NO_API)
        self._claim(row, channel=Channel.PORTAL, changed_at=self.now)
        ended = self._end_clients(row)
        self.contracts.steps.leave_api(row, by=actor.login)
        return ended

    def held(self, actor: Actor) -> Contract:
        """The contract whose channel it is; NotFound unless it is active."""
        return self.contracts.told(self._active(actor))

    def clients(self, actor: Actor) -> int:
        """How many machines there are, for who is about to end them all."""
        asked = select(func.count()).select_from(ApiClient)
        row = self._active(actor)
        return int(self.session.scalars(asked.where(_living(row))).one())

    def _active(self, actor: Actor) -> DataContract:
        actor.card.must_manage()
        row = standing(self.session, actor.card.id)
        if row is None or row.stands is not State.ACTIVE:
            raise NotFound
        return row

    def _claim(self, row: DataContract, **values: object) -> None:
        """Nobody else ends, suspends or changes it in this moment."""
        unchanged = update(DataContract).where(
            DataContract.id == row.id,
            DataContract.state == row.state,
            DataContract.channel == row.channel,
        )
        if not won(self.session, unchanged.values(state=row.state, **values)):
            raise Conflict(OVERTAKEN)
        self.session.refresh(row)

    def _end_clients(self, row: DataContract) -> int:
        asked = select(ApiClient).where(_living(row))
        clients = self.session.scalars(asked).all()
        for client in clients:
            client.ended_at = self.now
        self.session.flush()
        return len(clients)


def _channel(row: DataContract) -> Channel | None:
    return Channel(row.channel) if row.channel else None


def _living(row: DataContract) -> ColumnElement[bool]:
    return and_(ApiClient.contract_id == row.id, ApiClient.ended_at.is_(None))
