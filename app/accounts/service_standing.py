"""How somebody stands: invited, in, blocked; finding people by what one remembers."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import Session

from app.accounts.models import Account
from app.accounts.service_people import Person, person_of


@dataclass(frozen=True)
class Standing:
    """A person, and what became of their way in."""

    person: Person
    blocked_at: datetime | None
    last_sign_in_at: datetime | None


@dataclass(frozen=True)
class Standings:
    """Looks only."""

    session: Session

    def of_ids(self, ids: Collection[int]) -> list[Standing]:
        """Those people, by name."""
        found = self.session.scalars(select(Account).where(Account.id.in_(ids)))
        standings = [
            Standing(person_of(one), one.blocked_at, one.last_sign_in_at)
            for one in found
        ]
        return sorted(standings, key=lambda s: (s.person.name.casefold(), s.person.id))

    def matching(self, query: str, *, by_address: bool) -> Select[int]:
        """The ids of who has it in login or name, for another's question.

        by_address: in the address too, for who sees that whole.
        """
        columns = [Account.login, Account.name]
        columns += [Account.email] if by_address else []
        words = query.lower()
        found = (func.lower(c).contains(words, autoescape=True) for c in columns)
        return select(Account.id).where(or_(*found))

    def on_mobile(self, mobile: str, *, login: str) -> Select[int]:
        """The ids of others with a number that is new for that login, likewise."""
        theirs = select(Account.id).where(
            Account.mobile == mobile, Account.login == login
        )
        return select(Account.id).where(Account.mobile == mobile, ~theirs.exists())
