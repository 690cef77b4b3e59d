"""Signing in: password, an own password that is held back, a code, and in."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.accounts import rules
from app.accounts.models import Account, PendingSignIn
from app.accounts.rules import Refused, Step, Why
from app.accounts.service import Accounts
from app.accounts.service_admission import Admitted
from app.accounts.service_codes import Code, Codes
from app.accounts.service_throttle import Counter
from app.db import audit
from app.db.session import won
from app.kernel import tokens
from app.kernel.words import phone_tail
from app.passwords import Hashed
from app.post import Post
from app.runtime import Runtime


@dataclass(frozen=True)
class Passed:
    """The password was right: the token of what is pending, and the next step."""

    token: str
    step: Step


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
    post: Post
    codes: Codes
    accounts: Accounts
    now: datetime

    @classmethod
    def of(cls, session: Session, runtime: Runtime) -> "SignIn":
        accounts = Accounts.of(session, runtime)
        now = accounts.now
        codes = Codes(session, runtime.keyring, now)
        return cls(session, accounts.post, codes, accounts, now)

    def password(
        self, admitted: Admitted, *, right: bool, next_path: str
    ) -> Passed | Refused:
        """What follows from a password that was right, or was not."""
        if not right:
            return Refused(Why.WRONG)
        Counter(self.session, self.now).forgive(admitted.keys)
        account = self._unchanged(admitted)
        if account is None:
            return Refused(Why.WRONG)
        if why := self._shut(account):
            return Refused(why)
        account.wrong_in_a_row = 0
        step = rules.next_step(has_own_password=account.password_hash is not None)
        return Passed(self.begin(account.id, step, next_path=next_path), step)

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
        found = self._pending(token)
        if found is None:
            return None
        pending, account = found
        code = self.codes.live(pending.id)
        usable = code is not None and self.codes.is_usable(code)
        return Way(
            step=Step(pending.step),
            chooser=chooser(account),
            phone_tail=phone_tail(account.mobile),
            code_until=code.sent_at + rules.CODE_LIFETIME if code and usable else None,
            sms_failed=self.codes.has_failed(pending.id),
        )

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
        if not self._end(pending.id):
            return Refused(Why.OVER)
        if pending.held_hash and not self._set_password(pending, account):
            return Refused(Why.OVER)
        return In(account.id, pending.next_path, pending.is_reset)

    def leave(self, token: str) -> None:
        """They give up; the token opens nothing any more."""
        if found := self._pending(token):
            self._end(found[0].id)

    def _taken(self, token: str, step: Step) -> tuple[PendingSignIn, Account] | None:
        """Who is at that step; the account's row is ours, for one step at a time."""
        whose = select(PendingSignIn.account_id).where(
            PendingSignIn.token_hash == tokens.digest(token)
        )
        mine = select(Account.id).where(Account.id == whose.scalar_subquery())
        self.session.execute(mine.with_for_update(key_share=True))
        found = self._pending(token)
        return found if found and found[0].step == step else None

    def _pending(self, token: str) -> tuple[PendingSignIn, Account] | None:
        asked = (
            select(PendingSignIn, Account)
            .join(Account, Account.id == PendingSignIn.account_id)
            .where(PendingSignIn.token_hash == tokens.digest(token))
            .where(PendingSignIn.ended_at.is_(None), Account.blocked_at.is_(None))
            .where(PendingSignIn.created_at > self.now - rules.PENDING_LIFETIME)
        )
        found = self.session.execute(asked).one_or_none()
        return (found[0], found[1]) if found else None

    def _end(self, pending_id: int) -> bool:
        ending = update(PendingSignIn).where(
            PendingSignIn.id == pending_id, PendingSignIn.ended_at.is_(None)
        )
        return won(self.session, ending.values(ended_at=self.now))

    def _set_password(self, pending: PendingSignIn, account: Account) -> bool:
        """The held password becomes real, and the initial one is spent, in one."""
        setting = update(Account).where(Account.id == account.id)
        if not pending.is_reset:
            setting = setting.where(Account.initial_mac.is_not(None))
        values = {
            "password_hash": pending.held_hash,
            "password_key": pending.held_key,
            "initial_mac": None,
            "initial_key": None,
            "password_off_at": None,
            "wrong_in_a_row": 0,
        }
        if not won(self.session, setting.values(values)):
            return False
        self.accounts.end_sessions(account.id)
        self.accounts.end_links(account.id)
        self.post.write("notice", account, what="password", at=self.now)
        audit.record(
            self.session,
            "account.password",
            f"account:{account.id}",
            at=self.now,
            by=account.login,
        )
        return True

    def _unchanged(self, admitted: Admitted) -> Account | None:
        """The account, if what was compared is still what stands there.

        Its row is ours: whoever changes the password now, ends what begins here.
        """
        if admitted.account_id is None:
            return None
        own = admitted.own
        same = (
            Account.password_hash == own.text
            if own
            else Account.password_hash.is_(None)
        )
        return self.session.scalar(
            select(Account)
            .where(Account.id == admitted.account_id, same)
            .with_for_update(key_share=True)
        )

    def _shut(self, account: Account) -> Why | None:
        """What keeps somebody out although the password is right."""
        if account.blocked_at:
            return Why.BLOCKED
        if account.password_off_at:
            return Why.PASSWORD_OFF
        over = account.initial_until and account.initial_until <= self.now
        if account.password_hash is None and over:
            return Why.INITIAL_OVER
        return None


def chooser(account: Account) -> Chooser:
    """What may not be this person's password: login, community, the initial one."""
    names = (word for pair in account.known_for for word in pair)
    return Chooser(
        login=account.login,
        role=account.role,
        own_words=(account.login, *names),
        initial=account.initial_mac,
        initial_key=account.initial_key,
    )
