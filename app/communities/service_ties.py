"""Who manages what: the ties between communities and accounts, today and before."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.service import Accounts
from app.communities.models import Community, Managership
from app.db import audit


@dataclass(frozen=True)
class Ties:
    """Ties and unties, and tells the accounts and the audit book; never commits."""

    session: Session
    accounts: Accounts
    now: datetime

    def pairs(self, communities: Collection[int]) -> set[tuple[int, int]]:
        """Who manages them today, as pairs of community and account."""
        asked = select(Managership.community_id, Managership.account_id).where(
            Managership.community_id.in_(communities), Managership.ended_at.is_(None)
        )
        return {(row[0], row[1]) for row in self.session.execute(asked)}

    def between(self, community_id: int, account_id: int) -> Managership | None:
        """The tie of today, if there is one."""
        return self.session.scalar(
            select(Managership).where(
                Managership.community_id == community_id,
                Managership.account_id == account_id,
                Managership.ended_at.is_(None),
            )
        )

    def tie(self, community: Community, account_id: int, *, by: str) -> None:
        """One more manager from now on."""
        self.session.add(
            Managership(
                community_id=community.id, account_id=account_id, began_at=self.now
            )
        )
        self.record("community.add_manager", community, by=by, account=account_id)

    def untie(self, community: Community, tie: Managership, *, by: str) -> None:
        """One manager less from now on."""
        tie.ended_at = self.now
        self.greet([tie.account_id])
        self.record(
            "community.remove_manager", community, by=by, account=tie.account_id
        )

    def greet(self, account_ids: Collection[int]) -> None:
        """Letters greet people by the names of today."""
        self.session.flush()
        asked = (
            select(Managership.account_id, Community.number, Community.name)
            .join(Community, Community.id == Managership.community_id)
            .where(Managership.account_id.in_(account_ids))
            .where(Managership.ended_at.is_(None))
            .order_by(Community.name, Community.number)
        )
        names = defaultdict(list)
        for account_id, number, name in self.session.execute(asked):
            names[account_id].append((number, name))
        for account_id in account_ids:
            self.accounts.known_for(account_id, names[account_id])

    def record(
        self, action: str, community: Community, *, by: str, **details: str | int
    ) -> None:
        """What became of a community, for the audit book."""
        audit.record(
            self.session, action, community.number, at=self.now, by=by, **details
        )
