"""Communities: who they are and who manages them today."""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import Subquery, bindparam, exists, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.accounts.service import Accounts, Contact, Person
from app.communities.models import Community, Managership
from app.communities.rules import Line, News, is_number
from app.communities.service_directory import Directory, Known, known_of
from app.communities.service_outlook import Outlook, Outlooks, Prospect
from app.communities.service_ties import Ties
from app.kernel.errors import Conflict, NotFound
from app.runtime import Runtime

# higher rooms enter by this door only
__all__ = [
    "MANAGED",
    "Communities",
    "Directory",
    "Imported",
    "Known",
    "News",
    "Outlook",
    "Outlooks",
    "Prospect",
]

_COMMUNITY, _TIE = (
    Community.metadata.tables[it] for it in ("community", "managership")
)
MANAGED = (  # id, number and name of what `account_id` manages today, as a table
    select(_COMMUNITY.c.id, _COMMUNITY.c.number, _COMMUNITY.c.name)
    .join_from(_TIE, _COMMUNITY)
    .where(_TIE.c.account_id == bindparam("account_id"), _TIE.c.ended_at.is_(None))
    .subquery()
)


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

    def take_in(self, lines: Collection[Line], *, by: str) -> Imported:
        """Bring register and managers up to date; what is absent stays as it was.

        Conflict when somebody else took in the same newcomers at that very moment.
        """
        try:
            return self._take_in(lines, by=by)
        except IntegrityError as raced:
            raise Conflict(
                "Intussen is er iets gewijzigd. Kijk het opnieuw na."
            ) from raced

    def _take_in(self, lines: Collection[Line], *, by: str) -> Imported:
        done, enrolled = Imported(), dict[str, int]()
        communities, renamed = self._communities(lines, done, by=by)
        tied = self._ties.pairs([community.id for community in communities.values()])
        to_greet = {account for community, account in tied if community in renamed}
        self.accounts.hold({line.login for line in lines}, to_greet)
        for line in sorted(lines, key=lambda line: line.login):
            if line.login not in enrolled:
                enrolled[line.login] = self._enrol(line, done, by=by)
            community, account_id = communities[line.number], enrolled[line.login]
            if (community.id, account_id) not in tied:
                self._ties.tie(community, account_id, by=by)
                to_greet.add(account_id)
        self._ties.greet(to_greet)
        return done

    def add_manager(
        self, known: Known, login: str, contact: Contact, *, by: str
    ) -> None:
        """One more manager, as a line of a register would bring.

        Conflict for who manages it already, and for a login with other data: what a
        register would change, and tell, is no change to make in passing.
        """
        person = self.accounts.find(login)
        if person and person.id in self.account_ids([known.id])[known.id]:
            raise Conflict(f"{person.name} beheert deze gemeenschap al.")
        if person and Contact(person.name, person.email, person.mobile) != contact:
            raise Conflict(f"De login {login} bestaat al, met andere gegevens.")
        line = Line(
            number=known.number,
            name=known.name,
            login=login,
            manager=contact.name,
            email=contact.email,
            mobile=contact.mobile,
        )
        self.take_in([line], by=by)

    def remove_manager(self, number: str, login: str, *, by: str) -> None:
        """No longer a manager of it, from the next request on.

        Somebody must be left who may come in: whom we blocked does not count.
        """
        community = self._hold(number)
        person = self.accounts.find(login.strip().casefold())
        current = self._ties.between(community.id, person.id) if person else None
        if person is None or current is None:
            raise NotFound(f"{login} is geen beheerder van {number}.")
        others = self.account_ids([community.id])[community.id] - {person.id}
        if not self.accounts.reachable(others):
            raise Conflict("Een gemeenschap heeft minstens één beheerder nodig.")
        self._ties.untie(community, current, by=by)

    def keep_managers(self, ids: Collection[int]) -> None:
        """Nobody stops managing those communities until the commit."""
        # in one order, and shared: publications never wait for each other here
        theirs = select(Community.id).where(Community.id.in_(ids))
        self.session.execute(theirs.order_by(Community.id).with_for_update(read=True))

    def by_number(self, numbers: Collection[str]) -> dict[str, Known]:
        """Those that exist, by their number."""
        sound = [number for number in numbers if is_number(number)]
        asked = select(Community).where(Community.number.in_(sound))
        return {c.number: known_of(c) for c in self.session.scalars(asked)}

    def by_id(self, ids: Collection[int]) -> dict[int, Known]:
        """Those communities, by the id of their row."""
        asked = select(Community).where(Community.id.in_(ids))
        return {c.id: known_of(c) for c in self.session.scalars(asked)}

    def of_manager(self, account_id: int) -> list[Known]:
        """What somebody manages today, by name."""
        asked = (
            select(Community)
            .join(Managership, Managership.community_id == Community.id)
            .where(Managership.account_id == account_id)
            .where(Managership.ended_at.is_(None))
            .order_by(Community.name, Community.number)
        )
        return [known_of(c) for c in self.session.scalars(asked)]

    def managed(self) -> list[Known]:
        """Those that somebody manages today, by their number."""
        asked = select(Community).where(
            exists()
            .where(Managership.community_id == Community.id)
            .where(Managership.ended_at.is_(None))
        )
        found = self.session.scalars(asked.order_by(Community.number))
        return [known_of(community) for community in found]

    def managers_today(self) -> Subquery:
        """Rows of community_id and account_id, for another room's question."""
        columns = select(Managership.community_id, Managership.account_id)
        return columns.where(Managership.ended_at.is_(None)).subquery()

    def account_ids(self, ids: Collection[int]) -> dict[int, set[int]]:
        """Today's managers of each of those communities, also whom we blocked."""
        found: dict[int, set[int]] = {community_id: set() for community_id in ids}
        for community_id, account_id in self._ties.pairs(ids):
            found[community_id].add(account_id)
        return found

    def managers_of(self, ids: Collection[int]) -> dict[int, list[Person]]:
        """Today's managers who may come in, for each of those communities."""
        pairs = self._ties.pairs(ids)
        people = {
            person.id: person
            for person in self.accounts.reachable({pair[1] for pair in pairs})
        }
        managers: dict[int, list[Person]] = {community_id: [] for community_id in ids}
        for community_id, account_id in sorted(pairs):
            if account_id in people:
                managers[community_id].append(people[account_id])
        return managers

    @property
    def _ties(self) -> Ties:
        return Ties(self.session, self.accounts, self.now)

    def _enrol(self, line: Line, done: Imported, *, by: str) -> int:
        contact = Contact(line.manager, line.email, line.mobile)
        account_id, what = self.accounts.enrol(line.login, contact, by=by)
        told = {"new": done.new, "changed": done.changed, "same": done.same}
        told[what].append(line.login)
        return account_id

    def _communities(
        self, lines: Collection[Line], done: Imported, *, by: str
    ) -> tuple[dict[str, Community], set[int]]:
        """The communities of those lines, by number; the ids of those renamed."""
        names = {line.number: line.name for line in lines}
        asked = select(Community).where(Community.number.in_(names))
        found = {known.number: known for known in self.session.scalars(asked)}
        renamed = {c.id for c in found.values() if c.name != names[c.number]}
        for community in found.values():
            if community.id in renamed:
                community.name = names[community.number]
                self._ties.record("community.rename", community, by=by)
        for number, name in sorted(names.items()):
            if number not in found:
                known = Community(number=number, name=name, created_at=self.now)
                self.session.add(known)
                self._ties.record("community.add", known, by=by)
                found[number] = known
                done.communities.append(number)
        self.session.flush()
        return found, renamed

    def _hold(self, number: str) -> Community:
        """The community, ours until the commit: who comes second sees who is left."""
        asked = select(Community).where(Community.number == number.strip())
        community = self.session.scalar(asked.with_for_update())
        if community is None:
            raise NotFound(f"De gemeenschap {number} bestaat niet.")
        return community
