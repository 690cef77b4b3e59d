"""Signing in: password, an own password that is held back, a code, and in."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from app.accounts import rules
from app.accounts.models import Account, PendingSignIn
from app.accounts.rules import Refused, Step, Why
from app.accounts.service import Accounts
from app.accounts.service_admission import Admitted
from app.accounts.service_codes import Code, Codes, number_of
from app.accounts.service_own_password import OwnPassword
from app.accounts.service_pending import Found, Pendings, Which
from app.kernel import tokens
from app.kernel.words import phone_tail
from app.passwords import Hashed
from app.runtime import Runtime


@dataclass(frozen=True)
class Passed:
    """The password was right: the token of what is pending, and the next step."""

    token: str
    step: Step
    role: str


@dataclass(frozen=True)
class Chooser:
    """Who chooses a password, as far as the rules for passwords ask."""

    login: str
    role: str
    own_words: tuple[str, ...]
    initial: bytes | None
    initial_key: str | None


@dataclass(frozen=True)
class Way:
    """Somebody on the way in, as the pages may know them."""

    step: Step
    chooser: Chooser
    phone_tail: str
    code_until: datetime | None
    sms_failed: bool
    is_to_new_number: bool = False


@dataclass(frozen=True)
class In:
    """The code was right: who it is, and where they wanted to go."""

    account_id: int
    next_path: str
    is_reset: bool


@dataclass(frozen=True)
class SignIn:
    """The steps of signing in; refusals are returned, so that counters commit."""

    session: Session
    codes: Codes
    accounts: Accounts
    own: OwnPassword
    pendings: Pendings
    now: datetime

    @classmethod
    def of(cls, session: Session, runtime: Runtime) -> "SignIn":
        accounts = Accounts.of(session, runtime)
        now = accounts.now
        codes = Codes(session, runtime.keyring, now)
        own = OwnPassword(session, accounts, accounts.post, now)
        return cls(session, codes, accounts, own, Pendings(session, now), now)

    def password(
        self, admitted: Admitted, *, right: bool, next_path: str
    ) -> Passed | Refused:
        """What follows from a password that was right, or was not."""
        if not right:
            return Refused(Why.WRONG)
        account = self.own.owner(admitted)
        if isinstance(account, Refused):
            return account
        step = rules.next_step(has_own_password=account.password_hash is not None)
        token = self.begin(account.id, step, next_path=next_path)
        return Passed(token, step, account.role)

    def begin(
        self, account_id: int, step: Step, *, next_path: str = "/", reset: bool = False
    ) -> str:
        """The token of a sign-in that still lacks its code."""
        token = tokens.token()
        self.session.add(
            PendingSignIn(
                token_hash=tokens.digest(token),
                account_id=account_id,
                is_reset=reset,
                step=step,
                next_path=next_path,
                created_at=self.now,
            )
        )
        self.session.flush()
        return token

    def way(self, token: str) -> Way | None:
        """Who is on the way in with this token, if they still are."""
        found = self.pendings.find(_of(token))
        return way_of(self.codes, *found) if found else None

    def hold(self, token: str, hashed: Hashed) -> str | None:
        """Keep the own password back until the code passes; a fresh token for that."""
        found = self._taken(token, Step.CHOOSE)
        if found is None:
            return None
        pending, _account = found
        fresh = tokens.token()
        pending.token_hash = tokens.digest(fresh)
        pending.held_hash, pending.held_key = hashed.text, hashed.key_id
        pending.step = Step.CODE
        return fresh

    def send_code(self, token: str) -> Code | Refused:
        """A new code for the view to send once this has committed."""
        found = self._taken(token, Step.CODE)
        return self.codes.new(*found) if found else Refused(Why.OVER)

    def code(self, token: str, typed: str) -> In | Refused:
        """The typed code, once; then the held password counts, and they are in."""
        found = self._taken(token, Step.CODE)
        if found is None:
            return Refused(Why.OVER)
        pending, account = found
        if refused := self.codes.spend(pending, typed):
            return refused
        if not self.pendings.end(PendingSignIn.id == pending.id):
            return Refused(Why.OVER)
        if pending.held_hash and not self.own.set(pending, account):
            return Refused(Why.OVER)
        return In(account.id, pending.next_path, pending.is_reset)

    def leave(self, token: str) -> None:
        """They give up; the token opens nothing any more."""
        self.pendings.end(_of(token))

    def _taken(self, token: str, step: Step) -> Found | None:
        """Who is at that step; the account's row is ours, for one step at a time."""
        found = self.pendings.take(_of(token))
        return found if found and found[0].step == step else None


def _of(token: str) -> Which:
    return PendingSignIn.token_hash == tokens.digest(token)


def way_of(codes: Codes, pending: PendingSignIn, account: Account) -> Way:
    """How far somebody came, and until when the last code is good."""
    code = codes.live(pending.id)
    usable = code is not None and codes.is_usable(code)
    return Way(
        step=Step(pending.step),
        chooser=chooser(account),
        phone_tail=phone_tail(number_of(pending, account)),
        code_until=code.sent_at + rules.CODE_LIFETIME if code and usable else None,
        sms_failed=codes.has_failed(pending.id),
        is_to_new_number=pending.held_mobile is not None,
    )


def chooser(account: Account) -> Chooser:
    """What may not be this person's password: login, names, the initial one."""
    names = [word for pair in account.known_for for word in pair]
    if account.role == rules.USER:
        names += rules.own_words(account.name, account.login)
    return Chooser(
        login=account.login,
        role=account.role,
        own_words=(account.login, *names),
        initial=account.initial_mac,
        initial_key=account.initial_key,
    )
