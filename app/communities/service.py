"""Communities: who they are and who manages them today."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import Subquery, exists, select
from sqlalchemy.orm import Session

from app.accounts.service import Accounts, Contact, Person
from app.communities.models import Community, Managership
from app.communities.rules import Line
from app.db import audit
from app.kernel.errors import Conflict, NotFound
from app.runtime import Runtime


@dataclass(frozen=True)
class Known:
    """A community as other rooms may know it."""

    id: int
    number: str
    name: str


@dataclass
class Imported:
    """What an import did, or would do: numbers of communities, logins."""

    communities: list[str] = field(default_factory=list)
    new: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    same: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Communities:
    """The register of communities; never commits."""

    session: Session
    accounts: Accounts
    now: datetime

    @classmethod
    def of(cls, session: Session, runtime: Runtime) -> "Communities":
        accounts = Accounts.of(session, runtime)
        return cls(session, accounts, accounts.now)

    def take_in(self, lines: Iterable[Line], *, by: str) -> Imported:
        """Bring register and managers up to date; what is absent stays as it was."""
        done, enrolled = Imported(), dict[str, int]()
        to_greet: set[int] = set()
        for line in lines:
            if line.login not in enrolled:
                enrolled[line.login] = self._enrol(line, done, by=by)
            community, is_other = self._community(line, done, by=by)
            if is_other:
                to_greet.update(self._manager_ids(community.id))
            if self._manage(community, enrolled[line.login], by=by):
                to_greet.add(enrolled[line.login])
        for account_id in to_greet:
            self._greet(account_id)
        return done

    def remove_manager(self, number: str, login: str, *, by: str) -> None:
        """No longer a manager of it, from the next request on."""
        community = self._hold(number)
        person = self.accounts.find(login.strip().casefold())
        current = self._managership(community.id, person.id) if person else None
        if person is None or current is None:
            raise NotFound(f"{login} is geen beheerder van {number}.")
        if len(self._manager_ids(community.id)) == 1:
            raise Conflict("Een gemeenschap heeft minstens één beheerder nodig.")
        current.ended_at = self.now
        self.session.flush()
        self._greet(person.id)
        self._record("community.remove_manager", community, by=by, account=person.id)

    def by_number(self, numbers: Collection[str]) -> dict[str, Known]:
        """Those that exist, by their number."""
        asked = select(Community).where(Community.number.in_(numbers))
        return {c.number: _known(c) for c in self.session.scalars(asked)}

    def of_manager(self, account_id: int) -> list[Known]:
        """What somebody manages today, by name."""
        asked = (
            select(Community)
            .join(Managership, Managership.community_id == Community.id)
            .where(Managership.account_id == account_id)
            .where(Managership.ended_at.is_(None))
            .order_by(Community.name, Community.number)
        )
        return [_known(c) for c in self.session.scalars(asked)]

    def managed(self) -> list[Known]:
        """Those that somebody manages today, by their number."""
        asked = select(Community).where(
            exists()
            .where(Managership.community_id == Community.id)
            .where(Managership.ended_at.is_(None))
        )
        found = self.session.scalars(asked.order_by(Community.number))
        return [_known(community) for community in found]

    def managers_today(self) -> Subquery:
        """Rows of community_id and account_id, for another room's question."""
        columns = select(Managership.community_id, Managership.account_id)
        return columns.where(Managership.ended_at.is_(None)).subquery()

    def managers_of(self, ids: Collection[int]) -> dict[int, list[Person]]:
        """Today's managers who may come in, for each of those communities."""
        asked = select(Managership.community_id, Managership.account_id).where(
            Managership.community_id.in_(ids), Managership.ended_at.is_(None)
        )
        pairs = [(row[0], row[1]) for row in self.session.execute(asked)]
        people = {
            person.id: person
            for person in self.accounts.reachable({pair[1] for pair in pairs})
        }
        managers: dict[int, list[Person]] = {community_id: [] for community_id in ids}
        for community_id, account_id in sorted(pairs):
            if account_id in people:
                managers[community_id].append(people[account_id])
        return managers

    def _enrol(self, line: Line, done: Imported, *, by: str) -> int:
        contact = Contact(line.manager, line.email, line.mobile)
        account_id, what = self.accounts.enrol(line.login, contact, by=by)
        told = {"new": done.new, "changed": done.changed, "same": done.same}
        told[what].append(line.login)
        return account_id

    def _community(
        self, line: Line, done: Imported, *, by: str
    ) -> tuple[Community, bool]:
        """The community of that line, and whether it has another name than it had."""
        asked = select(Community).where(Community.number == line.number)
        community = self.session.scalar(asked)
        is_renamed = community is not None and community.name != line.name
        if community is None:
            community = Community(
                number=line.number, name=line.name, created_at=self.now
            )
            self.session.add(community)
            self.session.flush()
            self._record("community.add", community, by=by)
            done.communities.append(line.number)
        elif is_renamed:
            community.name = line.name
            self._record("community.rename", community, by=by)
        return community, is_renamed

    def _manage(self, community: Community, account_id: int, *, by: str) -> bool:
        """Whether they manage it since now."""
        if self._managership(community.id, account_id):
            return False
        self.session.add(
            Managership(
                community_id=community.id, account_id=account_id, began_at=self.now
            )
        )
        self.session.flush()
        self._record("community.add_manager", community, by=by, account=account_id)
        return True

    def _managership(self, community_id: int, account_id: int) -> Managership | None:
        return self.session.scalar(
            select(Managership).where(
                Managership.community_id == community_id,
                Managership.account_id == account_id,
                Managership.ended_at.is_(None),
            )
        )

    def _manager_ids(self, community_id: int) -> list[int]:
        asked = select(Managership.account_id).where(
            Managership.community_id == community_id, Managership.ended_at.is_(None)
        )
        return list(self.session.scalars(asked))

    def _greet(self, account_id: int) -> None:
        """Letters greet somebody by the names of today."""
        names = [(known.number, known.name) for known in self.of_manager(account_id)]
        self.accounts.known_for(account_id, names)

    def _hold(self, number: str) -> Community:
        """The community, ours until the commit: who comes second sees who is left."""
        asked = select(Community).where(Community.number == number.strip())
        community = self.session.scalar(asked.with_for_update())
        if community is None:
            raise NotFound(f"De gemeenschap {number} bestaat niet.")
        return community

    def _record(
        self, action: str, community: Community, *, by: str, **details: str | int
    ) -> None:
        audit.record(
            self.session, action, community.number, at=self.now, by=by, **details
        )


def _known(community: Community) -> Known:
    return Known(community.id, community.number, community.name)
