"""Accounts: who may sign in, how they are reached, how they get their way in."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Select, or_, select, update
from sqlalchemy.orm import Session

from app.accounts import rules
from app.accounts.models import Account
from app.accounts.service_contact import Contacts
from app.accounts.service_numbers import bears
from app.accounts.service_people import Contact, Person, person_of
from app.accounts.service_standing import Standing, Standings
from app.accounts.service_ways import Ways
from app.db import audit
from app.db.session import won
from app.kernel import tokens
from app.kernel.errors import Conflict, Invalid, NotFound
from app.keyring import Keyring
from app.post import Post
from app.runtime import Runtime

__all__ = [
    "INITIAL",
    "Accounts",
    "Contact",
    "Person",
    "Standing",
    "Standings",
    "bears",
]

INITIAL = "initial password"
LATELY = timedelta(days=60)  # for as long as the jobs may stand still


@dataclass(frozen=True)
class Accounts:
    """The register of people; never commits."""

    session: Session
    keyring: Keyring
    post: Post
    now: datetime
    initial_lifetime: timedelta

    @classmethod
    def of(cls, session: Session, runtime: Runtime) -> "Accounts":
        now = runtime.clock()
        return cls(
            session,
            runtime.keyring,
            Post.of(session, runtime, now=now),
            now,
            timedelta(days=runtime.settings.initial_password_days),
        )

    def find(self, login: str) -> Person | None:
        account = self._by_login(login)
        return person_of(account) if account else None

    def people(self, ids: Collection[int]) -> dict[int, Person]:
        """Those people, by the id of their account."""
        asked = select(Account).where(Account.id.in_(ids))
        return {found.id: person_of(found) for found in self.session.scalars(asked)}

    def newcomers(self, ids: Collection[int]) -> set[int]:
        """Which of them were never given a way in: the next letter brings one."""
        waiting = Account.credentials_at.is_(None)
        asked = select(Account.id).where(Account.id.in_(ids), waiting)
        return set(self.session.scalars(asked))

    def forgotten(self) -> Select[int]:
        """Whose accounts became nobody's lately; a question, for they may be many."""
        return select(Account.id).where(Account.forgotten_at >= self.now - LATELY)

    def by_login(self, logins: Collection[str]) -> dict[str, Person]:
        """Those people, by their login."""
        asked = select(Account).where(Account.login.in_(logins))
        return {found.login: person_of(found) for found in self.session.scalars(asked)}

    def login_of(self, account_id: int) -> str:
        return self.session.get_one(Account, account_id).login

    def previous_sign_in(self, account_id: int) -> datetime | None:
        """When somebody came in before this time."""
        return self.session.get_one(Account, account_id).previous_sign_in_at

    def names(self, account_id: int) -> list[tuple[str, str]]:
        """For which (number, name) somebody acts, as it was kept last."""
        account = self.session.get_one(Account, account_id)
        return [(number, name) for number, name in account.known_for]

    def enrol(self, login: str, contact: Contact, *, by: str) -> tuple[int, str]:
        """The id of the manager's account, and whether it is new, changed or same.

        A change is told to the old and the new address.
        """
        account = self._by_login(login)
        if account is None:
            return self._add(login, rules.MANAGER, contact, by=by).id, "new"
        if account.role != rules.MANAGER:
            raise Conflict(f"De login {login} is van een medewerker of gebruiker.")
        changes = self.contacts.change(account, vars(contact), by=by)
        return account.id, "changed" if changes else "same"

    def change_colleague(self, login: str, wanted: Mapping[str, str]) -> bool:
        """Whether e-mail, mobile or department became another; told as a manager's."""
        account = self._must(login)
        if account.role == rules.MANAGER:
            raise Conflict(
                f"De login {account.login} is van een beheerder: pas die aan op de "
                "pagina van de gemeenschap, of met flask communities import."
            )
        if account.role == rules.USER:
            raise Conflict(f"De login {account.login} is van geen medewerker.")
        return bool(self.contacts.change(account, wanted, by=audit.HOUSE))

    def known_for(self, account_id: int, names: Sequence[tuple[str, str]]) -> None:
        """Keep for which (number, name) they act: greeted by, no good as password."""
        account = self.session.get_one(Account, account_id)
        account.known_for = [list(pair) for pair in names]

    def add_staff(
        self, login: str, contact: Contact, *, department: str, role: str
    ) -> str:
        """A new colleague; the initial password, which is shown this once."""
        if role not in rules.STAFF:
            raise Invalid(f"De rol {role} bestaat niet.")
        if self._by_login(login):
            raise Conflict(f"De login {login} bestaat al.")
        account = self._add(login, role, contact, by=audit.HOUSE)
        account.department = department
        password = self.first_password(account.id)
        assert password is not None  # noqa: S101 - the account is new
        return password

    def hold(self, logins: Collection[str], ids: Collection[int]) -> None:
        """Those accounts are ours until the commit, taken in the one order of all.

        A publication takes them by id too, so neither waits for the other both ways.
        """
        theirs = or_(Account.login.in_(logins), Account.id.in_(ids))
        self.session.execute(
            select(Account.id).where(theirs).order_by(Account.id).with_for_update()
        )

    def first_password(self, account_id: int) -> str | None:
        """The initial password, to the one who claims it; None ever after."""
        password = tokens.initial_password()
        claim = (
            update(Account)
            .where(Account.id == account_id, Account.credentials_at.is_(None))
            .values(
                credentials_at=self.now,
                initial_mac=self.keyring.mac(INITIAL, tokens.bare(password)),
                initial_key=self.keyring.first,
                initial_until=self.now + self.initial_lifetime,
            )
        )
        return password if won(self.session, claim) else None

    def block(self, login: str, *, by: str = audit.HOUSE) -> None:
        """Nobody comes in with this login until it is unblocked."""
        account = self._must(login)
        if account.blocked_at:
            return
        account.blocked_at = self.now
        self.ways.end_sessions(account.id)
        self._record("account.block", account, by=by)

    def unblock(self, login: str, *, by: str = audit.HOUSE) -> None:
        account = self._must(login)
        if account.blocked_at is None:
            return
        account.blocked_at = None
        self._record("account.unblock", account, by=by)

    def sign_out(self, login: str, *, by: str) -> None:
        """Out of every browser at once; they may come back in."""
        account = self._must(login)
        self.ways.end_sessions(account.id)
        self._record("account.sign_out", account, by=by)

    def reissue(self, login: str, *, by: str = audit.HOUSE) -> None:
        """A letter with a link to an own password; never a second initial one."""
        account = self._must(login)
        if account.blocked_at:
            raise Conflict(f"De login {login} is geblokkeerd.")
        token = self.ways.link(account.id, lifetime=rules.REISSUE_LIFETIME)
        self.post.write(
            "reissue",
            account,
            untold_login="" if account.password_hash else account.login,
            communities=[
                {"number": number, "name": name} for number, name in account.known_for
            ],
            url=self.post.address(f"/wachtwoord-herstellen/{token}"),
            until=self.now + rules.REISSUE_LIFETIME,
        )
        account.credentials_at = account.credentials_at or self.now
        self._record("account.reissue", account, by=by)

    @property
    def ways(self) -> Ways:
        return Ways(self.session, self.now)

    @property
    def contacts(self) -> Contacts:
        return Contacts(self.session, self.post, self.ways, self.now)

    def reachable(self, ids: Collection[int]) -> list[Person]:
        """Those of them who may come in, in the order of their login."""
        asked = (
            select(Account)
            .where(Account.id.in_(ids), Account.blocked_at.is_(None))
            .order_by(Account.login)
        )
        return [person_of(account) for account in self.session.scalars(asked)]

    def colleagues(self, roles: Collection[str]) -> list[Person]:
        """Everybody with such a role who may come in."""
        asked = select(Account.id).where(Account.role.in_(roles))
        return self.reachable(set(self.session.scalars(asked)))

    def _by_login(self, login: str) -> Account | None:
        return self.session.scalar(select(Account).where(Account.login == login))

    def _must(self, login: str) -> Account:
        account = self._by_login(login.strip().casefold())
        if account is None:
            raise NotFound(f"De login {login} bestaat niet.")
        return account

    def _add(self, login: str, role: str, contact: Contact, *, by: str) -> Account:
        account = Account(login=login, role=role, created_at=self.now, **vars(contact))
        self.session.add(account)
        self.session.flush()
        self._record("account.add", account, by=by)
        return account

    def _record(
        self, action: str, account: Account, *, by: str, **details: str
    ) -> None:
        about = f"account:{account.id}"
        audit.record(self.session, action, about, at=self.now, by=by, **details)
