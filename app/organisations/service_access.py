"""Who else may act for an organisation: granted by an administrator, taken back."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.accounts.service import Accounts
from app.db import audit
from app.db.session import won
from app.kernel.errors import Conflict, NotFound
from app.organisations.models import Invitation, Membership
from app.organisations.rules import Rank, Source
from app.organisations.service import OrganisationCard, Organisations
from app.post import Post
from app.runtime import Runtime


@dataclass(frozen=True)
class Colleague:
    """Somebody who may act for the organisation, and by which right."""

    membership_id: int
    account_id: int
    name: str
    rank: Rank
    source: Source
    function: str
    since: datetime


@dataclass(frozen=True)
class Awaited:
    """An address that was given access, and whose owner did not come in yet."""

    invitation_id: int
    email: str
    rank: Rank
    since: datetime


@dataclass(frozen=True)
class Addressee:
    """Whoever reads the letter; nobody here knows them yet."""

    id: int
    name: str
    email: str


@dataclass(frozen=True)
class Access:
    """Granting and taking back; never commits."""

    session: Session
    organisations: Organisations
    accounts: Accounts
    post: Post
    now: datetime

    @classmethod
    def of(cls, session: Session, runtime: Runtime) -> "Access":
        organisations = Organisations.of(session, runtime)
        accounts = organisations.accounts
        return cls(session, organisations, accounts, accounts.post, accounts.now)

    def colleagues(self, card: OrganisationCard) -> list[Colleague]:
        """Who may act for it today, in the order in which they came."""
        asked = (
            select(Membership)
            .where(Membership.organisation_id == card.id)
            .where(Membership.ended_at.is_(None))
            .order_by(Membership.id)
        )
        found = self.session.scalars(asked).all()
        people = self.accounts.people({tie.account_id for tie in found})
        return [
            Colleague(
                tie.id,
                tie.account_id,
                people[tie.account_id].name,
                Rank(tie.rank),
                Source(tie.source),
                tie.function,
                tie.since,
            )
            for tie in found
        ]

    def awaited(self, card: OrganisationCard) -> list[Awaited]:
        """Whose address was given access, and who did not come in yet."""
        asked = (
            select(Invitation)
            .where(Invitation.organisation_id == card.id)
            .where(Invitation.ended_at.is_(None))
            .order_by(Invitation.id)
        )
        return [
            Awaited(one.id, one.email, Rank(one.rank), one.made_at)
            for one in self.session.scalars(asked)
        ]

    def grant(self, card: OrganisationCard, email: str, rank: Rank, *, by: int) -> None:
        """That address may come in; the letter says where, and opens nothing itself.

        Whether somebody here has that address, is told to nobody.
        """
        card.must_grant()
        email = email.casefold()
        if email in {one.email for one in self.awaited(card)}:
            raise Conflict("Dit e-mailadres kreeg al toegang.")
        self.session.add(
            Invitation(
                organisation_id=card.id,
                email=email,
                rank=rank,
                granted_by=by,
                made_at=self.now,
            )
        )
        self.session.flush()
        self.post.write(
            "access",
            Addressee(by, "", email),
            organisation=card.name,
            kbo=card.kbo.spaced,
            url=self.post.address("/organisatie/"),
        )
        self._record("organisation.grant", card, by, rank=rank.value)

    def withdraw(self, card: OrganisationCard, invitation_id: int, *, by: int) -> None:
        """The address may come in no more; NotFound when it is of others, or did."""
        card.must_grant()
        which = update(Invitation).where(
            Invitation.id == invitation_id,
            Invitation.organisation_id == card.id,
            Invitation.ended_at.is_(None),
        )
        if not won(self.session, which.values(ended_at=self.now)):
            raise NotFound("invitation")
        self._record("organisation.take_back", card, by)

    def take_back(self, card: OrganisationCard, membership_id: int, *, by: int) -> None:
        """They act for it no more, from the next request on.

        NotFound for what stands in the KBO: that ends where it began.
        """
        card.must_grant()
        which = update(Membership).where(
            Membership.id == membership_id,
            Membership.organisation_id == card.id,
            Membership.source == Source.GRANTED,
            Membership.ended_at.is_(None),
        )
        if not won(self.session, which.values(ended_at=self.now)):
            raise NotFound("membership")
        self._record("organisation.take_back", card, by)

    def accept(self, account_id: int) -> None:
        """Who comes in with an address that proved to be theirs gets what it was given.

        An issuer or a mailed link proved it: both write it on the account.
        """
        for invitation in self._waiting(account_id):
            invitation.ended_at = self.now
            self._join(invitation, account_id)
        self.session.flush()

    def is_awaited(self, account_id: int) -> bool:
        """Whether something was given that they do not have yet."""
        return bool(self._waiting(account_id))

    def _waiting(self, account_id: int) -> list[Invitation]:
        email = self.accounts.people([account_id])[account_id].email.casefold()
        waiting = select(Invitation).where(
            Invitation.email == email, Invitation.ended_at.is_(None)
        )
        return list(self.session.scalars(waiting)) if email else []

    def _join(self, invitation: Invitation, account_id: int) -> None:
        held = self.session.scalar(
            select(Membership).where(
                Membership.organisation_id == invitation.organisation_id,
                Membership.account_id == account_id,
                Membership.source == Source.GRANTED,
                Membership.ended_at.is_(None),
            )
        )
        if held is not None:
            held.rank = invitation.rank
            return
        self.session.add(
            Membership(
                organisation_id=invitation.organisation_id,
                account_id=account_id,
                source=Source.GRANTED,
                rank=invitation.rank,
                granted_by=invitation.granted_by,
                since=self.now,
            )
        )

    def _record(
        self, action: str, card: OrganisationCard, by: int, **details: str
    ) -> None:
        audit.record(
            self.session,
            action,
            f"organisation:{card.kbo.digits}",
            at=self.now,
            by=self.accounts.login_of(by),
            **details,
        )
