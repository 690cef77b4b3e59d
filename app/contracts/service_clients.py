"""A provider's machines: made, renewed and ended; a secret is shown once."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import Select, select, update
from sqlalchemy.orm import Session

from app.contracts.models import ApiClient, DataContract
from app.contracts.rules import Channel, State, may_read
from app.contracts.service import Actor
from app.db import audit
from app.db.session import won
from app.kernel import tokens
from app.kernel.errors import Conflict, NotFound
from app.runtime import Runtime

MOST = 10


@dataclass(frozen=True)
class Client:
    """A machine as its owner knows it."""

    id: str
    name: str
    made_at: datetime
    renewed_at: datetime


@dataclass(frozen=True)
class Made:
    """A client with its secret, which nobody will ever see again."""

    id: str
    secret: str


@dataclass(frozen=True)
class ApiClients:
    """The machines of one organisation; never commits."""

    session: Session
    now: datetime

    @classmethod
    def of(cls, session: Session, runtime: Runtime) -> "ApiClients":
        return cls(session, runtime.clock())

    def known(self, actor: Actor) -> list[Client]:
        """Those that live, by name; NotFound without the API, as for who may not."""
        self._contract(actor)
        asked = self._theirs(actor).order_by(ApiClient.name, ApiClient.id)
        return [
            Client(one.client_id, one.name, one.made_at, one.renewed_at)
            for one in self.session.scalars(asked)
        ]

    def make(self, actor: Actor, name: str) -> Made:
        """A new one; Conflict without the API channel, or when there are many."""
        contract = self._contract(actor, is_held=True)  # or two would be the tenth
        if len(self.known(actor)) >= MOST:
            raise Conflict("Je hebt al tien API-clients. Beëindig er eerst een.")
        made = Made(str(uuid4()), tokens.token())
        self.session.add(
            ApiClient(
                client_id=made.id,
                contract_id=contract.id,
                name=name,
                secret_hash=tokens.digest(made.secret),
                made_by=actor.login,
                made_at=self.now,
                renewed_at=self.now,
            )
        )
        self._record("client.make", made.id, actor)
        return made

    def renew(self, actor: Actor, client_id: str) -> Made:
        """Another secret; the one before is dead at once."""
        self._contract(actor)
        made = Made(client_id, tokens.token())
        self._change(
            actor,
            client_id,
            secret_hash=tokens.digest(made.secret),
            renewed_at=self.now,
        )
        self._record("client.renew", client_id, actor)
        return made

    def end(self, actor: Actor, client_id: str) -> None:
        """It gets nothing any more, from its next question on."""
        self._contract(actor)
        self._change(actor, client_id, ended_at=self.now)
        self._record("client.end", client_id, actor)

    def holder(self, client_id: str, secret: str) -> int:
        """The organisation whose machine this is, while its contract has the API.

        NotFound for any other: whoever asks learns no more.
        """
        asked = (
            select(ApiClient.secret_hash, DataContract)
            .join(DataContract, DataContract.id == ApiClient.contract_id)
            .where(ApiClient.client_id == client_id, ApiClient.ended_at.is_(None))
        )
        row = self.session.execute(asked).one_or_none()
        if row is None or not tokens.same(row[0], tokens.digest(secret)):
            raise NotFound
        contract: DataContract = row[1]
        if contract.channel != Channel.API or not may_read(contract.stands):
            raise NotFound
        return contract.organisation_id

    def _theirs(self, actor: Actor) -> Select[ApiClient]:
        return (
            select(ApiClient)
            .join(DataContract, DataContract.id == ApiClient.contract_id)
            .where(
                DataContract.organisation_id == actor.card.id,
                DataContract.state.in_([State.ACTIVE, State.SUSPENDED]),
                ApiClient.ended_at.is_(None),
            )
        )

    def _contract(self, actor: Actor, *, is_held: bool = False) -> DataContract:
        actor.card.must_manage()
        asked = select(DataContract).where(
            DataContract.organisation_id == actor.card.id,
            DataContract.state == State.ACTIVE,
            DataContract.channel == Channel.API,
        )
        found = self.session.scalar(asked.with_for_update() if is_held else asked)
        if found is None:
            raise NotFound
        return found

    def _change(self, actor: Actor, client_id: str, **values: object) -> None:
        """NotFound for a machine that is not theirs, or that ended."""
        theirs = self._theirs(actor).with_only_columns(ApiClient.id)
        change = update(ApiClient).where(
            ApiClient.client_id == _uuid(client_id), ApiClient.id.in_(theirs)
        )
        if not won(self.session, change.values(**values)):
            raise NotFound

    def _record(self, action: str, client_id: str, actor: Actor) -> None:
        about = f"client:{client_id}"
        audit.record(self.session, action, about, at=self.now, by=actor.login)


def _uuid(text: str) -> str:
    try:
        return str(UUID(text))
    except ValueError:
        raise NotFound from None
