"""Communities as colleagues see them: the list, and one with all that is known."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy.orm import Session

from app.accounts.service import Contact, Standing, Standings
from app.communities.service import Communities, Directory, Known
from app.desk.service_audit import AuditBook, Line
from app.filedrop.service import Lately, Portion, Portions
from app.kernel.errors import NotFound
from app.runtime import Runtime

LATEST, LATEST_LINES = 12, 20


class Deed(StrEnum):
    """What an admin does for a manager, as it stands in the address."""

    INVITE = "toegang"
    SIGN_OUT = "afmelden"
    BLOCK = "blokkeren"
    UNBLOCK = "toelaten"
    REMOVE = "verwijderen"


@dataclass(frozen=True)
class Entry:
    """A community on one line."""

    known: Known
    managers: list[Standing]
    lately: Lately


@dataclass(frozen=True)
class Portrait:
    """A community, who manages it, what it got, what happened to it."""

    known: Known
    since: datetime
    managers: list[Standing]
    lately: Lately
    portions: list[Portion]
    lines: list[Line]


@dataclass(frozen=True)
class Register:
    """What colleagues see of communities and do for managers; never commits."""

    session: Session
    communities: Communities
    directory: Directory
    standings: Standings
    portions: Portions
    book: AuditBook

    @classmethod
    def of(
        cls, session: Session, runtime: Runtime, *, by_address: bool = False
    ) -> "Register":
        book = AuditBook.of(session, runtime)
        return cls(
            session,
            book.following.communities,
            Directory(session, by_address),
            Standings(session),
            Portions.of(session, runtime),
            book,
        )

    def page(self, query: str, *, start: int, limit: int) -> list[Entry]:
        """So many communities, with as many questions for one as for all."""
        found = self.directory.page(query, start=start, limit=limit)
        ids = [known.id for known in found]
        lately = self.portions.lately(ids)
        managers = self.communities.account_ids(ids)
        whom = {account_id for theirs in managers.values() for account_id in theirs}
        people = {one.person.id: one for one in self.standings.of_ids(whom)}
        return [
            Entry(
                known,
                [one for key, one in people.items() if key in managers[known.id]],
                lately[known.id],
            )
            for known in found
        ]

    def show(self, number: str) -> Portrait:
        known = self.known(number)
        managers = self._managers(known)
        return Portrait(
            known=known,
            since=self.directory.since(known.id),
            managers=managers,
            lately=self.portions.lately([known.id])[known.id],
            portions=self.portions.newest(known.id, limit=LATEST),
            lines=self.book.history(
                known, [one.person.id for one in managers], limit=LATEST_LINES
            ),
        )

    def known(self, number: str) -> Known:
        if number not in (found := self.communities.by_number([number])):
            raise NotFound
        return found[number]

    def manager(self, number: str, account_id: int) -> tuple[Known, Standing]:
        """Somebody who manages it today; NotFound for anybody else."""
        known = self.known(number)
        for one in self._managers(known):
            if one.person.id == account_id:
                return known, one
        raise NotFound

    def act(self, deed: Deed, number: str, login: str, *, by: str) -> None:
        """Do that for a manager; Conflict when it cannot be."""
        accounts = self.communities.accounts
        match deed:
            case Deed.INVITE:
                accounts.reissue(login, by=by)
            case Deed.BLOCK:
                accounts.block(login, by=by)
            case Deed.UNBLOCK:
                accounts.unblock(login, by=by)
            case Deed.SIGN_OUT:
                accounts.sign_out(login, by=by)
            case Deed.REMOVE:
                self.communities.remove_manager(number, login, by=by)

    def add(self, number: str, login: str, contact: Contact, *, by: str) -> None:
        """One more manager; Conflict when the register says otherwise."""
        known = self.known(number)
        self.communities.add_manager(known, login, contact, by=by)

    def readdress(self, one: Standing, email: str, mobile: str, *, by: str) -> bool:
        """Reach somebody elsewhere; told to the old and the new address."""
        contact = Contact(one.person.name, email, mobile)
        _id, what = self.communities.accounts.enrol(one.person.login, contact, by=by)
        return what == "changed"

    def _managers(self, known: Known) -> list[Standing]:
        ids = self.communities.account_ids([known.id])[known.id]
        return self.standings.of_ids(ids)
