"""Providers on the scene: Wiebe of Zonadvies, and what is done to contracts."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from io import BytesIO

from pypdf import PdfWriter
from sqlalchemy import select

from app.contracts.models import DataContract
from app.contracts.rules import Channel, Check, State
from app.contracts.service import Actor, Contract, Contracts
from app.contracts.service_change import Changes
from app.contracts.service_clients import ApiClients, Made
from app.contracts.service_desk import ContractDesk
from app.contracts.service_holders import Holders
from app.contracts.service_papers import Paper, Returned, put_away, taken_back
from app.contracts.wishes import Wish
from app.kernel.errors import NotFound
from app.organisations.rules import Claim
from app.organisations.service import Organisations
from signing import Reason, Refused, Signatory, Signed
from tests.cast import Cast
from tests.citizens import ZON, known, let_in
from tests.visitor import Visitor

CREDENTIALS = re.compile(r"client_id (\S+) client_secret (\S+)")
BY_HAND = Refused(Reason.UNSIGNED)
WIEBE_NUMBER = "85073003328"
SIGNED_AT = datetime(2026, 10, 25, 12, tzinfo=UTC)
BY_CARD = Signed((Signatory("Wiebe Maes", WIEBE_NUMBER, SIGNED_AT),))


def blank(pages: int) -> bytes:
    """A PDF of so many empty pages, as a scanner without paper would make it."""
    writer, out = PdfWriter(), BytesIO()
    for _ in range(pages):
        writer.add_blank_page(595, 842)
    writer.write(out)
    return out.getvalue()


MADE, SCAN = b"%PDF-1.7 the contract", blank(9)


@dataclass(frozen=True)
class Provider:
    """Somebody who acts for an organisation, without the pages around it."""

    cast: Cast
    claim: Claim
    login: str

    @classmethod
    def wiebe(cls, cast: Cast, claim: Claim = ZON, login: str = "wiebe") -> "Provider":
        """An account with that function in the KBO."""
        return cls.of(cast, claim, login, "Wiebe Maes")

    @classmethod
    def of(cls, cast: Cast, claim: Claim, login: str, name: str) -> "Provider":
        """The same, by any name."""
        person = known(cast, login, name=name, email=f"{login}@zon.example")
        with cast.runtime.transaction() as session:
            Organisations.of(session, cast.runtime).take_in(person, [claim])
        return cls(cast, claim, login)

    @property
    def actor(self) -> Actor:
        with self.cast.runtime.reading() as session:
            organisations = Organisations.of(session, self.cast.runtime)
            person = organisations.accounts.find(self.login)
            assert person is not None
            (card,) = organisations.of_account(person.id)
            return Actor(card, person.id, self.login)

    def comes_in(self, person: Visitor) -> Visitor:
        """At that browser, for that organisation, as an issuer would let them in."""
        actor = self.actor
        session_id = let_in(self.cast, person, actor.account_id)
        with self.cast.runtime.transaction() as session:
            organisations = Organisations.of(session, self.cast.runtime)
            organisations.choose(session_id, actor.account_id, self.claim.kbo)
        return person

    @property
    def contract(self) -> Contract | None:
        with self.cast.runtime.reading() as session:
            contracts = Contracts.of(session, self.cast.runtime)
            return contracts.latest(self.actor.card.id)

    @property
    def is_provider(self) -> bool:
        with self.cast.runtime.reading() as session:
            contracts = Contracts.of(session, self.cast.runtime)
            return contracts.is_provider(self.actor.card.id)

    def requests(self) -> Contract:
        actor = self.actor
        with self.cast.runtime.transaction() as session:
            return Contracts.of(session, self.cast.runtime).request(actor)

    def chooses(self, channel: Channel = Channel.PORTAL) -> None:
        """A channel, for which a contract lies ready then."""
        actor, paper = self.actor, self.paper(MADE)
        runtime, found = self.cast.runtime, self.contract
        assert found
        with runtime.transaction() as session, taken_back(runtime, paper):
            contracts = Contracts.of(session, self.cast.runtime)
            contracts.offer(
                actor, channel, paper, version="specimen-1", number=found.number
            )

    def hands_in(
        self, found: Signed | Refused = BY_HAND, content: bytes = SCAN
    ) -> None:
        actor, came = self.actor, self.returned(found, content)
        runtime = self.cast.runtime
        with runtime.transaction() as session, taken_back(runtime, came.paper):
            Contracts.of(session, runtime).hand_in(actor, came)

    def returned(
        self, found: Signed | Refused = BY_HAND, content: bytes = SCAN
    ) -> Returned:
        """What came back, held against what lies ready to be signed right now."""
        contract = self.contract
        of = (contract and contract.document) or "nothing"
        return Returned(self.paper(content), found, "Zaakvoerder", of)

    def is_doubted(self, reason: Reason = Reason.TAMPERED) -> None:
        """A paper comes back that is kept until they insist."""
        actor, came = self.actor, self.returned(Refused(reason))
        with self.cast.runtime.transaction() as session:
            Contracts.of(session, self.cast.runtime).hold(actor, came)

    def does(self, verb: str) -> None:
        """Anything that needs no more than who does it."""
        actor = self.actor
        with self.cast.runtime.transaction() as session:
            getattr(Contracts.of(session, self.cast.runtime), verb)(actor)

    def stands(self, contract_id: str) -> str:
        """Where that contract stands."""
        asked = select(DataContract.state).where(DataContract.public_id == contract_id)
        with self.cast.runtime.reading() as session:
            return session.scalars(asked).one()

    def changes(self, verb: str) -> object:
        """Of how it reads: the API asked for, or left."""
        actor = self.actor
        with self.cast.runtime.transaction() as session:
            return getattr(Changes.of(session, self.cast.runtime), verb)(actor)

    def wishes(self, purpose: str) -> None:
        """What its plan in steps says."""
        actor = self.actor
        with self.cast.runtime.transaction() as session:
            contracts = Contracts.of(session, self.cast.runtime)
            contracts.wish(actor, Wish(purpose=purpose))

    def machine(self, name: str = "Rekenmodel") -> Made:
        """One with a secret."""
        actor = self.actor
        with self.cast.runtime.transaction() as session:
            return ApiClients.of(session, self.cast.runtime).make(actor, name)

    def is_told(
        self,
        end: State,
        *,
        reason: str = "",
        seen: str = "",
        which: Contract | None = None,
    ) -> None:
        """What Sam decides, of the newest when nothing else is said."""
        contract = which or self.contract
        assert contract is not None
        self.decided(contract.id, end, reason=reason, seen=seen)

    def decided(
        self, contract_id: str, end: State, *, reason: str = "", seen: str = ""
    ) -> None:
        """The same, also when nobody acts for the organisation any more."""
        with self.cast.runtime.transaction() as session:
            ContractDesk.of(session, self.cast.runtime).decide(
                contract_id,
                end,
                by="sam.claes",
                seen=seen or self.stands(contract_id),
                reason=reason,
                checked=set(Check),
            )

    def becomes_one(
        self, channel: Channel = Channel.PORTAL, found: Signed | Refused = BY_HAND
    ) -> None:
        """All the way, in one go."""
        self.requests()
        self.chooses(channel)
        self.hands_in(found)
        self.is_told(State.ACTIVE)

    def opens_with(self, client_id: str, secret: str) -> bool:
        """Whether a machine that says this is believed to be one of theirs."""
        with self.cast.runtime.reading() as session:
            holders = Holders.of(session, self.cast.runtime)
            try:
                return holders.by_secret(client_id, secret) == self.actor.card.id
            except NotFound:
                return False

    def paper(self, content: bytes) -> Paper:
        return put_away(self.cast.runtime, content)


def credentials(page: Visitor) -> tuple[str, str]:
    """What the page shows of a machine, once."""
    found = CREDENTIALS.search(page.text)
    assert found, page.text
    return found[1], found[2]
