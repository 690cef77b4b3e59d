"""Who may try a password now, and what it is held against; unknown logins alike."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.accounts import rules
from app.accounts.models import Account, KnownDevice
from app.accounts.rules import Refused
from app.accounts.service import INITIAL
from app.accounts.service_throttle import Counter, Keys, bucket
from app.db.session import won
from app.kernel import tokens
from app.keyring import Keyring
from app.passwords import Hashed, Passwords
from app.post import Post
from app.runtime import Runtime


@dataclass(frozen=True)
class Origin:
    """Where a try comes from: the neighbour's network, and a device we may know."""

    network: str
    device: str = ""


@dataclass(frozen=True)
class Admitted:
    """A try that was counted, and what the typed password is held against."""

    keys: Keys
    account_id: int | None = None
    own: Hashed | None = None
    initial: bytes | None = None
    initial_key: str | None = None


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


def renewed(passwords: Passwords, admitted: Admitted, typed: str) -> Hashed | None:
    """The same right password under today's key, if an earlier one peppered it.

    Slow as well. So a master key that was replaced is needed by fewer every day.
    """
    if admitted.own is None or passwords.is_current(admitted.own):
        return None
    return passwords.hash(rules.normal(typed))


@dataclass(frozen=True)
class Admission:
    """The counter in front of the password."""

    session: Session
    keyring: Keyring
    post: Post
    now: datetime

    @classmethod
    def of(cls, session: Session, runtime: Runtime) -> "Admission":
        now = runtime.clock()
        post = Post.of(session, runtime, now=now)
        return cls(session, runtime.keyring, post, now)

    def admit(self, login: str, origin: Origin) -> Admitted | Refused:
        """Count the try before anything is compared; unknown logins count too."""
        login = login.strip().casefold()
        account = self.session.scalar(select(Account).where(Account.login == login))
        keys = self._keys(login, account, origin)
        if refused := Counter(self.session, self.now).count(keys.rules()):
            return refused
        if account is None:
            return Admitted(keys)
        self._count_in_a_row(account.id)
        own = None
        if account.password_hash and account.password_key:
            own = Hashed(account.password_hash, account.password_key)
        return Admitted(keys, account.id, own, account.initial_mac, account.initial_key)

    def _keys(self, login: str, account: Account | None, origin: Origin) -> Keys:
        if account and self._knows(account.id, origin.device):
            return Keys(bucket(self.keyring, login, "device", origin.device), None)
        return Keys(
            bucket(self.keyring, login, origin.network),
            bucket(self.keyring, origin.network),
        )

    def _knows(self, account_id: int, device: str) -> bool:
        known = select(KnownDevice.id).where(
            KnownDevice.account_id == account_id,
            KnownDevice.token_hash == tokens.digest(device),
        )
        return bool(device) and self.session.scalar(known) is not None

    def _count_in_a_row(self, account_id: int) -> None:
        """Past a hundred the password is off, and its owner is told, once."""
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
            self.post.write(
                "notice",
                account,
                what="tries",
                at=self.now,
                mine=account.role == rules.USER,
            )
