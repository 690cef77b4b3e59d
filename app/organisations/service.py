"""Organisations: who they are, who may act for them, for whom a session acts."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, delete, false, func, or_, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from app.accounts.service import Accounts, Person
from app.db import audit
from app.db.session import won
from app.kernel.errors import NotFound
from app.kernel.kbo import Kbo
from app.organisations import rules
from app.organisations.models import Acting, Membership, Organisation
from app.organisations.rules import Claim, Rank, Source
from app.organisations.service_card import OrganisationCard, bare_card, card_of
from app.runtime import Runtime

# higher rooms enter by this door only
__all__ = ["Claim", "OrganisationCard", "Organisations", "Rank", "Source"]


@dataclass(frozen=True)
class Organisations:
    """The register of organisations and of who acts for them; never commits."""

    session: Session
    accounts: Accounts
    now: datetime

    @classmethod
    def of(cls, session: Session, runtime: Runtime) -> "Organisations":
        accounts = Accounts.of(session, runtime)
        return cls(session, accounts, accounts.now)

    def take_in(self, account_id: int, claims: Iterable[Claim]) -> None:
        """Bring somebody's functions up to date with what the issuer says of them.

        What they were granted stays until it is taken back.
        """
        said = {claim.kbo: claim for claim in claims}
        known = self._known(said.values())
        held = self._functions(account_id)
        for kbo, membership in held.items():
            if kbo in said:
                membership.function = _function(said[kbo])
        change = rules.turn(held.keys(), said.keys())
        for kbo in sorted(change.ended):
            held[kbo].ended_at = self.now
            self._record("organisation.leave", kbo, account_id)
        for kbo in sorted(change.begun):
            self._begin(known[kbo], account_id, said[kbo])
        self.session.flush()

    def of_account(self, account_id: int) -> list[OrganisationCard]:
        """For which organisations somebody may act today, by name."""
        asked = (
            select(Organisation, Membership)
            .join(Membership, Membership.organisation_id == Organisation.id)
            .where(Membership.account_id == account_id, Membership.ended_at.is_(None))
            .order_by(Organisation.name, Organisation.kbo)
        )
        ties = defaultdict[Organisation, list[Membership]](list)
        for organisation, membership in self.session.execute(asked):
            ties[organisation].append(membership)
        return [card_of(organisation, mine) for organisation, mine in ties.items()]

    def choose(self, session_id: int, account_id: int, kbo: Kbo | None) -> None:
        """From now on this session acts for that one, or for nobody but oneself.

        NotFound for an organisation for which they may not act.
        """
        cards = {card.kbo: card for card in self.of_account(account_id)}
        if kbo is not None and kbo not in cards:
            raise NotFound("organisation")
        self.session.execute(delete(Acting).where(Acting.web_session_id == session_id))
        if kbo is None:
            return
        self.session.add(
            Acting(
                web_session_id=session_id,
                account_id=account_id,
                organisation_id=cards[kbo].id,
                since=self.now,
            )
        )
        self.session.flush()

    def acting(self, session_id: int, account_id: int) -> OrganisationCard | None:
        """For whom this session acts, while they may; asked anew at each request."""
        chosen = self.session.scalar(
            select(Acting.organisation_id).where(
                Acting.web_session_id == session_id, Acting.account_id == account_id
            )
        )
        if chosen is None:
            return None
        cards = self.of_account(account_id)
        return next((card for card in cards if card.id == chosen), None)

    def by_kbo(self, kbo: Kbo) -> OrganisationCard | None:
        """An organisation that is known here, as anybody may know it."""
        asked = select(Organisation).where(Organisation.kbo == kbo.digits)
        found = self.session.scalar(asked)
        return bare_card(found) if found else None

    def by_id(self, ids: Collection[int]) -> dict[int, OrganisationCard]:
        """Those organisations, by the id of their row; as anybody may know them."""
        asked = select(Organisation).where(Organisation.id.in_(ids))
        return {found.id: bare_card(found) for found in self.session.scalars(asked)}

    def matching(self, query: str) -> Select[int]:
        """Which of them have this in their name, or in their KBO number."""
        named = func.lower(Organisation.name).contains(query.lower(), autoescape=True)
        digits = rules.digits_in(query)
        numbered = Organisation.kbo.contains(digits) if digits else false()
        return select(Organisation.id).where(or_(named, numbered))

    def people_of(self, organisation_id: int) -> list[tuple[Person, Rank]]:
        """Who may act for it today, each with the highest of their ranks."""
        asked = (
            select(Membership)
            .where(Membership.organisation_id == organisation_id)
            .where(Membership.ended_at.is_(None))
            .order_by(Membership.id)
        )
        ranks = defaultdict[int, list[Rank]](list)
        for tie in self.session.scalars(asked):
            ranks[tie.account_id].append(Rank(tie.rank))
        people = self.accounts.people(ranks)
        return [(people[who], rules.highest(held)) for who, held in ranks.items()]

    def enrol(self, claims: Collection[Claim]) -> dict[Kbo, OrganisationCard]:
        """Organisations that move in without anybody signing in for them; held.

        Who is known here keeps the name that the KBO told.
        """
        theirs = Organisation.kbo.in_([claim.kbo.digits for claim in claims])
        known = set(self.session.scalars(select(Organisation.kbo).where(theirs)))
        self._known(claim for claim in claims if claim.kbo.digits not in known)
        asked = select(Organisation).where(theirs).order_by(Organisation.kbo)
        held = self.session.scalars(asked.with_for_update())
        return {Kbo(one.kbo): bare_card(one) for one in held}

    def hold(self, organisation_id: int) -> None:
        """What is decided on its contracts until the commit, nobody else decides."""
        row = select(Organisation.id).where(Organisation.id == organisation_id)
        self.session.execute(row.with_for_update())

    def provides(self, organisation_id: int, *, since: datetime | None) -> None:
        """Since when it is a provider, or that it is none; a contract says so.

        Only what the card shows: who may see data is asked of the contracts.
        """
        self.session.get_one(Organisation, organisation_id).provider_since = since

    def _known(self, claims: Iterable[Claim]) -> dict[Kbo, Organisation]:
        """Their rows, made where there is none, called as the claim calls them."""
        said = {claim.kbo.digits: claim for claim in claims}
        for digits in sorted(said):  # in one order, or two who come in wait for ever
            new = {"kbo": digits, "name": said[digits].kbo.spaced}
            self._add(Organisation, **new, created_at=self.now)
        asked = select(Organisation).where(Organisation.kbo.in_(said))
        found = {one.kbo: one for one in self.session.scalars(asked)}
        for digits, claim in said.items():
            name = rules.plain(claim.name, rules.LONGEST_NAME)
            address = rules.plain(claim.address, rules.LONGEST_ADDRESS)
            found[digits].name = name or found[digits].name
            found[digits].address = address or found[digits].address
        self.session.flush()
        return {claim.kbo: found[digits] for digits, claim in said.items()}

    def _functions(self, account_id: int) -> dict[Kbo, Membership]:
        """What somebody has by a function in the KBO today."""
        asked = (
            select(Organisation.kbo, Membership)
            .join(Membership, Membership.organisation_id == Organisation.id)
            .where(Membership.account_id == account_id, Membership.ended_at.is_(None))
            .where(Membership.source == Source.KBO)
        )
        return {Kbo(kbo): held for kbo, held in self.session.execute(asked)}

    def _begin(self, organisation: Organisation, account_id: int, said: Claim) -> None:
        if self._add(
            Membership,
            organisation_id=organisation.id,
            account_id=account_id,
            source=Source.KBO,
            rank=Rank.ADMINISTRATOR,  # who stands in the KBO speaks for it
            function=_function(said),
            since=self.now,
        ):
            self._record("organisation.join", said.kbo, account_id)

    def _add(self, table: type[Organisation | Membership], **values: object) -> bool:
        """Whether it was not there yet, also for two who come in at once."""
        is_sqlite = self.session.get_bind().dialect.name == "sqlite"
        fresh = (sqlite if is_sqlite else postgresql).insert(table).values(values)
        return won(self.session, fresh.on_conflict_do_nothing())

    def _record(self, action: str, kbo: Kbo, account_id: int) -> None:
        login = self.accounts.login_of(account_id)
        about = f"organisation:{kbo.digits}"
        audit.record(self.session, action, about, at=self.now, by=login)


def _function(said: Claim) -> str:
    return rules.plain(said.function, rules.LONGEST_FUNCTION)
