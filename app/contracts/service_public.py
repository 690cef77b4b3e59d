"""Active providers as anybody may know them: by their number, or from paper."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.contracts.models import ShortLink
from app.contracts.service import Contract, Contracts
from app.contracts.wishes import Wish
from app.kernel import tokens
from app.kernel.errors import NotFound
from app.kernel.kbo import Kbo
from app.runtime import Runtime


@dataclass(frozen=True)
class PublicProvider:
    """What customers may know of a provider; code: its short address."""

    name: str
    kbo: Kbo
    address: str
    since: datetime | None
    wish: Wish
    code: str


@dataclass(frozen=True)
class PublicProviders:
    """Whom customers may share with today; NotFound for whoever is none."""

    session: Session
    contracts: Contracts

    @classmethod
    def of(cls, session: Session, runtime: Runtime) -> "PublicProviders":
        return cls(session, Contracts.of(session, runtime))

    def by_kbo(self, kbo: Kbo) -> PublicProvider:
        return self._shown(self.contracts.provider(kbo))

    def by_code(self, typed: str) -> PublicProvider:
        """In capitals or not, as it was typed over from paper."""
        code = typed.casefold()
        if not tokens.is_short_code(code):
            raise NotFound
        asked = select(ShortLink.organisation_id).where(ShortLink.code == code)
        found = self.session.scalar(asked)
        if found is None:
            raise NotFound
        card = self.contracts.organisations.by_id([found])[found]
        return self.by_kbo(card.kbo)

    def _shown(self, contract: Contract) -> PublicProvider:
        card = contract.organisation
        short = self.session.get_one(ShortLink, card.id)
        return PublicProvider(
            card.name,
            card.kbo,
            card.address,
            card.provider_since,
            contract.wish,
            short.code.upper(),
        )
