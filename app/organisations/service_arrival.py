"""What an issuer said of somebody who arrives, and for whom they act from then on."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from sqlalchemy.orm import Session

from app.kernel.kbo import Kbo
from app.organisations.rules import Claim
from app.organisations.service import OrganisationCard, Organisations
from app.organisations.service_invited import Invited
from app.runtime import Runtime
from identity import Function, Identity

OF_ORGANISATIONS = frozenset({"csam"})  # the issuers that people use for their work


@dataclass(frozen=True)
class Place:
    """Where somebody stands once they are in."""

    acting: OrganisationCard | None
    must_choose: bool


@dataclass(frozen=True)
class Arrival:
    """One arrival; never commits."""

    organisations: Organisations
    invited: Invited

    @classmethod
    def of(cls, session: Session, runtime: Runtime) -> "Arrival":
        return cls(Organisations.of(session, runtime), Invited.of(session, runtime))

    def told(self, issuer: str, identity: Identity, account_id: int) -> None:
        """Take over the functions that the issuer told, if that is what it knows."""
        if issuer in OF_ORGANISATIONS:
            claims = _claims(identity.organisations)
            self.organisations.take_in(account_id, claims)
        self.invited.accept(account_id)

    def place(self, issuer: str, session_id: int, account_id: int) -> Place:
        """Who came for an organisation acts for the only one there is, or chooses."""
        if issuer not in OF_ORGANISATIONS:
            return Place(None, must_choose=False)
        cards = self.organisations.of_account(account_id)
        if len(cards) != 1:
            return Place(None, must_choose=True)
        self.organisations.choose(session_id, account_id, cards[0].kbo)
        return Place(cards[0], must_choose=False)


def _claims(told: Iterable[Function]) -> Iterator[Claim]:
    """Those with a number that can be one; an issuer's slip lets nobody in."""
    for one in told:
        try:
            kbo = Kbo.parse(one.kbo)
        except ValueError:
            continue
        yield Claim(kbo, one.name, one.address, one.function)
