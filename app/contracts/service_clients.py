"""A provider's machines: made, renewed and ended; a secret is shown once."""

from dataclasses import dataclass
from datetime import datetime
from uuid import uuid4

from sqlalchemy import Select, select, update
from sqlalchemy.orm import Session

from app.contracts.keys import PublicKey
from app.contracts.models import ApiClient, DataContract
from app.contracts.rules import Channel, State
from app.contracts.service import Actor
from app.contracts.service_holders import known_form
from app.db import audit
from app.db.session import won
from app.kernel import tokens
from app.kernel.errors import Conflict, NotFound
from app.runtime import Runtime

MOST = 10
TAKEN = (
    "Je hebt al een API-client met deze naam. Is het geheim of de sleutel weg? "
    "Klik in de lijst op de naam en vernieuw."
)


@dataclass(frozen=True)
class Client:
    """A machine as its owner knows it; thumbprint: of its key, none with a secret."""

    id: str
    name: str
    thumbprint: str | None
    made_at: datetime
    renewed_at: datetime


@dataclass(frozen=True)
class Made:
    """A client with its secret, which nobody will ever see again; none with a key."""

    id: str
    secret: str = ""
    thumbprint: str = ""


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
        return [_told(one) for one in self.session.scalars(asked)]

    def one(self, actor: Actor, client_id: str) -> Client:
        """NotFound for a machine that is not theirs, or that ended."""
        self._contract(actor)
        theirs = self._theirs(actor)
        asked = theirs.where(ApiClient.client_id == known_form(client_id))
        found = self.session.scalar(asked)
        if found is None:
            raise NotFound
        return _told(found)

    def make(self, actor: Actor, name: str, key: PublicKey | None = None) -> Made:
        """A new one, by a key or a secret of ours; Conflict when there are many.

        Nor two of one name: a page that is sent again makes nothing.
        """
        contract = self._contract(actor, is_changed=True)
        living = self.known(actor)
        if len(living) >= MOST:
            raise Conflict("Je hebt al tien API-clients. Beëindig er eerst een.")
        if name.casefold() in {one.name.casefold() for one in living}:
            raise Conflict(TAKEN)
        made, proof = _made(str(uuid4()), key)
        self.session.add(
            ApiClient(
                client_id=made.id,
                contract_id=contract.id,
                name=name,
                made_by=actor.login,
                made_at=self.now,
                renewed_at=self.now,
                **proof,
            )
        )
        self._record("client.make", made, actor)
        return made

    def renew(self, actor: Actor, client_id: str, key: PublicKey | None = None) -> Made:
        """Another secret or key; what was before is dead at once."""
        self._contract(actor, is_changed=True)
        made, proof = _made(known_form(client_id), key)
        self._change(actor, made.id, renewed_at=self.now, **proof)
        self._record("client.renew", made, actor)
        return made

    def end(self, actor: Actor, client_id: str) -> None:
        """It gets nothing any more, from its next question on."""
        self._contract(actor)
        ended = Made(known_form(client_id))
        self._change(actor, ended.id, ended_at=self.now)
        self._record("client.end", ended, actor)

    def _theirs(self, actor: Actor) -> Select[ApiClient]:
        return (
            select(ApiClient)
            .join(DataContract, DataContract.id == ApiClient.contract_id)
            .where(
                DataContract.organisation_id == actor.card.id,
                DataContract.state == State.ACTIVE,
                ApiClient.ended_at.is_(None),
            )
        )

    def _contract(self, actor: Actor, *, is_changed: bool = False) -> DataContract:
        """is_changed: nobody else counts or ends its machines in the meantime."""
        actor.card.must_manage()
        asked = select(DataContract).where(
            DataContract.organisation_id == actor.card.id,
            DataContract.state == State.ACTIVE,
            DataContract.channel == Channel.API,
        )
        found = self.session.scalar(asked.with_for_update() if is_changed else asked)
        if found is None:
            raise NotFound
        return found

    def _change(self, actor: Actor, client_id: str, **values: object) -> None:
        """NotFound for a machine that is not theirs, or that ended."""
        theirs = self._theirs(actor).with_only_columns(ApiClient.id)
        change = update(ApiClient).where(
            ApiClient.client_id == client_id, ApiClient.id.in_(theirs)
        )
        if not won(self.session, change.values(**values)):
            raise NotFound

    def _record(self, action: str, made: Made, actor: Actor) -> None:
        about = f"client:{made.id}"
        key = {"key": made.thumbprint} if made.thumbprint else {}
        audit.record(self.session, action, about, at=self.now, by=actor.login, **key)


def _made(client_id: str, key: PublicKey | None) -> tuple[Made, dict[str, object]]:
    """A client as it is told, and what is kept to know it by: one thing, never two."""
    if key:
        proof = {"public_key": key.jwk, "thumbprint": key.thumbprint}
        return Made(client_id, thumbprint=key.thumbprint), {
            **proof,
            "secret_hash": None,
        }
    made = Made(client_id, tokens.token())
    kept = {"secret_hash": tokens.digest(made.secret)}
    return made, {**kept, "public_key": None, "thumbprint": None}


def _told(row: ApiClient) -> Client:
    return Client(row.client_id, row.name, row.thumbprint, row.made_at, row.renewed_at)
