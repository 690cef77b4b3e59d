"""Whose machine asks: by a secret, or by what it signed with its own key."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.contracts.keys import NoProof, Proof, proof_of
from app.contracts.models import ApiAssertion, ApiClient, DataContract
from app.contracts.rules import Channel, may_read
from app.kernel import tokens
from app.kernel.errors import NotFound
from app.runtime import Runtime

NOBODY = tokens.digest(tokens.token())


@dataclass(frozen=True)
class Holders:
    """Recognises machines, or NotFound: nobody learns more. Never commits."""

    session: Session
    now: datetime

    @classmethod
    def of(cls, session: Session, runtime: Runtime) -> "Holders":
        return cls(session, runtime.clock())

    def by_secret(self, client_id: str, secret: str) -> int:
        """The organisation whose machine this is, while its contract has the API."""
        client = self._client(client_id)
        kept = client.secret_hash if client else None
        # compared all the same, so that the time tells not who is known
        is_right = tokens.same(kept or NOBODY, tokens.digest(secret))
        if client is None or kept is None or not is_right:
            raise NotFound
        return self._organisation(client)

    def by_assertion(self, client_id: str, assertion: str, *, audience: str) -> int:
        """The same, for one that signs; audience: the address at which it asks.

        An assertion serves once: what it is called stands in a row until it is over.
        """
        client = self._client(client_id)
        if client is None or client.public_key is None:
            raise NotFound
        try:
            proof = proof_of(
                assertion,
                client.public_key,
                client_id=client.client_id,
                audience=audience,
                now=self.now,
            )
        except NoProof:
            raise NotFound from None
        found = self._organisation(client)
        self._spend(client, proof)
        return found

    def _client(self, client_id: str) -> ApiClient | None:
        asked = select(ApiClient).where(
            ApiClient.client_id == known_form(client_id), ApiClient.ended_at.is_(None)
        )
        return self.session.scalar(asked)

    def _organisation(self, client: ApiClient) -> int:
        contract = self.session.get_one(DataContract, client.contract_id)
        if contract.channel != Channel.API or not may_read(contract.stands):
            raise NotFound
        return contract.organisation_id

    def _spend(self, client: ApiClient, proof: Proof) -> None:
        """Say it once; the second time, also at the same moment, it is nothing."""
        over = ApiAssertion.until <= self.now
        theirs = ApiAssertion.api_client_id == client.id
        self.session.execute(delete(ApiAssertion).where(theirs, over))
        said = ApiAssertion(
            api_client_id=client.id,
            jti_hash=tokens.digest(proof.jti),
            until=proof.until,
        )
        try:
            with self.session.begin_nested():
                self.session.add(said)
        except IntegrityError:
            raise NotFound from None


def known_form(client_id: str) -> str:
    """As we write it; NotFound for what can be none: PostgreSQL is asked for no NUL."""
    try:
        return str(UUID(client_id))
    except ValueError:
        raise NotFound from None
