"""Signing in: password, an own password that is held back, a code, and in."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.accounts import rules
from app.accounts.models import Account, KnownDevice, PendingSignIn
from app.accounts.rules import Refused, Step, Why
from app.accounts.service import INITIAL, Accounts
from app.accounts.service_codes import Code, Codes
from app.accounts.service_throttle import Counter, Keys
from app.db import audit
from app.db.session import won
from app.kernel import tokens
from app.kernel.words import phone_tail
from app.keyring import Keyring
from app.passwords import Hashed, Passwords
from app.post import Post
from app.runtime import Runtime

BUCKET = "throttle"


@dataclass(frozen=True)
class Origin:
    """Where a try comes from: the neighbour's network, and a device we may know."""

    network: str
    device: str = ""


@dataclass(frozen=True)
class Admitted:
    """A try that was counted, and what the typed password is held against."""

    login: str
    keys: Keys
    account_id: int | None = None
    own: Hashed | None = None
    initial: bytes | None = None
    initial_key: str | None = None


@dataclass(frozen=True)
class Passed:
    """The password was right: the token of what is pending, and the next step."""

    token: str
    step: Step


@dataclass(frozen=True)
class Way:
    """Somebody on the way in, as the pages may know them."""

    pending_id: int
    account_id: int
    step: Step
    is_reset: bool
    role: str
    own_words: tuple[str, ...]
    phone_tail: str
    initial: bytes | None
    initial_key: str | None
    code_until: datetime | None
    resend_at: datetime | None
    codes_sent: int


@dataclass(frozen=True)
class In:
    """The code was right: who it is, and where they wanted to go."""

    account_id: int
    next_path: str
    is_reset: bool


def is_right(
    passwords: Passwords, keyring: Keyring, admitted: Admitted, typed: str
) -> bool:
    """Whether it is the own or the initial password; each try costs one hash.

    Slow, and so to be called outside any transaction.
    """
    own = passwords.check(rules.normal(typed), admitted.own)
    if admitted.initial is None or admitted.own is not None:
        return own
    mac = keyring.mac(INITIAL, tokens.bare(typed), admitted.initial_key)
    return tokens.same(mac, admitted.initial)


@dataclass(frozen=True)
class SignIn:
    """The steps of signing in; refusals are returned, so that counters commit."""

    session: Session
    keyring: Keyring
    post: Post
    codes: Codes
    accounts: Accounts
    now: datetime

    @classmethod
    def of(cls, session: Session, runtime: Runtime) -> "SignIn":
        accounts = Accounts.of(session, runtime)
        now = accounts.now
        codes = Codes(session, runtime.keyring, now)
        return cls(session, runtime.keyring, accounts.post, codes, accounts, now)

    def admit(self, login: str, origin: Origin) -> Admitted | Refused:
        """Count the try before anything is compared; unknown logins count too."""
        login = login.strip().casefold()
        account = self.session.scalar(select(Account).where(Account.login == login))
        keys = self._keys(login, account, origin)
        if refused := Counter(self.session, self.now).count(keys):
            return refused
        if account is None:
            return Admitted(login, keys)
        self._count_in_a_row(account.id)
        own = None
        if account.password_hash and account.password_key:
            own = Hashed(account.password_hash, account.password_key)
        return Admitted(
            login, keys, account.id, own, account.initial_mac, account.initial_key
        )

    def password(
        self, admitted: Admitted, *, right: bool, next_path: str
    ) -> Passed | Refused:
        """What follows from a password that was right, or was not."""
        account = self._unchanged(admitted) if right else None
        if account is None:
            return Refused(Why.WRONG)
        Counter(self.session, self.now).forgive(admitted.keys)
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
        return Way(
            pending_id=pending.id,
            account_id=account.id,
            step=Step(pending.step),
            is_reset=pending.is_reset,
            role=account.role,
            own_words=own_words(account),
            phone_tail=phone_tail(account.mobile),
            initial=account.initial_mac,
            initial_key=account.initial_key,
            code_until=code.sent_at + rules.CODE_LIFETIME if code else None,
            resend_at=code.sent_at + rules.RESEND_AFTER if code else None,
            codes_sent=self.codes.sent_in(pending.id),
        )

    def hold(self, token: str, hashed: Hashed) -> bool:
        """Keep the own password back until the code passes; whether there was a way."""
        found = self._pending(token)
        if found is None or found[0].step != Step.CHOOSE:
            return False
        pending, _account = found
        pending.held_hash, pending.held_key = hashed.text, hashed.key_id
        pending.step = Step.CODE
        return True

    def send_code(self, token: str) -> Code | Refused:
        """A new code for the view to send once this has committed."""
        found = self._pending(token)
        if found is None or found[0].step != Step.CODE:
            return Refused(Why.OVER)
        return self.codes.new(*found)

    def code(self, token: str, typed: str) -> In | Refused:
        """The typed code, once; then the held password counts, and they are in."""
        found = self._pending(token)
        if found is None or found[0].step != Step.CODE:
            return Refused(Why.OVER)
        pending, account = found
        if refused := self.codes.spend(pending, typed):
            return refused
        if not self._end(pending.id):
            return Refused(Why.OVER)
        if pending.held_hash and not self._set_password(pending, account):
            return Refused(Why.OVER)
        return In(account.id, pending.next_path, pending.is_reset)

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

    def _keys(self, login: str, account: Account | None, origin: Origin) -> Keys:
        known = account and self._knows(account.id, origin.device)
        place = f"device {origin.device}" if known else origin.network
        by_login = self.keyring.mac(BUCKET, f"{login}|{place}").hex()
        if known:
            return Keys(by_login, None)
        return Keys(by_login, self.keyring.mac(BUCKET, origin.network).hex())

    def _knows(self, account_id: int, device: str) -> bool:
        known = select(KnownDevice.id).where(
            KnownDevice.account_id == account_id,
            KnownDevice.token_hash == tokens.digest(device),
        )
        return bool(device) and self.session.scalar(known) is not None

    def _count_in_a_row(self, account_id: int) -> None:
        counting = update(Account).where(Account.id == account_id)
        self.session.execute(
            counting.values(wrong_in_a_row=Account.wrong_in_a_row + 1),
            execution_options={"synchronize_session": False},
        )
        turning_off = counting.where(
            Account.wrong_in_a_row > rules.WRONG_IN_A_ROW,
            Account.password_off_at.is_(None),
        )
        if won(self.session, turning_off.values(password_off_at=self.now)):
            account = self.session.get_one(Account, account_id)
            self.post.write("notice", account, what="tries", at=self.now)

    def _unchanged(self, admitted: Admitted) -> Account | None:
        """The account, if what was compared is still what stands there."""
        if admitted.account_id is None:
            return None
        own = admitted.own
        same = (
            Account.password_hash == own.text
            if own
            else Account.password_hash.is_(None)
        )
        return self.session.scalar(
            select(Account).where(Account.id == admitted.account_id, same)
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


def own_words(account: Account) -> tuple[str, ...]:
    """What may not stand in this person's password: login, community's number, name."""
    return (account.login, *(word for pair in account.known_for for word in pair))
