"""An organisation as one person may know it, what they may do there, and who else."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from app.kernel.errors import Forbidden
from app.kernel.kbo import Kbo
from app.organisations import rules
from app.organisations.models import Membership, Organisation
from app.organisations.rules import Rank, Source


@dataclass(frozen=True)
class OrganisationCard:
    """An organisation as one person may know it: what it is called, what they may."""

    id: int
    kbo: Kbo
    name: str
    address: str
    rank: Rank
    function: str = ""
    provider_since: datetime | None = None

    def must_manage(self) -> None:
        """Forbidden, and why, for who may only look."""
        if not self.rank.may_manage:
            raise Forbidden(
                f"Je mag voor {self.name} alleen raadplegen. Vraag een beheerder van "
                "de organisatie om je meer te laten doen."
            )

    def must_grant(self) -> None:
        """Forbidden, and why, for who lets nobody in."""
        if not self.rank.may_grant:
            raise Forbidden(
                f"Alleen een beheerder van {self.name} geeft toegang of neemt ze af."
            )


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
    until: datetime
    is_over: bool


def card_of(
    organisation: Organisation, ties: Collection[Membership]
) -> OrganisationCard:
    """The organisation for who has those rights in it."""
    functions = [tie.function for tie in ties if tie.source == Source.KBO]
    return OrganisationCard(
        id=organisation.id,
        kbo=Kbo(organisation.kbo),
        name=organisation.name,
        address=organisation.address,
        rank=rules.highest([Rank(tie.rank) for tie in ties]),
        function=next(iter(functions), ""),
        provider_since=organisation.provider_since,
    )


def bare_card(organisation: Organisation) -> OrganisationCard:
    """Who looks from outside may do nothing there."""
    return OrganisationCard(
        id=organisation.id,
        kbo=Kbo(organisation.kbo),
        name=organisation.name,
        address=organisation.address,
        rank=Rank.VIEWER,
        provider_since=organisation.provider_since,
    )
