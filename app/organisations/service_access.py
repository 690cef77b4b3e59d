"""Who else may act for an organisation: granted by an administrator, taken back."""

from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import Update, func, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.accounts.service import Accounts, Person
from app.db import audit
from app.db.session import won
from app.kernel.errors import Conflict, NotFound, Throttled
from app.organisations import rules
from app.organisations.models import Invitation, Membership, Organisation
from app.organisations.rules import Rank, Source
from app.organisations.service import OrganisationCard
from app.organisations.service_card import Awaited, Colleague
from app.post import Addressee, Post
from app.runtime import Runtime

ENOUGH = "Je organisatie gaf vandaag al aan veel adressen toegang. Probeer het morgen."
LAST = "Dit is de laatste beheerder van de organisatie. Benoem eerst een andere."


@dataclass(frozen=True)
class Stranger:
    """Whoever reads the letter; nobody here knows them yet."""

    id: int
    name: str
    email: str


@dataclass(frozen=True)
class Access:
    """Granting, changing and taking back; never commits."""

    session: Session
    accounts: Accounts
    post: Post
    now: datetime

    @classmethod
    def of(cls, session: Session, runtime: Runtime) -> "Access":
        accounts = Accounts.of(session, runtime)
        return cls(session, accounts, accounts.post, accounts.now)

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
        return [self._awaited(one) for one in self.session.scalars(asked)]

    def grant(self, card: OrganisationCard, email: str, rank: Rank, *, by: int) -> None:
        """That address may come in; the letter says where, and opens nothing itself.

        Whether somebody here has that address, is told to nobody.
        """
        self._in_turn(card, by)
        self._not_too_often(card)
        email = email.casefold()
        self._forget_if_over(card, email)
        invitation = Invitation(
            organisation_id=card.id,
            email=email,
            rank=rank,
            granted_by=by,
            made_at=self.now,
        )
        try:
            with self.session.begin_nested():
                self.session.add(invitation)
        except IntegrityError as raced:
            raise Conflict("Dit e-mailadres kreeg al toegang.") from raced
        until = rules.invited_until(self.now)
        self._tell("given", Stranger(by, "", email), card, rank=rank, until=until)
        self._record("organisation.grant", card, by, rank=rank.value)

    def withdraw(self, card: OrganisationCard, invitation_id: int, *, by: int) -> None:
        """The address may come in no more; NotFound when it is of others, or did."""
        self._in_turn(card, by)
        which = update(Invitation).where(
            Invitation.id == invitation_id,
            Invitation.organisation_id == card.id,
            Invitation.ended_at.is_(None),
        )
        if not won(self.session, which.values(ended_at=self.now)):
            raise NotFound("invitation")
        self._record("organisation.withdraw", card, by)

    def change(
        self, card: OrganisationCard, membership_id: int, rank: Rank, *, by: int
    ) -> None:
        """What they may do from the next request on; as with taking back."""
        whom = self._granted(card, membership_id, {"rank": rank}, by=by)
        self._tell("changed", whom, card, rank=rank)
        self._record("organisation.change", card, by, whom=whom.login, rank=rank.value)

    def take_back(self, card: OrganisationCard, membership_id: int, *, by: int) -> None:
        """They act for it no more, from the next request on.

        NotFound for what stands in the KBO: that ends where it began. Conflict when
        nobody would be left who may grant.
        """
        whom = self._granted(card, membership_id, {"ended_at": self.now}, by=by)
        self._tell("taken", whom, card)
        self._record("organisation.take_back", card, by, whom=whom.login)

    def _granted(
        self,
        card: OrganisationCard,
        membership_id: int,
        values: dict[str, object],
        *,
        by: int,
    ) -> Person:
        """Change what was granted, once; whose it is."""
        self._in_turn(card, by)
        which: Update = update(Membership).where(
            Membership.id == membership_id,
            Membership.organisation_id == card.id,
            Membership.source == Source.GRANTED,
            Membership.ended_at.is_(None),
        )
        if not won(self.session, which.values(values)):
            raise NotFound("membership")
        if not self._is_led(card):
            raise Conflict(LAST)
        whose = select(Membership.account_id).where(Membership.id == membership_id)
        account_id = self.session.scalars(whose).one()
        return self.accounts.people([account_id])[account_id]

    def _in_turn(self, card: OrganisationCard, by: int) -> None:
        """One after the other, and only who may grant still, now that it is their turn.

        Two who take back from each other do not both win.
        """
        row = select(Organisation.id).where(Organisation.id == card.id)
        self.session.execute(row.with_for_update())
        theirs = select(Membership.rank).where(
            Membership.organisation_id == card.id,
            Membership.account_id == by,
            Membership.ended_at.is_(None),
        )
        ranks = [Rank(rank) for rank in self.session.scalars(theirs)]
        replace(card, rank=rules.highest([Rank.VIEWER, *ranks])).must_grant()

    def _not_too_often(self, card: OrganisationCard) -> None:
        """Nobody has us write to all the world."""
        asked = select(func.count(), func.min(Invitation.made_at)).where(
            Invitation.organisation_id == card.id,
            Invitation.made_at > self.now - rules.A_DAY,
        )
        count, first = self.session.execute(asked).one()
        if count >= rules.GRANTS_A_DAY:
            wait = first + rules.A_DAY - self.now
            raise Throttled(ENOUGH, after=max(1, int(wait.total_seconds())))

    def _is_led(self, card: OrganisationCard) -> bool:
        """Whether somebody who may come in may still grant."""
        asked = select(Membership.account_id).where(
            Membership.organisation_id == card.id,
            Membership.rank == Rank.ADMINISTRATOR,
            Membership.ended_at.is_(None),
        )
        return bool(self.accounts.reachable(set(self.session.scalars(asked))))

    def _forget_if_over(self, card: OrganisationCard, email: str) -> None:
        """What nobody took up in time makes room for another."""
        over = update(Invitation).where(
            Invitation.organisation_id == card.id,
            Invitation.email == email,
            Invitation.ended_at.is_(None),
            Invitation.made_at <= rules.invited_since(self.now),
        )
        self.session.execute(over.values(ended_at=self.now))

    def _awaited(self, one: Invitation) -> Awaited:
        until = rules.invited_until(one.made_at)
        rank = Rank(one.rank)
        return Awaited(one.id, one.email, rank, until, is_over=until <= self.now)

    def _tell(
        self, news: str, to: Addressee, card: OrganisationCard, **values: object
    ) -> None:
        """Nobody whose address we do not know is written to."""
        if to.email:
            self.post.write(
                "access",
                to,
                news=news,
                organisation=card.name,
                kbo=card.kbo.spaced,
                url=self.post.address("/organisatie/"),
                **values,
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
