"""'Wachtwoord vergeten?': the same answer to whoever asks, a link for who exists."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from app.accounts import rules
from app.accounts.models import Account, ResetLink, ResetRequest
from app.accounts.rules import Refused, Step, by_address
from app.accounts.service import Accounts
from app.accounts.service_sign_in import Chooser, SignIn, chooser
from app.accounts.service_throttle import Counter, bucket
from app.db.session import won
from app.kernel import tokens
from app.passwords import Hashed
from app.runtime import Runtime

LONGEST_LOGIN = 64


@dataclass(frozen=True)
class Resets:
    """Requests, links, and the way from a link to a code; never commits."""

    session: Session
    accounts: Accounts
    sign_in: SignIn
    now: datetime

    @classmethod
    def of(cls, session: Session, runtime: Runtime) -> "Resets":
        sign_in = SignIn.of(session, runtime)
        return cls(session, sign_in.accounts, sign_in, sign_in.now)

    def ask(self, login: str, network: str) -> Refused | None:
        """One row for any login; whether it exists is looked up later."""
        mine = bucket(self.accounts.keyring, "reset", network)
        if refused := Counter(self.session, self.now).count({mine: by_address}):
            return refused
        typed = login.strip().casefold()[:LONGEST_LOGIN]
        self.session.add(ResetRequest(login=typed, asked_at=self.now))
        return None

    def settle_one(self) -> bool:
        """Mail a link for the oldest request; whether there was one."""
        oldest = (
            select(ResetRequest)
            .where(ResetRequest.settled_at.is_(None))
            .order_by(ResetRequest.id)
            .limit(1)
        )
        request = self.session.scalar(oldest)
        if request is None:
            return False
        claim = update(ResetRequest).where(
            ResetRequest.id == request.id, ResetRequest.settled_at.is_(None)
        )
        if won(self.session, claim.values(settled_at=self.now, login="")):
            self._mail(request.login, asked_at=request.asked_at)
        return True

    def opening(self, token: str) -> Chooser | None:
        """For whom a link opens, if it still does; looking changes nothing."""
        found = self._living(token)
        return (
            chooser(self.session.get_one(Account, found.account_id)) if found else None
        )

    def is_of_user(self, token: str) -> bool:
        """Whether a link, dead or alive, was for Mijn Fluvius."""
        asked = (
            select(Account.role)
            .join(ResetLink, ResetLink.account_id == Account.id)
            .where(ResetLink.token_hash == tokens.digest(token))
        )
        return self.session.scalar(asked) == rules.USER

    def use(self, token: str, hashed: Hashed) -> str | None:
        """Spend the link and hold the password back; the token of what is pending."""
        found = self._living(token)
        spending = update(ResetLink).where(
            ResetLink.token_hash == tokens.digest(token), ResetLink.spent_at.is_(None)
        )
        if found is None or not won(self.session, spending.values(spent_at=self.now)):
            return None
        pending = self.sign_in.begin(found.account_id, Step.CHOOSE, reset=True)
        return self.sign_in.hold(pending, hashed)

    def _living(self, token: str) -> ResetLink | None:
        return self.session.scalar(
            select(ResetLink)
            .join(Account, Account.id == ResetLink.account_id)
            .where(ResetLink.token_hash == tokens.digest(token))
            .where(ResetLink.spent_at.is_(None), ResetLink.until > self.now)
            .where(Account.blocked_at.is_(None))
        )

    def _mail(self, login: str, *, asked_at: datetime) -> None:
        account = self.session.scalar(select(Account).where(Account.login == login))
        if account is None or account.blocked_at or not account.email:
            return
        if self._too_many(account.id):
            return
        token = self.accounts.ways.link(account.id, lifetime=rules.RESET_LIFETIME)
        post = self.accounts.post
        post.write(
            "reset",
            account,
            asked_at=asked_at,
            mine=account.role == rules.USER,
            url=post.address(f"/wachtwoord-herstellen/{token}"),
            until=self.now + rules.RESET_LIFETIME,
        )

    def _too_many(self, account_id: int) -> bool:
        def since(span: timedelta) -> int:
            made = select(func.count()).where(
                ResetLink.account_id == account_id, ResetLink.made_at > self.now - span
            )
            return int(self.session.scalars(made).one())

        return (
            since(timedelta(hours=1)) >= rules.RESETS_AN_HOUR
            or since(timedelta(days=1)) >= rules.RESETS_A_DAY
        )
