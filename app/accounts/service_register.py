"""An e-mail address that is confirmed by a link: of a new account, or of an old one."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.accounts.models import Account, Registration
from app.accounts.rules import USER, Refused, own_words
from app.accounts.service import Accounts
from app.accounts.service_admission import Admitted
from app.accounts.service_own_password import OwnPassword
from app.accounts.service_people import FormerAddress
from app.accounts.service_sign_in import Chooser
from app.db import audit
from app.db.session import won
from app.kernel import tokens
from app.kernel.errors import Conflict, Throttled
from app.passwords import Hashed
from app.runtime import Runtime

_ENOUGH = "Je vroeg al vijf keer een e-mail. Probeer het morgen opnieuw."
LIFETIME = timedelta(days=1)
A_DAY, MOST_A_DAY = timedelta(days=1), 5


@dataclass(frozen=True)
class Wanted:
    """How somebody wants to be reached, and to sign in."""

    email: str
    mobile: str
    password: Hashed


@dataclass(frozen=True)
class Opening:
    """What a link would confirm: whose account it is, and which address."""

    name: str
    email: str


@dataclass(frozen=True)
class Registrations:
    """Asking for an address as one's login, and confirming it; never commits."""

    session: Session
    accounts: Accounts
    own: OwnPassword
    now: datetime

    @classmethod
    def of(cls, session: Session, runtime: Runtime) -> "Registrations":
        accounts = Accounts.of(session, runtime)
        own = OwnPassword(session, accounts, accounts.post, accounts.now)
        return cls(session, accounts, own, accounts.now)

    def is_open(self, account_id: int) -> bool:
        """Whether they have none yet: another password is chosen on the profile."""
        account = self.session.get_one(Account, account_id)
        return account.role == USER and account.password_hash is None

    def told(self, account_id: int) -> str:
        """The address that an issuer told and checked, if it did."""
        return self.session.get_one(Account, account_id).email

    def chooser(self, account_id: int, email: str) -> Chooser:
        """What may not be their password: their address, and their name."""
        name = self.session.get_one(Account, account_id).name
        return Chooser(email, USER, tuple(own_words(name, email)), None, None)

    def ask(self, account_id: int, wanted: Wanted) -> None:
        """A letter to that address; until its link is used, nothing is theirs.

        Whether the address has an account already, is told to nobody. Of two addresses
        the last one counts: who has the first by a slip of the hand gets nothing.
        """
        self._not_too_often(account_id)
        self._end_others(account_id, wanted.email)
        token, until = tokens.token(), self.now + LIFETIME
        self.session.add(
            Registration(
                account_id=account_id,
                email=wanted.email,
                mobile=wanted.mobile,
                password_hash=wanted.password.text,
                password_key=wanted.password.key_id,
                token_hash=tokens.digest(token),
                made_at=self.now,
                until=until,
            )
        )
        account = self.session.get_one(Account, account_id)
        post = self.accounts.post
        post.write(
            "confirm",
            FormerAddress(account_id, account.name, wanted.email),
            is_new=account.password_hash is None,
            url=post.address(f"/registreren/{token}"),
            until=until,
        )

    def move(self, admitted: Admitted, email: str) -> Refused | None:
        """The same for another address of an account; the password stays what it is."""
        account = self.own.owner(admitted)
        if isinstance(account, Refused):
            return account
        same = Hashed(account.password_hash or "", account.password_key or "")
        self.ask(account.id, Wanted(email, account.mobile, same))
        return None

    def _not_too_often(self, account_id: int) -> None:
        since = self.now - A_DAY
        asked = select(Registration.made_at).where(
            Registration.account_id == account_id, Registration.made_at > since
        )
        earlier = sorted(self.session.scalars(asked))
        if len(earlier) >= MOST_A_DAY:
            wait = earlier[0] + A_DAY - self.now
            raise Throttled(_ENOUGH, after=max(1, int(wait.total_seconds())))

    def _end_others(self, account_id: int, email: str) -> None:
        """Links that were mailed to another address confirm nothing any more."""
        others = update(Registration).where(
            Registration.account_id == account_id,
            Registration.email != email,
            Registration.spent_at.is_(None),
        )
        self.session.execute(others.values(spent_at=self.now))

    def opening(self, token: str) -> Opening | None:
        """What a link confirms, if it still does; looking changes nothing."""
        found = self._living(token)
        if found is None:
            return None
        name = self.session.get_one(Account, found.account_id).name
        return Opening(name, found.email)

    def confirm(self, token: str) -> bool:
        """The address is theirs: it is their login, and the password counts."""
        found = self._living(token)
        spending = update(Registration).where(
            Registration.token_hash == tokens.digest(token),
            Registration.spent_at.is_(None),
        )
        if found is None or not won(self.session, spending.values(spent_at=self.now)):
            return False
        if self.accounts.find(found.email) is not None:
            return False
        try:
            return self._move_in(found) or self._move_on(found)
        except IntegrityError as raced:  # another took that address at this moment
            raise Conflict from raced

    def _move_in(self, found: Registration) -> bool:
        """Who had no password has one now, and a login."""
        giving = (
            update(Account)
            .where(Account.id == found.account_id, Account.password_hash.is_(None))
            .values(
                login=found.email,
                email=found.email,
                mobile=found.mobile,
                password_hash=found.password_hash,
                password_key=found.password_key,
                credentials_at=self.now,
            )
        )
        if not won(self.session, giving):
            return False
        audit.record(
            self.session,
            "account.register",
            f"account:{found.account_id}",
            at=self.now,
            by=found.email,
        )
        return True

    def _move_on(self, found: Registration) -> bool:
        """Who has one goes on under the new address, if it is still the same one."""
        taking = update(Account).where(
            Account.id == found.account_id,
            Account.password_hash == found.password_hash,
        )
        if not won(self.session, taking.values(login=found.email)):
            return False
        account = self.session.get_one(
            Account, found.account_id, populate_existing=True
        )
        wanted = {"email": found.email}
        self.accounts.contacts.change(account, wanted, by=found.email)
        return True

    def _living(self, token: str) -> Registration | None:
        return self.session.scalar(
            select(Registration)
            .join(Account, Account.id == Registration.account_id)
            .where(Registration.token_hash == tokens.digest(token))
            .where(Registration.spent_at.is_(None), Registration.until > self.now)
            .where(Account.blocked_at.is_(None))
        )
