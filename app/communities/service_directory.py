"""Communities as other rooms may know them, and the list in which staff search."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Select, func, or_, select
from sqlalchemy.orm import Session

from app.accounts.service import Standings
from app.communities.models import Community, Managership


@dataclass(frozen=True)
class Known:
    """A community as other rooms may know it."""

    id: int
    number: str
    name: str


@dataclass(frozen=True)
class Directory:
    """Looks only; query: part of a name or number, or of somebody who manages it.

    by_address: of their address too; part by part it would tell a masked one.
    """

    session: Session
    by_address: bool = False

    def count(self, query: str) -> int:
        asked = select(func.count()).select_from(Community)
        return self.session.scalar(asked.where(*self._which(query))) or 0

    def page(self, query: str, *, start: int, limit: int) -> list[Known]:
        """So many of them, by name."""
        chosen = select(Community).where(*self._which(query))
        named = chosen.order_by(func.lower(Community.name), Community.number)
        found = self.session.scalars(named.offset(start).limit(limit))
        return [known_of(community) for community in found]

    def since(self, community_id: int) -> datetime:
        """Since when we know it."""
        return self.session.get_one(Community, community_id).created_at

    def of_mobile(self, mobile: str, *, login: str) -> list[str]:
        """The names of what others manage whose number would be that login's too."""
        others = Standings(self.session).on_mobile(mobile, login=login)
        held = select(Community.name).where(Community.id.in_(_managed_by(others)))
        return sorted(self.session.scalars(held), key=str.casefold)

    def _which(self, query: str) -> list[ColumnElement[bool]]:
        if not query:
            return []
        words = query.lower()
        people = Standings(self.session).matching(query, by_address=self.by_address)
        return [
            or_(
                func.lower(Community.name).contains(words, autoescape=True),
                func.lower(Community.number).contains(words, autoescape=True),
                Community.id.in_(_managed_by(people)),
            )
        ]


def _managed_by(people: Select[int]) -> Select[int]:
    return select(Managership.community_id).where(
        Managership.ended_at.is_(None), Managership.account_id.in_(people)
    )


def known_of(community: Community) -> Known:
    return Known(community.id, community.number, community.name)
